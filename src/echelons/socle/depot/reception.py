"""Receiving a file: bounded while it arrives, scanned, examined; kept only if the caller puts it away."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.core.files.uploadhandler import FileUploadHandler, SkipFile

from echelons.socle.depot import coffre
from echelons.socle.depot.antivirus import analyser
from echelons.socle.depot.examen import Examen, examiner
from echelons.socle.depot.types import OCTETS_MAX, TYPES, FichierRefuse, TypeDeFichier

VIDE = "Ce fichier est vide. Vérifiez qu’il s’ouvre sur votre ordinateur, puis choisissez-le de nouveau."
TROP_LOURD = (
    f"Ce fichier dépasse {OCTETS_MAX // 1024**2}\u00a0Mo. Réduisez-le (une numérisation en noir et blanc à "
    "200\u00a0points par pouce suffit), ou déposez-le en plusieurs parties."
)


@dataclass(frozen=True)
class Recu:
    """A file that may be kept: what it is, and where it waits. ``antivirus`` says whether it was scanned."""

    partiel: Path
    empreinte: str
    taille: int
    type: TypeDeFichier
    pages: int | None
    vignette: bytes | None
    antivirus: str

    def ranger(self) -> None:
        """Keep it, under ``coffre.occupation``."""
        coffre.ranger(self.partiel, self.empreinte, self.vignette)


@contextlib.contextmanager
def recevoir(
    morceaux: Iterable[bytes],
    examen: Callable[[Path], Examen] | None = None,
    types: Mapping[str, TypeDeFichier] = TYPES,
) -> Iterator[Recu]:
    """Receive a file for the time of the block; it leaves no trace unless the block puts it away.

    ``examen`` says which of ``types`` it is, by what it contains; by default, it is a document.
    Raises ``FichierRefuse`` or ``AntivirusInjoignable``.
    """
    partiel, fichier = coffre.neuf()
    try:
        somme, taille = hashlib.sha256(), 0
        with fichier:
            for morceau in morceaux:
                taille += len(morceau)
                if taille > OCTETS_MAX:
                    raise FichierRefuse(TROP_LOURD)
                somme.update(morceau)
                fichier.write(morceau)
            coffre.fixer(fichier)
        if not taille:
            raise FichierRefuse(VIDE)
        antivirus = analyser(partiel)
        lu = (examen or examiner)(partiel)
        yield Recu(partiel, somme.hexdigest(), taille, types[lu.type], lu.pages, lu.vignette, antivirus)
    finally:
        partiel.unlink(missing_ok=True)


class Plafond(FileUploadHandler):
    """The first upload handler of every request: past what any form accepts, nothing more is written to the disk.

    The rest of the form is still read, so that what was typed comes back; ``requete.fichier_trop_lourd`` is set.
    """

    recu = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Let it through, or give the file up."""
        self.recu += len(raw_data)
        if self.recu > OCTETS_MAX:
            requete: Any = self.request
            requete.fichier_trop_lourd = True
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler has the file."""
