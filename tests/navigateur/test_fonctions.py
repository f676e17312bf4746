"""Each function of the demonstration, from its first click to every page that its menu offers, by keyboard alone."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.bases import RACINE
from tests.navigateur.conftest import HAUTEUR
from tests.navigateur.constats import manquements
from tests.navigateur.personnes import Personne

MENU = "nav[aria-label='Mon espace'] a"


def _une_par_fonction(chemin: Path) -> list[str]:
    """The first account of each function, as the demonstration declares them."""
    comptes = re.findall(r"- cle: (\S+)\n.*?fonction: (\S+)\n", chemin.read_text(), re.DOTALL)
    premieres: dict[str, str] = {}
    for cle, fonction in comptes:
        premieres.setdefault(fonction, cle)
    return list(premieres.values())


@pytest.mark.parametrize("cle", _une_par_fonction(RACINE / "demonstration" / "comptes.yaml"))
def test_a_function_reaches_every_page_of_its_menu_by_keyboard(ouvrir, serveur, cle):
    personne = Personne(ouvrir, serveur, cle)
    for largeur, hauteur in HAUTEUR.items():
        personne.page.set_viewport_size({"width": largeur, "height": hauteur})
        assert manquements(personne.page, personne.journal) == [], largeur
    personne.page.set_viewport_size({"width": 1280, "height": 800})
    rubriques = personne.page.locator(MENU).all_inner_texts()
    assert rubriques[0] == "Mon travail"
    for rubrique in rubriques[1:]:
        personne.activer(rubrique)
        expect(personne.page.locator(f"{MENU}[aria-current]")).to_have_text(rubrique)
        personne.regarder()
