"""A real Chromium, and a real server of the demonstration, for the tests of this folder."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.navigateur import instance
from tests.navigateur.constats import HAUTEUR, Journal, suivre

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


class Navigateurs:
    """Browsers that share nothing, of one page each. Kept from a test to the next, with the styles and the scripts
    that they have fetched and compiled: to begin each time with a new one would cost as much as what is looked at.
    """

    def __init__(self, chromium: Browser) -> None:
        self._chromium = chromium
        self._libres: dict[tuple[int, bool], list[tuple[Page, Journal]]] = defaultdict(list)

    def neuf(self, largeur: int, javascript: bool) -> tuple[Page, Journal]:
        """One that has never been used."""
        contexte = self._chromium.new_context(
            viewport={"width": largeur, "height": HAUTEUR[largeur]},
            java_script_enabled=javascript,
            locale="fr-FR",
            timezone_id="Europe/Paris",
            reduced_motion="reduce",
        )
        page = contexte.new_page()
        return page, suivre(page)

    def prendre(self, largeur: int, javascript: bool) -> tuple[Page, Journal]:
        """One that nobody else holds, without any cookie."""
        libres = self._libres[largeur, javascript]
        page, journal = libres.pop() if libres else self.neuf(largeur, javascript)
        page.context.clear_cookies()
        page.set_viewport_size({"width": largeur, "height": HAUTEUR[largeur]})
        return page, journal

    def rendre(self, largeur: int, javascript: bool, page: Page, journal: Journal) -> None:
        """Leave the page, which asks for nothing any more, and keep the browser for whoever comes."""
        page.goto("about:blank")
        self._libres[largeur, javascript].append((page, journal))


@pytest.fixture(scope="package")
def navigateurs(chromium: Browser) -> Navigateurs:
    """Those of this process; they are closed with Chromium."""
    return Navigateurs(chromium)


@pytest.fixture
def ouvrir(navigateurs: Navigateurs, serveur: str) -> Iterator[Ouvrir]:
    """``ouvrir(chemin, largeur, javascript=True, hote=…, neuf=False)``: a page without any cookie, and its journal.

    Each is in a browser of its own. Without a path, nothing is opened yet. ``neuf``: with an empty cache too, as at
    the first visit.
    """
    pris: list[tuple[int, bool, Page, Journal]] = []
    neufs: list[BrowserContext] = []

    def ouvre(
        chemin: str = "",
        largeur: int = 1280,
        javascript: bool = True,
        hote: str = serveur,
        neuf: bool = False,
    ) -> tuple[Page, Journal]:
        if neuf:
            page, journal = navigateurs.neuf(largeur, javascript)
            neufs.append(page.context)
        else:
            page, journal = navigateurs.prendre(largeur, javascript)
            pris.append((largeur, javascript, page, journal))
        journal.recommencer(hote)
        if chemin:
            page.goto(f"{hote}{chemin}")
        return page, journal

    yield ouvre
    for tenu in pris:
        navigateurs.rendre(*tenu)
    for contexte in neufs:
        contexte.close()
