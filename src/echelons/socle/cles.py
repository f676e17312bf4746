"""Keys of a local instance: a file made once, readable by its owner only."""

import contextlib
import os
import tempfile
from pathlib import Path


def creer_une_fois(chemin: Path, texte: str) -> str:
    """Write ``texte`` at ``chemin`` unless another process was faster; return the text that is there."""
    descripteur, provisoire = tempfile.mkstemp(dir=chemin.parent)
    try:
        with os.fdopen(descripteur, "w", encoding="ascii") as fichier:
            fichier.write(texte)
            fichier.flush()
            os.fsync(fichier.fileno())
        with contextlib.suppress(FileExistsError):
            os.link(provisoire, chemin)
    finally:
        Path(provisoire).unlink()
    return chemin.read_text(encoding="ascii").strip()
