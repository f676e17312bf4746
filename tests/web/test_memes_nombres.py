"""The table, the map, the curve, the CSV and the XLSX say the same numbers for the same address."""

import random
from collections import Counter

import pytest

from tests.web.pages import CARTE_DE_LA_CLASSE, Page, lire_csv, lire_xlsx

TOUTES = ("2018-12-17", "2018-12-18", "2019-06-15", "2019-06-30", "2020-12-31", "2021-01-01", "2022-06-30")


@pytest.fixture
def confronter(client, lire):
    """Read the same choices from every door, and hold what they say together."""

    def comparer(**choix: str) -> Page:
        page = lire("/", **choix)
        lignes = page.tableau("signataires")
        filtres = {"region", "classe"} & choix.keys()
        toutes = lire("/", **{c: v for c, v in choix.items() if c not in filtres}).tableau("signataires")
        comparer_fichiers(client, choix, lignes)
        comparer_comptes(page, toutes)
        comparer_carte(page, {ligne.code: ligne for ligne in toutes})
        comparer_courbe(page, toutes)
        return page

    return comparer


def comparer_fichiers(client, choix, lignes) -> None:
    assert lire_csv(client.get("/tableau.csv", choix).content) == lignes
    assert lire_xlsx(client.get("/tableau.xlsx", choix).content) == lignes


def comparer_comptes(page, lignes) -> None:
    par_classe = Counter(ligne.classe for ligne in lignes)
    assert page.nombres_par_classe() == {classe: par_classe[classe] for classe in CARTE_DE_LA_CLASSE}
    assert page.legende() == {
        carte: sum(n for classe, n in par_classe.items() if CARTE_DE_LA_CLASSE[classe] == carte)
        for carte in CARTE_DE_LA_CLASSE.values()
    }


def comparer_carte(page, lignes) -> None:
    """Every signatory is on the map once, in the fill of its class, and said by name; nobody else's fill counts."""
    carte = {code: dit for code, dit in page.carte().items() if code in lignes}
    assert carte.keys() == lignes.keys()
    fonds: dict[str, set[str]] = {}
    for code, (fond, phrase) in carte.items():
        fonds.setdefault(CARTE_DE_LA_CLASSE[lignes[code].classe], set()).add(fond)
        assert phrase.startswith(f"{lignes[code].nom} : ")
    assert all(len(f) == 1 for f in fonds.values())
    assert len(set.union(*fonds.values())) == len(fonds)


def comparer_courbe(page, lignes) -> None:
    signees = sum(ligne.classe == "signee" for ligne in lignes)
    if not page.etapes():  # the day looked at comes before the dispositif
        assert signees == 0
        return
    jour, attestees, au_plus, total = page.etapes()[-1]
    assert (attestees, total) == (signees, len(lignes)), jour
    courbe = page.courbe()
    x = courbe.jour_regarde()
    assert courbe.signees(x) == pytest.approx(attestees, abs=0.6)
    assert courbe.au_plus(x) == pytest.approx(au_plus, abs=0.6)


@pytest.mark.parametrize("au", TOUTES)
def test_every_door_says_the_same_on_every_day(quelques_contrats, confronter, au):
    confronter(dispositif="essai", au=au)


@pytest.mark.parametrize(
    "choix",
    [
        {"connu": "2018-12-19"},
        {"connu": "2021-01-15"},
        {"region": "R32"},
        {"region": "R44", "classe": "signee"},
        {"classe": "non_documentee", "tri": "territoire"},
        {"classe": "non_signataire", "region": "R06"},
        {"tri": "situation"},
        {"tri": "date", "region": "R32"},
        {"tri": "region"},
    ],
)
def test_every_door_says_the_same_under_every_filter(quelques_contrats, confronter, choix):
    confronter(dispositif="essai", au="2019-06-30", **choix)


def test_the_numbers_are_those_of_the_contracts(quelques_contrats, confronter):
    page = confronter(dispositif="essai", au="2019-06-30")
    assert page.nombres_par_classe() == {
        "signee": 3,
        "peut_etre": 2,
        "engagee": 1,
        "pas_encore": 1,
        "non_signataire": 1,
        "non_documentee": 93,
    }
    assert page.etapes()[-1] == ("2019-06-30", 3, 99, 101)
    lignes = {ligne.code: ligne for ligne in page.tableau("signataires")}
    assert lignes["59D"].date == "le 18 décembre 2018"
    assert lignes["62D"].date == "le 18 décembre 2018 ou le 21 décembre 2019, selon les sources"
    assert lignes["60D"].date == "à une date inconnue, au plus tard le 31 décembre 2020"
    assert page.carte()["59D"][1] == "Nord : signée le 18 décembre 2018"


def test_a_filter_keeps_the_rows_it_says_and_leaves_the_counts(quelques_contrats, confronter):
    page = confronter(dispositif="essai", au="2019-06-30", region="R32", classe="pas_encore")
    assert [ligne.code for ligne in page.tableau("signataires")] == ["02D"]
    assert sum(page.nombres_par_classe().values()) == 101


def test_each_month_of_the_curve_is_what_the_page_of_that_day_says(quelques_contrats, lire):
    etapes = lire("/", dispositif="essai", au="2021-06-30").etapes()
    assert len(etapes) >= 6
    for jour, signees, _, total in etapes:
        nombres = lire("/", dispositif="essai", au=jour).nombres_par_classe()
        assert (nombres["signee"], sum(nombres.values())) == (signees, total)


def test_the_regions_share_out_the_national_numbers(quelques_contrats, lire):
    choix = {"dispositif": "essai", "au": "2019-06-30"}
    national = lire("/", **choix).nombres_par_classe()
    rangs = lire("/regions/", **choix).soupe.select("main table tbody tr")
    par_region = {r.th.a["href"].split("/")[2]: [int(c.get_text()) for c in r.find_all("td")] for r in rangs}
    assert [sum(colonne) for colonne in zip(*par_region.values(), strict=True)] == [*national.values(), 101]
    for code in ("R32", "R44", "R06", "R84"):
        page = lire(f"/region/{code}/", **choix)
        lignes = page.tableau("signataires")
        assert len(lignes) == par_region[code][-1]
        assert sum(ligne.classe == "signee" for ligne in lignes) == par_region[code][0]
        assert sum(page.legende().values()) == len(lignes)
        comparer_carte(page, {ligne.code: ligne for ligne in lignes})


def test_the_files_say_what_they_are_and_for_which_dates(quelques_contrats, client):
    reponse = client.get("/tableau.csv", {"dispositif": "essai", "au": "2019-03-01", "connu": "2020-01-01"})
    assert reponse["Content-Type"] == "text/csv; charset=utf-8"
    assert 'filename="echelons-essai-2019-03-01.csv"' in reponse["Content-Disposition"]
    entete, premiere, *_ = reponse.content.decode("utf-8-sig").split("\r\n")
    assert entete.startswith("Code,Territoire,Région,Situation,Date de signature selon les sources")
    assert premiere.startswith("01D,Ain,Auvergne-Rhône-Alpes,Non documenté,")
    assert premiere.endswith(",ESSAI,2019-03-01,2020-01-01")


def test_the_demonstration_says_the_same_everywhere(demonstration, confronter, lire):
    tirage = random.Random(59)
    for dispositif in ("calpae", "contrat-local-solidarites"):
        regions = ["R11", "R32", "R44", "R84", "R93"]
        for annee in (2018, 2019, 2020, 2021, 2026):
            choix = {
                "dispositif": dispositif,
                "au": f"{annee}-{tirage.randint(10, 12)}-{tirage.randint(10, 28)}",
            }
            if tirage.random() < 0.5:
                choix["connu"] = f"{annee}-12-31"
            page = confronter(**choix, tri=tirage.choice(["code", "date", "situation"]))
            assert sum(page.nombres_par_classe().values()) == (100 if annee >= 2021 else 101)
            confronter(**choix, region=tirage.choice(regions))
