"""The shape of the files of the national échelon: reference frameworks, official counts, envelopes, events."""

from echelons.strategie.fichiers.evenements import CompteLu, EnveloppeLue, EvenementLu, FichierEvenements
from echelons.strategie.fichiers.referentiel import DispositifLu, FichierReferentiel, RegleEcheanceLue

__all__ = [
    "CompteLu",
    "DispositifLu",
    "EnveloppeLue",
    "EvenementLu",
    "FichierEvenements",
    "FichierReferentiel",
    "RegleEcheanceLue",
]
