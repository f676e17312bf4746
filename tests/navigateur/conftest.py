"""A real Chromium, and a real server of the demonstration, for the tests of this folder."""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.navigateur import instance
from tests.navigateur.constats import Journal, suivre

# Debian's own: nothing is downloaded, and nothing is asked of any server but the one under test.
CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=fr-FR",
]
HAUTEUR = {1280: 800, 768: 1024, 320: 640}

Ouvrir = Callable[..., tuple[Page, Journal]]


# Scope « package », not « session »: while Playwright runs, Django refuses the database to the whole thread, and the
# tests of other folders need it.
@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium with an empty profile; open a context of your own for cookies, size and language."""
    with sync_playwright() as playwright:
        navigateur = playwright.chromium.launch(
            executable_path=CHROMIUM, args=ARGUMENTS, env={"LANGUAGE": "fr"}
        )
        yield navigateur
        navigateur.close()


@pytest.fixture(scope="package")
def serveur() -> Iterator[str]:
    """Address of the demonstration, served by a gunicorn of this process."""
    instance.preparer()
    with instance.servir() as adresse:
        yield adresse


@pytest.fixture(scope="module")
def a_part(serveur: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A demonstration of our own: what is done here is seen by no other test."""
    base: Path = tmp_path_factory.mktemp("circuit") / "base.sqlite3"
    shutil.copyfile(instance.BASE, base)
    with instance.servir(DATABASE_URL=f"sqlite:///{base}") as adresse:
        yield adresse


@pytest.fixture(scope="package")
def serveur_etat(serveur: str) -> Iterator[str]:
    """The same data in an ordinary instance under the State's theme."""
    with instance.servir(
        ECHELONS_THEME="etat", ECHELONS_DEMONSTRATION="0", DATABASE_URL=f"sqlite:///{instance.BASE}"
    ) as adresse:
        yield adresse


@pytest.fixture(scope="package")
def contextes(chromium: Browser) -> Iterator[dict[tuple[int, bool], BrowserContext]]:
    """Contexts already opened, by width and scripts: kept, with their cache of static files."""
    ouverts: dict[tuple[int, bool], BrowserContext] = {}
    yield ouverts
    for contexte in ouverts.values():
        contexte.close()


@pytest.fixture
def ouvrir(
    chromium: Browser, serveur: str, contextes: dict[tuple[int, bool], BrowserContext]
) -> Iterator[Ouvrir]:
    """``ouvrir(chemin, largeur, javascript=True, hote=…, neuf=False)``: a page without any cookie, and its journal.

    ``neuf``: with an empty cache too, as at the first visit.
    """
    a_fermer: list[Page | BrowserContext] = []

    def ouvre(
        chemin: str, largeur: int = 1280, javascript: bool = True, hote: str = serveur, neuf: bool = False
    ) -> tuple[Page, Journal]:
        cle = (largeur, javascript)
        contexte = None if neuf else contextes.get(cle)
        if contexte is None:
            contexte = chromium.new_context(
                viewport={"width": largeur, "height": HAUTEUR[largeur]},
                java_script_enabled=javascript,
                locale="fr-FR",
                timezone_id="Europe/Paris",
                reduced_motion="reduce",
            )
            if neuf:
                a_fermer.append(contexte)
            else:
                contextes[cle] = contexte
        contexte.clear_cookies()
        page = contexte.new_page()
        a_fermer.insert(0, page)
        journal = suivre(page, hote)
        page.goto(f"{hote}{chemin}")
        return page, journal

    yield ouvre
    for chose in a_fermer:
        chose.close()
