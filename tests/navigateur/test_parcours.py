"""What a newcomer does with clicks and typing only, from the first page, with and without JavaScript."""

import csv
import re
from collections import Counter
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from python_calamine import CalamineWorkbook


def _comptes(page: Page) -> dict[str, int]:
    """The counts of the balance, by class."""
    cartes = page.locator(".ec-classes__lien")
    textes = [
        (c.locator(".ec-situation").inner_text(), c.locator(".ec-classes__nombre").inner_text())
        for c in cartes.all()
    ]
    return {libelle: int(nombre) for libelle, nombre in textes}


def _lignes(page: Page) -> dict[str, str]:
    """Each territory of the national table with its class, as the page writes them."""
    return dict(
        page.locator("#tableau tbody tr").evaluate_all("""
        (rs) => rs.map((r) => [r.querySelector("th a").textContent, r.querySelector(".ec-situation").textContent])
    """)
    )


def _telecharger(page: Page, lien: str, dossier: Path) -> Path:
    with page.expect_download() as attente:
        page.get_by_role("link", name=lien).click()
    chemin = dossier / attente.value.suggested_filename
    attente.value.save_as(chemin)
    return chemin


def _fait(page: Page, titre: str, date: str):
    """The dated facts of a page whose title and date are these."""
    return (
        page.locator(".ec-fait")
        .filter(has=page.locator(".ec-fait__titre", has_text=titre))
        .filter(has=page.locator(".ec-fait__date", has_text=date))
    )


@pytest.fixture(params=[True, False], ids=["avec-javascript", "sans-javascript"])
def page(request, ouvrir) -> Page:
    """The first page of the demonstration, as its newcomer finds it."""
    return ouvrir("/", javascript=request.param)[0]


def test_a_newcomer_reads_follows_and_takes_away_who_has_signed(page, tmp_path):
    """The whole way, from « where did France stand on 30 June 2019 » to the contracts that cover one's commune."""
    _lire_le_30_juin_2019(page)
    _voir_les_premiers_signataires(page)
    _lire_le_desaccord_du_pas_de_calais(page)
    _descendre_jusqu_au_nord(page)
    _comparer_fin_2019(page, tmp_path)
    _regarder_aujourdhui(page)
    _chercher_sa_commune(page)


def _lire_le_30_juin_2019(page: Page) -> None:
    """The date, the count over all signatories, the objective and where it comes from."""
    expect(page.locator("h1")).to_contain_text("30 juin 2019")
    comptes = _comptes(page)
    assert sum(comptes.values()) == 101
    bilan = page.locator(".ec-bilan")
    expect(bilan.locator(".ec-bilan__nombre")).to_have_text(str(comptes["Signée"]))
    expect(bilan).to_contain_text(re.compile(r"101\s+territoires"))
    expect(bilan.locator(".ec-bilan__objectif").first).to_contain_text("30 juin 2019")
    expect(bilan.locator(".ec-bilan__objectif").first).to_contain_text("4 février 2019")


def _voir_les_premiers_signataires(page: Page) -> None:
    """On 1 March 2019: the first three, each with its sources."""
    page.locator(".ec-bandeau").get_by_role("link", name="1er mars 2019").click()
    expect(page.locator("h1")).to_contain_text("1er mars 2019")
    lignes = _lignes(page)
    assert {lignes[nom] for nom in ("Bas-Rhin", "Nord", "Pas-de-Calais")} == {"Signée"}
    for nom, date in [
        ("Bas-Rhin", "20 décembre 2018"),
        ("Nord", "18 décembre 2018"),
        ("Pas-de-Calais", "selon les sources"),
    ]:
        ligne = page.locator("#tableau tbody tr").filter(has=page.get_by_role("link", name=nom, exact=True))
        expect(ligne).to_contain_text(date)
        assert ligne.locator("td").last.get_by_role("link").count() >= 1


def _lire_le_desaccord_du_pas_de_calais(page: Page) -> None:
    """Three sources, three dates, side by side; none erases another."""
    page.locator("#tableau").get_by_role("link", name="Pas-de-Calais", exact=True).click()
    expect(page.locator("main")).to_contain_text("Les sources ne s’accordent pas")
    faits = page.locator(".ec-faits").first.locator(".ec-fait").filter(has_text="Signature")
    dates = faits.locator(".ec-fait__date").all_inner_texts()
    assert len(set(dates)) == 3
    sources = {fait.locator(".ec-fait__sources a").first.inner_text() for fait in faits.all()}
    assert len(sources) == 3


def _descendre_jusqu_au_nord(page: Page) -> None:
    """From France: the région in one click, the département in another, its vote and its signature."""
    page.get_by_role("navigation", name="Navigation principale").get_by_role("link", name="National").click()
    page.locator("main").get_by_role("link", name="Hauts-de-France", exact=True).last.click()
    expect(page.locator("h1")).to_contain_text("Hauts-de-France")
    page.locator(".ec-table").get_by_role("link", name="Nord", exact=True).click()
    expect(page.locator("h1")).to_have_text("Nord")
    vote = _fait(page, "Délibération", "17 décembre 2018")
    expect(vote).to_have_count(1)
    assert vote.locator(".ec-fait__sources a").count() >= 1
    assert _fait(page, "Signature", "18 décembre 2018").count() >= 1


def _comparer_fin_2019(page: Page, dossier: Path) -> None:
    """On 31 December 2019: what is signed, what perhaps, what nobody knows; the files say the same."""
    with page.expect_navigation():
        page.get_by_role("navigation", name="Navigation principale").get_by_role(
            "link", name="National"
        ).click()
    avant = _comptes(page)
    page.locator(".ec-bandeau").get_by_role("link", name="31 décembre 2019").click()
    expect(page.locator("h1")).to_contain_text("31 décembre 2019")
    comptes = _comptes(page)
    assert comptes["Signée"] > avant["Signée"]
    assert comptes["Peut-être signée"] > 0
    assert comptes["Non documenté"] > 0
    lignes = _lignes(page)
    assert {c: n for c, n in comptes.items() if n} == dict(Counter(lignes.values()))

    with _telecharger(page, "Télécharger en CSV", dossier).open(encoding="utf-8-sig", newline="") as fichier:
        assert {ligne["Territoire"]: ligne["Situation"] for ligne in csv.DictReader(fichier)} == lignes
    classeur = CalamineWorkbook.from_path(_telecharger(page, "Télécharger pour Excel", dossier))
    entetes, *rangees = classeur.get_sheet_by_name("Signataires").to_python()
    territoire, situation = entetes.index("Territoire"), entetes.index("Situation")
    assert {rangee[territoire]: rangee[situation] for rangee in rangees} == lignes


def _regarder_aujourdhui(page: Page) -> None:
    """Today, the contracts in force: the local contracts, few of them documented, and the official count beside."""
    page.locator(".ec-bandeau").get_by_role("link", name="Aujourd’hui").click()
    expect(page.locator(".ec-etat").first).to_contain_text("Contrat local des solidarités")
    comptes = _comptes(page)
    assert sum(comptes.values()) == 100
    assert 0 < comptes["Signée"] < comptes["Non documenté"]
    expect(page.locator(".ec-comptes")).to_contain_text("116")


def _chercher_sa_commune(page: Page) -> None:
    """« Roubaix »: the contracts that cover it, each leading to the territory that signed it."""
    page.get_by_role("searchbox").first.fill("Roubaix")
    page.get_by_role("button", name="Chercher").first.click()
    page.locator(".ec-resultats").get_by_role("link", name="Roubaix", exact=True).click()
    expect(page.locator("h1")).to_have_text("Roubaix")
    couvertures = page.locator(".ec-couvertures").first
    # The département signed under two dispositifs, the latest first.
    expect(couvertures.get_by_role("link", name="Nord", exact=True)).to_have_count(2)
    expect(couvertures.locator("li").first).to_contain_text("Contrat local des solidarités")


def test_a_refused_date_can_be_corrected_where_it_was_typed(ouvrir):
    """What is wrong is said, the typed text is still there, and correcting it is enough."""
    page, _ = ouvrir("/?au=31/02/2019&dispositif=calpae", javascript=False)
    expect(page.get_by_role("alert")).to_contain_text("31/02/2019")
    champ = page.get_by_label("À la date du")
    expect(champ).to_have_value("31/02/2019")
    page.get_by_role("alert").get_by_role("link", name="À la date du").click()
    expect(champ).to_be_focused()
    champ.fill("28/02/2019")
    page.get_by_role("button", name="Afficher").click()
    expect(page.locator("h1")).to_contain_text("28 février 2019")


def test_the_table_is_filtered_sorted_and_shown_whole_again(ouvrir):
    """By a class of the balance, by a région, by date; an empty answer leads back."""
    page, _ = ouvrir("/?au=2019-03-01", javascript=False)
    comptes = _comptes(page)
    with page.expect_navigation():
        page.locator(".ec-classes__lien", has_text="Signée").first.click()
    assert len(_lignes(page)) == comptes["Signée"]
    page.get_by_label("Région", exact=True).select_option("Hauts-de-France")
    with page.expect_navigation():
        page.get_by_role("button", name="Filtrer").click()
    assert set(_lignes(page)) == {"Nord", "Pas-de-Calais"}
    page.locator("#tableau th").get_by_role("link", name="Signature").click()
    expect(page.locator("#tableau th[aria-sort=ascending]")).to_contain_text("Signature")
    page.get_by_label("Région", exact=True).select_option("Mayotte")
    page.get_by_role("button", name="Filtrer").click()
    with page.expect_navigation():
        page.get_by_role("link", name="Tout afficher").click()
    assert len(_lignes(page)) == 101
