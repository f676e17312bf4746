"""Spreadsheets received (CSV, XLSX, ODS): hostile until read, then sheets of typed cells with their address."""

from echelons.socle.tableurs.lecture import Classeur, examiner_tableur, lire
from echelons.socle.tableurs.types import (
    TABLEURS,
    Description,
    Erreur,
    Feuille,
    Ligne,
    Valeur,
    lettres,
    montrer,
)

__all__ = [
    "TABLEURS",
    "Classeur",
    "Description",
    "Erreur",
    "Feuille",
    "Ligne",
    "Valeur",
    "examiner_tableur",
    "lettres",
    "lire",
    "montrer",
]
