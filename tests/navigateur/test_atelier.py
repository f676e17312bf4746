"""Two people write a convention: a fiche saved as one types, a network that fails, the grid, what is missing."""

import re

from playwright.sync_api import expect

from tests.navigateur.personnes import CONVENTION, Personne

COLLER = """
(texte) => {
    const presse = new DataTransfer();
    presse.setData("text/plain", texte);
    document.activeElement.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: presse, bubbles: true, cancelable: true }));
}
"""


def enregistre(personne: Personne):
    """What the page says of the last saving."""
    return expect(personne.page.locator("[data-etat]"))


def test_a_fiche_is_saved_as_one_types_and_nothing_is_lost_when_the_network_fails(ouvrir, a_part):
    charge = Personne(ouvrir, a_part, "charge-de-mission-991")
    charge.ouvrir(f"{CONVENTION}fiches/")
    charge.ecrire("Intitulé de la nouvelle fiche", "Un lieu pour les jeunes majeurs")
    charge.activer("Créer la fiche")
    fiche = charge.page.url
    charge.ecrire("Public visé", "Les jeunes qui sortent de l’aide sociale à l’enfance.")
    enregistre(charge).to_contain_text("Enregistré à")

    finances = Personne(ouvrir, a_part, "finances-991")
    finances.page.goto(fiche)
    finances.ecrire("Public visé", "Les 18-21 ans.")
    enregistre(finances).to_contain_text("Enregistré à")
    charge.ecrire("Public visé", "Tous les jeunes majeurs.")
    enregistre(charge).to_contain_text("sauf ce qu’une autre personne a écrit")
    expect(charge.page.locator(".ec-case__erreur")).to_contain_text("Les 18-21 ans.")
    charge.journal.plaintes.clear()  # the refusal of the saving is in the console, as it must
    charge.regarder()

    charge.page.context.set_offline(True)
    charge.ecrire("Pilote", "Service jeunesse (fictif)")
    enregistre(charge).to_contain_text("Le réseau ne répond pas")
    charge.page.context.set_offline(False)
    enregistre(charge).to_contain_text("Enregistré à", timeout=20_000)
    charge.page.reload()
    expect(charge.page.get_by_label("Pilote")).to_have_value("Service jeunesse (fictif)")


def test_what_a_colleague_writes_elsewhere_is_shown_and_never_undone(ouvrir, a_part):
    charge = Personne(ouvrir, a_part, "charge-de-mission-991")
    charge.ouvrir(f"{CONVENTION}fiches/")
    charge.activer("Orienter en un mois")
    fiche = charge.page.url
    finances = Personne(ouvrir, a_part, "finances-991")
    finances.page.goto(fiche)
    finances.ecrire("Moyens humains", "7")
    enregistre(finances).to_contain_text("Enregistré à")
    charge.ecrire("Lieux", "Le port")
    enregistre(charge).to_contain_text("Enregistré à")
    expect(charge.page.get_by_label("Moyens humains")).to_have_value("7")
    charge.ecrire("Lieux", "Le port et la gare")
    with charge.page.expect_navigation():
        charge.page.get_by_role("button", name="Enregistrer", exact=True).click()
    charge.page.goto(fiche)
    expect(charge.page.get_by_label("Moyens humains")).to_have_value("7")

    # Saved by the button, « 1000 » comes back as « 1 000 »: it is not taken for something that was lost.
    charge.page.goto(f"{a_part}{CONVENTION}financement/")
    charge.page.locator("input.ec-case").nth(0).fill("1000")
    with charge.page.expect_navigation():
        charge.page.get_by_role("button", name="Enregistrer", exact=True).click()
    assert charge.page.evaluate("() => Object.keys(localStorage)") == []
    finances.page.goto(f"{a_part}{CONVENTION}financement/")
    finances.page.locator("input.ec-case").nth(0).fill("2000")
    enregistre(finances).to_contain_text("Enregistré à")
    charge.page.goto(f"{a_part}{CONVENTION}financement/")
    expect(charge.page.locator("input.ec-case").nth(0)).to_have_value(re.compile(r"2\s000"))
    expect(charge.page.locator("[data-etat]")).to_be_empty()


def test_the_grid_is_filled_by_keyboard_and_by_paste_and_the_broken_rules_are_told(ouvrir, a_part):
    charge = Personne(ouvrir, a_part, "charge-de-mission-991")
    charge.ouvrir(f"{CONVENTION}financement/")
    cases = charge.page.locator("input.ec-case")
    cases.nth(0).focus()
    charge.page.evaluate(COLLER, "10 000,50\t20000\t30000\n10 000,50\t20000\t30000\n")
    enregistre(charge).to_contain_text("Enregistré à")
    expect(charge.page.locator("[data-somme-groupe]").first).to_have_text(re.compile(r"120\s001"))
    charge.page.keyboard.press("ArrowDown")
    expect(cases.nth(3)).to_be_focused()
    charge.page.keyboard.type("beaucoup")
    expect(charge.page.locator(".ec-case__erreur")).to_contain_text("écrivez un nombre")
    charge.journal.plaintes.clear()
    charge.regarder()
    charge.page.reload()
    expect(cases.nth(0)).to_have_value(re.compile(r"10\s000,50"))

    charge.ouvrir(f"{CONVENTION}manques/")
    regle = charge.page.locator(".ec-points--enfreint li").filter(has_text="nouvelle")
    expect(regle).to_contain_text("Un garage solidaire itinérant")
    garage = charge.page.locator(".ec-points--manque > li").filter(has_text="Un garage solidaire itinérant")
    garage.get_by_role("link", name=re.compile("Dites si elle est nouvelle")).click()
    charge.page.get_by_label("Nature").select_option("nouvelle")
    enregistre(charge).to_contain_text("Enregistré à")
    charge.ouvrir(f"{CONVENTION}moments/")
    expect(charge.page.locator("main")).to_contain_text("Un garage solidaire itinérant")
