"""The files of works: how far one is, and what it produced. Both die with the row of the work.

How far a work is lies in a file rather than in a row: the transaction that publishes may hold the database alone.
"""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from echelons.socle.models import Tache

#: Seconds between two writings of how far a work is.
PAS = 0.5


def _dossier() -> Path:
    dossier = Path(settings.DEPOT) / "travaux"
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    return dossier


def produit(tache: Tache) -> Path:
    """Where what a work produces is, or will be."""
    return _dossier() / f"{tache.reference}.produit"


def _dit(tache: Tache) -> Path:
    return _dossier() / f"{tache.reference}.avancement"


class Avancement:
    """Where a work says how far it is: so many rows, of so many (0: not known)."""

    def __init__(self, tache: Tache, total: int = 0) -> None:
        self.tache, self.total = tache, total
        self._dernier = 0.0

    def sur(self, total: int) -> Avancement:
        """The same, once it is known how much there is to do."""
        self.total = total
        return self

    def __call__(self, faites: int) -> None:
        """Say how far, half a second apart at least."""
        instant = time.monotonic()
        if instant - self._dernier < PAS:
            return
        self._dernier = instant
        provisoire = _dit(self.tache).with_suffix(".neuf")
        provisoire.write_text(f"{faites} {self.total}", encoding="ascii")
        provisoire.replace(_dit(self.tache))


def avancement(tache: Tache) -> tuple[int, int] | None:
    """How many rows are done, of how many; None when nothing was said."""
    try:
        faites, total = _dit(tache).read_text(encoding="ascii").split()
        return int(faites), int(total)
    except (FileNotFoundError, ValueError):
        return None


@contextlib.contextmanager
def produire(tache: Tache) -> Iterator[BinaryIO]:
    """The file that a work produces: in its place, whole, at the end of the block, or not at all."""
    provisoire = produit(tache).with_suffix(".partiel")
    with provisoire.open("wb") as fichier:
        yield fichier
        fichier.flush()
        os.fsync(fichier.fileno())
    provisoire.replace(produit(tache))


def effacer_avancement(tache: Tache) -> None:
    """Nothing more is to be said of how far a work is."""
    _dit(tache).unlink(missing_ok=True)


def balayer(gardees: set[str]) -> int:
    """Remove the files of the works that are not among these references; returns how many."""
    retires = 0
    for fichier in _dossier().iterdir():
        if fichier.name.partition(".")[0] not in gardees:
            fichier.unlink(missing_ok=True)
            retires += 1
    return retires
