"""What somebody may do with imports: the engine's acts, under the mandates of who acts; and the imports one may see.

An import fills a table of the house, in a région or in the nation; or it is a workbook brought back on one instrument
(``Import.sujet``), which lies where its contract does.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Max, Q, QuerySet

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.contrats.contenu.registre import refus_de_rediger
from echelons.contrats.contenu_par_fichier.chantier import Retour
from echelons.contrats.contenu_par_fichier.ecriture import TABLE
from echelons.contrats.models import Instrument, Modification
from echelons.socle import circuit
from echelons.socle.imports import actes
from echelons.socle.imports.champs import DESTINATIONS, Destination
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import Auteur
from echelons.socle.models import Ecriture, Import
from echelons.territoires.models import Territoire, TypeTerritoire

#: The code of the destination that fills one instrument.
CONTENU = "contenu"


def capacite_de(destination: Destination) -> Capacite:
    """What one must hold to fill this table by file."""
    return Capacite(destination.capacite)


def destinations_de(acteur: Acteur) -> list[Destination]:
    """The tables that somebody may fill by file, in the whole nation or in a région."""
    return [d for d in _tables() if lieux_de(acteur, d)]


def _tables() -> list[Destination]:
    """Those that fill a table, and not one instrument."""
    return [d for d in DESTINATIONS.values() if d.comparer is None]


def imports_de(acteur: Acteur) -> QuerySet[Import]:
    """The imports of tables that somebody may conduct: by destination, those within reach of its capability."""
    conduits = Q(pk__in=())
    for destination in _tables():
        conduits |= Q(destination=destination.code) & _atteints(acteur, capacite_de(destination))
    return Import.objects.filter(conduits)


def imports_visibles(acteur: Acteur) -> QuerySet[Import]:
    """Those where somebody reads dossiers, conducted or not: out of them, an import is as if it did not exist."""
    tables = _atteints(acteur, Capacite.LIRE) & Q(destination__in=[d.code for d in _tables()])
    siens = Instrument.objects.for_user(acteur).nes_ici().values("pk")
    return Import.objects.filter(tables | Q(destination=CONTENU, sujet__in=siens))


def retours_de(instrument: Instrument) -> QuerySet[Import]:
    """The workbooks brought back on an instrument, latest first."""
    return Import.objects.filter(destination=CONTENU, sujet=instrument.pk)


def ecriture_de(objet: Import) -> tuple[int | None, int]:
    """The rank under which a workbook was written in its instrument, and how many fields; None while it is not."""
    cles = objet.elements.filter(table=TABLE).values("cle")
    dite = Modification.objects.filter(pk__in=cles).aggregate(rang=Max("rang"), champs=Count("pk"))
    return dite["rang"], dite["champs"]


def instrument_de(objet: Import) -> Instrument | None:
    """The instrument on which a workbook is brought back; None for an import of a table."""
    if objet.sujet is None:
        return None
    return Instrument.objects.avec_contrat().get(pk=objet.sujet)


def _atteints(acteur: Acteur, capacite: Capacite) -> Q:
    """Those of one's régions, those of the nation for the nation only."""
    portee = acteur.territoires(capacite)
    return Q() if portee.nation else Q(region__in=portee.regions - {""})


def cible_de(objet: Import) -> Cible:
    """Where an import lies, for the rights: a région, the nation, or where the contract of its instrument does."""
    if (instrument := instrument_de(objet)) is not None:
        return instrument.contrat.cible
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


def deposer_un_retour(*, par: Acteur, instrument: Instrument, nom: str, morceaux: Iterable[bytes]) -> Import:
    """Give back the workbook of an instrument: nothing is compared yet. Raises as ``deposer``, and ``EtatRefuse``."""
    if refus := refus_de_rediger(par, instrument):
        raise refus
    cible = instrument.contrat.cible
    pouvoir = par.pouvoir(Capacite.REDIGER, cible)
    assert pouvoir is not None
    auteur = auteur_de(par, Capacite.REDIGER, cible)
    deposant = actes.Deposant(auteur, pouvoir.mandat.organisation.code, "", instrument.pk)
    return actes.deposer(destination=DESTINATIONS[CONTENU], nom=nom, morceaux=morceaux, deposant=deposant)


def _au_travail(par: Acteur, objet: Import, choix: Iterable[str] | None = None) -> Any:
    """Who acts, as the destination is told."""
    instrument = instrument_de(objet)
    if instrument is None:
        return par
    return Retour(par, objet, instrument, None if choix is None else frozenset(choix))


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
        par=_au_travail(par, objet),
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
    choix: Iterable[str] = (),
    version_lue: int | None = None,
    suivre: actes.Suivi = actes.sans_suite,
) -> Ecriture:
    """Write every new row, or none; of what was left to decide, ``choix``. Raises an ``ActeRefuse``."""
    return actes.publier(
        par=_au_travail(par, objet, choix),
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
        par=_au_travail(par, objet),
        objet=objet,
        auteur=auteur_d_un_import(par, objet),
        droit=_droit(par),
        motif=motif,
        version_lue=version_lue,
    )


def abandonner(*, par: Acteur, objet: Import) -> Ecriture:
    """Leave a file that will not be published. Raises an ``ActeRefuse``."""
    return actes.abandonner(objet=objet, auteur=auteur_d_un_import(par, objet), droit=_droit(par))
