"""The codes that a scan bears, asked to a process of its own: of which text it is, and whether every page is there."""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from echelons.contrats.edition.code import ALPHABET, GENRE, LONGUEUR
from echelons.socle.isolement import LectureInterrompue, lire_isolement

LECTEUR = Path(__file__).with_name("lecteur.py")
#: Seconds by the clock; the process bounds its own computing time below that.
DELAI = 60
PAGES_MAX = 400
CHARGE = re.compile(rf"{GENRE}:([{ALPHABET}]{{{LONGUEUR}}}):([A-Z])(\d{{1,4}})")


@dataclass(frozen=True)
class CodesLus:
    """What was read: how many pages there are, then code → piece → pages of that piece."""

    pages: int
    trouves: Mapping[str, Mapping[str, frozenset[int]]]

    @property
    def seul(self) -> str:
        """The one code that every page read bears; empty when there is none, or several."""
        return next(iter(self.trouves)) if len(self.trouves) == 1 else ""


def lire_les_codes(fichier: BinaryIO, pages_max: int = PAGES_MAX, *, premiere: bool = False) -> CodesLus:
    """The codes of a PDF, or of a photograph; ``premiere``: those of the first page that bears any.

    A file that cannot be read in time bears none. Raises ``RuntimeError`` (no reader).
    """
    with tempfile.TemporaryFile() as reponse:
        try:
            lire_isolement(
                LECTEUR, (str(pages_max), "premiere" if premiere else "toutes"), fichier, reponse, DELAI
            )
        except LectureInterrompue:
            return CodesLus(0, {})
        return _relire(reponse.read())


def _relire(lue: bytes) -> CodesLus:
    """The answer, believed for nothing: whoever wrote it had just read a hostile file."""
    try:
        dit = json.loads(lue)
        pages = int(dit["pages"])
        textes = [texte for siens in dit["codes"].values() for texte in siens]
    except (ValueError, KeyError, TypeError, AttributeError):
        return CodesLus(0, {})
    trouves: dict[str, dict[str, set[int]]] = {}
    for texte in textes:
        if isinstance(texte, str) and (lu := CHARGE.fullmatch(texte)):
            trouves.setdefault(lu[1], {}).setdefault(lu[2], set()).add(int(lu[3]))
    figes = {c: {p: frozenset(n) for p, n in pieces.items()} for c, pieces in trouves.items()}
    return CodesLus(pages, figes)
