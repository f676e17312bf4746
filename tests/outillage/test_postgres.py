"""The cluster of the tests is reached by its socket alone and never outlives the command it was made for."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import time
from pathlib import Path
from urllib.parse import unquote, urlsplit

import psycopg
import pytest

from tests.bases import RACINE

LANCEUR = str(RACINE / "outils" / "avec_postgres.sh")


def dossier_de(url: str) -> Path:
    """Where the cluster at this address lives."""
    return Path(unquote(urlsplit(url).netloc.partition("@")[2]))


def serveurs_de(dossier: Path) -> list[str]:
    """The processes that serve the cluster of this folder."""
    trouves = []
    for commande in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            arguments = commande.read_text(encoding="utf-8").split("\0")
            if f"{dossier}/donnees" in arguments:
                trouves.append(" ".join(arguments))
    return trouves


def test_this_cluster_listens_on_no_network():
    with psycopg.connect(os.environ["DATABASE_URL"]) as connexion:
        assert connexion.execute("SHOW listen_addresses").fetchone() == ("",)


def test_run_serves_the_same_product_on_postgresql(servir):
    url = urlsplit(os.environ["DATABASE_URL"])
    with psycopg.connect(url.geturl(), autocommit=True) as administration:
        administration.execute("CREATE DATABASE essai_du_service")
        serveur = servir(DATABASE_URL=url._replace(path="/essai_du_service").geturl())
        serveur.attendre()
        assert json.loads(serveur.lire("/sante"))["base"] == "postgresql"
        assert "</html>" in serveur.lire("/")
        serveur.arreter()
        administration.execute("DROP DATABASE essai_du_service")


@pytest.mark.parametrize("statut", [0, 7])
def test_the_status_is_that_of_the_command_and_nothing_is_left(statut):
    resultat = subprocess.run(
        [LANCEUR, "sh", "-c", f'echo "$DATABASE_URL"; exit {statut}'],
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert resultat.returncode == statut
    dossier = dossier_de(resultat.stdout.strip())
    assert dossier.name.startswith("echelons-pg.")
    assert not dossier.exists()
    assert serveurs_de(dossier) == []


def test_a_launcher_that_is_killed_outright_takes_its_server_with_it():
    lance = subprocess.Popen(
        [LANCEUR, "sh", "-c", 'echo "$DATABASE_URL"; exec sleep 60 >/dev/null'],
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert lance.stdout is not None
    dossier = dossier_de(lance.stdout.readline().strip())
    try:
        assert serveurs_de(dossier)
        lance.kill()
        limite = time.monotonic() + 10
        while serveurs_de(dossier) and time.monotonic() < limite:
            time.sleep(0.1)
        assert serveurs_de(dossier) == []
    finally:
        os.killpg(lance.pid, signal.SIGKILL)
        lance.communicate(timeout=30)
        shutil.rmtree(dossier)
