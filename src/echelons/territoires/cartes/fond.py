"""The base map: outlines of the 101 départements, frames, and where the marks of other signatories stand.

Read once, at import, from `contours.json` and `reperes.json`; see PROVENANCE.md for their origin and licence.
One coordinate system for everything: the national sheet, in twelfths of the source drawing's unit.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from importlib.resources import files
from typing import Any, Literal

CREDIT = (
    "Fond de carte\u00a0: Wikimedia Commons (Communes_france-fr.svg), CC BY-SA,"
    " d’après @socialgouv/react-departements, modifié."
)
"""What a page or a document that shows a map must say (PROVENANCE.md)."""

Boite = tuple[int, int, int, int]
Cote = Literal["droite", "gauche", "haut", "bas"]


@dataclass(frozen=True, slots=True)
class Forme:
    """An outline: its path, its box (left, top, right, bottom), its label point and the room around it.

    `largeur`: free width centred on the label point; `dessus`, `dessous`: free height above and below it.
    """

    trace: str
    boite: Boite
    x: int
    y: int
    largeur: int
    dessus: int
    dessous: int

    @classmethod
    def lire(cls, donnees: dict[str, Any]) -> Forme:
        gauche, haut, droite, bas = donnees["boite"]
        return cls(donnees["d"], (gauche, haut, droite, bas), *donnees["etiquette"])


@dataclass(frozen=True, slots=True)
class Departement:
    """A département: the shape a reader looks at on the national map, and where it really is if elsewhere."""

    zone: Literal["hexagone", "petite-couronne", "outre-mer"]
    forme: Forme
    place: Forme | None

    @property
    def en_region(self) -> Forme:
        """The shape to draw among the other départements of the région."""
        return self.place or self.forme


@dataclass(frozen=True, slots=True)
class Cadre:
    """Frame of the national map: title and box (left, top, width, height)."""

    titre: str
    boite: Boite


@dataclass(frozen=True, slots=True)
class Ancrage:
    """Where the mark of a signatory stands: share of the département's box, and side of its name."""

    nom: str
    departement: str
    x: float
    y: float
    cote: Cote


def _lire(nom: str) -> Any:
    return json.loads(files(__package__).joinpath(nom).read_text(encoding="utf-8"))


_CONTOURS = _lire("contours.json")

LARGEUR, HAUTEUR = _CONTOURS["feuille"]
HAUTEUR_TITRE: int = _CONTOURS["hauteur_titre"]
CADRES = tuple(Cadre(cadre["titre"], tuple(cadre["boite"])) for cadre in _CONTOURS["cadres"])
DEPARTEMENTS = {
    code: Departement(d["zone"], Forme.lire(d), Forme.lire(d["place"]) if "place" in d else None)
    for code, d in _CONTOURS["departements"].items()
}
ANCRAGES = {code: Ancrage(**ancrage) for code, ancrage in _lire("reperes.json").items()}
PLACES_CONNUES = frozenset(ANCRAGES)
"""Codes of the signatories whose mark has a place of its own; any other needs its département."""


def departement(code: str) -> Departement:
    """The département of this code; ValueError when there is none."""
    if code not in DEPARTEMENTS:
        raise ValueError(f"Département inconnu\u00a0: «\u00a0{code}\u00a0».")
    return DEPARTEMENTS[code]
