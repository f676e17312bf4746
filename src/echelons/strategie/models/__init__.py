"""The national échelon: strategies, contract types, what the texts ask and by when, official counts, events."""

from echelons.strategie.models.annonces import (
    ChiffreEvenement,
    CompteOfficiel,
    Couverture,
    Enveloppe,
    Evenement,
    Montant,
    NatureMontant,
)
from echelons.strategie.models.cadre import Dispositif, Strategie
from echelons.strategie.models.echeances import Redatage, RegleEcheance
from echelons.strategie.models.textes import Objectif, TexteReference

__all__ = [
    "ChiffreEvenement",
    "CompteOfficiel",
    "Couverture",
    "Dispositif",
    "Enveloppe",
    "Evenement",
    "Montant",
    "NatureMontant",
    "Objectif",
    "Redatage",
    "RegleEcheance",
    "Strategie",
    "TexteReference",
]
