"""Clones to run the commands in. The installed environment is lent to them: nothing is downloaded here."""

import os
import shutil
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

from tests.bases import RACINE

REPRIS = (
    "outils",
    "requirements",
    "src",
    "referentiels",
    "demonstration",
    "Makefile",
    "pyproject.toml",
    ".venv",
)
# What the developer has set must not change what is tried.
PROPRES = {
    "ECHELONS_",
    "DATABASE_URL",
    "DJANGO_SETTINGS_MODULE",
    "MAKE",
    "PORT",
    "DEMO",
    "ARGS",
    "PYTHON",
    "CI",
}


class Clone:
    """A folder that looks like a clone, with a ``var/`` of its own."""

    def __init__(self, dossier: Path) -> None:
        self.dossier = dossier
        self.var = dossier / "var"

    def environnement(self, **plus: str) -> dict[str, str]:
        """The developer's environment without what belongs to the product; its data is kept in the clone."""
        propre = {n: v for n, v in os.environ.items() if not n.startswith(tuple(PROPRES))}
        return {**propre, "ECHELONS_VAR": str(self.var), **plus}

    def lancer(self, *commande: str, **environnement: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the clone to its end."""
        return subprocess.run(
            commande,
            cwd=self.dossier,
            env=self.environnement(**environnement),
            capture_output=True,
            text=True,
            timeout=600,
            stdin=subprocess.DEVNULL,
        )

    def tuer_apres(self, secondes: float, *commande: str) -> None:
        """Start a command and, if it still runs after that time, kill all that it started."""
        processus = subprocess.Popen(
            commande,
            cwd=self.dossier,
            env=self.environnement(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        try:
            processus.wait(secondes)
        except subprocess.TimeoutExpired:
            os.killpg(processus.pid, signal.SIGKILL)
            processus.wait()


def faire_clone(dossier: Path, *sans: str) -> Clone:
    """Make a clone that shares the sources and the environment of this one, except what is named."""
    for nom in set(REPRIS) - set(sans):
        if nom == "outils":
            shutil.copytree(RACINE / nom, dossier / nom, ignore=shutil.ignore_patterns("__pycache__"))
        elif (RACINE / nom).exists():
            (dossier / nom).symlink_to(RACINE / nom)
    return Clone(dossier)


class Serveur:
    """``make run`` as a person starts it, on a free port."""

    def __init__(self, clone: Clone, *arguments: str, **environnement: str) -> None:
        self.port = port_libre()
        self._processus = subprocess.Popen(
            ["make", "run", f"PORT={self.port}", *arguments],
            cwd=clone.dossier,
            env=clone.environnement(**environnement),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def attendre(self) -> None:
        """Wait until the product answers."""
        limite = time.monotonic() + 300
        while time.monotonic() < limite and self._processus.poll() is None:
            try:
                self.lire("/sante")
            except (urllib.error.URLError, ConnectionError):
                time.sleep(0.1)
            else:
                return
        raise AssertionError(f"« make run » ne répond pas :\n{self.arreter()}")

    def lire(self, chemin: str) -> str:
        """The body of a page."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}{chemin}", timeout=30) as reponse:
            return reponse.read().decode()

    def arreter(self, signal_envoye: int = signal.SIGINT) -> str:
        """Send what a terminal sends on Ctrl-C to all that was started; give all that was printed."""
        if self._processus.poll() is None:
            os.killpg(self._processus.pid, signal_envoye)
        sortie, _ = self._processus.communicate(timeout=30)
        return sortie


def port_libre() -> int:
    """A port that nothing listens to."""
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]
