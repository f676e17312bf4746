"""Real instances for the browser: prepared by the product's own commands, served by its own gunicorn."""

import contextlib
import hashlib
import http.client
import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from tests import bases
from tests.reglages import RACINE_DES_TESTS

DOSSIER = RACINE_DES_TESTS / "navigateur"
BASE = DOSSIER / "demonstration.sqlite3"
ATTENTE = 60  # seconds for the first answer


def _environnement(**choix: str) -> dict[str, str]:
    """Ours without what chooses a database or a date, plus a ``var/`` of its own."""
    herite = {k: v for k, v in os.environ.items() if k != "DATABASE_URL" and not k.startswith("ECHELONS_")}
    return {
        **herite,
        "DJANGO_SETTINGS_MODULE": "echelons.reglages.base",
        "ECHELONS_VAR": str(DOSSIER),
        "ECHELONS_DEMONSTRATION": "1",
        **choix,
    }


def _empreinte() -> str:
    """Digest of all that decides what the demonstration's database contains."""
    somme = hashlib.sha256(bases.empreinte().encode())
    for chemin in sorted((bases.RACINE / "demonstration").rglob("*.yaml")):
        somme.update(chemin.name.encode() + chemin.read_bytes())
    return somme.hexdigest()


def _lancer(*commande: str | Path) -> None:
    resultat = subprocess.run(
        commande, cwd=bases.RACINE, env=_environnement(), capture_output=True, text=True
    )
    if resultat.returncode:
        raise RuntimeError(f"{commande} a échoué :\n{resultat.stdout}{resultat.stderr}")


def preparer() -> None:
    """Prepare the demonstration as « make run » does; once for all processes, again when its data change."""
    with bases.verrou("navigateur"):
        DOSSIER.mkdir(exist_ok=True)
        _lancer(bases.RACINE / "outils" / "rassembler.sh")
        temoin, empreinte = DOSSIER / "empreinte", _empreinte()
        if temoin.exists() and temoin.read_text() == empreinte:
            return
        temoin.unlink(missing_ok=True)
        for reste in DOSSIER.glob(f"{BASE.name}*"):
            reste.unlink()
        for reste in (*DOSSIER.glob("*cle-journal"), *DOSSIER.glob("*racines.jsonl")):
            reste.unlink()
        _lancer(sys.executable, "-m", "echelons", "preparer")
        # The same database is also served as an ordinary instance, which looks for its own key.
        shutil.copyfile(DOSSIER / "demonstration-cle-journal", DOSSIER / "cle-journal")
        temoin.write_text(empreinte)


@contextlib.contextmanager
def servir(**choix: str) -> Iterator[str]:
    """Serve the prepared database with « make run »'s gunicorn, with these variables; gives the address.

    The port is opened here and handed over: no other process can take it in between.
    """
    journal = DOSSIER / f"gunicorn-{os.getpid()}.log"
    with socket.socket() as prise, journal.open("w") as sortie:
        prise.bind(("127.0.0.1", 0))
        prise.listen(64)
        port = prise.getsockname()[1]
        processus = subprocess.Popen(
            [
                *(sys.executable, "-m", "gunicorn", "--config", "outils/gunicorn.conf.py"),
                *("--bind", f"fd://{prise.fileno()}", "echelons.reglages.wsgi:application"),
            ],
            cwd=bases.RACINE,
            env={**_environnement(**choix), "PORT": str(port)},
            pass_fds=[prise.fileno()],
            stdout=sortie,
            stderr=subprocess.STDOUT,
        )
    try:
        _verifier_sante(port, journal)
        yield f"http://127.0.0.1:{port}"
    finally:
        processus.terminate()
        processus.wait(ATTENTE)


def _verifier_sante(port: int, journal: Path) -> None:
    connexion = http.client.HTTPConnection("127.0.0.1", port, timeout=ATTENTE)
    try:
        connexion.request("GET", "/sante")
        etat = connexion.getresponse().status
    except OSError as erreur:
        raise RuntimeError(f"Le serveur n’a pas démarré :\n{journal.read_text()}") from erreur
    finally:
        connexion.close()
    if etat != 200:
        raise RuntimeError(f"/sante répond {etat} :\n{journal.read_text()}")
