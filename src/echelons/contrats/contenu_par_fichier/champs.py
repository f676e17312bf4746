"""The columns of the workbook of an instrument, sheet by sheet: those that ``edition.tableurs`` writes.

A column is read as it is: what its cells mean depends on what the instrument said when the workbook was made.
"""

from __future__ import annotations

from typing import Any

from echelons.socle.imports.champs import Champ
from echelons.socle.tableurs import Valeur

FICHES, FINANCEMENT, CIBLES, ORIGINE = "Fiches", "Financement", "Cibles", "Origine"
#: By sheet, the heading of each column that is read.
COLONNES: dict[str, dict[str, str]] = {
    FICHES: {
        "numero": "Numéro",
        "intitule": "Intitulé",
        "axe": "Volet",
        "objectif": "Objectif",
        "mesure": "Mesure",
        "nature": "Nature",
        "sorte": "Ce qui est renforcé",
        "situation_de_depart": "Situation de départ",
        "justification": "Justification",
        "diagnostic": "Diagnostic",
        "description": "Description",
        "public": "Public",
        "effectif": "Personnes attendues",
        "territoires": "Territoires",
        "lieux": "Lieux",
        "pilote": "Pilote",
        "partenaires": "Partenaires",
        "operateurs": "Opérateurs",
        "debut": "Début",
        "fin": "Fin",
        "etp": "ETP",
        "complements": "Compléments",
        "reference": "Référence",
    },
    FINANCEMENT: {
        "fiche": "Fiche",
        "intitule": "Intitulé",
        "financeur": "Financeur",
        "exercice": "Exercice",
        "nature": "Nature",
        "imputation": "Imputation",
        "montant": "Montant prévu",
        "fiche_reference": "Référence de la fiche",
        "ligne_reference": "Référence de la ligne",
    },
    CIBLES: {
        "fiche": "Fiche",
        "indicateur": "Code",
        "indicateur_nom": "Indicateur",
        "effet_le": "Définition du",
        # The same heading as for a fiche, the same column for the engine.
        "situation_de_depart": "Situation de départ",
        "depart_le": "Constatée le",
        "depart_etat": "État du départ",
        "depart_motif": "Motif du départ",
        "exercice": "Exercice",
        "cible": "Cible",
        "cible_etat": "État de la cible",
        "cible_motif": "Motif",
        "fiche_reference": "Référence de la fiche",
    },
    ORIGINE: {"instrument": "Instrument", "rang": "Écriture", "empreinte": "Empreinte"},
}
#: Of the sheet of fiches, the columns without which nothing is told apart; of the others, all of them are needed.
INDISPENSABLES = {FICHES: ("intitule", "reference")}


def _telle_quelle(valeur: Valeur, _: Any) -> Valeur:
    return valeur


CHAMPS = tuple(
    Champ(
        code, libelle, _telle_quelle, f"ce que dit la colonne «\u00a0{libelle}\u00a0» du classeur téléchargé"
    )
    for code, libelle in {
        code: libelle for colonnes in COLONNES.values() for code, libelle in colonnes.items()
    }.items()
)
