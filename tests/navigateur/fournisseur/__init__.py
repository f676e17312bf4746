"""Runs the OpenID provider of the tests."""

import contextlib
import subprocess
from collections.abc import Callable, Iterator

from tests import bases

DOSSIER = bases.RACINE / "tests" / "navigateur" / "fournisseur"


@contextlib.contextmanager
def ouvrir() -> Iterator[tuple[str, Callable[[str], None]]]:
    """Its issuer, and a function that tells it the address of the site before anybody signs in."""
    with bases.verrou("fournisseur"):
        installe = subprocess.run(
            [bases.RACINE / "outils" / "fournisseur_d_essai.sh"],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout.strip()
    processus = subprocess.Popen(
        ["node", DOSSIER / "fournisseur.mjs", installe],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert processus.stdin is not None
    assert processus.stdout is not None

    def annoncer(site: str) -> None:
        processus.stdin.write(f"{site}\n")
        processus.stdin.flush()
        assert processus.stdout.readline().strip() == "prêt"

    try:
        yield processus.stdout.readline().strip(), annoncer
    finally:
        processus.terminate()
        processus.communicate(timeout=10)
