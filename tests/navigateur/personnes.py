"""Somebody at a keyboard: signed in by one click, in a browser of her own."""

from playwright.sync_api import expect

from tests.navigateur.conftest import Ouvrir
from tests.navigateur.constats import manquements

CONVENTION = "/contrats/calpae-991d/convention/"
TABULATIONS_MAX = 120
#: What has the focus, as a reader of screens says it: its label, its text; nothing if it is none of what is sought.
FOCUS = """
(parmi) => {
    const e = document.activeElement;
    if (!e.matches(parmi)) return "";
    const noms = [...(e.labels || [])].map((l) => l.textContent).join(" ");
    return (noms || e.getAttribute("aria-label") || e.textContent || "").replace(/\\s+/g, " ").trim();
}
"""


class Personne:
    """Somebody at a keyboard, signed in by one click, in a browser of her own."""

    def __init__(self, ouvrir: Ouvrir, adresse: str, cle: str) -> None:
        self.adresse = adresse
        self.cle = cle
        self._faits: set[str] = set()
        self.page, self.journal = ouvrir("/demonstration/comptes/", hote=adresse)
        self.page.locator(f"form:has(input[value='{cle}']) button").focus()
        self.page.keyboard.press("Enter")
        expect(self.page.locator("h1")).to_have_text("Mon travail")

    def ouvrir(self, chemin: str) -> None:
        """Open an address and look at it."""
        self.page.goto(f"{self.adresse}{chemin}")
        self.regarder()

    def regarder(self) -> None:
        """Nothing may be said against the page, for axe-core nor for the console."""
        assert manquements(self.page, self.journal) == [], (self.cle, self.page.url)

    def passer_au_contenu(self) -> None:
        """Take the first skip link, as somebody at a keyboard does at the top of each page."""
        self.page.keyboard.press("Tab")
        assert self.page.evaluate(FOCUS, "a[href='#contenu']"), self.page.url
        self.page.keyboard.press("Enter")

    def atteindre(self, nom: str, parmi: str = "*") -> None:
        """Press Tab until what is so named, and matches the selector, has the focus."""
        for _ in range(TABULATIONS_MAX):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUS, parmi).startswith(nom):
                return
        raise AssertionError(f"« {nom} » ne s’atteint pas au clavier sur {self.page.url}")

    def activer(self, nom: str) -> None:
        """Go there and press Enter."""
        self.atteindre(nom)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def ecrire(self, champ: str, valeur: str) -> None:
        """Go to a field and type."""
        self.atteindre(champ, "input, select, textarea")
        genre = self.page.evaluate("() => document.activeElement.type")
        if genre == "date":  # the order in which its parts are typed is that of the machine
            self.page.locator(":focus").fill(valeur)
        elif genre == "select-one":
            self.page.keyboard.type(valeur)
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(valeur)

    def faire(self, acte: str, envoyer: str = "", **champs: str) -> None:
        """From the page of the convention: choose the act, fill what it asks, send it. Its form is looked at once."""
        self.page.goto(f"{self.adresse}{CONVENTION}")
        self.passer_au_contenu()
        self.activer(acte)
        expect(self.page.locator("h1")).to_have_text(acte)
        if acte not in self._faits:
            self._faits.add(acte)
            self.regarder()
        self.passer_au_contenu()
        for champ, valeur in champs.items():
            self.ecrire(champ.replace("_", " "), valeur)
        self.activer(envoyer or acte)
        refus = self.page.locator("main [role=alert], main .fr-error-text, main .fr-message--error")
        assert refus.all_inner_texts() == [], (acte, self.page.url)
        expect(self.page.locator("h1")).to_contain_text("Convention 2019-2021 des Collines-d’Essai")

    def est(self, etat: str) -> None:
        """The state that the page says, as it is then offered."""
        expect(self.page.locator(".ec-etat .ec-etiquette")).to_have_text(etat)
        self.regarder()
