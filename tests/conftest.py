"""What every test shares: databases, static files, draws at random, and what may not be left out."""

import os
import random
import signal
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test.testcases import TransactionTestCase
from hypothesis import HealthCheck, settings

from tests import bases, clones
from tests.exigence import pytest_sessionfinish as pytest_sessionfinish

EPREUVES = os.environ.get("ECHELONS_EPREUVES") == "1"

# The ordinary suite draws the same examples every time; the trials draw many, from the seed they print.
settings.register_profile(
    "ordinaire",
    max_examples=40,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
settings.register_profile("epreuves", settings.get_profile("ordinaire"), max_examples=1000, derandomize=False)
settings.load_profile("epreuves" if EPREUVES else "ordinaire")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    """Leave the long trials to « make epreuves »."""
    return True if not EPREUVES and collection_path == Path(__file__).parent / "epreuves" else None


def _depend_de_la_base(item: pytest.Item) -> bool:
    """Whether another database may change what a test finds; those of the tooling choose theirs."""
    fixtures = {"db", "transactional_db", "django_db_setup"}.intersection(getattr(item, "fixturenames", ()))
    return bool(fixtures or item.get_closest_marker("django_db") or "outillage" in item.path.parts)


#: They reach the database by the acts and readings of the rooms, tried on both: on PostgreSQL, with the long trials.
PAGES = {"web", "droits"}


@pytest.hookimpl(trylast=True)  # once Hypothesis has marked its own
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, what a database can change, but for the pages; under « make epreuves », the long trials, the
    property tests, and there the pages on PostgreSQL.
    """
    postgres = os.environ.get("DATABASE_URL", "").startswith("postgres")
    ici = Path(__file__).parent
    des_pages = {i for i in items if i.path.relative_to(ici).parts[0] in PAGES} if postgres else set()
    gardes = [i for i in items if not postgres or _depend_de_la_base(i)]
    gardes = [i for i in gardes if not (postgres and i.get_closest_marker("une_base"))]
    if EPREUVES:
        longs = {
            i
            for i in gardes
            if "epreuves" in i.path.parts
            or i.get_closest_marker("hypothesis")
            or i.get_closest_marker("longue")
        }
        gardes = [i for i in gardes if i in longs or i in des_pages]
    else:
        gardes = [i for i in gardes if i not in des_pages and not i.get_closest_marker("longue")]
    config.hook.pytest_deselected(items=[i for i in items if i not in set(gardes)])
    items[:] = gardes


@pytest.fixture(scope="session", autouse=True)
def fichiers_statiques() -> None:
    """Collect the static files once: pages name them by their digest."""
    with bases.verrou("statiques"):
        subprocess.run([bases.RACINE / "outils" / "rassembler.sh"], check=True)


@pytest.fixture(scope="session")
def django_db_setup(django_test_environment, django_db_blocker):
    """A prepared database (territories and reference frameworks loaded), put back after a test that committed."""
    base = bases.ouvrir(os.environ.get("DATABASE_URL"))

    def remettre(_test: TransactionTestCase) -> None:
        base.remettre(connection)

    connection.settings_dict["NAME"] = base.nom
    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(TransactionTestCase, "_fixture_teardown", remettre)
        yield
    with django_db_blocker.unblock():
        connection.close()
        base.fermer()


@pytest.fixture
def hasard(request: pytest.FixtureRequest) -> random.Random:
    """The draws of this test, governed by the seed that « make epreuves » prints."""
    return random.Random(f"{os.environ.get('GRAINE', '0')} {request.node.nodeid}")


@pytest.fixture
def clone(tmp_path: Path) -> clones.Clone:
    """A clone that shares the sources and the environment of this one, with a ``var/`` of its own."""
    return clones.faire_clone(tmp_path)


@pytest.fixture
def servir(clone: clones.Clone) -> Iterator[Callable[..., clones.Serveur]]:
    """Start ``make run`` in the clone, with these arguments; whatever was started is stopped at the end."""
    lances: list[clones.Serveur] = []

    def demarrer(*arguments: str, **environnement: str) -> clones.Serveur:
        lances.append(clones.Serveur(clone, *arguments, **environnement))
        return lances[-1]

    yield demarrer
    for serveur in lances:
        serveur.arreter(signal.SIGKILL)
