"""The fictional département takes its convention from the first draft to the act in force, with the keyboard only."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.navigateur import instance
from tests.navigateur.constats import capturer, manquements, suivre

CONVENTION = "/contrats/calpae-991d/convention/"
TABULATIONS_MAX = 120
#: What has the focus, as a reader of screens says it: its label, its text.
FOCUS = """
() => {
    const e = document.activeElement;
    const noms = [...(e.labels || [])].map((l) => l.textContent).join(" ");
    return (noms || e.getAttribute("aria-label") || e.textContent || "").replace(/\\s+/g, " ").trim();
}
"""


class Personne:
    """Somebody at a keyboard, signed in by one click, in a browser of her own."""

    def __init__(self, chromium: Browser, adresse: str, cle: str) -> None:
        self.adresse = adresse
        self.cle = cle
        self.contexte = chromium.new_context(locale="fr-FR", viewport={"width": 1280, "height": 800})
        self.page: Page = self.contexte.new_page()
        self.journal = suivre(self.page, adresse)
        self.page.goto(f"{adresse}/demonstration/comptes/")
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

    def atteindre(self, nom: str) -> None:
        """Press Tab until what is so named has the focus."""
        for _ in range(TABULATIONS_MAX):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(FOCUS).startswith(nom):
                return
        raise AssertionError(f"« {nom} » ne s’atteint pas au clavier sur {self.page.url}")

    def activer(self, nom: str) -> None:
        """Go there and press Enter."""
        self.atteindre(nom)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def ecrire(self, champ: str, valeur: str) -> None:
        """Go to a field and type."""
        self.atteindre(champ)
        genre = self.page.evaluate("() => document.activeElement.type")
        if genre == "date":  # the order in which its parts are typed is that of the machine
            self.page.locator(":focus").fill(valeur)
        elif genre == "select-one":
            self.page.keyboard.type(valeur)
        else:
            self.page.keyboard.press("Control+a")
            self.page.keyboard.type(valeur)

    def faire(self, acte: str, envoyer: str = "", **champs: str) -> None:
        """From the page of the convention: choose the act, fill what it asks, send it."""
        self.ouvrir(CONVENTION)
        self.activer(acte)
        expect(self.page.locator("h1")).to_have_text(acte)
        self.regarder()
        for champ, valeur in champs.items():
            self.ecrire(champ.replace("_", " "), valeur)
        self.activer(envoyer or acte)
        refus = self.page.locator("main [role=alert], main .fr-error-text, main .fr-message--error")
        assert refus.all_inner_texts() == [], (acte, self.page.url)
        expect(self.page.locator("h1")).to_contain_text("Convention 2019-2021 des Collines-d’Essai")

    def est(self, etat: str) -> None:
        """The state that the page says."""
        expect(self.page.locator(".ec-etat .ec-etiquette")).to_have_text(etat)


@pytest.fixture(scope="module")
def a_part(serveur: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demonstration of our own: what is done here is seen by no other test."""
    base: Path = tmp_path_factory.mktemp("circuit") / "base.sqlite3"
    shutil.copyfile(instance.BASE, base)
    with instance.servir(DATABASE_URL=f"sqlite:///{base}") as adresse:
        yield adresse


def test_a_convention_from_the_first_draft_to_force_with_every_way_back(chromium, a_part):
    redactrice = Personne(chromium, a_part, "charge-de-mission-991")
    instructeur = Personne(chromium, a_part, "instructeur-991")
    redactrice.faire("Soumettre à l’État")
    redactrice.est("soumise à l’État")
    instructeur.faire("Prendre en instruction")
    instructeur.faire(
        "Demander des corrections", Ce_qui_est_à_corriger="L’article 3 ne dit pas la part du département."
    )
    redactrice.ouvrir(CONVENTION)
    expect(redactrice.page.locator(".fr-callout")).to_contain_text("la part du département")
    redactrice.faire("Rédiger le texte", "Enregistrer", Texte="Article 1er. Texte corrigé.")
    redactrice.faire("Soumettre à l’État")
    instructeur.faire("Prendre en instruction")
    delegataire = Personne(chromium, a_part, "delegataire-etat-991")
    delegataire.faire("Accorder le texte pour le vote")
    assemblee = Personne(chromium, a_part, "secretariat-assemblee-991")

    vote = {"Numéro_de_la_délibération": "2019-1", "Date_du_vote": "2019-05-06"}
    assemblee.faire("Enregistrer la délibération", Décision="ajourn", **vote)
    assemblee.est("accordée pour le vote")
    vote = {"Numéro_de_la_délibération": "2019-2", "Date_du_vote": "2019-05-20"}
    assemblee.faire("Enregistrer la délibération", **vote)
    assemblee.est("délibérée")
    # A change after the vote: back to negotiation, and a new vote.
    redactrice.faire("Rédiger le texte", "Enregistrer", Texte="Article 1er. Texte changé après le vote.")
    redactrice.est("en négociation")
    redactrice.faire("Soumettre à l’État")
    instructeur.faire("Prendre en instruction")
    delegataire.faire("Accorder le texte pour le vote")
    vote = {"Numéro_de_la_délibération": "2019-3", "Date_du_vote": "2019-06-03"}
    assemblee.faire("Enregistrer la délibération", **vote)
    executoire = {"Transmise_au_préfet_le": "2019-06-04", "Numéro_de_l’accusé": "099-3"}
    assemblee.faire("Rendre la délibération exécutoire", **executoire, Publiée_le="2019-06-05")
    assemblee.est("délibération exécutoire")
    presidente = Personne(chromium, a_part, "president-991")
    presidente.faire("Signer pour la collectivité", Date_de_signature="2019-06-11")
    delegataire.faire("Signer pour l’État", Date_de_signature="2019-06-13")
    delegataire.est("signée")
    expect(delegataire.page.locator("main")).to_contain_text("Arrêté de délégation fictif")
    instructeur.faire("Notifier l’acte signé", Notifié_le="2019-06-14")
    instructeur.faire("Constater l’entrée en vigueur", Entre_en_vigueur_le="2019-06-14")
    instructeur.est("en vigueur")
    capturer(instructeur.page, "instrument-en-vigueur")
    histoire = instructeur.page.locator("main")
    for phrase in ("a demandé des corrections", "ajournée", "en vigueur"):
        expect(histoire).to_contain_text(phrase)
    publique = chromium.new_context().new_page()
    publique.goto(f"{a_part}/territoire/991D/")
    expect(publique.locator("main")).to_contain_text("13 juin 2019")


def test_a_colleague_of_another_departement_sees_nothing_by_any_door(chromium, a_part):
    etranger = Personne(chromium, a_part, "charge-de-mission-59")
    for chemin in (CONVENTION, "/contrats/calpae-991d/", f"{CONVENTION}rediger/", "/ma-region/R99/"):
        reponse = etranger.page.goto(f"{a_part}{chemin}")
        assert reponse is not None
        assert reponse.status == 404
        expect(etranger.page.locator("main")).not_to_contain_text("Collines")
    etranger.ouvrir("/contrats/")
    expect(etranger.page.locator("main")).not_to_contain_text("Collines")


def test_the_region_is_read_printed_and_survives_the_vacancy_of_its_commissaire(chromium, a_part):
    # Before 2 September 2019 the office does not exist: the SGAR stands in for it.
    sgar = Personne(chromium, a_part, "sgar-r99")
    sgar.ouvrir("/ma-region/R99/")
    expect(sgar.page.locator("main")).to_contain_text("Plaine-d’Essai")
    assert len(pypdfium2.PdfDocument(sgar.page.pdf(format="A4"))) == 1
    sgar.ouvrir("/ma-region/R99/note/")
    expect(sgar.page.locator("h1")).to_contain_text("Note à l’attention du préfet")
    commissaire = Personne(chromium, a_part, "commissaire-r99")
    commissaire.ouvrir("/ma-region/R99/")
    expect(commissaire.page.locator("main")).to_contain_text("Plaine-d’Essai")
