"""What a file is, asked to a process of its own (see ``isolement``)."""

from __future__ import annotations

import json
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from echelons.socle.depot.types import PAGES_MAX, PIXELS_MAX, TYPES, FichierRefuse
from echelons.socle.isolement import LectureInterrompue, lire_isolement

EXAMINATEUR = Path(__file__).with_name("examinateur.py")
#: Seconds by the clock; the process bounds its own computing time below that.
DELAI = 20
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
    with chemin.open("rb") as fichier, tempfile.TemporaryFile() as reponse:
        try:
            lire_isolement(EXAMINATEUR, (str(PAGES_MAX), str(PIXELS_MAX)), fichier, reponse, DELAI)
        except LectureInterrompue:
            raise FichierRefuse(ILLISIBLE) from None
        return _relire(reponse.read())


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
