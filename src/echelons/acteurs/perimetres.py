"""Who may keep a project perimeter: whoever’s scope covers the whole of it, in all that it was and will be."""

from __future__ import annotations

from collections.abc import Iterable

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle.circuit import ActeInterdit, Refus
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Auteur
from echelons.territoires.actes import Droit
from echelons.territoires.models import Composition, Territoire
from echelons.territoires.perimetres import Emprise, emprise_de

CAPACITE = Capacite.PERIMETRE_TENIR


def cible_de(emprise: Emprise) -> Cible:
    """Where a perimeter lies, for the rights: in what covers the whole of it."""
    return Cible(territoires=emprise.couvrants, regions=emprise.regions)


def emprise_du_perimetre(perimetre: Territoire) -> Emprise:
    """How far it reaches, in all its versions; by where it lies when its composition is not documented."""
    membres: Iterable[str] = Composition.objects.filter(contenant=perimetre).values_list(
        "contenu__code", flat=True
    )
    return emprise_de(list(membres) or [perimetre.code], aujourdhui())


def droit_de(acteur: Acteur) -> Droit:
    """Who acts, for the acts of perimeters."""

    def droit(emprise: Emprise) -> Auteur:
        cible = cible_de(emprise)
        if acteur.peut(CAPACITE, cible):
            return auteur_de(acteur, CAPACITE, cible)
        refus = acteur.refus_general(CAPACITE)
        phrase = refus.raison
        if acteur.pouvoirs.get(CAPACITE):
            phrase = "Ce périmètre sort de votre territoire."
        raise ActeInterdit(Refus(phrase, refus.qui))

    return droit
