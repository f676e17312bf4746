"""Maps drawn on the server: France and its régions as SVG, for a page, a file or a PDF."""

from echelons.territoires.cartes.classes import (
    CONTRAIRE,
    FORTE,
    INCERTAINE,
    MOYENNE,
    NON_DOCUMENTE,
    Classe,
    pastille,
)
from echelons.territoires.cartes.fond import CREDIT, PLACES_CONNUES
from echelons.territoires.cartes.rendu import Donnee, carte_france, carte_region
from echelons.territoires.cartes.reperes import Repere

__all__ = [
    "CONTRAIRE",
    "CREDIT",
    "FORTE",
    "INCERTAINE",
    "MOYENNE",
    "NON_DOCUMENTE",
    "PLACES_CONNUES",
    "Classe",
    "Donnee",
    "Repere",
    "carte_france",
    "carte_region",
    "pastille",
]
