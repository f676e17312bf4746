"""What somebody may do with imports: the engine's acts, under the mandates of who acts; and the imports one may see."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle import circuit
from echelons.socle.imports import actes
from echelons.socle.imports.champs import Destination
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import Auteur
from echelons.socle.models import Ecriture, Import
from echelons.territoires.models import Territoire, TypeTerritoire

CAPACITE = Capacite.IMPORTER


def imports_de(acteur: Acteur, capacite: Capacite = CAPACITE) -> QuerySet[Import]:
    """The imports within reach of a capability: those of one's régions, those of the nation for the nation only."""
    portee = acteur.territoires(capacite)
    return Import.objects.all() if portee.nation else Import.objects.filter(region__in=portee.regions - {""})


def cible_de(objet: Import) -> Cible:
    """Where an import lies, for the rights: a région, or the nation."""
    return Cible(regions=frozenset({objet.region} if objet.region else ()))


def refus_de(acteur: Acteur, objet: Import) -> circuit.Refus | None:
    """Why an act on this import is refused, and who can; None when it is allowed."""
    refus = acteur.refus(CAPACITE, cible_de(objet))
    return None if refus is None else circuit.Refus(refus.raison, refus.qui)


def _droit(acteur: Acteur) -> circuit.moteur.Droit:
    def droit(_: str, objet: Any) -> circuit.Refus | None:
        return refus_de(acteur, objet)

    return droit


def _auteur(acteur: Acteur, objet: Import) -> Auteur:
    return auteur_de(acteur, CAPACITE, cible_de(objet))


def regions_de(acteur: Acteur) -> list[tuple[str, str]]:
    """Where somebody may import: code and name, the nation first (blank)."""
    portee = acteur.territoires(CAPACITE)
    regions = Territoire.objects.filter(type=TypeTerritoire.REGION).order_by("nom")
    if portee.nation:
        return [("", "Toute la France"), *regions.values_list("code", "nom")]
    return list(regions.filter(code__in=portee.regions).values_list("code", "nom"))


def deposer(
    *, par: Acteur, destination: Destination, region: str, nom: str, morceaux: Iterable[bytes]
) -> Import:
    """Give a file for a région, or for the nation (blank).

    Raises ``ActeInterdit``, ``FichierRefuse``, ``AntivirusInjoignable``; nothing is then kept.
    """
    cible = Cible(regions=frozenset({region} if region else ()))
    pouvoir = par.pouvoir(CAPACITE, cible)
    if pouvoir is None:
        refus = par.refus_general(CAPACITE)
        raise circuit.ActeInterdit(circuit.Refus(refus.raison, refus.qui))
    deposant = actes.Deposant(auteur_de(par, CAPACITE, cible), pouvoir.mandat.organisation.code, region)
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
