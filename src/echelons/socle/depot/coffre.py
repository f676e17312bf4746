"""The safe: files named by the SHA-256 of their content, outside anything a web server serves.

``arrivees/`` holds what is being received, ``originaux/ab/cd/<sha256>`` what is kept, ``vignettes/ab/cd/<sha256>`` its
image. A file enters by an atomic rename after it reached the disk: killed at any instant, a deposit leaves at worst a
file that no row names, which ``nettoyer`` removes. Folders and files are readable by the account of the server only.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import re
import time
import uuid
from collections.abc import Callable, Collection, Iterator
from io import BufferedReader
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

EMPREINTE = re.compile(r"[0-9a-f]{64}")
#: Seconds after which what is still arriving was abandoned by a process that died.
ABANDON = 24 * 3600


def arrivees() -> Path:
    """Where files are written while they are received."""
    return _dossier(settings.DEPOT / "arrivees")


def chemin(empreinte: str, sorte: str = "originaux") -> Path:
    """Where the content of this digest is, or would be."""
    if not EMPREINTE.fullmatch(empreinte):
        raise ValueError("Une empreinte a soixante-quatre chiffres hexadécimaux.")
    return Path(settings.DEPOT, sorte, empreinte[:2], empreinte[2:4], empreinte)


def ouvrir(empreinte: str, sorte: str = "originaux") -> BufferedReader:
    """The content of this digest. Raises ``FileNotFoundError``."""
    return chemin(empreinte, sorte).open("rb")


def neuf() -> tuple[Path, BinaryIO]:
    """A new file to receive something in."""
    ici = arrivees() / f"{uuid.uuid4().hex}.partiel"
    return ici, os.fdopen(os.open(ici, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600), "wb")


def fixer(fichier: BinaryIO) -> None:
    """Have what was written reach the disk."""
    fichier.flush()
    os.fsync(fichier.fileno())


@contextlib.contextmanager
def en_attente(octets: bytes) -> Iterator[tuple[Path, str]]:
    """Bytes that wait to be put away, already on the disk: where, and their digest. Removed unless they are."""
    partiel, fichier = neuf()
    try:
        with fichier:
            fichier.write(octets)
            fixer(fichier)
        yield partiel, hashlib.sha256(octets).hexdigest()
    finally:
        partiel.unlink(missing_ok=True)


def ranger(partiel: Path, empreinte: str, vignette: bytes | None) -> None:
    """Put a received file (already on the disk) and its image in their places. To be done under ``occupation``."""
    if vignette is not None:
        petit, fichier = neuf()
        with fichier:
            fichier.write(vignette)
            fixer(fichier)
        _placer(petit, chemin(empreinte, "vignettes"))
    _placer(partiel, chemin(empreinte))


def _placer(source: Path, destination: Path) -> None:
    _dossier(destination.parent)
    source.replace(destination)
    _fixer_dossier(destination.parent)


def _dossier(ou: Path) -> Path:
    """This folder, made for the server only, and known to the disk with those above it."""
    if not ou.is_dir():
        _dossier(ou.parent)
        ou.mkdir(mode=0o700, exist_ok=True)
        _fixer_dossier(ou.parent)
    return ou


def _fixer_dossier(ou: Path) -> None:
    descripteur = os.open(ou, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descripteur)
    finally:
        os.close(descripteur)


@contextlib.contextmanager
def occupation(seul: bool = False) -> Iterator[None]:
    """Hold the safe from the moment a file is put away until its row is committed, so that nobody cleans meanwhile.

    Many deposits hold it together; the cleaner holds it alone (``seul``). Released however the process ends.
    """
    with (_dossier(settings.DEPOT) / "verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX if seul else fcntl.LOCK_SH)
        yield


def nettoyer(references: Collection[str], maintenant: float | None = None) -> list[Path]:
    """Remove what no row names and what never finished arriving; return what was. Under ``occupation(seul=True)``."""
    limite = (maintenant or time.time()) - ABANDON
    perdus = [f for f in _fichiers() if f.name not in references]
    perdus += [f for f in arrivees().iterdir() if f.is_file() and f.stat().st_mtime < limite]
    for perdu in perdus:
        perdu.unlink()
    return perdus


#: Declared by the rooms above: whether some row of theirs names this content.
GARDIENS: list[Callable[[str], bool]] = []


def oter(empreinte: str) -> None:
    """Remove a content and its image, unless some room still names it."""
    with occupation(seul=True):
        if not any(garde(empreinte) for garde in GARDIENS):
            for sorte in ("originaux", "vignettes"):
                chemin(empreinte, sorte).unlink(missing_ok=True)


def orphelins(references: Collection[str]) -> int:
    """How many files no row names."""
    return sum(1 for f in _fichiers() if f.name not in references)


def etat(empreinte: str) -> str:
    """What is wrong with this content, in French; blank when it is what its name says."""
    try:
        with ouvrir(empreinte) as fichier:
            lue = hashlib.file_digest(fichier, "sha256").hexdigest()
    except FileNotFoundError:
        return "absent"
    return "" if lue == empreinte else "altéré"


def _fichiers() -> Iterator[Path]:
    for sorte in ("originaux", "vignettes"):
        for fichier in Path(settings.DEPOT, sorte).glob("*/*/*"):
            if EMPREINTE.fullmatch(fichier.name):
                yield fichier
