"""What was written stays: SQL refuses, whoever asks, and says so in French."""

import re

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from echelons.socle import gardes
from echelons.socle.journal import Auteur, Objet, Personnel, ecrire, oublier
from echelons.socle.models import Ecriture, TeteDuJournal, ValeurPersonnelle

pytestmark = pytest.mark.django_db
SQLITE, POSTGRESQL = ("sqlite",), ("postgresql",)


def executer(ordre: str) -> None:
    with transaction.atomic(), connection.cursor() as curseur:
        curseur.execute(ordre)


@pytest.fixture
def ecriture() -> Ecriture:
    ecriture = ecrire(
        objet=Objet("dossier", "d1"),
        acte="ouvrir",
        auteur=Auteur("c1", "m1"),
        personnel={"motif": Personnel("p1", "Une raison fictive")},
    )
    connection.check_constraints()
    return ecriture


REMPLACER = (
    "INSERT OR REPLACE INTO socle_ecriture SELECT {numero}, instant, date_metier, objet_type, objet_ref, {rang}, "
    "'autre', compte, mandat, donnees, forme, {precedente}, empreinte FROM socle_ecriture"
)
REFUSES = {
    "changing a row": "UPDATE socle_ecriture SET acte = 'autre'",
    "changing nothing in a row": "UPDATE socle_ecriture SET acte = acte",
    "deleting a row": "DELETE FROM socle_ecriture",
    "changing a personal value": "UPDATE socle_valeurpersonnelle SET valeur = 'autre'",
    "moving the head": "UPDATE socle_tetedujournal SET id = 2",
    "deleting the head": "DELETE FROM socle_tetedujournal",
}
REFUSES_DE_SQLITE = {
    "replacing a row by its number": REMPLACER.format(numero="numero", rang="rang + 7", precedente="'x'"),
    "replacing a row by its rank": REMPLACER.format(
        numero="numero + 7", rang="rang", precedente="precedente"
    ),
    "replacing a personal value": (
        "INSERT OR REPLACE INTO socle_valeurpersonnelle SELECT * FROM socle_valeurpersonnelle"
    ),
    "updating or replacing": "UPDATE OR REPLACE socle_ecriture SET acte = 'autre'",
    "ignoring the refusal": "UPDATE OR IGNORE socle_ecriture SET acte = 'autre'",
}
REFUSES_DE_POSTGRESQL = {
    "truncating the journal": "TRUNCATE socle_ecriture CASCADE",
    "truncating the personal values": "TRUNCATE socle_valeurpersonnelle",
    "truncating the head": "TRUNCATE socle_tetedujournal",
    "updating on conflict": (
        "INSERT INTO socle_ecriture SELECT * FROM socle_ecriture ON CONFLICT (numero) DO UPDATE SET acte = 'autre'"
    ),
    "updating as a replica": "SET LOCAL session_replication_role = replica; UPDATE socle_ecriture SET acte = 'autre'",
}


def test_sql_refuses_to_change_what_was_written(ecriture):
    propres = REFUSES_DE_SQLITE if connection.vendor == "sqlite" else REFUSES_DE_POSTGRESQL
    avant = list(Ecriture.objects.values())
    for quoi, ordre in {**REFUSES, **propres}.items():
        try:
            executer(ordre)
        except IntegrityError as refus:
            assert re.search("La table «\u00a0socle_\\w+\u00a0» est en ajout seul", str(refus)), quoi  # noqa: PT017
        else:
            pytest.fail(f"SQL let through: {quoi}")
    assert list(Ecriture.objects.values()) == avant


def test_the_head_may_advance_and_a_person_may_be_forgotten(ecriture):
    assert TeteDuJournal.objects.get().nombre == 1
    assert oublier("p1") == 1
    assert not ValeurPersonnelle.objects.exists()


def test_a_root_is_guarded_too(ecriture):
    from echelons.socle.journal import sceller

    sceller()
    for ordre in ("UPDATE socle_racine SET nombre = 0", "DELETE FROM socle_racine"):
        with pytest.raises(IntegrityError, match="est en ajout seul"):
            executer(ordre)


def _retirer(nom: str, table: str) -> str:
    return f"DROP TRIGGER {nom}" + (f" ON {table}" if connection.vendor == "postgresql" else "")


def _affaiblir() -> dict[str, str]:
    """Orders that leave a guard which guards nothing, and its name."""
    if connection.vendor == "postgresql":
        return {
            "ALTER TABLE socle_ecriture DISABLE TRIGGER garde_socle_ecriture_lignes": "garde_socle_ecriture_lignes",
            "ALTER TABLE socle_ecriture ENABLE TRIGGER garde_socle_ecriture_lignes": "garde_socle_ecriture_lignes",
            "CREATE OR REPLACE FUNCTION echelons_garde() RETURNS trigger LANGUAGE plpgsql "
            "AS $$ BEGIN RETURN NEW; END $$": "echelons_garde",
        }
    vide = "BEGIN SELECT RAISE(ABORT, 'jamais'); END"
    return {
        "DROP TRIGGER garde_socle_ecriture_insert": "garde_socle_ecriture_insert",
        f"CREATE TRIGGER garde_socle_ecriture_delete BEFORE DELETE ON socle_ecriture WHEN 0 {vide}": (
            "garde_socle_ecriture_delete"
        ),
    }


def test_health_says_which_guard_is_missing_or_altered_and_laying_them_again_mends_it(client):
    assert gardes.gardes_absentes() == []
    assert client.get("/sante").status_code == 200
    for ordre, nom in _affaiblir().items():
        if ordre.startswith("CREATE TRIGGER"):
            executer(_retirer(nom, "socle_ecriture"))
        executer(ordre)
        assert gardes.gardes_absentes() == [nom], ordre
        reponse = client.get("/sante")
        assert reponse.status_code == 503
        assert nom in reponse.json()["anomalies"][0]
        gardes.installer_gardes()
        assert client.get("/sante").status_code == 200


def test_a_migration_that_rebuilds_a_table_gets_its_guards_back():
    for table in gardes.TABLES_EN_AJOUT_SEUL:
        for nom, _ in gardes._declencheurs(table, gardes.TABLES_EN_AJOUT_SEUL[table]):
            executer(_retirer(nom, table))
    assert gardes.gardes_absentes()
    call_command("migrate", verbosity=0)
    assert gardes.gardes_absentes() == []
