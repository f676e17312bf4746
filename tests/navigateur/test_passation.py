"""A commissaire leaves office; who follows comes in by the invitation and finds everything."""

import email
import email.policy
import re

import pyotp
from playwright.sync_api import Page, expect

from tests.navigateur import instance
from tests.navigateur.constats import capturer, manquements
from tests.navigateur.personnes import CONVENTION, Personne

SUCCESSEUR = "successeur@exemple.test"
MOT_DE_PASSE = "quatre chevaux traversent la Lys"


def _lire_au(page: Page, site: str, jour: str) -> None:
    """Take the banner of the demonstration to a day."""
    page.goto(f"{site}/demonstration/date/?date={jour}")


def _lien_recu() -> str:
    """The path of the last invitation sent to the successor."""
    for fichier in sorted(
        (instance.DOSSIER / "courriels").glob("*.log"), key=lambda f: -f.stat().st_mtime_ns
    ):
        message = email.message_from_bytes(fichier.read_bytes(), policy=email.policy.default)
        corps = message.get_body(("plain",))
        if SUCCESSEUR in str(message["To"]) and corps is not None:
            lien = re.search(r"/compte/invitation/\S+", corps.get_content())
            assert lien is not None
            return lien.group()
    raise AssertionError("aucune invitation n’est partie")


def test_a_commissaire_hands_over_and_the_successor_finds_everything(ouvrir, a_part):
    commissaire = Personne(ouvrir, a_part, "commissaire-r99")
    commissaire.ouvrir("/ma-region/R99/")
    lignes = commissaire.page.locator("main table tbody tr").count()
    assert lignes > 0
    administration = Personne(ouvrir, a_part, "administrateur-national")
    _lire_au(administration.page, a_part, "2019-10-01")
    administration.ouvrir("/equipe/?q=commissaire")
    administration.activer("Commissaire à la lutte contre la pauvreté")
    administration.activer("Passer la main")
    administration.regarder()
    administration.ecrire("Adresse électronique", SUCCESSEUR)
    administration.ecrire("Premier jour de la nouvelle personne", "2019-10-01")
    capturer(administration.page, "passer-la-main")
    administration.activer("Passer la main")
    expect(administration.page.get_by_role("status")).to_be_visible()
    administration.regarder()

    # On the day, whoever left reads nothing of the région any more.
    _lire_au(commissaire.page, a_part, "2019-10-01")
    reponse = commissaire.page.goto(f"{a_part}/ma-region/R99/")
    assert reponse is not None
    assert reponse.status == 404

    page, journal = ouvrir(hote=a_part)
    _lire_au(page, a_part, "2019-10-01")
    page.goto(f"{a_part}{_lien_recu()}")
    assert manquements(page, journal) == []
    capturer(page, "invitation-a-la-suite")
    page.get_by_label("Prénom").fill("Personne")
    page.get_by_label("Nom", exact=True).fill("Fictive")
    page.get_by_label("Nouveau mot de passe").fill(MOT_DE_PASSE)
    page.get_by_label("Le même, une seconde fois").fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Accepter et ouvrir mon compte").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Protéger votre compte")
    secret = page.locator(".ec-cle code").inner_text().replace(" ", "")
    page.get_by_label("Code donné par l’application").fill(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    page.get_by_role("link", name="J’ai noté mes codes, continuer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")
    assert manquements(page, journal) == []
    page.goto(f"{a_part}/ma-region/R99/")
    expect(page.locator("main table tbody tr")).to_have_count(lignes)
    page.goto(f"{a_part}{CONVENTION}")
    expect(page.locator("h1")).to_contain_text("Convention 2019-2021 des Collines-d’Essai")
    capturer(page, "dossier-du-successeur")
    assert manquements(page, journal) == []
