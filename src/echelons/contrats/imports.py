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
    """What a destination asks of who imports into it."""
    return Capacite(destination.capacite)


def destinations_de(acteur: Acteur) -> list[Destination]:
    """The tables that somebody may fill by file somewhere: an import lies in a région, or in the nation."""
    return [d for d in sorted(DESTINATIONS.values(), key=lambda d: d.libelle) if regions_de(acteur, d)]


def imports_de(acteur: Acteur) -> QuerySet[Import]:
    """The imports on which somebody may act: for each destination, those of one's régions, or of the nation."""
    miens = Q(pk__in=[])
    for destination in DESTINATIONS.values():
        portee = acteur.territoires(capacite_de(destination))
        ici = Q() if portee.nation else Q(region__in=portee.regions - {""})
        miens |= Q(destination=destination.code) & ici
    return Import.objects.filter(miens)


def imports_a_portee(acteur: Acteur) -> QuerySet[Import]:
    """Those that lie where somebody may read: an act on them is allowed, or refused with who can."""
    portee = acteur.territoires(Capacite.LIRE)
    return Import.objects.all() if portee.nation else Import.objects.filter(region__in=portee.regions - {""})


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


def _auteur(acteur: Acteur, objet: Import) -> Auteur:
    return auteur_de(acteur, capacite_de(DESTINATIONS[objet.destination]), cible_de(objet))


def regions_de(acteur: Acteur, *destinations: Destination) -> list[tuple[str, str]]:
    """Where somebody may import into one of these (all by default): code and name, the nation first (blank)."""
    portees = [acteur.territoires(capacite_de(d)) for d in destinations or DESTINATIONS.values()]
    regions = Territoire.objects.filter(type=TypeTerritoire.REGION).order_by("nom")
    if any(portee.nation for portee in portees):
        return [("", "Toute la France"), *regions.values_list("code", "nom")]
    codes = {code for portee in portees for code in portee.regions}
    return list(regions.filter(code__in=codes).values_list("code", "nom"))


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
    *, par: Acteur, objet: Import, correspondance: Correspondance, version_lue: int | None = None
) -> Ecriture:
    """Read every row with these columns. Raises an ``ActeRefuse``."""
    return actes.verifier(
        par=par,
        objet=objet,
        correspondance=correspondance,
        auteur=_auteur(par, objet),
        droit=_droit(par),
        version_lue=version_lue,
    )


def publier(
    *, par: Acteur, objet: Import, ecarter_proches: bool = False, version_lue: int | None = None
) -> Ecriture:
    """Write every new row, or none. Raises an ``ActeRefuse``."""
    return actes.publier(
        par=par,
        objet=objet,
        auteur=_auteur(par, objet),
        droit=_droit(par),
        ecarter_proches=ecarter_proches,
        version_lue=version_lue,
    )


def annuler(*, par: Acteur, objet: Import, motif: str, version_lue: int | None = None) -> Ecriture:
    """Remove all that an import wrote. Raises an ``ActeRefuse``."""
    return actes.annuler(
        objet=objet, auteur=_auteur(par, objet), droit=_droit(par), motif=motif, version_lue=version_lue
    )


def abandonner(*, par: Acteur, objet: Import) -> Ecriture:
    """Leave a file that will not be published. Raises an ``ActeRefuse``."""
    return actes.abandonner(objet=objet, auteur=_auteur(par, objet), droit=_droit(par))
