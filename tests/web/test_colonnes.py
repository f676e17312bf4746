"""The columns of a download: in the address for anybody, kept for whoever has an account."""

import csv
import io

import pytest
from django.test import Client
from django.urls import reverse

from echelons.socle.horloge import a_la_date
from tests.contrats.scene import JOUR, Scene
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
QUI = "conseiller-territoires"


@pytest.fixture(autouse=True)
def au_jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def lecteurs() -> Lecteurs:
    return Lecteurs(Scene())


def entetes(reponse) -> list[str]:
    """The first row of a CSV."""
    contenu = b"".join(reponse) if reponse.streaming else reponse.content
    return next(csv.reader(io.StringIO(contenu.decode("utf-8-sig"))))


def test_without_an_account_the_columns_are_in_the_address_and_nowhere_else():
    client = Client()
    page = Page(client.get(reverse("tableau_colonnes") + "?dispositif=calpae&au=2019-06-30").content)
    formulaire = page.soupe.select_one("main form")
    assert formulaire["method"] == "get"
    assert not formulaire.select("[name=csrfmiddlewaretoken]")
    assert {c["name"]: c["value"] for c in formulaire.select("input[type=hidden]")} == {
        "dispositif": "calpae",
        "au": "2019-06-30",
    }
    assert formulaire.select_one("button[formaction]")["formaction"] == reverse("tableau_csv")
    choix = {"dispositif": "calpae", "au": "2019-06-30", "colonne": ["Territoire", "Code"]}
    assert entetes(client.get(reverse("tableau_csv"), choix)) == ["Code", "Territoire"]
    assert len(entetes(client.get(reverse("tableau_csv"), {**choix, "colonne": "Code"}))) == 1
    assert len(entetes(client.get(reverse("tableau_csv")))) > 10
    assert Client().post(reverse("colonnes_retenir"), {"table": "contrats"}).status_code == 302


def test_with_an_account_they_are_kept_until_all_are_asked_for_again(lecteurs):
    client = lecteurs.client(QUI)
    adresse = reverse("contrats_colonnes", args=["contrats"])
    page = lecteurs.lire(QUI, adresse)
    assert all("checked" in case.attrs for case in page.soupe.select("input[name=colonne]"))
    choix = {"table": "contrats", "colonne": ["Territoire", "Situation"]}
    assert client.post(reverse("colonnes_retenir"), choix)["Location"] == adresse
    page = lecteurs.lire(QUI, adresse)
    assert "Vos colonnes sont retenues" in page.tout
    assert [c["value"] for c in page.soupe.select("input[name=colonne][checked]")] == [
        "Territoire",
        "Situation",
    ]
    export = reverse("contrats_export", args=["csv"])
    assert entetes(client.get(export)) == ["Territoire", "Situation"]
    assert entetes(client.get(export + "?colonne=Code")) == ["Code"]
    assert len(entetes(lecteurs.client("instructeur").get(export))) > 5
    assert len(entetes(client.get(reverse("faits_export", args=["csv"])))) > 5

    client.post(reverse("colonnes_retenir"), {"table": "contrats", "geste": "toutes"})
    assert len(entetes(client.get(export))) > 5


def test_the_choice_made_for_the_national_table_follows_whoever_is_signed_in(lecteurs):
    client = lecteurs.client(QUI)
    client.post(reverse("colonnes_retenir"), {"table": "signataires", "colonne": ["Code", "Région"]})
    assert entetes(client.get(reverse("tableau_csv"))) == ["Code", "Région"]
    assert len(entetes(Client().get(reverse("tableau_csv")))) > 10


def test_a_choice_of_nothing_or_of_an_unknown_table_is_refused(lecteurs):
    client = lecteurs.client(QUI)
    for donnees in ({}, {"table": "contrats"}, {"table": "rien", "colonne": "Code"}):
        assert client.post(reverse("colonnes_retenir"), donnees).status_code == 422
    assert client.get(reverse("contrats_colonnes", args=["rien"])).status_code == 404
    assert lecteurs.client("observateur").get(reverse("contrats_colonnes", args=["faits"])).status_code == 403
