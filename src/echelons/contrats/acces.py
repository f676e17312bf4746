"""Whom a contract concerns: the rows that somebody may have, and what the rights need to know of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible, Perimetre
from echelons.territoires.perimetres import signataires_de

if TYPE_CHECKING:
    from echelons.contrats.models import Contrat, Destinataire, Document, Instrument  # noqa: F401
    from echelons.territoires.models import Territoire


def _filtre(perimetre: Perimetre, chemin: str = "") -> Q:
    """The contracts within reach: by their perimeter, or by a collectivité that binds itself."""
    lieux = (f"{chemin}perimetre", f"{chemin}parties__territoire")
    condition = Q(pk__in=[])
    for lieu in lieux:
        condition |= perimetre.filtre(territoire=f"{lieu}__code", region=f"{lieu}__region__code")
        # A contract of the région itself lies in it.
        condition |= Q(**{f"{lieu}__code__in": perimetre.regions})
    return Q() if perimetre.nation else condition


def _parties(chemin: str) -> models.Prefetch[str]:
    """The parties as plain lists: a prefetched manager makes a query set an object, ten times dearer."""
    from echelons.contrats.models import Partie

    return models.Prefetch(
        chemin, Partie.objects.select_related("territoire__region"), to_attr="parties_lues"
    )


class ContratQuerySet(models.QuerySet["Contrat"]):
    """Contracts, with what their rights are read from."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.LIRE) -> Self:
        """Those on which somebody holds a capability today; nothing for nobody."""
        portee = acteur.territoires(capacite)
        if portee.nation:
            return self
        # A sub-query: joining the parties would repeat a contract for each.
        return self.filter(pk__in=self.model._base_manager.filter(_filtre(portee)).values("pk"))

    def avec_cible(self) -> Self:
        """With all that ``cible`` reads, in one more query."""
        return self.select_related("dispositif", "perimetre__region").prefetch_related(_parties("parties"))


class InstrumentQuerySet(models.QuerySet["Instrument"]):
    """Instruments, read through the rights on their contracts."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.LIRE) -> Self:
        """Those on whose contract somebody holds a capability today."""
        portee = acteur.territoires(capacite)
        if portee.nation:
            return self
        contrats = self.model._meta.get_field("contrat").related_model
        return self.filter(contrat__in=contrats._base_manager.filter(_filtre(portee)).values("pk"))

    def nes_ici(self) -> Self:
        """Those drafted in the house."""
        return self.exclude(etat="")

    def avec_dossier(self, contrat_lu: bool = False) -> Self:
        """With all that tells whose turn it is, in four more queries; without the texts themselves.

        ``contrat_lu``: these are the instruments of a contract already read (see ``ContratQuerySet.avec_cible``).
        """
        from echelons.contrats.models import Deliberation, SignatureDePartie, VersionDuTexte

        instruments = self.select_related("genre").prefetch_related(
            models.Prefetch("textes", VersionDuTexte.objects.defer("texte", "contenu"), to_attr="textes_lus"),
            models.Prefetch(
                "deliberations", Deliberation.objects.select_related("partie"), to_attr="deliberations_lues"
            ),
            models.Prefetch(
                "signatures", SignatureDePartie.objects.select_related("partie"), to_attr="signatures_lues"
            ),
        )
        return instruments if contrat_lu else instruments.avec_contrat()

    def avec_contrat(self) -> Self:
        """With their contract and all that its ``cible`` reads, in one more query."""
        lus = self.select_related("genre", "contrat__dispositif", "contrat__perimetre__region")
        return lus.prefetch_related(_parties("contrat__parties"))

    def en_cours(self) -> Self:
        """Those that still wait for an act before they are in force."""
        return self.nes_ici().exclude(etat__in=("en_vigueur", "abandonnee", "denoncee"))


class DocumentQuerySet(models.QuerySet["Document"]):
    """Documents received, read through the rights on their contracts."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.DOCUMENT_LIRE) -> Self:
        """Those on whose contract somebody holds a capability today."""
        from echelons.contrats.models import Contrat

        portee = acteur.territoires(capacite)
        if portee.nation:
            return self
        return self.filter(contrat__in=Contrat._base_manager.filter(_filtre(portee)).values("pk"))

    def presents(self) -> Self:
        """Those that were not withdrawn."""
        return self.filter(retire_le=None)


class DestinataireQuerySet(models.QuerySet["Destinataire"]):
    """Whom texts are addressed to, read through the rights on their contracts, or on their région."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.LIRE) -> Self:
        """Those whose contract, or région, lies within the reach of a capability today."""
        portee = acteur.territoires(capacite)
        if portee.nation:
            return self
        from echelons.contrats.models import Contrat

        contrats = Contrat._base_manager.filter(_filtre(portee)).values("pk")
        return self.filter(Q(partie__contrat__in=contrats) | Q(region__code__in=portee.regions))

    def avec_tout(self) -> Self:
        """With the text, the contract and what its rights are read from."""
        return self.select_related(
            "edition__texte",
            "region",
            "partie__territoire__region",
            "partie__contrat__dispositif",
            "partie__contrat__perimetre__region",
            "mandat__personne",
            "mandat__fonction",
        ).prefetch_related(_parties("partie__contrat__parties"))


def cible_du_territoire(territoire: Territoire) -> Cible:
    """Where a contract of this territory would lie: on a perimeter, also where each of its signatories is."""
    return _cible([territoire, *signataires_de(territoire)])


def cible_de(contrat: Contrat) -> Cible:
    """Where a contract lies. Reads its perimeter and its parties: see ``avec_cible``."""
    lieux: list[Territoire] = [contrat.perimetre]
    lieux += [partie.territoire for partie in contrat.ses_parties if partie.territoire]
    return _cible(lieux)


def _cible(lieux: list[Territoire]) -> Cible:
    return Cible(
        territoires=frozenset(lieu.code for lieu in lieux),
        regions=frozenset(lieu.region.code for lieu in lieux if lieu.region)
        | frozenset(lieu.code for lieu in lieux if lieu.type == "region"),
    )


def contenu_lisible(acteur: Acteur, instrument: Instrument) -> bool:
    """Whether somebody who reads the contract reads what this instrument says: a draft that is not shared yet is read
    by the side that writes it."""
    if instrument.etat != instrument.Etat.PROJET:
        return True
    cible = instrument.contrat.cible
    return any(
        p.mandat.fonction.cote == "collectivite"
        for p in acteur.pouvoirs.get(Capacite.LIRE, ())
        if p.atteint(cible)
    )
