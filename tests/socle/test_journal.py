"""The journal through its doors: what a row holds, what is read back, what is forgotten, what is sealed."""

import datetime as dt
import json
import sys
from decimal import Decimal
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.db import connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from echelons.__main__ import main
from echelons.socle import gardes
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import (
    OUBLIE,
    Auteur,
    EcritureRefusee,
    HorsTransaction,
    JournalAltere,
    Objet,
    Personnel,
    ecrire,
    histoire,
    oublier,
    sceller,
    verifier,
)
from echelons.socle.journal.racines import completer_fichier
from echelons.socle.journal.signature import anomalie_de_tete
from echelons.socle.models import Ecriture, Racine, TeteDuJournal, ValeurPersonnelle
from tests.socle.journaux import sans_gardes, sql

pytestmark = pytest.mark.django_db
DOSSIER = Objet("dossier", "d1")
AUTEUR = Auteur("c1", "m1")
NOM = "Camille Fictive"


def noter(acte="ouvrir", objet=DOSSIER, **quoi):
    return ecrire(objet=objet, acte=acte, auteur=AUTEUR, **quoi)


def sceller_et_garder():
    """Seal as a command does: the file is written once the transaction, here never committed, would be."""
    racine = sceller()
    completer_fichier()
    return racine


# --- Writing and reading -------------------------------------------------------------------------------


def test_acts_on_one_object_follow_each_other_and_those_of_two_do_not_mix():
    ouvrir, autre, signer = noter(), noter(objet=Objet("dossier", "d2")), noter("signer")
    assert [(e.numero, e.rang) for e in (ouvrir, autre, signer)] == [(1, 1), (2, 1), (3, 2)]
    assert (ouvrir.precedente, signer.precedente) == ("", ouvrir.empreinte)
    assert [e.acte for e in histoire(DOSSIER)] == ["ouvrir", "signer"]


def test_a_row_keeps_the_real_instant_and_the_business_date():
    with a_la_date(dt.date(2019, 6, 30)):
        noter()
    noter(date_metier=dt.date(2018, 12, 20))
    lues = histoire(DOSSIER)
    assert [e.date_metier for e in lues] == [dt.date(2019, 6, 30), dt.date(2018, 12, 20)]
    assert all(dt.datetime.now(dt.UTC) - e.instant < dt.timedelta(minutes=1) for e in lues)


def test_a_history_is_read_in_two_queries_whatever_its_length(django_assert_num_queries):
    for i in range(30):
        noter(donnees={"i": i}, personnel={"motif": Personnel("p1", f"Motif fictif {i}")})
    with django_assert_num_queries(2):
        lues = histoire(DOSSIER)
    assert [(e.donnees, e.personnel) for e in lues] == [
        ({"i": i}, {"motif": f"Motif fictif {i}"}) for i in range(30)
    ]
    assert lues[0].auteur == AUTEUR


json_exact = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0@")),
    lambda valeurs: (
        st.lists(valeurs, max_size=4)
        | st.dictionaries(st.text(st.characters(categories=["L", "N"]), max_size=8), valeurs, max_size=4)
    ),
    max_leaves=12,
)


@given(
    donnees=st.dictionaries(st.sampled_from(["avant", "après", "i"]), json_exact),
    valeur=st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
)
def test_whatever_is_written_is_read_back_and_verifies(donnees, valeur):
    objet = Objet("essai", "e1")
    noter(objet=objet, donnees=donnees, personnel={"motif": Personnel("p1", valeur)})
    lue = histoire(objet)[-1]
    assert (lue.donnees, lue.personnel) == (donnees, {"motif": valeur})
    assert verifier().anomalies == ()


def test_dates_and_amounts_are_kept_as_they_are_written():
    noter(donnees={"date": dt.date(2019, 2, 5), "montant": Decimal("1200.50")})
    assert histoire(DOSSIER)[0].donnees == {"date": "2019-02-05", "montant": "1200.50"}


@pytest.mark.parametrize(
    ("quoi", "phrase"),
    [
        ({"donnees": {"taux": 0.1}}, "« donnees.taux » : float n’a pas d’écriture exacte"),
        (
            {"donnees": {"qui": "camille@exemple.example"}},
            "une adresse électronique est une valeur personnelle",
        ),
        ({"donnees": {"texte": "a\0b"}}, "caractère qu’aucune base ne garde"),
        ({"donnees": {"personnel": {}}}, "« personnel » est réservé"),
        ({"objet": Objet("dossier", "")}, "référence de l’objet : à donner"),
        ({"objet": Objet("dossier", "x" * 65)}, "65 caractères, au plus 64"),
        ({"personnel": {"motif": Personnel("", "Un motif")}}, "personne de « motif » : à donner"),
        ({"personnel": {"motif": Personnel("p1", "a\0b")}}, "caractère qu’aucune base ne garde"),
    ],
)
def test_a_row_refuses_what_it_cannot_keep_exactly_or_must_not_hold(quoi, phrase):
    with pytest.raises(EcritureRefusee) as refus:
        noter(**quoi)
    assert phrase in str(refus.value).replace("\u00a0", " ").replace("données", "donnees")
    assert not Ecriture.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_an_act_is_journalled_in_its_transaction_or_not_at_all():
    with pytest.raises(HorsTransaction):
        noter()
    with transaction.atomic():
        noter()
        transaction.set_rollback(True)
    assert not Ecriture.objects.exists()
    with transaction.atomic():
        noter()
    assert verifier().anomalies == ()


# --- Forgetting ----------------------------------------------------------------------------------------


def test_a_forgotten_person_leaves_no_value_and_the_journal_still_verifies():
    noter(personnel={"nom": Personnel("p1", NOM), "motif": Personnel("p2", "Un motif fictif")})
    sceller_et_garder()
    assert oublier("p1", auteur=AUTEUR) == 1
    assert histoire(DOSSIER)[0].personnel == {"nom": OUBLIE, "motif": "Un motif fictif"}
    assert not ValeurPersonnelle.objects.filter(personne="p1").exists()
    (oubli,) = histoire(Objet("personne", "p1"))
    assert (oubli.acte, oubli.donnees) == ("oublier", {"valeurs": 1})
    constat = verifier()
    assert (constat.anomalies, constat.oubliees) == ((), 1)


def test_forgetting_says_nothing_of_values_written_since():
    noter(personnel={"nom": Personnel("p1", NOM)})
    oublier("p1")
    noter(personnel={"nom": Personnel("p1", NOM)})
    with sans_gardes():
        sql("DELETE FROM socle_valeurpersonnelle")
    assert len(verifier().anomalies) == 1


@pytest.mark.django_db(transaction=True)
def test_no_trace_of_the_name_is_left_in_the_database(settings):
    with transaction.atomic():
        noter(personnel={"nom": Personnel("p1", NOM)})
    assert sceller()
    assert _cherche(NOM)
    oublier("p1")
    assert not _cherche(NOM)
    assert NOM not in Path(settings.JOURNAL_RACINES).read_text()
    assert verifier().anomalies == ()


def _cherche(texte: str) -> bool:
    """Whether the text is anywhere: in the files of SQLite byte by byte, in every row of PostgreSQL."""
    if connection.vendor == "sqlite":
        base = Path(connection.settings_dict["NAME"])
        return any(texte.encode() in f.read_bytes() for f in base.parent.glob(f"{base.name}*"))
    with connection.cursor() as curseur:
        for table in connection.introspection.table_names():
            curseur.execute(f'SELECT 1 FROM "{table}" t WHERE t::text LIKE %s LIMIT 1', [f"%{texte}%"])
            if curseur.fetchone():
                return True
    return False


# --- Verifying and sealing -----------------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_the_command_tells_that_all_is_well_then_names_a_forged_row(monkeypatch, capsys):
    with transaction.atomic():
        for i in range(3):
            noter(donnees={"i": i})
    monkeypatch.setattr(sys, "argv", ["echelons", "verifier-journal"])
    main()
    assert "Le journal est intact. Écritures relues\u00a0: 3." in capsys.readouterr().out
    with sans_gardes():
        sql("UPDATE socle_ecriture SET compte = 'c9' WHERE numero = 2")
    with pytest.raises(SystemExit) as sortie:
        main()
    assert sortie.value.code == 1
    assert "L’écriture n°\u00a02 (dossier d1, rang\u00a02) a été modifiée." in capsys.readouterr().err


def test_a_cut_tail_is_found_at_once_without_waiting_for_a_root(client):
    for _ in range(4):
        noter()
    with sans_gardes():
        sql("DELETE FROM socle_ecriture WHERE numero > 2")
    assert verifier().anomalies == (
        "Les écritures n°\u00a03 à n°\u00a04 ont disparu\u00a0: la fin du journal a été coupée.",
    )
    connection.check_constraints()
    gardes.installer_gardes()
    reponse = client.get("/sante")
    assert reponse.status_code == 503
    assert "la fin du journal a été coupée" in reponse.json()["anomalies"][0]
    with pytest.raises(JournalAltere, match="la fin du journal a été coupée"):
        noter()


def test_nothing_more_is_written_over_a_forged_head():
    noter()
    with sans_gardes():
        sql("UPDATE socle_tetedujournal SET nombre = 0")
    with pytest.raises(JournalAltere, match="n’est pas signée par cette instance"):
        noter()


def test_a_head_read_before_the_very_first_row_was_committed_is_not_an_altered_one():
    lue = TeteDuJournal.objects.get(pk=1)
    noter()
    assert anomalie_de_tete(lue) is None
    assert verifier().anomalies == ()


def test_a_journal_said_empty_that_has_rows_is_refused():
    tete = TeteDuJournal.objects.values("nombre", "cumul", "signature").get()
    noter()
    with sans_gardes():
        TeteDuJournal.objects.update(**tete)
    with pytest.raises(JournalAltere, match="le dit vide"):
        noter()


def test_without_its_key_the_journal_neither_grows_nor_verifies(settings):
    noter()
    assert settings.JOURNAL_CLE.stat().st_mode & 0o777 == 0o600
    settings.JOURNAL_CLE.unlink()
    with pytest.raises(JournalAltere, match="La clé du journal est absente"):
        noter()
    assert "La clé du journal est absente" in verifier().anomalies[0]
    assert not settings.JOURNAL_CLE.exists()


def test_a_root_signs_everything_written_so_far_and_is_kept_in_a_file(settings):
    assert sceller() is None
    for _ in range(3):
        noter()
    noter(objet=Objet("dossier", "d2"))
    premiere = sceller_et_garder()
    assert (premiere.numero, premiere.nombre, premiere.chaines) == (1, 4, 2)
    assert sceller_et_garder() is None
    noter()
    seconde = sceller_et_garder()
    lignes = [json.loads(ligne) for ligne in settings.JOURNAL_RACINES.read_text().splitlines()]
    assert [(r["numero"], r["nombre"], r["signature"]) for r in lignes] == [
        (1, 4, premiere.signature),
        (2, 5, seconde.signature),
    ]
    assert verifier().anomalies == ()
    assert verifier(depuis=seconde).ecritures == 0
    assert verifier(depuis=premiere).ecritures == 1


def test_the_sealing_command_refuses_to_sign_over_an_anomaly(capsys):
    noter()
    call_command("sceller_journal")
    assert "Racine n°\u00a01\u00a0: 1 écritures, 1 histoires." in capsys.readouterr().out
    noter()
    with sans_gardes():
        sql("UPDATE socle_ecriture SET acte = 'signer' WHERE numero = 2")
    with pytest.raises(CommandError, match="Rien n’a été scellé") as refus:
        call_command("sceller_journal")
    assert "L’écriture n°\u00a02" in str(refus.value)
    assert Racine.objects.count() == 1


def test_verifying_from_an_unknown_root_is_refused():
    with pytest.raises(CommandError, match="La racine n°\u00a07 n’existe pas"):
        call_command("verifier_journal", depuis=7)


def test_a_machine_stopped_while_writing_the_file_of_roots_is_mended_by_the_next_sealing(settings):
    noter()
    sceller_et_garder()
    noter()
    sceller_et_garder()
    entier = settings.JOURNAL_RACINES.read_bytes()
    for reste in (entier[:-5], entier[: entier.index(b"\n") + 1]):
        settings.JOURNAL_RACINES.write_bytes(reste)
        assert verifier().anomalies == ()
        assert sceller() is None
        assert settings.JOURNAL_RACINES.read_bytes() == entier


def test_an_old_head_put_back_with_its_journal_is_found_by_the_file_of_roots():
    noter()
    tete = TeteDuJournal.objects.values("nombre", "cumul", "signature").get()
    noter()
    sceller_et_garder()
    with sans_gardes():
        sql("DELETE FROM socle_ecriture WHERE numero > 1")
        sql("DELETE FROM socle_racine")
        TeteDuJournal.objects.update(**tete)
    assert verifier().anomalies == (
        "La racine n°\u00a01, que garde le fichier des racines, a été retirée de la base.",
    )
