"""A house with something in it: a few contracts told by hand, or the whole demonstration."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.core.cache import cache
from django.core.management import call_command
from django.db import transaction
from django.test import Client, override_settings
from pytest_django.plugin import DjangoDbBlocker

from echelons.contrats.models import Instrument
from echelons.strategie.models import (
    CompteOfficiel,
    Dispositif,
    Evenement,
    Indicateur,
    Mesure,
    Objectif,
    Strategie,
    TexteReference,
)
from echelons.territoires.chargement import charger_fictifs
from tests.contrats.scene import Scene
from tests.fabriques import FICTIFS, Dossier, dispositif, dossier
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page

LOIN = "/methode/"


@pytest.fixture(autouse=True)
def memoire_vide() -> None:
    """No page made by another test."""
    cache.clear()


@pytest.fixture
def lire(client: Client, db: None) -> Callable[..., Page]:
    """Open an address and read the page."""

    def ouvrir(chemin: str, statut: int = 200, **choix: str) -> Page:
        reponse = client.get(chemin, choix)
        assert reponse.status_code == statut, reponse.content[:500]
        return Page(reponse.content)

    return ouvrir


@pytest.fixture
def scene(db: None) -> Scene:
    """A fictional collectivité; a module that needs another one says which."""
    return Scene()


@pytest.fixture
def lecteurs(scene: Scene) -> Lecteurs:
    """Those who hold an office there, each with their browser."""
    return Lecteurs(scene)


@pytest.fixture
def convention(scene: Scene) -> Instrument:
    """A draft that has just been opened there."""
    return scene.ouvrir()


@pytest.fixture
def maison_vide(db: None) -> None:
    """An instance that knows the territories and nothing else: no dispositif, no fact."""
    for modele in (
        Indicateur,
        Mesure,
        Objectif,
        CompteOfficiel,
        Evenement,
        Dispositif,
        TexteReference,
        Strategie,
    ):
        modele.objects.all().delete()


@pytest.fixture(scope="module")
def demonstration_du_module(
    django_db_setup: None, django_db_blocker: DjangoDbBlocker, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Path]:
    """The demonstration, prepared once as its own command does, for a module of which every test shows it."""
    depot = tmp_path_factory.mktemp("depot")
    with django_db_blocker.unblock(), transaction.atomic():
        with override_settings(DEMONSTRATION=True, DEPOT=depot):
            call_command("preparer", verbosity=0)
        yield depot
        transaction.set_rollback(True)


@pytest.fixture
def demonstration_partagee(demonstration_du_module: Path, db: None, settings: LazySettings) -> None:
    """The demonstration of the module; what a test changes of it is undone."""
    settings.DEMONSTRATION, settings.DEPOT = True, demonstration_du_module


@pytest.fixture
def demonstration(db: None, settings: LazySettings, tmp_path: Path) -> None:
    """The demonstration, prepared for this test, as its own command does."""
    settings.DEMONSTRATION, settings.DEPOT = True, tmp_path / "depot"
    call_command("preparer", verbosity=0)


@pytest.fixture
def quelques_contrats(db: None) -> dict[str, Dossier]:
    """One contract of each class on 30 June 2019 under « essai », a fictional one, and one of two in Alsace."""
    charger_fictifs(FICTIFS)
    Dispositif.objects.exclude(code="essai").update(debut="2100-01-01", fin=None)
    dispositif()
    contrats = {
        code: dossier(code)
        for code in ("59D", "62D", "02D", "80D", "60D", "78D", "67D", "68D", "69M", "990D")
    }
    contrats["59D"].signature("2018-12-18", connu="2018-12-20")
    contrats["62D"].signature("2018-12-18")
    contrats["62D"].signature("2019-12-21", sources=["source-b"])
    contrats["02D"].signature("2019-07-02")
    contrats["80D"].signature("2019-02-21", instrument="protocole")
    contrats["60D"].signature("<=2020-12-31", connu="2021-01-15")
    contrats["78D"].fait("non_signataire", "2019-01-01", jusqu_au="2021-12-31")
    contrats["67D"].signature("2018-12-20")
    contrats["68D"].signature("2019-06")
    contrats["69M"].signature("2021-12-31", portee="collective")
    contrats["990D"].signature("2019-06-13")
    return contrats
