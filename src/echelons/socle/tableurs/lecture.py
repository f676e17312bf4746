"""A file received as sheets of typed cells: recognised by its content, read in a process of its own.

Nothing of what that process answers is believed beyond its form: it has just read a hostile file.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from echelons.socle.depot.examen import Examen, examiner
from echelons.socle.depot.types import FichierRefuse
from echelons.socle.isolement import LectureInterrompue, lire_isolement
from echelons.socle.tableurs.types import (
    CELLULES_MAX,
    COLONNES_MAX,
    LIGNES_MAX,
    TABLEURS,
    Description,
    Erreur,
    Feuille,
    Ligne,
    Valeur,
    lettres,
)

LECTEUR = Path(__file__).with_name("lecteur.py")
#: Seconds by the clock; the process bounds its own computing time below that.
DELAI = 90
CONTENEURS = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0")
ATTENDU = "Déposez un classeur XLSX ou ODS, ou un fichier CSV."
ILLISIBLE = (
    "Ce fichier n’a pas pu être lu en sûreté\u00a0: il est abîmé, ou trop compliqué. Ouvrez-le sur votre ordinateur, "
    "copiez le tableau dans un classeur neuf, puis déposez celui-ci."
)
VIDE = "Ce fichier ne contient aucune cellule remplie. Vérifiez que vous avez choisi le bon."


def examiner_tableur(chemin: Path) -> Examen:
    """Which spreadsheet a file is, by its content. Raises ``FichierRefuse`` for anything else."""
    with chemin.open("rb") as fichier:
        debut = fichier.read(8192)
    if debut.startswith(CONTENEURS):
        examen = examiner(chemin)
        if examen.type not in TABLEURS:
            raise FichierRefuse(f"Ce fichier est un texte de bureautique, pas un tableau. {ATTENDU}")
        return examen
    if b"\0" in debut and not debut.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FichierRefuse(f"Ce fichier n’est pas un tableau. {ATTENDU}")
    if debut.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8\xff", b"{\\rtf")):
        raise FichierRefuse(f"Ce fichier est un document ou une image, pas un tableau. {ATTENDU}")
    return Examen("csv", None, None)


@dataclass(frozen=True)
class Classeur:
    """What a file holds; its rows are read again each time they are asked for, from a file of our own."""

    description: Description
    nombre: int
    _reponse: BinaryIO

    def lignes(self) -> Iterator[Ligne]:
        """Every row that holds something, in the order of the file. One reading at a time."""
        self._reponse.seek(0)
        self._reponse.readline()
        for _ in range(self.nombre):
            feuille, numero, brutes = json.loads(self._reponse.readline())
            yield Ligne(feuille, numero, [_valeur(b) if type(b) is list else b for b in brutes])


@contextlib.contextmanager
def lire(chemin: Path, genre: str) -> Iterator[Classeur]:
    """Read a file (``genre``: a code of ``TABLEURS``) for the time of the block. Raises ``FichierRefuse``."""
    arguments = (
        "TEXTE" if genre == "csv" else genre.upper(),
        *(str(n) for n in (LIGNES_MAX, COLONNES_MAX, CELLULES_MAX)),
    )
    with chemin.open("rb") as fichier, tempfile.TemporaryFile() as reponse:
        try:
            lire_isolement(LECTEUR, arguments, fichier, reponse, DELAI)
            yield _relire(reponse, genre)
        except LectureInterrompue:
            raise FichierRefuse(ILLISIBLE) from None


def _relire(reponse: BinaryIO, genre: str) -> Classeur:
    fin = _derniere_ligne(reponse)
    try:
        dit: Any = json.loads(fin)
        refus, nombre = dit["refus"], dit["lignes"]
        if not isinstance(refus, str) or type(nombre) is not int or not 0 <= nombre <= CELLULES_MAX:
            raise LectureInterrompue
        if refus:
            raise FichierRefuse(refus[:500])
        if not nombre:
            raise FichierRefuse(VIDE)
        reponse.seek(0)
        return Classeur(_description(json.loads(reponse.readline()), genre), nombre, reponse)
    except (ValueError, KeyError, TypeError, IndexError, AttributeError):
        raise LectureInterrompue from None


def _derniere_ligne(reponse: BinaryIO) -> bytes:
    taille = reponse.seek(0, 2)
    reponse.seek(max(0, taille - 4096))
    return reponse.read().rstrip(b"\n").rpartition(b"\n")[2]


def _description(dit: dict[str, Any], genre: str) -> Description:
    return Description(
        genre=genre,
        feuilles=tuple(
            Feuille(
                nom=str(f["nom"])[:100],
                masquee=bool(f.get("masquee")),
                formules=int(f.get("formules", 0)),
                formule=f"{lettres(f['formule'][1])}{f['formule'][0] + 1}" if f.get("formule") else "",
                fusions=int(f.get("fusions", 0)),
            )
            for f in dit["feuilles"]
        ),
        encodage=str(dit.get("encodage", "")),
        separateur=str(dit.get("separateur", "")),
        decimale=str(dit.get("decimale", "")),
    )


def _valeur(brute: list[str]) -> Valeur:
    genre, texte = brute
    if genre == "d":
        return dt.date.fromisoformat(texte)
    if genre == "h":
        return dt.datetime.fromisoformat(texte)
    return Erreur()
