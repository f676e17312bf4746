"""Coming in as people do: keyboard only, looked at in three widths, a second factor, ProConnect at a real provider."""

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator

import pyotp
import pytest
from playwright.sync_api import Page, expect

from tests.navigateur import fournisseur, instance
from tests.navigateur.constats import anomalies_axe, capturer, manquements_partout

BASE = instance.DOSSIER / f"connexion-{os.getpid()}.sqlite3"
CHOIX = {"ECHELONS_DEMONSTRATION": "0", "DATABASE_URL": f"sqlite:///{BASE}"}
PREPARATION = """
import datetime, django; django.setup()
from tests.web.compte.fabrique import ouvrir_compte
debut = datetime.date(2024, 1, 1)
for largeur in (1280, 320):
    ouvrir_compte("commissaire", courriel=f"commissaire{largeur}@exemple.test", debut=debut)
for nom in ("lie", "relie", "leurre"):
    ouvrir_compte("instructeur", courriel=f"{nom}@exemple.test")
ouvrir_compte("sgar", courriel="sgar@exemple.test")
ouvrir_compte("sgar", courriel="sgar2@exemple.test")
"""
MOT_DE_PASSE = "quatre chevaux traversent la Lys"


@pytest.fixture(scope="module")
def emetteur_et_site(serveur: str) -> Iterator[tuple[str, str]]:
    """An ordinary instance with a few accounts, and the provider it trusts."""
    shutil.copyfile(instance.BASE, BASE)
    racine = instance.bases.RACINE
    environnement = {
        **instance._environnement(**CHOIX),
        "PYTHONPATH": os.pathsep.join([f"{racine}/src", str(racine)]),
    }
    subprocess.run([sys.executable, "-c", PREPARATION], check=True, cwd=racine, env=environnement)
    with fournisseur.ouvrir() as (emetteur, annoncer):
        secrets = {
            "PROCONNECT_EMETTEUR": emetteur,
            "PROCONNECT_CLIENT_ID": "echelons",
            "PROCONNECT_CLIENT_SECRET": "secret-d-essai",
        }
        with instance.servir(**CHOIX, **secrets) as site:
            annoncer(site)
            yield emetteur, site
    for reste in instance.DOSSIER.glob(f"{BASE.name}*"):
        reste.unlink()


@pytest.fixture
def site(emetteur_et_site) -> str:
    """Address of the ordinary instance."""
    return emetteur_et_site[1]


def _au_clavier(page: Page, nom: str, role: str) -> None:
    """Press Tab until that control has the focus."""
    cible = page.get_by_role(role, name=nom)
    for _ in range(80):
        page.keyboard.press("Tab")
        if cible.evaluate("e => e === document.activeElement"):
            return
    raise AssertionError(f"« {nom} » ne reçoit pas le focus au clavier")


@pytest.mark.parametrize("largeur", [1280, pytest.param(320, marks=pytest.mark.longue)])
def test_a_first_sign_in_with_a_second_factor_by_keyboard_alone(ouvrir, site, largeur):
    """A commissaire signs in, sets up an application, notes the codes, arrives; nothing is wrong on the way."""
    page, journal = ouvrir("/compte/connexion/", largeur, hote=site)
    assert manquements_partout(page, journal, "connexion") == {}
    _au_clavier(page, "Adresse électronique", "textbox")
    page.keyboard.type(f"commissaire{largeur}@exemple.test")
    page.keyboard.press("Tab")
    page.keyboard.type(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Protéger votre compte")
    assert manquements_partout(page, journal, "second-facteur-installer") == {}
    secret = page.locator(".ec-cle code").inner_text().replace(" ", "")
    _au_clavier(page, "Code donné par l’application", "textbox")
    page.keyboard.type(pyotp.TOTP(secret).now())
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Vos codes de secours")
    assert manquements_partout(page, journal, "codes-de-secours") == {}
    codes = page.locator(".ec-codes code").all_inner_texts()
    assert len(codes) == 10
    _au_clavier(page, "J’ai noté mes codes, continuer", "link")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")
    page.goto(f"{site}/compte/")
    assert manquements_partout(page, journal, "mon-compte") == {}
    # The menu of the header opens by keyboard, and signs out.
    resume = page.locator(".ec-lecteur > summary")
    resume.focus()
    page.keyboard.press("Enter")
    assert manquements_partout(page, journal, "menu-du-lecteur") == {}
    _au_clavier(page, "Se déconnecter", "button")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Vous êtes déconnecté.")).to_be_visible()
    # The telephone is lost: a recovery code lets in.
    _au_clavier(page, "Adresse électronique", "textbox")
    page.keyboard.type(f"commissaire{largeur}@exemple.test")
    page.keyboard.press("Tab")
    page.keyboard.type(MOT_DE_PASSE)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Votre code")
    assert manquements_partout(page, journal, "second-facteur") == {}
    _au_clavier(page, "Code", "textbox")
    page.keyboard.type(codes[0])
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")


def test_a_refused_sign_in_says_what_to_do_and_takes_the_focus_there(ouvrir, site):
    page, journal = ouvrir("/compte/connexion/", hote=site)
    page.get_by_label("Adresse électronique").fill("personne")
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("2 champs sont à corriger")
    expect(page.get_by_label("Adresse électronique")).to_be_focused()
    expect(page.get_by_label("Adresse électronique")).to_have_value("personne")
    assert manquements_partout(page, journal, "connexion-refusee") == {}
    for chemin, nom in (("mot-de-passe/oublie/", "oublie"), ("mot-de-passe/envoye/", "envoye")):
        page.goto(f"{site}/compte/{chemin}")
        assert manquements_partout(page, journal, f"mot-de-passe-{nom}") == {}


def _par_proconnect(page: Page, site: str, identifiant: str, depart: str = "/compte/connexion/") -> None:
    page.goto(f"{site}{depart}")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.get_by_label("Identifiant").fill(identifiant)
    page.get_by_role("button", name="Entrer").click()


def test_proconnect_links_a_verified_address_comes_back_by_sub_and_signs_out_there(ouvrir, site):
    page, _ = ouvrir(hote=site)
    _par_proconnect(page, site, "sub-lie|lie@exemple.test|oui|eidas1")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")
    page.goto(f"{site}/compte/")
    expect(page.get_by_text("Relié à votre compte.")).to_be_visible()
    assert anomalies_axe(page) == []
    page.locator(".ec-lecteur > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("button", name="Oui, quitter").click()
    expect(page.get_by_text("Vous êtes déconnecté, d’Échelons et de ProConnect.")).to_be_visible()
    assert page.url == f"{site}/compte/connexion/"
    # The provider has forgotten them: it asks again. The address changed there, the person did not.
    _par_proconnect(page, site, "sub-lie|autre.adresse@exemple.test|oui")
    page.goto(f"{site}/compte/")
    expect(page.get_by_text("lie@exemple.test", exact=False).first).to_be_visible()


@pytest.mark.parametrize("verifie", ["non", ""])
def test_proconnect_opens_nothing_on_an_address_that_is_not_verified(ouvrir, site, verifie):
    page, _ = ouvrir(hote=site)
    _par_proconnect(page, site, f"sub-leurre|leurre@exemple.test|{verifie}")
    expect(page.get_by_role("heading", level=1)).to_have_text("Connexion par ProConnect impossible")
    capturer(page, "proconnect-impossible")
    assert anomalies_axe(page) == []


def test_proconnect_opens_no_account_by_itself(ouvrir, site):
    page, _ = ouvrir(hote=site)
    _par_proconnect(page, site, "sub-inconnu|inconnu@exemple.test|oui")
    expect(page.get_by_text("demandez une invitation")).to_be_visible()


def test_one_links_ones_account_from_its_page(ouvrir, site):
    page, _ = ouvrir(hote=site)
    page.goto(f"{site}/compte/connexion/")
    page.get_by_label("Adresse électronique").fill("relie@exemple.test")
    page.get_by_label("Mot de passe", exact=True).fill(MOT_DE_PASSE)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")
    page.goto(f"{site}/compte/")
    page.get_by_role("button", name="Relier mon compte à ProConnect").click()
    page.get_by_label("Identifiant").fill("sub-relie|professionnelle@exemple.test")
    page.get_by_role("button", name="Entrer").click()
    expect(page.get_by_text("ProConnect est relié à votre compte.")).to_be_visible()


def test_a_refusal_at_the_provider_is_told(ouvrir, site):
    page, _ = ouvrir(hote=site)
    page.goto(f"{site}/compte/connexion/")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.get_by_role("button", name="Refuser").click()
    expect(page.get_by_text("refusée ou interrompue")).to_be_visible()


def test_one_factor_there_asks_for_ours_and_two_stand_for_it(ouvrir, site):
    page, _ = ouvrir(hote=site)
    _par_proconnect(page, site, "sub-sgar|sgar@exemple.test|oui|eidas1|pwd")
    expect(page.get_by_role("heading", level=1)).to_have_text("Protéger votre compte")
    page, _ = ouvrir(hote=site)
    _par_proconnect(page, site, "sub-sgar2|sgar2@exemple.test|oui||pwd,otp,mfa")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")
    page.goto(f"{site}/compte/")
    expect(page.get_by_text("Donné par ProConnect à cette connexion.")).to_be_visible()


def test_the_accounts_of_the_demonstration_open_in_one_click(ouvrir):
    page, journal = ouvrir("/")
    with page.expect_navigation():
        page.get_by_role("link", name="Se connecter").click()
    assert manquements_partout(page, journal, "comptes-de-demonstration") == {}
    page.get_by_role(
        "button", name=re.compile("Entrer : Chargée de mission, Département des Collines")
    ).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Mon travail")
    expect(page.locator(".ec-vue")).to_contain_text("Collines-d’Essai (fictif)")
    assert manquements_partout(page, journal, "mon-travail-de-demonstration") == {}
