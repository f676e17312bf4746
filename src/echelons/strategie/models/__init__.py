"""The national échelon: strategies, what their contracts are made of, measures, indicators, rules, what the texts ask
and by when, official counts, events."""

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
from echelons.strategie.models.circulaires import (
    Circulaire,
    DeplacementPrevu,
    EcheancePrevue,
    EditionDeTexte,
)
from echelons.strategie.models.composition import (
    Axe,
    Exercice,
    FormeInstrument,
    GenreInstrument,
    NatureAction,
    PartieAttendue,
    Regime,
    Vague,
    Volet,
)
from echelons.strategie.models.echeances import Redatage, RegleEcheance
from echelons.strategie.models.indicateurs import Demande, Indicateur, VersionIndicateur
from echelons.strategie.models.mesures import Competence, Mesure
from echelons.strategie.models.modele_d_acte import ArticleDeModele, ChampDeFiche
from echelons.strategie.models.regles import Regle
from echelons.strategie.models.textes import Objectif, TexteReference

__all__ = [
    "ArticleDeModele",
    "Axe",
    "ChampDeFiche",
    "ChiffreEvenement",
    "Circulaire",
    "Competence",
    "CompteOfficiel",
    "Couverture",
    "Demande",
    "DeplacementPrevu",
    "Dispositif",
    "EcheancePrevue",
    "EditionDeTexte",
    "Enveloppe",
    "Evenement",
    "Exercice",
    "FormeInstrument",
    "GenreInstrument",
    "Indicateur",
    "Mesure",
    "Montant",
    "NatureAction",
    "NatureMontant",
    "Objectif",
    "PartieAttendue",
    "Redatage",
    "Regime",
    "Regle",
    "RegleEcheance",
    "Strategie",
    "TexteReference",
    "Vague",
    "VersionIndicateur",
    "Volet",
]
