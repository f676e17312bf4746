"""A seal that was a mistake is cancelled and made again; a citizen drops the scan, then the same but for one bit."""

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.constats import capturer, manquements
from tests.navigateur.personnes import Personne

ACTE = "/contrats/calpae-993d/convention/"
pytestmark = pytest.mark.longue


def deposer(page: Page, site: str, octets: bytes) -> str:
    """Drop a file on the public page; the title of the answer."""
    page.goto(f"{site}/verifier/")
    page.get_by_label("Le fichier PDF").set_input_files(
        {"name": "acte.pdf", "mimeType": "application/pdf", "buffer": octets}
    )
    page.get_by_role("button", name="Vérifier").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    return page.locator(".ec-verdict h2").inner_text()


@pytest.mark.parametrize("largeur", [1280, 320])
def test_a_citizen_reads_authentic_then_altered(ouvrir, serveur, largeur):
    page, journal = ouvrir("/verifier/", largeur)
    with page.expect_download() as recu:
        page.get_by_role("link", name="L’original signé, numérisé").click()
    octets = recu.value.path().read_bytes()
    assert deposer(page, serveur, octets).startswith("Authentique")
    assert manquements(page, journal) == []
    capturer(page, f"verifier-authentique-{largeur}")
    altere = bytearray(octets)
    altere[len(octets) // 2] ^= 1
    assert deposer(page, serveur, bytes(altere)).startswith("Altéré")
    assert manquements(page, journal) == []
    page.get_by_label("Ou le code imprimé").fill("0000000000000000000")
    with page.expect_navigation():
        page.get_by_role("button", name="Vérifier").click()
    assert page.locator(".ec-verdict h2").inner_text().startswith("Inconnu")


def test_a_seal_is_cancelled_then_made_again_by_keyboard_and_the_region_shows_the_money(ouvrir, a_part):
    instructrice = Personne(ouvrir, a_part, "instructrice-993")
    instructrice.ouvrir(ACTE)
    instructrice.activer("Le sceau de l’acte")
    instructrice.regarder()
    instructrice.activer("Ce sceau est une erreur")
    instructrice.ecrire("Pourquoi ce sceau est une erreur", "Une page avait été oubliée.")
    instructrice.activer("Annuler le sceau")
    expect(instructrice.page.get_by_text("Une page avait été oubliée.")).to_be_visible()
    instructrice.regarder()
    instructrice.ecrire("L’original signé", "Convention signée")
    instructrice.activer("Sceller l’acte")
    expect(instructrice.page.get_by_role("heading", name="L’acte est scellé")).to_be_visible()
    instructrice.regarder()
    capturer(instructrice.page, "sceau-refait")

    # What is public was chosen on the seal that was cancelled: both choose anew on this one.
    for personne in (instructrice, Personne(ouvrir, a_part, "charge-de-mission-993")):
        personne.ouvrir(f"{ACTE}publication/")
        for partie in ("Les fiches-actions", "Les montants par axe"):
            personne.atteindre(partie, "input")
            personne.page.keyboard.press("Space")
        personne.activer("Enregistrer ce choix")
        personne.regarder()
    page, journal = ouvrir("/region/R99/", hote=a_part)
    argent = page.get_by_role("table", name="Montants prévus par axe et par exercice")
    expect(argent).to_contain_text("Volet socle, commun à tous")
    expect(argent.locator("tr", has_text="Total des contrats renseignés")).to_contain_text("600 501,00 €")
    assert manquements(page, journal) == []
