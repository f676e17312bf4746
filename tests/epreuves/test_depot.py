"""A process that gives documents without rest, killed again and again: nothing lost, doubled or half-written."""

import os
import random
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from echelons.contrats.models import Document
from echelons.socle.depot import coffre
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from tests.bases import RACINE
from tests.contrats.scene import JOUR, Scene

pytestmark = pytest.mark.django_db(transaction=True)
MORTS = 120
DEPOSE = re.compile(r"^fait ", re.MULTILINE)


def restes(depot: Path, sorte: str) -> set[str]:
    return {f.name for f in (depot / sorte).rglob("*") if f.is_file()}


def test_a_depositor_killed_at_any_instant_loses_doubles_and_halves_nothing(
    settings, tmp_path, hasard: random.Random, capsys
):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    with a_la_date(JOUR):
        scene = Scene()
        contrat = scene.ouvrir().contrat
        compte = scene.compte("charge-de-mission")
    commande = [sys.executable, "-m", "tests.contrats.deposant", connection.settings_dict["NAME"]]
    commande += [str(settings.DEPOT), str(compte.pk), contrat.code, "-", "1000000"]
    annonces: list[str] = []
    pendant = {"l’arrivée d’un fichier": 0, "la mise au coffre": 0}
    laisses: set[str] = set()
    for mort in range(MORTS):
        sortie = tmp_path / f"sortie-{mort}"
        # Two times out of three, files are not examined: death falls on what keeps them.
        vite = ["vite"] if mort % 3 else []
        with sortie.open("w") as ecrite:
            deposant = subprocess.Popen([*commande, *vite], cwd=RACINE, stdout=ecrite, start_new_session=True)
        while not DEPOSE.search(sortie.read_text()):
            assert deposant.poll() is None, "Le déposant s’est arrêté seul."
            time.sleep(0.01)
        time.sleep(hasard.uniform(0, 0.3))
        os.kill(deposant.pid, signal.SIGKILL)
        deposant.wait()
        annonces += [
            ligne.split()[1] for ligne in sortie.read_text().splitlines() if ligne.startswith("fait")
        ]
        gardees = set(Document.objects.values_list("empreinte", flat=True))
        partiels = restes(settings.DEPOT, "arrivees") - laisses
        perdus = restes(settings.DEPOT, "originaux") | restes(settings.DEPOT, "vignettes")
        perdus -= gardees | laisses
        pendant["l’arrivée d’un fichier"] += bool(partiels and not perdus)
        pendant["la mise au coffre"] += bool(perdus)
        laisses |= partiels | perdus

    documents = list(Document.objects.all())
    empreintes = [d.empreinte for d in documents]
    with capsys.disabled():
        ou = ", ".join(f"{nombre} pendant {quoi}" for quoi, nombre in pendant.items())
        sys.stdout.write(f"\n{MORTS} morts, {len(documents)} documents ; {ou}.\n")
    assert len(set(empreintes)) == len(empreintes)
    assert set(annonces) <= set(empreintes)
    for document in documents:
        assert coffre.etat(document.empreinte) == ""
        assert coffre.chemin(document.empreinte).stat().st_size == document.taille
        assert coffre.chemin(document.empreinte, "vignettes").read_bytes().endswith(b"IEND\xaeB`\x82")
    journal = [e.donnees["empreinte"] for e in histoire(contrat.objet_journal)]
    assert sorted(journal) == sorted(empreintes)
    assert verifier().anomalies == ()
    assert sum(pendant.values()) >= MORTS // 2
    for partiel in (settings.DEPOT / "arrivees").iterdir():
        os.utime(partiel, (0, 0))
    call_command("verifier_documents", nettoyer=True, verbosity=0)
    assert restes(settings.DEPOT, "originaux") == set(empreintes)
    assert restes(settings.DEPOT, "vignettes") == set(empreintes)
    assert restes(settings.DEPOT, "arrivees") == set()
