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
from echelons.territoires.cartes.communes import (
    CREDIT_DES_COMMUNES,
    CarteDeCommunes,
    CommuneDessinee,
    carte_des_communes,
)
from echelons.territoires.cartes.fond import CREDIT, PLACES_CONNUES
from echelons.territoires.cartes.rendu import Donnee, carte_france, carte_region
from echelons.territoires.cartes.reperes import Repere

__all__ = [
    "CONTRAIRE",
    "CREDIT",
    "CREDIT_DES_COMMUNES",
    "FORTE",
    "INCERTAINE",
    "MOYENNE",
    "NON_DOCUMENTE",
    "PLACES_CONNUES",
    "CarteDeCommunes",
    "Classe",
    "CommuneDessinee",
    "Donnee",
    "Repere",
    "carte_des_communes",
    "carte_france",
    "carte_region",
    "pastille",
]
