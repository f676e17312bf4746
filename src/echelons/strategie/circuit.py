"""The life of a text written here: prepared, published, corrected, withdrawn."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from echelons.acteurs.droits import Capacite
from echelons.socle.circuit import Circuit, Etat, Manque, Transition
from echelons.socle.circuit.table import Donnees
from echelons.socle.dates import INSECABLE
from echelons.strategie.models import Circulaire, Redatage
from echelons.strategie.redaction import mettre_en_vigueur, recopier, rediger, retirer

E = Circulaire.Etat
CAPACITE = str(Capacite.TEXTE_PUBLIER)


def _ecrire_le_contenu(objet: Any, donnees: Donnees) -> Donnees | None:
    rediger(objet, donnees["contenu"])
    return None


def _mettre_en_vigueur(objet: Any, donnees: Donnees) -> Donnees | None:
    objet.texte = mettre_en_vigueur(objet, donnees["territoires"])
    return {"texte": objet.texte.code}


def _revenir_au_texte(objet: Any, donnees: Donnees) -> Donnees | None:
    recopier(objet)
    return None


def _retirer(objet: Any, donnees: Donnees) -> Donnees | None:
    recopier(objet)
    retirer(objet.texte, donnees["le"])
    return {"texte": objet.texte.code}


def _rien_d_autre_n_en_depend(objet: Any, donnees: Donnees | None) -> Sequence[Manque]:
    """An obligation that another text moved cannot vanish under it."""
    if objet.texte is None:
        return ()
    gardes = {f"{objet.texte.code}-{rang}" for rang in objet.creations.values_list("rang", flat=True)}
    autres = Redatage.objects.filter(regle__texte=objet.texte).exclude(texte=objet.texte)
    return [
        Manque(
            f"«{INSECABLE}{r.regle.libelle}{INSECABLE}» a été déplacée par {r.texte.reference}{INSECABLE}: c’est "
            "ce texte-là qu’il faut d’abord corriger ou retirer."
        )
        for r in autres.exclude(regle__code__in=gardes).select_related("regle", "texte")
    ]


CIRCULAIRE = Circuit(
    nom="circulaire",
    etats=(
        Etat(E.PREPARATION, "en préparation", initial=True),
        Etat(E.PUBLIEE, "publiée"),
        Etat(E.CORRECTION, "publiée, correction en préparation"),
        Etat(E.RETIREE, "retirée", terminal=True),
        Etat(E.ABANDONNEE, "abandonnée", terminal=True),
    ),
    transitions=(
        Transition(
            acte="modifier",
            sources=(E.PREPARATION, E.CORRECTION),
            cible=None,
            capacite=CAPACITE,
            libelle="Enregistrer",
            explication="Garde ce qui est écrit. Personne n’est lié avant la publication.",
            effet=_ecrire_le_contenu,
        ),
        Transition(
            acte="publier",
            sources=(E.PREPARATION, E.CORRECTION),
            cible=E.PUBLIEE,
            capacite=CAPACITE,
            libelle="Publier",
            gardes=(_rien_d_autre_n_en_depend,),
            explication="Déplace et crée les échéances, et demande un accusé de réception à chaque destinataire.",
            effet=_mettre_en_vigueur,
        ),
        Transition(
            acte="corriger",
            sources=(E.PUBLIEE,),
            cible=E.CORRECTION,
            capacite=CAPACITE,
            libelle="Corriger",
            commentaire_obligatoire=True,
            explication="Rouvre le texte. Ce qui est publié vaut jusqu’à la publication de la correction.",
        ),
        Transition(
            acte="renoncer",
            sources=(E.CORRECTION,),
            cible=E.PUBLIEE,
            capacite=CAPACITE,
            libelle="Renoncer à la correction",
            explication="Revient à ce qui est publié.",
            effet=_revenir_au_texte,
        ),
        Transition(
            acte="retirer",
            sources=(E.PUBLIEE, E.CORRECTION),
            cible=E.RETIREE,
            capacite=CAPACITE,
            libelle="Retirer",
            commentaire_obligatoire=True,
            explication="Les dates d’avant reviennent. Le texte reste lisible, avec le motif du retrait.",
            effet=_retirer,
        ),
        Transition(
            acte="abandonner",
            sources=(E.PREPARATION,),
            cible=E.ABANDONNEE,
            capacite=CAPACITE,
            libelle="Abandonner",
            explication="Rien n’en est publié.",
        ),
    ),
    tus=frozenset({"contenu", "territoires", "le"}),
)
