"""What a file is, asked to a process of its own: whatever it does to whoever reads it, the server goes on."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from echelons.socle.depot.types import PAGES_MAX, PIXELS_MAX, TYPES, FichierRefuse

EXAMINATEUR = Path(__file__).with_name("examinateur.py")
#: Seconds by the clock; the process bounds its own computing time below that.
DELAI = 20
#: How many files are examined at once: each may take a gigabyte of memory.
_places = threading.BoundedSemaphore(2)
PNG = b"\x89PNG\r\n\x1a\n"
ILLISIBLE = (
    "Ce fichier n’a pas pu être lu en sûreté\u00a0: il est abîmé, ou trop compliqué. Ouvrez-le sur votre ordinateur, "
    "enregistrez-le de nouveau en PDF, puis déposez ce PDF."
)


@dataclass(frozen=True)
class Examen:
    """A code of ``TYPES``, the number of pages where there are any, a PNG of the first page."""

    type: str
    pages: int | None
    vignette: bytes | None


def examiner(chemin: Path) -> Examen:
    """Examine a file. Raises ``FichierRefuse``; ``RuntimeError`` when the examiner itself does not start."""
    # The answer goes to a file, whose size the process cannot exceed; nothing of the environment is given.
    with _places, chemin.open("rb") as fichier, tempfile.TemporaryFile() as reponse:
        try:
            fin = subprocess.run(  # noqa: S603 - our own script, the file is its input
                [sys.executable, "-I", str(EXAMINATEUR), str(PAGES_MAX), str(PIXELS_MAX)],
                stdin=fichier,
                stdout=reponse,
                stderr=subprocess.DEVNULL,
                timeout=DELAI,
                env={"LANG": "C.UTF-8"},
                cwd="/",
                start_new_session=True,
                check=False,
            )
        except subprocess.TimeoutExpired:
            raise FichierRefuse(ILLISIBLE) from None
        reponse.seek(0)
        lue = reponse.read()
    if fin.returncode == 1:
        raise RuntimeError(
            "L’examinateur de fichiers ne démarre pas\u00a0: ses bibliothèques sont-elles installées ?"
        )
    if fin.returncode:
        raise FichierRefuse(ILLISIBLE)
    return _relire(lue)


def _relire(lue: bytes) -> Examen:
    """The answer, believed for nothing: whoever wrote it had just read a hostile file."""
    entete, _, vignette = lue.partition(b"\n")
    try:
        dit: Any = json.loads(entete)
        refus, genre, pages = dit["refus"], dit["type"], dit["pages"]
    except (ValueError, KeyError, TypeError):
        raise FichierRefuse(ILLISIBLE) from None
    if isinstance(refus, str):
        raise FichierRefuse(refus[:500])
    juste = (
        isinstance(genre, str)
        and genre in TYPES
        and (pages is None or (type(pages) is int and 0 < pages <= PAGES_MAX))
    )
    if not juste or (vignette and not vignette.startswith(PNG)):
        raise FichierRefuse(ILLISIBLE)
    return Examen(genre, pages, vignette or None)
