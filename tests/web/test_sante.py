"""``/sante``: 200 when the house can serve, 503 and what is wrong otherwise."""

import datetime as dt

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.db.migrations.recorder import MigrationRecorder

from echelons import __version__
from echelons.socle.models import Revision


def sante(client, statut=200):
    reponse = client.get("/sante")
    assert reponse.status_code == statut
    assert "no-store" in reponse["Cache-Control"]
    return {cle: dire(valeur) for cle, valeur in reponse.json().items()}


def dire(valeur):
    """With plain spaces."""
    return [v.replace("\xa0", " ") for v in valeur] if isinstance(valeur, list) else valeur


def test_a_house_that_stands_says_its_version_and_its_state(db, client, settings):
    dite = sante(client)
    assert (dite["version"], dite["etat"], dite["demonstration"]) == (__version__, "en service", False)
    assert dite["base"] == connection.vendor
    assert dite["revision"] == str(Revision.objects.get().numero)
    assert "anomalies" not in dite
    settings.DEMONSTRATION = True
    settings.AUJOURDHUI = dt.date(2019, 6, 30)
    assert (sante(client)["demonstration"], sante(client)["date_metier"]) == (True, "2019-06-30")


def detruire(nom: str, table: str) -> None:
    suite = f' ON "{table}"' if connection.vendor == "postgresql" else ""
    with connection.cursor() as curseur:
        curseur.execute(f'DROP TRIGGER "{nom}"{suite}')


def test_a_table_whose_changes_would_go_unseen_is_said(db, client):
    suffixe = "" if connection.vendor == "postgresql" else "_delete"
    detruire(f"revision_contrats_fait{suffixe}", "contrats_fait")
    dite = sante(client, 503)
    assert dite["etat"] == "en panne"
    assert dite["anomalies"] == [
        "Déclencheurs de révision absents : contrats_fait. Lancez « echelons preparer »."
    ]


def test_a_guard_that_is_missing_is_said(db, client):
    detruire("garde_fait_ajoute", "contrats_fait")
    assert "garde_fait_ajoute" in sante(client, 503)["anomalies"][0]


def test_a_database_behind_its_migrations_is_said(db, client):
    MigrationRecorder.Migration.objects.filter(app="contrats").order_by("-pk").first().delete()
    assert sante(client, 503)["anomalies"] == ["La base n’est pas à jour : lancez « echelons preparer »."]


def test_a_database_that_was_never_prepared_is_said(db, client):
    Revision.objects.all().delete()
    assert sante(client, 503)["anomalies"] == ["La base n’est pas préparée : lancez « echelons preparer »."]


@pytest.mark.parametrize("panne", [OperationalError, InterfaceError])
def test_a_database_that_is_gone_is_said(db, client, monkeypatch, panne):
    def perdue(*args, **kwargs):
        raise panne("connexion perdue")

    with monkeypatch.context() as rustine:
        rustine.setattr(connection, "cursor", perdue)
        dite = sante(client, 503)
    assert dite["anomalies"] == ["La base de données ne répond pas."]


def test_a_page_that_cannot_be_made_says_so_in_french_without_the_database(db, client, monkeypatch):
    def perdue(*args, **kwargs):
        raise OperationalError("connexion perdue")

    client.raise_request_exception = False
    with monkeypatch.context() as rustine:
        rustine.setattr(connection, "cursor", perdue)
        reponse = client.get("/")
    assert reponse.status_code == 500
    assert "Cette page n’a pas pu être préparée" in reponse.content.decode()
    assert "connexion perdue" not in reponse.content.decode()
