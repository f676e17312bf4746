"""The demonstration: its banner, the date its reader chooses, and the fiction it shows."""

import datetime as dt

import pytest
from django.test import Client

from echelons.socle.horloge import reelle
from tests.web.pages import texte

TEMOIN = "date_metier"
ABSENTE = ("Démonstration", "Changer de date", "/demonstration/date/")


@pytest.fixture
def en_demonstration(db, settings):
    settings.DEMONSTRATION, settings.AUJOURDHUI = True, dt.date(2019, 6, 30)


def choisir(client, **parametres):
    return client.get("/demonstration/date/", parametres)


# --- Outside ------------------------------------------------------------------------------------------------


def test_outside_the_demonstration_there_is_no_banner_and_the_day_is_real(quelques_contrats, client, lire):
    client.cookies[TEMOIN] = "2019-03-01"
    for adresse in ("/", "/regions/", "/territoire/59D/", "/methode/", "/sources/"):
        page = lire(adresse)
        assert page.soupe.find(class_="ec-bandeau") is None
        assert not [mot for mot in ABSENTE if mot in str(page.soupe)]
    assert lire("/").soupe.find(id="id_au")["value"] == reelle().isoformat()


def test_outside_the_demonstration_no_date_can_be_chosen(quelques_contrats, client):
    reponse = choisir(client, date="2019-03-01", retour="/")
    assert reponse.status_code == 404
    assert TEMOIN not in reponse.cookies


# --- Inside -------------------------------------------------------------------------------------------------


def test_the_demonstration_opens_on_its_own_day_and_says_so_on_every_page(
    en_demonstration, quelques_contrats, lire
):
    for adresse in ("/", "/regions/", "/territoire/59D/", "/methode/", "/sources/", "/actualites/"):
        assert "30 juin 2019" in texte(lire(adresse).soupe.find(class_="ec-bandeau")), adresse
    assert lire("/").soupe.find(id="id_au")["value"] == "2019-06-30"


def test_a_reader_chooses_a_date_and_goes_back_where_he_was(
    en_demonstration, quelques_contrats, client, lire
):
    reponse = choisir(client, date="2019-03-01", retour="/territoire/59D/?dispositif=essai")
    assert (reponse.status_code, reponse["Location"]) == (302, "/territoire/59D/?dispositif=essai")
    temoin = reponse.cookies[TEMOIN]
    assert (temoin.value, temoin["httponly"], temoin["samesite"]) == ("2019-03-01", True, "Lax")
    assert "no-store" in reponse["Cache-Control"]
    page = lire("/")
    assert page.soupe.find(id="id_au")["value"] == "2019-03-01"
    assert "1er mars 2019" in texte(page.soupe.find(class_="ec-bandeau"))
    assert lire("/", au="2019-12-31").soupe.find(id="id_au")["value"] == "2019-12-31"


def test_the_date_of_a_reader_is_his_own(en_demonstration, client):
    autre = Client()
    choisir(client, date="2019-03-01")
    assert b'value="2019-03-01"' in client.get("/").content
    assert b'value="2019-06-30"' in autre.get("/").content
    assert b'value="2019-03-01"' in client.get("/").content


def test_the_dispositif_of_the_day_is_the_one_in_force(en_demonstration, client, lire):
    assert lire("/").soupe.select_one("#id_dispositif option[selected]")["value"] == "calpae"
    choisir(client, date="2025-01-01")
    choisi = lire("/").soupe.select_one("#id_dispositif option[selected]")["value"]
    assert choisi == "contrat-local-solidarites"


def test_choosing_no_date_comes_back_to_the_day_of_the_instance(en_demonstration, client, lire):
    choisir(client, date="2019-03-01")
    choisir(client)
    assert lire("/").soupe.find(id="id_au")["value"] == "2019-06-30"


@pytest.mark.parametrize("saisie", ["0000-01-01", "2019-02-30", "hier", "9999999-99-99", "😀", "<b>"])
def test_a_date_that_is_none_is_explained_and_changes_nothing(en_demonstration, client, saisie):
    reponse = choisir(client, date=saisie)
    assert reponse.status_code == 400
    assert TEMOIN not in reponse.cookies
    assert "<b>" not in reponse.content.decode()


def test_a_cookie_made_by_hand_is_ignored_when_it_is_no_date(en_demonstration, client, lire):
    for valeur in ("hier", "0000-01-01", "2019-02-30", "x" * 4000, "\x01"):
        client.cookies[TEMOIN] = valeur
        assert lire("/").soupe.find(id="id_au")["value"] == "2019-06-30"


@pytest.mark.parametrize(
    "retour",
    [
        "//evil.example",
        "https:evil.example",
        "https://evil.example/",
        "http:///evil.example",
        "\\\\evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "javascript:alert(1)",
        "data:text/html,x",
        "\x00//evil.example",
        " //evil.example",
        "https://testserver@evil.example/",
        "//evil.example\\@testserver",
        "http://[::1",
        "",
    ],
)
def test_going_back_never_leads_out_of_the_house(en_demonstration, client, retour):
    for parametres in ({"retour": retour}, {"retour": retour, "date": "2019-03-01"}):
        reponse = choisir(client, **parametres)
        assert (reponse.status_code, reponse.headers.get("Location")) in {(302, "/"), (400, None)}


# --- Fiction --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("adresse", "choix"),
    [
        ("/territoire/990D/", {}),
        ("/territoire/99001/", {}),
        ("/territoire/990000001/", {}),
        ("/region/R99/", {}),
        ("/recherche/", {"q": "essai"}),
        ("/source/source-a/", {}),
    ],
)
def test_what_is_fictional_says_so_wherever_it_shows(
    en_demonstration, quelques_contrats, lire, adresse, choix
):
    page = lire(adresse, **choix)
    assert page.soupe.find(class_="ec-fictif")
    for lien in page.soupe.main.find_all("a", href=True):
        if "/territoire/99" in lien["href"] or "/region/R99" in lien["href"]:
            assert "fictif" in texte(lien.parent).lower().replace("fictive", "fictif"), lien


def test_what_is_fictional_is_in_no_list_count_map_or_file_of_the_real_country(
    en_demonstration, quelques_contrats, client
):
    for adresse in ("/", "/regions/", "/departements/", "/region/R32/", "/tableau.csv", "/chronologie/"):
        contenu = client.get(adresse, {"au": "2019-06-30"}).content.decode()
        for mot in ("990D", "R99", "Val-d’Essai"):
            assert mot not in contenu, (adresse, mot)


FICTIFS_DE_R99 = ("990D", "991D", "992D", "993D")


def test_the_page_of_the_fictional_territory_has_its_state_and_no_neighbour(
    en_demonstration, quelques_contrats, lire
):
    page = lire("/territoire/990D/", dispositif="essai")
    assert "n’entre dans aucun total" in page.tout
    assert texte(page.soupe.find(class_="ec-situation")) == "signée le 13 juin 2019"
    assert page.soupe.find(class_="ec-voisins") is None
    region = lire("/region/R99/", dispositif="essai")
    lignes = [(x.code, x.classe, x.fictif) for x in region.tableau("signataires")]
    assert lignes == [
        (code, "signee" if code == "990D" else "non_documentee", True) for code in FICTIFS_DE_R99
    ]
    assert region.soupe.find("svg", class_="carte") is None
