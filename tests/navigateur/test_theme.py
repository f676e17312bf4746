"""What the browser makes of the style: an unstyled page, or the State's brand where it has no place, fails."""

import pytest
from playwright.sync_api import Page, expect

from tests.navigateur.constats import capturer, manquements

BLEU_NEUTRE, BLEU_FRANCE = "rgb(31, 78, 121)", "rgb(0, 0, 145)"


def _style(page: Page, selecteur: str, propriete: str) -> str:
    return page.locator(selecteur).first.evaluate("(e, p) => getComputedStyle(e)[p]", propriete)


def test_the_neutral_theme_has_its_own_blue_and_the_reader_s_typeface(ouvrir):
    """The computed style of a button, of the text and of a title; no typeface is fetched."""
    page, journal = ouvrir("/")
    assert _style(page, "main .fr-btn", "backgroundColor") == BLEU_NEUTRE
    for selecteur in ("body", "h1", "main p", "main .fr-btn", "main select", "main td", "label"):
        assert _style(page, selecteur, "fontFamily").startswith("system-ui"), selecteur
    assert _style(page, "h1", "fontWeight") == "700"
    assert [d for d in journal.demandes if ".woff" in d] == []


@pytest.mark.parametrize("chemin", ["/", "/territoire/59D/", "/mentions-legales/", "/nulle-part/"])
def test_the_neutral_theme_bears_no_brand_of_the_state(ouvrir, chemin):
    """No bloc-marque, no « République française », no Marianne."""
    page, _ = ouvrir(chemin)
    assert page.locator(".fr-logo").count() == 0
    assert "république française" not in page.locator("html").inner_text().lower()


@pytest.mark.parametrize("largeur", [1280, 320])
@pytest.mark.parametrize(("chemin", "nom"), [("/", "france"), ("/territoire/59D/?dispositif=calpae", "nord")])
def test_the_theme_of_the_state_is_sound_too(ouvrir, serveur_etat, chemin, nom, largeur):
    """Blue France, the Marianne typeface served from here, the bloc-marque; and nothing to say against the page."""
    page, journal = ouvrir(chemin, largeur, hote=serveur_etat)
    assert _style(page, "main .fr-btn", "backgroundColor") == BLEU_FRANCE
    assert _style(page, "body", "fontFamily").startswith("Marianne")
    assert any("Marianne" in d for d in journal.demandes)
    expect(page.locator(".fr-logo")).to_be_visible()
    capturer(page, f"theme-etat-{nom}")
    assert manquements(page, journal) == []


def test_an_ordinary_instance_has_no_banner_of_demonstration(ouvrir, serveur_etat):
    """No date to choose for oneself outside the demonstration."""
    page, _ = ouvrir("/", hote=serveur_etat)
    assert page.locator(".ec-bandeau").count() == 0
    assert page.goto(f"{serveur_etat}/demonstration/date/?date=2019-03-01").status == 404
