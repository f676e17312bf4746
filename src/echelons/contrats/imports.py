"""What somebody may do with imports: the engine's acts, under the mandates of who acts; and the imports one may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q, QuerySet

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle import circuit
from echelons.socle.imports import actes
from echelons.socle.imports.champs import DESTINATIONS, Destination
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import Auteur
from echelons.socle.models import Ecriture, Import
from echelons.territoires.models import Territoire, TypeTerritoire


def capacite_de(destination: Destination) -> Capacite:
    """What one must hold to fill this table by file."""
    return Capacite(destination.capacite)


def destinations_de(acteur: Acteur) -> list[Destination]:
    """The tables that somebody may fill by file, in the whole nation or in a région."""
    return [d for d in DESTINATIONS.values() if lieux_de(acteur, d)]


def imports_de(acteur: Acteur) -> QuerySet[Import]:
    """The imports that somebody may conduct: by destination, those within reach of its capability."""
    conduits = Q(pk__in=())
    for destination in DESTINATIONS.values():
        conduits |= Q(destination=destination.code) & _atteints(acteur, capacite_de(destination))
    return Import.objects.filter(conduits)


def imports_visibles(acteur: Acteur) -> QuerySet[Import]:
    """Those where somebody reads dossiers, conducted or not: out of them, an import is as if it did not exist."""
    return Import.objects.filter(_atteints(acteur, Capacite.LIRE), destination__in=list(DESTINATIONS))


def _atteints(acteur: Acteur, capacite: Capacite) -> Q:
    """Those of one's régions, those of the nation for the nation only."""
    portee = acteur.territoires(capacite)
    return Q() if portee.nation else Q(region__in=portee.regions - {""})


def cible_de(objet: Import) -> Cible:
    """Where an import lies, for the rights: a région, or the nation."""
    return Cible(regions=frozenset({objet.region} if objet.region else ()))


def refus_de(acteur: Acteur, objet: Import) -> circuit.Refus | None:
    """Why an act on this import is refused, and who can; None when it is allowed."""
    refus = acteur.refus(capacite_de(DESTINATIONS[objet.destination]), cible_de(objet))
    return None if refus is None else circuit.Refus(refus.raison, refus.qui)


def _droit(acteur: Acteur) -> circuit.moteur.Droit:
    def droit(_: str, objet: Any) -> circuit.Refus | None:
        return refus_de(acteur, objet)

    return droit


def auteur_d_un_import(acteur: Acteur, objet: Import) -> Auteur:
    """Who acts on an import, as the journal knows them."""
    return auteur_de(acteur, capacite_de(DESTINATIONS[objet.destination]), cible_de(objet))


def lieux_de(acteur: Acteur, destination: Destination) -> list[str]:
    """Where somebody may fill this table: codes of régions, the nation first (blank)."""
    portee = acteur.territoires(capacite_de(destination))
    connues = [code for code, _ in _regions()]
    return ["", *connues] if portee.nation else [code for code in connues if code in portee.regions]


def regions_de(acteur: Acteur) -> list[tuple[str, str]]:
    """Where somebody may import something: code and name, the nation first (blank)."""
    permis = {lieu for destination in DESTINATIONS.values() for lieu in lieux_de(acteur, destination)}
    return [(code, nom) for code, nom in (("", "Toute la France"), *_regions()) if code in permis]


def _regions() -> list[tuple[str, str]]:
    return list(
        Territoire.objects.filter(type=TypeTerritoire.REGION).order_by("nom").values_list("code", "nom")
    )


def deposer(
    *, par: Acteur, destination: Destination, region: str, nom: str, morceaux: Iterable[bytes]
) -> Import:
    """Give a file for a région, or for the nation (blank).

    Raises ``ActeInterdit``, ``FichierRefuse``, ``AntivirusInjoignable``; nothing is then kept.
    """
    cible = Cible(regions=frozenset({region} if region else ()))
    capacite = capacite_de(destination)
    pouvoir = par.pouvoir(capacite, cible)
    if pouvoir is None:
        refus = par.refus_general(capacite)
        raise circuit.ActeInterdit(circuit.Refus(refus.raison, refus.qui))
    deposant = actes.Deposant(auteur_de(par, capacite, cible), pouvoir.mandat.organisation.code, region)
    return actes.deposer(destination=destination, nom=nom, morceaux=morceaux, deposant=deposant)


def verifier(
    *,
    par: Acteur,
    objet: Import,
    correspondance: Correspondance,
    version_lue: int | None = None,
    suivre: actes.Suivi = actes.sans_suite,
) -> Ecriture:
    """Read every row with these columns. Raises an ``ActeRefuse``."""
    return actes.verifier(
        par=par,
        objet=objet,
        correspondance=correspondance,
        auteur=auteur_d_un_import(par, objet),
        droit=_droit(par),
        version_lue=version_lue,
        suivre=suivre,
    )


def publier(
    *,
    par: Acteur,
    objet: Import,
    ecarter_proches: bool = False,
    version_lue: int | None = None,
    suivre: actes.Suivi = actes.sans_suite,
) -> Ecriture:
    """Write every new row, or none. Raises an ``ActeRefuse``."""
    return actes.publier(
        par=par,
        objet=objet,
        auteur=auteur_d_un_import(par, objet),
        droit=_droit(par),
        ecarter_proches=ecarter_proches,
        version_lue=version_lue,
        suivre=suivre,
    )


def annuler(*, par: Acteur, objet: Import, motif: str, version_lue: int | None = None) -> Ecriture:
    """Remove all that an import wrote. Raises an ``ActeRefuse``."""
    return actes.annuler(
        objet=objet,
        auteur=auteur_d_un_import(par, objet),
        droit=_droit(par),
        motif=motif,
        version_lue=version_lue,
    )


def abandonner(*, par: Acteur, objet: Import) -> Ecriture:
    """Leave a file that will not be published. Raises an ``ActeRefuse``."""
    return actes.abandonner(objet=objet, auteur=auteur_d_un_import(par, objet), droit=_droit(par))
