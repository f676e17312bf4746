"""Who acts, as the journal knows them: opaque references, and the names that go with them while they are known."""

from __future__ import annotations

from collections.abc import Iterable

from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle.journal import SYSTEME, Auteur


def auteur_de(acteur: Acteur, capacite: Capacite, cible: Cible) -> Auteur:
    """The references of who acts, under the mandate that allows it."""
    if acteur.compte is None:
        return SYSTEME
    pouvoir = acteur.pouvoir(capacite, cible)
    mandat = pouvoir.mandat if pouvoir else next(iter(acteur.mandats), None)
    return Auteur(
        compte=str(acteur.compte.pk),
        mandat=str(mandat.pk) if mandat else "",
        personne=str(acteur.compte.personne.reference),
    )


def noms_des_auteurs(auteurs: Iterable[Auteur]) -> dict[str, str]:
    """By mandate, the name of who holds it, in one query."""
    cles = {int(a.mandat) for a in auteurs if a.mandat.isdigit()}
    return {str(m.pk): str(m.personne) for m in Mandat.objects.filter(pk__in=cles).select_related("personne")}


def nommer(auteur: Auteur) -> str:
    """One author, for a sentence."""
    if not auteur.compte:
        return "le système"
    return noms_des_auteurs([auteur]).get(auteur.mandat, "une autre personne")
