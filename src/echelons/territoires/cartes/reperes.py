"""Marks of the signatories that are not a département: where the disc and its name go on a map."""

from __future__ import annotations

from dataclasses import dataclass

from echelons.territoires.cartes.etiquettes import Etiquette, Rectangle
from echelons.territoires.cartes.fond import ANCRAGES, Ancrage, Forme, departement

GRAS = 1.12  # bold letters are wider than those `etiquettes` counts with


@dataclass(frozen=True, slots=True)
class Repere:
    """A signatory that is not a département (Métropole de Lyon, Toulouse Métropole…): a disc and its name.

    It stands at the place known for its `code` (SIREN, or 69M), else on the label point of `departement`.
    `nom`: what is written beside, by default the short name known for the code; `libelle`, which says more,
    should hold it, so that who speaks to the page can name what is seen.
    """

    code: str
    classe: str
    libelle: str
    href: str | None = None
    nom: str | None = None
    departement: str | None = None

    @property
    def ancrage(self) -> Ancrage:
        """Where it stands; ValueError when nothing says it."""
        if self.code in ANCRAGES:
            return ANCRAGES[self.code]
        if self.departement is None:
            raise ValueError(
                f"Aucune place connue pour le repère «\u00a0{self.code}\u00a0»\u00a0: donner son département."
            )
        forme = departement(self.departement).en_region
        gauche, haut, droite, bas = forme.boite
        x, y = (forme.x - gauche) / (droite - gauche), (forme.y - haut) / (bas - haut)
        return Ancrage(self.nom or self.code, self.departement, x, y, "bas")


@dataclass(frozen=True, slots=True)
class Marque:
    """A mark laid on one map: centre and radius of the disc, name beside it, in user units."""

    repere: Repere
    x: float
    y: float
    rayon: float
    nom: Etiquette

    @property
    def encombrement(self) -> tuple[Rectangle, Rectangle]:
        """What no other text may cover: the disc, and the name."""
        r = 1.3 * self.rayon
        return (self.x - r, self.y - r, self.x + r, self.y + r), self.nom.rectangle(GRAS)


def poser(repere: Repere, formes: dict[str, Forme], rayon: float, police: float) -> Marque:
    """The mark on the shape of its département, among those of the map; KeyError when it is not there."""
    ancrage = repere.ancrage
    gauche, haut, droite, bas = formes[ancrage.departement].boite
    x, y = gauche + ancrage.x * (droite - gauche), haut + ancrage.y * (bas - haut)
    ecart = rayon + 0.35 * police
    dx, dy, ancre = {
        "droite": (ecart, 0.0, "start"),
        "gauche": (-ecart, 0.0, "end"),
        "haut": (0.0, -ecart - 0.35 * police, "middle"),
        "bas": (0.0, ecart + 0.3 * police, "middle"),
    }[ancrage.cote]
    return Marque(repere, x, y, rayon, Etiquette((repere.nom or ancrage.nom,), x + dx, y + dy, police, ancre))
