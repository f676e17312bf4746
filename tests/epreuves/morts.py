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
COURT = 0.02


class Attente:
    """How long to wait for the instant of a death: ``secondes`` at most for the first one.

    It follows the machine: a write lasts ten times longer on a busy one, and a fixed wait would kill before or after.
    """

    def __init__(self, hasard: random.Random, secondes: float, court: float = COURT) -> None:
        self.hasard, self.secondes, self.court = hasard, secondes, court
        self.long = 2 * secondes  # a process that does nothing but write is not waited for without end

    def tirer(self) -> float:
        """The seconds before the next death."""
        return self.hasard.uniform(0, self.secondes)

    def noter(self, dedans: bool) -> None:
        """Where the last one fell."""
        self.secondes = min(max(self.secondes * (PLUS_TARD if dedans else PLUS_TOT), self.court), self.long)


class Morts:
    """The deaths of a trial. ``attente``: the seconds within which the first one comes, once the process has begun."""

    def __init__(self, hasard: random.Random, dossier: Path, attente: float) -> None:
        self.attente, self.dossier = Attente(hasard, attente), dossier
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
        time.sleep(self.attente.tirer())

    def compter(self, lignes: list[str]) -> list[str]:
        """One death more, inside a write if the last thing said is that one begins."""
        dedans = lignes[-1].startswith("commence")
        self.nombre += 1
        self.dedans += dedans
        self.attente.noter(dedans)
        return lignes
