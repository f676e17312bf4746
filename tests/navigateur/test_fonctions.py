"""Each function of the demonstration, from its first click to every page that its menu offers, by keyboard alone."""

import re
from pathlib import Path

import pytest
from _pytest.mark import ParameterSet
from playwright.sync_api import expect

from tests.bases import RACINE
from tests.navigateur.constats import manquements_partout
from tests.navigateur.personnes import Personne

MENU = "nav[aria-label='Mon espace'] a"
#: One of each échelon and side, and who keeps the house; the others, whose menus are of the same parts, at length.
ORDINAIRES = {
    "administrateur-national",
    "conseiller-territoires",
    "commissaire",
    "instructeur",
    "charge-de-mission",
    "operateur",
}


def _une_par_fonction(chemin: Path) -> list[ParameterSet]:
    """The first account of each function, as the demonstration declares them."""
    comptes = re.findall(r"- cle: (\S+)\n.*?fonction: (\S+)\n", chemin.read_text(), re.DOTALL)
    premieres: dict[str, str] = {}
    for cle, fonction in comptes:
        premieres.setdefault(fonction, cle)
    assert set(premieres) >= ORDINAIRES
    return [
        pytest.param(cle, id=cle, marks=() if fonction in ORDINAIRES else pytest.mark.longue)
        for fonction, cle in premieres.items()
    ]


@pytest.mark.parametrize("cle", _une_par_fonction(RACINE / "demonstration" / "comptes.yaml"))
def test_a_function_reaches_every_page_of_its_menu_by_keyboard(ouvrir, serveur, cle):
    personne = Personne(ouvrir, serveur, cle)
    assert manquements_partout(personne.page, personne.journal, f"mon-travail-{cle}") == {}
    rubriques = personne.page.locator(MENU).all_inner_texts()
    assert rubriques[0] == "Mon travail"
    for rubrique in rubriques[1:]:
        personne.activer(rubrique)
        expect(personne.page.locator(f"{MENU}[aria-current]")).to_have_text(rubrique)
        personne.regarder()
