"""Every named address, opened in a real browser at three widths: nothing may be said against any page."""

from typing import Any

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import Page

from tests.navigateur.constats import manquements_partout
from tests.navigateur.exemples import FICHIERS, PAGES, PASSAGES, Exemple, noms_des_adresses

#: By account: the cookies of who is signed in. One signs in once: what is opened here is only looked at.
Entrees = dict[str, list[Any]]


@pytest.fixture(scope="module")
def entrees() -> Entrees:
    """Nobody yet."""
    return {}


def _aller(page: Page, exemple: Exemple, serveur: str, entrees: Entrees) -> int:
    """Open the example as its reader does; the status of the page reached."""
    if exemple.compte and exemple.compte in entrees:
        page.context.add_cookies(entrees[exemple.compte])
    elif exemple.compte:
        _entrer(page, exemple.compte, serveur)
        entrees[exemple.compte] = page.context.cookies()
    if not exemple.lien:
        return page.goto(f"{serveur}{exemple.chemin}").status
    depart, selecteur = exemple.lien.split(" ", 1)
    # On the last day of the demonstration, everything is published.
    page.goto(f"{serveur}/demonstration/date/?date=2027-12-31&retour={depart}")
    with page.expect_navigation() as reponse:
        page.locator(f"main {selecteur}").first.click()
    return reponse.value.status


def _entrer(page: Page, compte: str, serveur: str) -> None:
    """Sign in with the cookies of this page, without drawing the pages on the way: test_connexion.py opens them."""
    porte = f"{serveur}/demonstration/comptes/"
    page.request.get(porte)
    jeton = next(c["value"] for c in page.context.cookies() if c["name"] == "csrf")
    donnees = {"compte": compte, "csrfmiddlewaretoken": jeton}
    reponse = page.request.post(porte, form=donnees, headers={"Referer": porte}, max_redirects=0)
    assert (reponse.status, reponse.headers["location"]) == (302, "/accueil/")


def test_every_named_address_has_an_example():
    """A new address joins the examples, or is declared a file."""
    assert {exemple.url for exemple in PAGES} | set(FICHIERS) | PASSAGES == noms_des_adresses()
    assert len({exemple.nom for exemple in PAGES}) == len(PAGES)


def _exemples() -> list[ParameterSet]:
    """The first example of each address; the others, its other states, with the long trials."""
    premiers = {exemple.url: exemple for exemple in reversed(PAGES)}
    return [
        pytest.param(e, id=e.nom, marks=() if premiers[e.url] is e else pytest.mark.longue) for e in PAGES
    ]


@pytest.mark.parametrize("exemple", _exemples())
def test_a_page_is_sound_at_every_width(ouvrir, serveur, entrees, exemple: Exemple):
    """One h1, a title, no scroll in width, no anomaly for axe-core, a quiet console, nothing asked outside."""
    page, journal = ouvrir()
    assert _aller(page, exemple, serveur, entrees) == exemple.statut
    assert manquements_partout(page, journal, exemple.nom) == {}
