"""The life of an import: Déposer → Vérifier → Publier, and undo.

The capability written here is that of facts, the first table filled by file: each destination has its own
(``Destination.capacite``), which is the one that is asked.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from echelons.socle.circuit import CibleSelon, Circuit, Etat, Manque, Transition
from echelons.socle.circuit.table import Donnees
from echelons.socle.models import Import

E = Import.Etat
#: Each destination says its own; the checker of the rights asks it of the import.
CAPACITE = "celle de la destination"


def _selon_le_bilan(objet: Any, donnees: Donnees) -> str:
    bilan = donnees["bilan"]
    return E.A_CORRIGER if bilan["fausses"] or not bilan["lignes"] else E.PRET


def _garder_le_bilan(objet: Any, donnees: Donnees) -> Donnees | None:
    objet.bilan, objet.correspondance = donnees["bilan"], donnees["correspondance"]
    objet.comparaison = donnees["comparaison"]
    return None


def _quelque_chose_de_neuf(objet: Any, donnees: Donnees | None) -> Sequence[Manque]:
    if objet.bilan.get("nouvelles") or objet.comparaison.get("a_decider"):
        return ()
    return (Manque("Tout ce que dit ce fichier est déjà enregistré\u00a0: il n’y a rien à publier."),)


IMPORT = Circuit(
    nom="import",
    etats=(
        Etat(E.DEPOSE, "déposé", initial=True),
        Etat(E.A_CORRIGER, "à corriger"),
        Etat(E.PRET, "prêt à publier"),
        Etat(E.PUBLIE, "publié"),
        Etat(E.ANNULE, "annulé", terminal=True),
        Etat(E.ABANDONNE, "abandonné", terminal=True),
    ),
    transitions=(
        Transition(
            acte="verifier",
            sources=(E.DEPOSE, E.A_CORRIGER, E.PRET),
            cible=CibleSelon(_selon_le_bilan, (E.A_CORRIGER, E.PRET)),
            capacite=CAPACITE,
            libelle="Vérifier",
            explication="Lit toutes les lignes avec les colonnes choisies. Rien n’est écrit.",
            effet=_garder_le_bilan,
        ),
        Transition(
            acte="publier",
            sources=(E.PRET,),
            cible=E.PUBLIE,
            capacite=CAPACITE,
            libelle="Publier",
            explication="Relit le fichier et écrit tout, ou rien.",
            gardes=(_quelque_chose_de_neuf,),
        ),
        Transition(
            acte="annuler",
            sources=(E.PUBLIE,),
            cible=E.ANNULE,
            capacite=CAPACITE,
            libelle="Annuler l’import",
            commentaire_obligatoire=True,
            explication="Retire tout ce que l’import a écrit, tant que rien n’en dépend.",
        ),
        Transition(
            acte="abandonner",
            sources=(E.DEPOSE, E.A_CORRIGER, E.PRET),
            cible=E.ABANDONNE,
            capacite=CAPACITE,
            libelle="Abandonner",
            explication="Le fichier reste au dépôt, rien n’en est écrit.",
        ),
    ),
    tus=frozenset({"correspondance", "comparaison"}),
)
