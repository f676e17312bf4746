"""ZIP archives whose bytes depend on what they hold and on nothing else: neither the day, nor the machine."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable

#: No file of an archive is older or newer than another: their dates would change its bytes.
JAMAIS = (1980, 1, 1, 0, 0, 0)


def ranger(archive: zipfile.ZipFile, nom: str, morceaux: Iterable[bytes], *, tel_quel: bool = False) -> None:
    """Add a file, as it is made; ``tel_quel``: not compressed."""
    entree = zipfile.ZipInfo(nom, JAMAIS)
    entree.compress_type = zipfile.ZIP_STORED if tel_quel else zipfile.ZIP_DEFLATED
    entree.external_attr = 0o644 << 16
    entree.create_system = 3
    with archive.open(entree, "w", force_zip64=False) as fichier:
        for morceau in morceaux:
            fichier.write(morceau)


def archiver(fichiers: Iterable[tuple[str, bytes]]) -> bytes:
    """The archive of these files, in this order."""
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as archive:
        for nom, octets in fichiers:
            ranger(archive, nom, [octets])
    return tampon.getvalue()


def sans_dates(octets: bytes) -> bytes:
    """The same archive, its files in the same order, without the moment when it was made."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        return archiver((entree.filename, archive.read(entree)) for entree in archive.infolist())
