"""A process killed again and again, from outside, at an instant drawn at random."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from tests.bases import RACINE

#: Longer after a death inside a write, shorter after one outside: about seven in ten fall inside, on any machine.
PLUS_TARD, PLUS_TOT = 1.1, 0.8
COURT, LONG = 0.02, 10.0


class Morts:
    """The deaths of a trial. ``attente``: the seconds within which the first one comes, once the process has begun.

    The wait follows the machine: a write lasts ten times longer on a busy one, and a fixed wait would kill before it.
    """

    def __init__(self, hasard: random.Random, dossier: Path, attente: float) -> None:
        self.hasard, self.dossier, self.attente = hasard, dossier, attente
        self.nombre = self.dedans = 0

    def tuer(self, commande: Sequence[str]) -> list[str]:
        """Start it, wait until it says « commence », kill it: the lines that it wrote."""
        sortie = self.dossier / f"sortie-{self.nombre}"
        with sortie.open("w") as ecrite:
            processus = subprocess.Popen(commande, cwd=RACINE, stdout=ecrite, start_new_session=True)
        while "commence" not in sortie.read_text():
            assert processus.poll() is None, "Le processus s’est arrêté seul."
            time.sleep(0.005)
        self.patienter()
        os.kill(processus.pid, signal.SIGKILL)
        processus.wait()
        return self.compter(sortie.read_text().splitlines())

    def patienter(self) -> None:
        """Wait for the instant of the next death."""
        time.sleep(self.hasard.uniform(0, self.attente))

    def compter(self, lignes: list[str]) -> list[str]:
        """One death more, inside a write if the last thing said is that one begins."""
        dedans = lignes[-1].startswith("commence")
        self.nombre += 1
        self.dedans += dedans
        self.attente = min(max(self.attente * (PLUS_TARD if dedans else PLUS_TOT), COURT), LONG)
        return lignes
