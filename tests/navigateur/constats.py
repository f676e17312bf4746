"""What is recorded while a page lives, and what can be said against it once it is there."""

import os
import re
from dataclasses import dataclass, field

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import ConsoleMessage, Page, Request, Response

from tests.bases import RACINE

CAPTURES = RACINE / "var" / "captures"
#: The windows in which a page is looked at: the height by the width.
HAUTEUR = {1280: 800, 768: 1024, 320: 640}
#: What axe-core says against the page, with all its rules, best practices included.
AXE = "() => axe.run({ resultTypes: ['violations'] }).then((r) => r.violations)"

VIOLATIONS_CSP = """
window.violationsCSP = [];
document.addEventListener("securitypolicyviolation",
    (e) => window.violationsCSP.push(`${e.violatedDirective} ${e.blockedURI} ${e.sourceFile || ""}`));
"""

# What is asked of every page, at once: each question is a journey to the browser.
ETAT = """
() => ({
    h1: document.querySelectorAll("h1").length,
    titre: document.title,
    largeur: document.documentElement.scrollWidth,
    violations: window.violationsCSP,
})
"""

# Elements whose right edge passes the window's, without an ancestor that scrolls or cuts them.
DEBORDEMENTS = """
() => [...document.body.querySelectorAll("*")].filter((e) => {
    if (e.getBoundingClientRect().right <= document.documentElement.clientWidth + 0.5) return false;
    for (let p = e.parentElement; p; p = p.parentElement)
        if (p !== document.body && p.tagName !== "HTML" && getComputedStyle(p).overflowX !== "visible") return false;
    return true;
}).slice(0, 5).map((e) => e.outerHTML.slice(0, 120))
"""


@dataclass
class Journal:
    """Everything that a page asked for and complained of, since this test has it."""

    hote: str = ""
    demandes: list[str] = field(default_factory=list)
    reponses: list[Response] = field(default_factory=list)
    plaintes: list[str] = field(default_factory=list)

    def recommencer(self, hote: str) -> None:
        """Forget all of it: another test begins, at this server."""
        self.hote = hote
        for liste in (self.demandes, self.reponses, self.plaintes):
            liste.clear()

    def noter_demande(self, demande: Request) -> None:
        self.demandes.append(demande.url)
        if not demande.url.startswith((f"{self.hote}/", "data:", "about:")):
            self.plaintes.append(f"asked outside the server: {demande.url}")

    def noter_echec(self, demande: Request) -> None:
        if demande.failure == "net::ERR_ABORTED":  # the reader left before it came
            return
        self.plaintes.append(f"failed: {demande.url} {demande.failure}")

    def noter_reponse(self, reponse: Response) -> None:
        self.reponses.append(reponse)
        if reponse.status >= 400 and not reponse.request.is_navigation_request():
            self.plaintes.append(f"{reponse.status}: {reponse.url}")

    def noter_console(self, message: ConsoleMessage) -> None:
        # Chromium also complains of the page itself when it is meant to be a 404.
        if message.type in {"error", "warning"} and "Failed to load resource" not in message.text:
            self.plaintes.append(f"console: {message.text}")

    def poids(self, *genres: str) -> int:
        """Bytes of the bodies received, as they travelled, for these kinds of resources."""
        return sum(
            r.request.sizes()["responseBodySize"] for r in self.reponses if r.request.resource_type in genres
        )


def suivre(page: Page) -> Journal:
    """Begin to record, before anything is opened."""
    journal = Journal()
    page.add_init_script(VIOLATIONS_CSP)
    page.on("request", journal.noter_demande)
    page.on("requestfailed", journal.noter_echec)
    page.on("response", journal.noter_reponse)
    page.on("console", journal.noter_console)
    page.on("pageerror", lambda erreur: journal.plaintes.append(f"script: {erreur}"))
    return journal


def capturer(page: Page, nom: str) -> None:
    """Keep a picture of the whole page in ``var/captures/``, to be looked at, when ``CAPTURES=1`` asks for them."""
    if os.environ.get("CAPTURES"):
        chemin = CAPTURES / str(page.viewport_size["width"]) / f"{nom}.png"
        page.screenshot(path=chemin, full_page=True, animations="disabled")


def manquements(page: Page, journal: Journal) -> list[str]:
    """All that is wrong in the page: structure, width, accessibility, what it asked for, its console."""
    fautes = []
    vu = page.evaluate(ETAT)
    if vu["h1"] != 1:
        fautes.append(f"{vu['h1']} h1")
    if not re.fullmatch(r"\S.* – Échelons", vu["titre"]):
        fautes.append(f"title « {vu['titre']} »")
    if vu["largeur"] > page.viewport_size["width"]:
        fautes.append(f"{vu['largeur']} px wide: {page.evaluate(DEBORDEMENTS)}")
    # Before axe, which evaluates code of its own.
    fautes += [f"CSP: {violation}" for violation in vu["violations"]]
    fautes += journal.plaintes
    return fautes + anomalies_axe(page)


def manquements_partout(page: Page, journal: Journal, nom: str) -> dict[int, list[str]]:
    """By width, all that is wrong in the page: nothing when it is sound at every one. The window is put back."""
    fenetre, trouves = page.viewport_size, {}
    for largeur, hauteur in HAUTEUR.items():
        page.set_viewport_size({"width": largeur, "height": hauteur})
        capturer(page, nom)
        if fautes := manquements(page, journal):
            trouves[largeur] = fautes
    page.set_viewport_size(fenetre)
    return trouves


def anomalies_axe(page: Page) -> list[str]:
    """What axe-core finds with all its rules, best practices included, one line an element."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    violations = page.evaluate(AXE)
    return [f"axe {v['id']}: {n['html'][:160]} {n['failureSummary']}" for v in violations for n in v["nodes"]]
