"""A circular arrives: the nation reads what it moves, publishes, watches; a département answers. By keyboard alone."""

import re

from playwright.sync_api import expect

from tests.navigateur.constats import capturer
from tests.navigateur.exemples import PROJET_DE_TEXTE
from tests.navigateur.personnes import Personne

TEXTE = f"/circulaires/{PROJET_DE_TEXTE}/"


def test_a_circular_from_the_first_word_to_the_acknowledgement(ouvrir, a_part):
    nation = Personne(ouvrir, a_part, "conseiller-territoires")
    nation.ouvrir("/circulaires/")
    nation.activer("Préparer un texte")
    nation.regarder()
    for champ, valeur in (
        ("Référence", "Instruction fictive du 28 juin 2019"),
        ("Titre", "Un délai de plus"),
        ("Date du texte", "2019-06-28"),
        ("Résumé", "Texte fictif."),
    ):
        nation.ecrire(champ, valeur)
    nation.atteindre("Convention d’appui à la lutte")
    nation.page.keyboard.press("Space")
    nation.atteindre("Convention d’appui à la lutte")  # the obligations of the dispositif, folded
    nation.page.keyboard.press("Enter")
    nation.ecrire("Signature de la convention d’appui", "2019-09-30")
    nation.activer("Enregistrer et voir")
    expect(nation.page.locator("h1")).to_have_text("Instruction fictive du 28 juin 2019")
    nation.regarder()
    capturer(nation.page, "incidence")
    titre = nation.page.locator("#incidence").inner_text()
    assert int(re.findall(r"(\d+)\s*échéance", titre)[0]) > 60, titre
    assert "30 juin 2019" in nation.page.locator(".ec-incidence").inner_text().replace("\u00a0", " ")
    nation.activer("Publier")
    expect(nation.page.locator("main [role=status]")).to_contain_text("Le texte est publié")
    nation.regarder()
    adresse = nation.page.url.removeprefix(a_part)

    departement = Personne(ouvrir, a_part, "charge-de-mission-991")
    departement.activer("Instruction fictive du 28 juin 2019")
    departement.regarder()
    departement.page.set_viewport_size({"width": 360, "height": 800})
    departement.regarder()
    departement.activer("Accuser réception")
    expect(departement.page.locator("main [role=status]")).to_contain_text("Accusé de réception donné")
    departement.ouvrir("/echeances/")
    echeances = departement.page.locator("main").inner_text().replace("\u00a0", " ")
    assert "30 septembre 2019" in echeances
    assert "Instruction fictive du 28 juin 2019" in echeances

    nation.ouvrir(adresse)
    expect(nation.page.locator("#accuses")).to_contain_text("1 sur")
    ailleurs = Personne(ouvrir, a_part, "charge-de-mission-59")
    assert ailleurs.page.goto(f"{a_part}{adresse}").status == 404
    assert ailleurs.page.goto(f"{a_part}{TEXTE}").status == 404
