"""With a keyboard only: everything is reached, in the order one sees it, with a focus one sees."""

import re

import pytest
from playwright.sync_api import Page, expect

# Records every element that takes the focus, where it then stands, and what it looks like.
ENREGISTRER = """
() => {
    const aspect = (e) => [e, ...e.querySelectorAll("path, circle")].map((x) => {
        const s = getComputedStyle(x);
        return [s.outlineStyle === "none" ? "" : s.outline, s.boxShadow, s.stroke, s.fill].join();
    }).join("|");
    window.aspect = aspect;
    window.parcours = [];
    document.addEventListener("focusin", ({target}) => {
        const r = target.getClientRects()[0];
        window.parcours.push({
            cible: target, aspect: aspect(target), gauche: r.left, haut: r.top + scrollY, hauteur: r.height,
        });
    });
}
"""
COMPLET = "() => window.parcours.findLastIndex((p) => p.cible === window.parcours[0].cible) > 0"
# What may take the focus now, in the order of the document.
ATTEIGNABLES = """
[...document.querySelectorAll("a[href], button, select, summary, input:not([type=hidden]), [tabindex='0']")]
    .filter((e) => e.checkVisibility({visibilityProperty: true}))
"""
NOMMER = "const nom = (e) => `${e.tagName} ${e.id} ${e.textContent.trim().slice(0, 40)}`;"
BILAN = f"""
() => {{
    {NOMMER}
    const tour = window.parcours.slice(0, window.parcours.findLastIndex((p) => p.cible === window.parcours[0].cible));
    document.activeElement.blur();
    const attendus = {ATTEIGNABLES}, atteints = tour.map((p) => p.cible), rebours = [];
    const dansLaCarte = (p) => p.cible.closest(".carte");
    for (let i = 1; i < tour.length; i++) {{
        const [a, b] = [tour[i - 1], tour[i]];
        if (dansLaCarte(a) && dansLaCarte(b)) continue;  // a map has no reading order: it follows the table's
        const ecart = Math.abs(a.haut + a.hauteur / 2 - b.haut - b.hauteur / 2);
        const memeLigne = ecart < Math.min(a.hauteur, b.hauteur) / 2;
        const plusHaut = b.haut + b.hauteur <= a.haut + 2;
        if ((memeLigne || plusHaut) && b.gauche < a.gauche) rebours.push(`${{nom(a.cible)}} → ${{nom(b.cible)}}`);
    }}
    return {{
        nombre: tour.length,
        manques: attendus.filter((e) => !atteints.includes(e)).map(nom),
        desordre: atteints.filter((e, i) => e !== attendus[i]).slice(0, 3).map(nom),
        rebours,
        invisibles: tour.filter((p) => p.aspect === window.aspect(p.cible)).map((p) => nom(p.cible)),
    }};
}}
"""


def _faire_le_tour(page: Page) -> dict:
    """Press Tab from the top until the first element comes back, and say what was seen."""
    page.evaluate(ENREGISTRER)
    for _ in range(30):
        for _ in range(50):
            page.keyboard.press("Tab")
        if page.evaluate(COMPLET):
            return page.evaluate(BILAN)
    raise AssertionError("the keyboard never comes back to the first element")


def _tabuler_jusqua(page: Page, selecteur: str) -> None:
    """Press Tab until this element has the focus."""
    for _ in range(250):
        if page.evaluate("(s) => document.activeElement.matches(s)", selecteur):
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{selecteur} is not reached")


@pytest.mark.parametrize("largeur", [1280, 320])
@pytest.mark.parametrize(
    "chemin",
    [
        "/?region=R32",
        "/region/R32/",
        "/departements/",
        "/territoire/62D/?au=2019-03-01",
        "/territoire/59350/",
        "/recherche/?q=roubaix",
        "/regions/?au=demain",
    ],
)
def test_tab_reaches_all_in_visual_order_and_shows_where_one_is(ouvrir, chemin, largeur):
    """From the first skip link to the footer and back; on the map, links follow the order of the table."""
    page, _ = ouvrir(chemin, largeur)
    tour = _faire_le_tour(page)
    assert tour.pop("nombre") > 15
    assert tour == {"manques": [], "desordre": [], "rebours": [], "invisibles": []}


@pytest.mark.parametrize(("rang", "cible"), [(1, "contenu"), (2, "navigation"), (3, "recherche-globale")])
def test_a_skip_link_shows_itself_and_leads_where_it_says(ouvrir, rang, cible):
    """It is off the page until focused; then the next Tab goes on from its target."""
    page, _ = ouvrir("/")
    for _ in range(rang):
        page.keyboard.press("Tab")
    lien = page.locator(":focus")
    assert lien.get_attribute("href") == f"#{cible}"
    expect(lien).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    expect(page.locator(f"#{cible}")).to_be_focused()
    if rang < 3:
        page.keyboard.press("Tab")
        assert page.evaluate(f"document.getElementById('{cible}').contains(document.activeElement)")


def test_the_map_can_be_skipped(ouvrir):
    """A hundred links are many: one goes over them, to the legend."""
    page, _ = ouvrir("/region/R32/")
    _tabuler_jusqua(page, ".ec-passer")
    expect(page.locator(".ec-passer")).to_be_in_viewport(ratio=1)
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert not page.evaluate("document.activeElement.closest('.carte')")
    assert page.locator(":focus").bounding_box()["y"] >= 0


def test_the_map_leads_to_every_territory_and_names_its_state(ouvrir):
    """Each row of the table has its link on the map, whose name says the territory and its state."""
    page, _ = ouvrir("/")
    lignes = page.locator("#tableau tbody tr")
    attendus = {
        tuple(ligne)
        for ligne in lignes.evaluate_all("""
        (rs) => rs.map((r) => [r.querySelector("th a").getAttribute("href"), r.querySelector("th a").textContent,
                               r.querySelector(".ec-situation").textContent.toLowerCase()])
    """)
    }
    assert len(attendus) == 101
    noms = re.findall(r"""^ +- '?link "(.+)"'?:$""", page.locator(".carte").aria_snapshot(), re.MULTILINE)
    adresses = page.locator(".carte a").evaluate_all("(as) => as.map((a) => a.getAttribute('href'))")
    assert len(noms) == len(adresses)
    carte = dict(zip(adresses, noms, strict=True))
    for adresse, territoire, situation in attendus:
        assert carte[adresse].startswith(f"{territoire} : {situation}")


def test_the_area_of_the_map_that_has_the_focus_changes_its_colour(ouvrir):
    """An outline alone would be lost under the neighbours: a point in the middle of the Puy-de-Dôme changes."""
    page, _ = ouvrir("/?au=2019-12-31")
    selecteur = ".carte a[data-code='63D']"

    def milieu() -> bytes:
        boite = page.locator(selecteur).bounding_box()
        x, y = boite["x"] + boite["width"] / 2, boite["y"] + boite["height"] / 2
        return page.screenshot(clip={"x": x, "y": y, "width": 4, "height": 4})

    page.locator(selecteur).scroll_into_view_if_needed()
    sans = milieu()
    _tabuler_jusqua(page, selecteur)
    assert milieu() != sans


def test_a_territory_is_found_and_opened_with_the_keyboard(ouvrir):
    """Search from the header, then the first answer."""
    page, _ = ouvrir("/")
    _tabuler_jusqua(page, "#recherche-globale")
    page.keyboard.type("roubaix")
    page.keyboard.press("Enter")
    page.wait_for_url("**/recherche/**")
    _tabuler_jusqua(page, ".ec-resultats a")
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Roubaix")


# The third of March reads the same in every order of day and month: the browser's own follows the machine's.
TROIS_MARS = "03032019"


def test_another_date_and_another_dispositif_are_chosen_with_the_keyboard(ouvrir):
    """The form of what is looked at: a list, a date, Enter."""
    page, _ = ouvrir("/?dispositif=calpae")
    _tabuler_jusqua(page, "#id_dispositif")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    page.keyboard.type(TROIS_MARS)
    page.keyboard.press("Enter")
    page.wait_for_url("**/?dispositif=contrat-protection-enfance&au=2019-03-03*")
    expect(page.locator("h1")).to_contain_text("3 mars 2019")


def test_the_date_of_the_demonstration_is_changed_with_the_keyboard(ouvrir):
    """The banner's field, on a page where one stays."""
    page, _ = ouvrir("/territoire/59D/")
    _tabuler_jusqua(page, "#bandeau-date")
    page.keyboard.type(TROIS_MARS)
    page.keyboard.press("Enter")
    expect(page.locator(".ec-bandeau__texte")).to_contain_text("Nous sommes le 3 mars 2019")
    assert page.url.endswith("/territoire/59D/")


def test_what_is_wider_than_a_phone_scrolls_with_the_arrows(ouvrir):
    """Every region that scrolls in width takes the focus, has a name, and moves."""
    page, _ = ouvrir("/", 320)
    page.locator("summary").evaluate_all("(ss) => ss.forEach((s) => s.parentElement.open = true)")
    # A hidden text or a cut drawing scrolls for nobody: only what the style lets scroll counts.
    regions = page.locator("main *").evaluate_all("""
        (es) => es.filter((e) => e.scrollWidth > e.clientWidth && /auto|scroll/.test(getComputedStyle(e).overflowX))
                  .map((e) => [e.className, e.tabIndex, e.getAttribute("role"), e.getAttribute("aria-label")
                               || document.getElementById(e.getAttribute("aria-labelledby"))?.textContent])
    """)
    assert "ec-courbe" in [classe for classe, *_ in regions]
    assert [r for r in regions if r[1] != 0 or r[2] != "region" or not r[3]] == []
    _tabuler_jusqua(page, ".ec-courbe")
    page.keyboard.press("ArrowRight")
    page.wait_for_timeout(300)  # the scroll is animated
    assert page.locator(".ec-courbe").evaluate("(e) => e.scrollLeft") > 0
