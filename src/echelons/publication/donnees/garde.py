"""The archives kept on the disk, each with the state of the data it was made for: made once, served many times.

What is served is never older than the data: an archive whose revision is no longer theirs is made again before it is
given, by one maker at a time, and whoever asked meanwhile waits for it (a second or two). The worker does it first
when it has nothing else to do, so that hardly anybody waits.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from django.conf import settings

from echelons.publication.donnees.archive import ecrire_archive, forme
from echelons.socle import revision
from echelons.socle.horloge import aujourdhui, maintenant

#: For how many days at once an archive is kept: the demonstration is read on several.
JOURS_GARDES = 3


@dataclass(frozen=True)
class Archive:
    """What is known of an archive without opening it: its day, what it was made for, what it holds.

    ``revision``: that of the data just before they were read. ``nombres``: how many rows a table has, by its code.
    """

    jour: dt.date
    faite_le: dt.datetime
    revision: int
    forme: str
    empreinte: str
    taille: int
    nombres: Mapping[str, int]

    @property
    def a_jour(self) -> bool:
        """Whether it holds what the house says now, for its day."""
        return self.revision == revision.courante() and self.forme == forme()

    def lire(self) -> bytes:
        """The file. Raises ``FileNotFoundError`` when a newer one has just taken its place."""
        return _contenu(self.empreinte).read_bytes()


def archive_a_jour(jour: dt.date) -> tuple[Archive, bytes]:
    """The archive of a day with its content, made again when the data changed since."""
    with revision.lecture():
        gardee = _prete(jour)
    if gardee is not None:
        return gardee
    with _un_seul_la_fait(), revision.lecture():
        # Somebody may have made it while this one waited.
        return _prete(jour) or _faire(jour)


def derniere_archive(jour: dt.date) -> Archive | None:
    """The archive kept for that day, else the last made for another; None when none was made yet."""
    return _lire(_fiche(jour)) or next((lue for fiche in _fiches() if (lue := _lire(fiche))), None)


def tenir_prete() -> None:
    """Make the archive of today before anybody asks for it."""
    archive_a_jour(aujourdhui())


def _prete(jour: dt.date) -> tuple[Archive, bytes] | None:
    archive = _lire(_fiche(jour))
    if archive is None or not archive.a_jour:
        return None
    with contextlib.suppress(FileNotFoundError):
        return archive, archive.lire()
    return None


def _faire(jour: dt.date) -> tuple[Archive, bytes]:
    """Make it; its file first, then what names it, each put in its place at once."""
    numero = revision.courante()
    provisoire = _dossier() / "archive.partielle"
    with provisoire.open("w+b") as sortie:
        nombres = ecrire_archive(jour, sortie)
        sortie.seek(0)
        contenu = sortie.read()
    empreinte = hashlib.sha256(contenu).hexdigest()
    provisoire.replace(_contenu(empreinte))
    archive = Archive(jour, maintenant(), numero, forme(), empreinte, len(contenu), nombres)
    neuve = _dossier() / "fiche.partielle"
    neuve.write_text(json.dumps(asdict(archive), default=_iso), encoding="ascii")
    neuve.replace(_fiche(jour))
    _retirer_les_anciennes()
    return archive, contenu


def _iso(valeur: dt.date) -> str:
    return valeur.isoformat()


def _lire(fiche: Path) -> Archive | None:
    try:
        lue = json.loads(fiche.read_text(encoding="ascii"))
        lue["jour"] = dt.date.fromisoformat(lue["jour"])
        lue["faite_le"] = dt.datetime.fromisoformat(lue["faite_le"])
        return Archive(**lue)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        # None was made, or it was by another version: it is made again.
        return None


def _retirer_les_anciennes() -> None:
    fiches = _fiches()
    for fiche in fiches[JOURS_GARDES:]:
        fiche.unlink(missing_ok=True)
    nommees = {archive.empreinte for fiche in fiches[:JOURS_GARDES] if (archive := _lire(fiche))}
    for contenu in _dossier().glob("*.zip"):
        if contenu.stem not in nommees:
            contenu.unlink(missing_ok=True)


@contextlib.contextmanager
def _un_seul_la_fait() -> Iterator[None]:
    """Wait to be the only maker, of all threads and processes that share the deposit."""
    with (_dossier() / "verrou").open("w") as verrou:
        fcntl.flock(verrou, fcntl.LOCK_EX)
        yield


def _dossier() -> Path:
    dossier = Path(settings.DEPOT) / "archives"
    dossier.mkdir(mode=0o700, parents=True, exist_ok=True)
    return dossier


def _fiche(jour: dt.date) -> Path:
    return _dossier() / f"{jour.isoformat()}.json"


def _fiches() -> list[Path]:
    """Those of every archive kept, latest made first."""
    return sorted(_dossier().glob("*.json"), key=lambda fiche: fiche.stat().st_mtime_ns, reverse=True)


def _contenu(empreinte: str) -> Path:
    return _dossier() / f"{empreinte}.zip"
