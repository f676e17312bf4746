"""« make run » killed anywhere leaves a clone from which the next « make run » works, and nothing is lost."""

import contextlib
import os
import signal
import sqlite3
import time
import uuid
from urllib.parse import urlsplit

import psycopg
import pytest

from tests.clones import faire_clone

# A preparation takes some seconds, an installation from a warm cache as many.
DUREE = 8.0


@pytest.fixture
def adresse(clone):
    """Where a database that does not exist yet will be, on the server that the suite is run on."""
    serveur = urlsplit(os.environ.get("DATABASE_URL", ""))
    if serveur.scheme != "postgres":
        yield f"sqlite:///{clone.var}/demonstration.sqlite3"
        return
    nom = f"essai_{uuid.uuid4().hex}"
    with psycopg.connect(serveur.geturl(), autocommit=True) as administration:
        administration.execute(f"CREATE DATABASE {nom}")
        yield serveur._replace(path=f"/{nom}").geturl()
        administration.execute(f"DROP DATABASE {nom} WITH (FORCE)")


def contenu(adresse):
    """How many rows each table has."""
    if adresse.startswith("sqlite"):
        connexion = sqlite3.connect(adresse.removeprefix("sqlite:///"))
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%'"
    else:
        connexion = psycopg.connect(adresse)
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with contextlib.closing(connexion):
        return {
            table: connexion.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]
            for (table,) in connexion.execute(tables).fetchall()
        }


@pytest.fixture(scope="module")
def contenu_attendu(tmp_path_factory):
    """What an undisturbed preparation puts into the demonstration."""
    temoin = faire_clone(tmp_path_factory.mktemp("temoin"))
    resultat = temoin.lancer("outils/lancer.sh", "--preparer", ECHELONS_DEMONSTRATION="1")
    assert resultat.returncode == 0, resultat.stderr
    return contenu(f"sqlite:///{temoin.var}/demonstration.sqlite3")


#: Three times on PostgreSQL, eight on SQLite.
COUPS = [*range(3), *(pytest.param(coup, marks=pytest.mark.une_base) for coup in range(3, 8))]


@pytest.mark.django_db  # one of the trials that PostgreSQL can change
@pytest.mark.parametrize("coup", COUPS)
def test_a_preparation_killed_anywhere_is_taken_up_again(servir, hasard, adresse, contenu_attendu, coup):
    interrompu = servir(DATABASE_URL=adresse)
    time.sleep(hasard.uniform(0.2, DUREE))
    interrompu.arreter(signal.SIGKILL)
    suivant = servir(DATABASE_URL=adresse)
    suivant.attendre()
    assert "</html>" in suivant.lire("/")
    suivant.arreter()
    assert contenu(adresse) == contenu_attendu


@pytest.mark.parametrize("coup", range(5))
def test_an_installation_killed_anywhere_is_made_again(tmp_path, hasard, coup):
    clone = faire_clone(tmp_path, ".venv")
    clone.tuer_apres(hasard.uniform(0.2, DUREE), "outils/installer.sh", "run")
    repris = clone.lancer("outils/installer.sh", "run")
    assert repris.returncode == 0, repris.stderr
    verification = clone.lancer("./.venv/bin/python", "-m", "echelons", "check")
    assert verification.returncode == 0, verification.stderr


def test_two_starts_at_once_both_serve(servir):
    ensemble = [servir(), servir()]
    for serveur in ensemble:
        serveur.attendre()
        assert "</html>" in serveur.lire("/")
