"""« make run » killed anywhere leaves a clone from which the next « make run » works, and nothing is lost."""

import contextlib
import signal
import sqlite3
import time

import pytest

from tests.clones import faire_clone

# A preparation takes some seconds, an installation from a warm cache as many.
DUREE = 8.0


def contenu(clone):
    """How many rows each table of the demonstration has, the migrations and the revision left aside."""
    with contextlib.closing(sqlite3.connect(clone.var / "demonstration.sqlite3")) as base:
        assert base.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        tables = base.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' ORDER BY name"
        ).fetchall()
        return {
            table: base.execute(f'SELECT COUNT(*) FROM "{table}"').fetchone()[0]
            for (table,) in tables
            if table != "django_migrations"
        }


@pytest.fixture(scope="module")
def contenu_attendu(tmp_path_factory):
    """What an undisturbed preparation puts into the demonstration."""
    temoin = faire_clone(tmp_path_factory.mktemp("temoin"))
    resultat = temoin.lancer("outils/lancer.sh", "--preparer", ECHELONS_DEMONSTRATION="1")
    assert resultat.returncode == 0, resultat.stderr
    return contenu(temoin)


@pytest.mark.parametrize("coup", range(8))
def test_a_preparation_killed_anywhere_is_taken_up_again(clone, servir, hasard, contenu_attendu, coup):
    interrompu = servir()
    time.sleep(hasard.uniform(0.2, DUREE))
    interrompu.arreter(signal.SIGKILL)
    suivant = servir()
    suivant.attendre()
    assert "</html>" in suivant.lire("/")
    suivant.arreter()
    assert contenu(clone) == contenu_attendu


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
