"""The secret key of a local instance: made once, kept in ``var/``, readable by its owner only."""

import contextlib
import os
import secrets
import tempfile
from pathlib import Path


def creer_cle(chemin: Path) -> str:
    """Write a new key at ``chemin`` unless another process was faster; return the key that is there."""
    descripteur, provisoire = tempfile.mkstemp(dir=chemin.parent)
    try:
        with os.fdopen(descripteur, "w", encoding="ascii") as fichier:
            fichier.write(secrets.token_urlsafe(64))
        with contextlib.suppress(FileExistsError):
            os.link(provisoire, chemin)
    finally:
        Path(provisoire).unlink()
    return chemin.read_text(encoding="ascii").strip()
