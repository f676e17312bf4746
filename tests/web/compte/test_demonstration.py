"""The one-click accounts: in the demonstration each is somebody with their own rights; elsewhere they do not exist."""

import datetime as dt

import pytest
from django.core.checks import run_checks
from django.test import Client
from django.urls import reverse

from echelons.acteurs.chargement import charger_organisations
from echelons.acteurs.demonstration import charger_comptes
from echelons.acteurs.models import Compte, Mandat, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import a_la_date
from echelons.territoires.models import Territoire
from tests.bases import RACINE
from tests.web.compte.fabrique import est_connecte

pytestmark = pytest.mark.django_db
COMPTES = "/demonstration/comptes/"
ROLES = {
    "conseiller-territoires", "administrateur-national", "commissaire", "sgar", "dreets", "prefet",
    "delegataire-etat", "instructeur", "president", "charge-de-mission", "direction-operationnelle", "finances",
    "secretariat-assemblee", "observateur", "operateur",
}  # fmt: skip


@pytest.fixture
def comptes(settings):
    """The accounts of the demonstration, loaded on the fictional territories."""
    settings.DEMONSTRATION = settings.COMPTES_EN_UN_CLIC = True
    settings.AUJOURDHUI = dt.date(2019, 6, 30)
    region, _ = Territoire.objects.get_or_create(code="R99", defaults={"type": "region", "fictif": True})
    for code in ("991D", "992D", "993D"):
        Territoire.objects.get_or_create(
            code=code, defaults={"type": "collectivite", "fictif": True, "region": region}
        )
    charger_organisations(chemin=RACINE / "demonstration" / "organisations.yaml")
    charger_comptes(chemin=RACINE / "demonstration" / "comptes.yaml")
    return {c.courriel.split("@")[0]: c for c in Compte.objects.select_related("personne")}


def test_there_is_one_for_each_function_and_every_person_says_it_is_fictional(client, comptes):
    assert set(Mandat.objects.values_list("fonction__code", flat=True)) == ROLES
    assert all(str(personne).endswith("(personne fictive)") for personne in Personne.objects.all())
    page = client.get(COMPTES).content.decode()
    assert page.count("personne fictive</span>") == len(comptes) == 25
    assert "Rédiger la convention, la soumettre à l’État" in page


def test_loading_twice_changes_nothing(comptes):
    avant = set(Mandat.objects.values_list("pk", "personne__nom", "debut"))
    charger_comptes(chemin=RACINE / "demonstration" / "comptes.yaml")
    assert set(Mandat.objects.values_list("pk", "personne__nom", "debut")) == avant


@pytest.mark.parametrize("cle", ["charge-de-mission-991", "conseiller-territoires", "sgar-r99"])
def test_a_click_signs_in_without_password_nor_second_factor(client, comptes, cle):
    assert client.post(COMPTES, {"compte": cle}).status_code == 302
    assert str(comptes[cle].personne) in client.get("/compte/").content.decode()


def test_one_becomes_somebody_else_without_keeping_anything(client, comptes):
    client.post(COMPTES, {"compte": "charge-de-mission-991"})
    premiere = client.cookies["session"].value
    client.post(COMPTES, {"compte": "instructeur-991"})
    assert client.cookies["session"].value != premiere
    assert "Instructeur (personne fictive)" in client.get("/compte/").content.decode()


def test_an_office_to_come_takes_the_demonstration_to_its_first_day(client, comptes):
    assert "la démonstration passera à cette date" in client.get(COMPTES).content.decode()
    client.post(COMPTES, {"compte": "commissaire-r99"})
    assert client.cookies["date_metier"].value == "2019-09-02"
    assert "Commissaire à la lutte contre la pauvreté" in client.get("/compte/").content.decode()
    with a_la_date(dt.date(2019, 9, 2)):
        assert Acteur.de(comptes["commissaire-r99"]).mandats


def test_visitors_who_share_an_account_neither_see_nor_end_each_others_sessions(client, comptes):
    autre = Client()
    for navigateur in (client, autre):
        navigateur.post(COMPTES, {"compte": "instructeur-991"})
    assert client.get("/compte/").content.decode().count('class="ec-session"') == 1
    client.post("/compte/sessions/fermer/", {"session": "autres"})
    assert est_connecte(autre)


@pytest.mark.parametrize("chemin", ["second-facteur/installer/", "second-facteur/codes/", "mot-de-passe/"])
def test_a_visitor_cannot_lock_the_others_out_of_a_shared_account(client, comptes, chemin):
    client.post(COMPTES, {"compte": "commissaire-r99"})
    assert client.get(f"/compte/{chemin}", follow=True).request["PATH_INFO"] == "/compte/"


@pytest.mark.parametrize("cle", ["personne", "", "../x", "\x00", "x" * 5000])
def test_an_account_that_is_not_there_is_a_page_not_found(client, comptes, cle):
    assert client.post(COMPTES, {"compte": cle}).status_code == 404


def test_elsewhere_the_page_the_clicks_and_the_open_sessions_are_gone(client, comptes, settings):
    client.post(COMPTES, {"compte": "charge-de-mission-991"})
    assert est_connecte(client)
    settings.DEMONSTRATION = settings.COMPTES_EN_UN_CLIC = False
    assert not est_connecte(client)
    assert client.get(COMPTES).status_code == 404
    assert client.post(COMPTES, {"compte": "instructeur-991"}).status_code == 404
    settings.COMPTES_EN_UN_CLIC = True
    assert client.post(COMPTES, {"compte": "instructeur-991"}).status_code == 404
    assert "demonstration/comptes" not in client.get(reverse("connexion")).content.decode()


@pytest.mark.parametrize(("demonstration", "un_clic"), [(True, False), (False, True)])
def test_a_setting_that_disagrees_with_the_demonstration_is_an_error(settings, demonstration, un_clic):
    settings.DEMONSTRATION, settings.COMPTES_EN_UN_CLIC = demonstration, un_clic
    assert "echelons.E004" in {erreur.id for erreur in run_checks()}
