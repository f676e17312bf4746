"""The revision of the data changes with every write, whatever the door, and never comes back to an old number."""

import threading

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, transaction

from echelons.socle import revision
from echelons.socle.fichiers import charger_une_fois
from echelons.socle.models import Chargement, Revision, Source
from echelons.territoires.models import Territoire
from tests.fabriques import ecrire, source


@pytest.fixture
def lue(db):
    """The revision, read from the database each time."""
    return lambda: Revision.objects.get().numero


def test_every_write_changes_the_revision_by_the_orm_in_bulk_and_in_raw_sql(lue):
    vues = [lue()]

    def ecrite() -> None:
        vues.append(lue())

    objet = source("a")
    ecrite()
    Source.objects.bulk_create([Source(cle="b", titre="B", editeur="B", adresse="https://b")])
    ecrite()
    Source.objects.filter(cle="b").update(titre="C")
    ecrite()
    with connection.cursor() as curseur:
        curseur.execute("UPDATE socle_source SET titre = 'D' WHERE cle = 'b'")
    ecrite()
    objet.delete()
    ecrite()
    assert len(set(vues)) == len(vues)


def test_reading_changes_nothing(lue):
    avant = lue()
    list(Source.objects.all())
    call_command("check")
    assert lue() == avant


def test_every_table_of_the_house_is_followed(db):
    etrangeres = ("auth_", "django_", "dsfr_")
    tables = {t for t in connection.introspection.table_names() if not t.startswith(etrangeres)}
    # Those of which no page without an account says anything: sessions, drafts and votes not yet public…
    hors = {m._meta.db_table for m in apps.get_models() if getattr(m, "hors_revision", False)}
    assert set(revision.tables_suivies()) == tables - {"socle_revision"} - hors
    assert not {"contrats_fait", "contrats_instrument", "territoires_territoire"} & hors
    assert revision.declencheurs_absents() == []


def test_a_transaction_given_up_leaves_no_number_that_another_write_could_take(lue):
    avant = lue()
    with transaction.atomic():
        source("a")
        abandonnee = lue()
        transaction.set_rollback(True)
    assert lue() == avant
    source("b")
    assert lue() not in {avant, abandonnee}


def enlever(table: str) -> None:
    suffixe, fin = ("", f' ON "{table}"') if connection.vendor == "postgresql" else ("_update", "")
    with connection.cursor() as curseur:
        curseur.execute(f'DROP TRIGGER "revision_{table}{suffixe}"{fin}')


def test_a_missing_trigger_is_seen_and_put_back_by_preparer(lue, capsys):
    enlever("socle_source")
    assert revision.declencheurs_absents() == ["socle_source"]
    call_command("preparer")
    assert revision.declencheurs_absents() == []
    source("a")
    avant = lue()
    Source.objects.filter(cle="a").update(titre="B")
    assert lue() != avant


# --- What is kept in memory for a revision ------------------------------------------------------------------


def test_a_reading_is_kept_while_nothing_changes_and_made_again_after_a_write(db):
    appels = []

    @revision.memoire(places=2)
    def lire(cle: str) -> int:
        appels.append(cle)
        return Source.objects.count()

    assert lire("a") == lire("a")
    assert appels == ["a"]
    avant = lire("a")
    source("nouvelle")
    assert lire("a") == avant + 1
    assert appels == ["a", "a"]
    lire("b")
    lire("c")
    lire("a")
    assert appels == ["a", "a", "b", "c", "a"]


def test_a_reading_of_reference_tables_outlives_the_other_writes_and_no_write_of_its_own(db):
    appels = []

    @revision.memoire(places=2, reference=True)
    def lire() -> int:
        appels.append(1)
        return Territoire.objects.count()

    avant = lire()
    source("ailleurs")
    assert lire() == avant
    assert len(appels) == 1
    Territoire.objects.create(code="997E", type="departement", nom="Lieu (fictif)", fictif=True)
    assert lire() == avant + 1
    with connection.cursor() as curseur:
        curseur.execute("DELETE FROM territoires_territoire WHERE code = '997E'")
    assert lire() == avant
    assert len(appels) == 3


def test_a_reading_that_fails_is_not_kept(db):
    essais = []

    @revision.memoire(places=2)
    def lire() -> int:
        essais.append(1)
        if len(essais) == 1:
            raise ValueError("une fois")
        return 3

    with pytest.raises(ValueError, match="une fois"):
        lire()
    assert lire() == 3


def test_within_a_request_every_reading_speaks_of_one_revision(db):
    with revision.lecture() as numero:
        source("pendant")
        assert revision.courante() == numero
    assert revision.courante() != numero


def test_two_threads_that_ask_together_work_it_out_once(db):
    commencee, suite = threading.Event(), threading.Event()
    appels = []
    etat = revision.courante()

    @revision.memoire(places=2)
    def lire() -> str:
        appels.append(1)
        commencee.set()
        assert suite.wait(10)
        return "résultat"

    resultats = []

    def demander() -> None:
        with revision.lecture() as numero:
            assert numero == etat
            resultats.append(lire())
        connection.close()

    fils = [threading.Thread(target=demander) for _ in range(2)]
    # The threads have connections of their own: what they read is what this test has not changed.
    try:
        for fil in fils:
            fil.start()
        assert commencee.wait(10)
    finally:
        suite.set()
        for fil in fils:
            fil.join(10)
    assert resultats == ["résultat"] * 2
    assert len(appels) == 1


# --- Files taken in once --------------------------------------------------------------------------------------


def test_files_are_taken_in_once_until_one_of_them_changes(db, tmp_path):
    fichiers = [ecrire(tmp_path / nom, "a: 1") for nom in ("a.yaml", "b.yaml")]
    appels = []
    assert charger_une_fois("essai", fichiers, "1", lambda: appels.append(1))
    assert not charger_une_fois("essai", list(reversed(fichiers)), "1", lambda: appels.append(2))
    assert charger_une_fois("essai", fichiers, "2", lambda: appels.append(3))
    ecrire(fichiers[1], "a: 2")
    assert charger_une_fois("essai", fichiers, "2", lambda: appels.append(4))
    assert charger_une_fois("essai", fichiers[:1], "2", lambda: appels.append(5))
    assert appels == [1, 3, 4, 5]


def test_files_that_are_refused_are_not_held_as_taken_in(db, tmp_path):
    fichier = ecrire(tmp_path / "a.yaml", "a: 1")

    def refuser() -> None:
        source("a-moitie")
        raise ValueError("refus")

    with pytest.raises(ValueError, match="refus"):
        charger_une_fois("essai", [fichier], "1", refuser)
    assert not Chargement.objects.filter(cle="essai").exists()
    assert not Source.objects.filter(cle="a-moitie").exists()
