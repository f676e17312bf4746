"""What somebody may do today: the mandates in force, read through the table of rights.

Nothing here is stored: a mandate that ends takes its rights away at once, for pages, exports and messages alike.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType

from django.db.models import Q

from echelons.acteurs.droits import LIBELLES, Capacite, Portee, fonctions_de, portee
from echelons.acteurs.models import Compte, Fonction, Mandat
from echelons.socle.horloge import aujourdhui
from echelons.socle.revision import memoire
from echelons.territoires.models import Succession


@dataclass(frozen=True)
class Cible:
    """What the rights need to know of an object: where it is and whom it concerns."""

    territoires: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    organisations: frozenset[int] = frozenset()
    actions: frozenset[int] = frozenset()


@dataclass(frozen=True)
class Pouvoir:
    """A capability held under a mandate; ``supplee`` names the vacant office it is held for.

    ``fonction`` is the code of the function that gives it; ``codes`` are the territory of the mandate and those it
    took over: who succeeds inherits the dossiers (Alsace).
    """

    mandat: Mandat
    portee: Portee
    codes: frozenset[str]
    fonction: str
    supplee: str = ""

    def atteint(self, cible: Cible) -> bool:
        """Whether the object lies within the scope."""
        if self.portee is Portee.NATION:
            return True
        if self.portee is Portee.REGION:
            return bool(self.codes & cible.regions)
        if self.portee is Portee.TERRITOIRE:
            return bool(self.codes & cible.territoires)
        if self.portee is Portee.ORGANISATION:
            return self.mandat.organisation_id in cible.organisations
        return bool(cible.actions & {self.mandat.organisation_id})


@dataclass(frozen=True)
class Refus:
    """Why an act is refused, and who can do it; ``hors_perimetre`` must be answered as if nothing were there."""

    capacite: Capacite
    hors_perimetre: bool
    fonctions: tuple[str, ...] = ()
    titulaires: tuple[str, ...] = ()

    @property
    def raison(self) -> str:
        """What is not allowed, in French."""
        acte = LIBELLES[self.capacite]
        de = "d’" if acte[0] in "aeiouyé" else "de "
        return f"Vos fonctions ne permettent pas {de}{acte}."

    @property
    def qui(self) -> tuple[str, ...]:
        """Who can: the people who hold the function there, else the functions."""
        return self.titulaires or self.fonctions or ("personne pour l’instant",)

    @property
    def phrase(self) -> str:
        """In French, naming who can unlock it."""
        return f"{self.raison} Peut le faire\u00a0: {' ; '.join(self.qui)}."


@dataclass(frozen=True)
class Acteur:
    """Somebody signed in, or nobody (no account): the mandates in force on the business date."""

    compte: Compte | None
    mandats: tuple[Mandat, ...] = ()
    jour: dt.date = field(default_factory=aujourdhui)

    @classmethod
    def de(cls, compte: Compte | None) -> Acteur:
        """Read the mandates of an account, in one query."""
        jour = aujourdhui()
        if compte is None or not compte.is_active:
            return cls(None, (), jour)
        mandats = (
            Mandat.objects.valides(jour)
            .filter(personne=compte.personne_id)
            .select_related("fonction", "organisation", "territoire__region", "personne")
        )
        return cls(compte, tuple(m for m in mandats if m.fonction.existe_le(jour)), jour)

    @cached_property
    def pouvoirs(self) -> dict[Capacite, tuple[Pouvoir, ...]]:
        """Every capability held today, own offices first, then vacant offices one stands in for."""
        trouves: dict[Capacite, list[Pouvoir]] = defaultdict(list)
        codes = _codes(self.mandats, self.jour)
        tenus = [(mandat, mandat.fonction.code, "") for mandat in self.mandats]
        tenus += [(mandat, vacante.code, vacante.libelle) for mandat, vacante in self._offices_vacants()]
        for mandat, fonction, supplee in tenus:
            for capacite in Capacite:
                atteinte = portee(capacite, fonction)
                if atteinte is not None:
                    pouvoir = Pouvoir(mandat, atteinte, codes[mandat.territoire_id], fonction, supplee)
                    trouves[capacite].append(pouvoir)
        return {capacite: tuple(liste) for capacite, liste in trouves.items()}

    def _offices_vacants(self) -> list[tuple[Mandat, Fonction]]:
        """The offices nobody holds today on the territory of a mandate whose function stands in for them."""
        suppleances = _suppleances()
        candidats = [
            (mandat, fonction)
            for mandat in self.mandats
            for fonction in suppleances.get(mandat.fonction_id, ())
        ]
        if not candidats:
            return []
        tenus = set(
            Mandat.objects.exercables(self.jour)
            .filter(fonction__in=[f for _, f in candidats])
            .values_list("fonction", "territoire")
        )
        return [
            (mandat, fonction)
            for mandat, fonction in candidats
            if not fonction.existe_le(self.jour) or (fonction.pk, mandat.territoire_id) not in tenus
        ]

    def pouvoir(self, capacite: Capacite, cible: Cible) -> Pouvoir | None:
        """The first power that reaches the object, None when there is none."""
        return next((p for p in self.pouvoirs.get(capacite, ()) if p.atteint(cible)), None)

    def peut(self, capacite: Capacite, cible: Cible) -> bool:
        """Whether the act is allowed."""
        return self.pouvoir(capacite, cible) is not None

    def refus(self, capacite: Capacite, cible: Cible) -> Refus | None:
        """None when allowed; otherwise why not, and who can. Out of scope, nobody is named."""
        if self.peut(capacite, cible):
            return None
        if not self.peut(Capacite.LIRE, cible):
            return Refus(capacite, hors_perimetre=True)
        return Refus(
            capacite,
            hors_perimetre=False,
            fonctions=_libelles(capacite),
            titulaires=_titulaires(capacite, cible, self.jour),
        )

    def refus_general(self, capacite: Capacite) -> Refus:
        """Why a page of the capability is not for this reader, whatever the object: the functions that have it."""
        return Refus(capacite, hors_perimetre=False, fonctions=_libelles(capacite))

    def territoires(self, capacite: Capacite) -> Perimetre:
        """The reach of a capability, to filter querysets: what ``for_user`` is made of."""
        liste = self.pouvoirs.get(capacite, ())
        codes = {
            p.portee: frozenset(code for q in liste if q.portee is p.portee for code in q.codes)
            for p in liste
        }
        return Perimetre(
            nation=any(p.portee is Portee.NATION for p in liste),
            regions=codes.get(Portee.REGION, frozenset()),
            territoires=codes.get(Portee.TERRITOIRE, frozenset()),
            organisations=frozenset(
                p.mandat.organisation_id for p in liste if p.portee in {Portee.ORGANISATION, Portee.ACTION}
            ),
        )


@dataclass(frozen=True)
class Perimetre:
    """Where a capability reaches."""

    nation: bool
    regions: frozenset[str]
    territoires: frozenset[str]
    organisations: frozenset[int]

    def filtre(self, *, territoire: str, region: str) -> Q:
        """The condition on a queryset whose columns are named; matches nothing when the reach is empty."""
        if self.nation:
            return Q()
        return Q(**{f"{territoire}__in": self.territoires}) | Q(**{f"{region}__in": self.regions})


@memoire(places=1)
def _suppleances() -> Mapping[int, tuple[Fonction, ...]]:
    """By function: the offices that it stands in for when they are vacant."""
    trouvees: dict[int, list[Fonction]] = defaultdict(list)
    for office in (
        Fonction.objects.filter(supplees_par__isnull=False).distinct().prefetch_related("supplees_par")
    ):
        for suppleante in office.supplees_par.all():
            trouvees[suppleante.pk].append(office)
    return MappingProxyType({pk: tuple(offices) for pk, offices in trouvees.items()})


@memoire(places=4, reference=True)
def _reprises(jour: dt.date) -> tuple[tuple[int, str], ...]:
    """Each territory that took over another one, ended by that day, with the code of the latter."""
    reprises = Succession.objects.filter(date__lte=jour, avant__fin__lt=jour)
    return tuple(reprises.values_list("apres", "avant__code"))


def _codes(mandats: Iterable[Mandat], jour: dt.date) -> dict[int | None, frozenset[str]]:
    """By territory of a mandate: its code, and those of the ended territories it took over by that day."""
    codes: dict[int | None, set[str]] = {None: set()}
    for mandat in mandats:
        if mandat.territoire is not None:
            codes[mandat.territoire_id] = {mandat.territoire.code}
    for apres, avant in _reprises(jour):
        if apres in codes:
            codes[apres].add(avant)
    return {territoire: frozenset(c) for territoire, c in codes.items()}


def _libelles(capacite: Capacite) -> tuple[str, ...]:
    """The functions that have a capability, by their names."""
    codes = fonctions_de(capacite)
    return tuple(Fonction.objects.filter(code__in=codes).order_by("pk").values_list("libelle", flat=True))


def _titulaires(capacite: Capacite, cible: Cible, jour: dt.date) -> tuple[str, ...]:
    """Who holds the capability on this object today: person, function, organisation."""
    return titulaires([capacite], cible, jour)[capacite]


def titulaires(
    capacites: Collection[Capacite], cible: Cible, jour: dt.date
) -> dict[Capacite, tuple[str, ...]]:
    """Who holds each of these capabilities on this object, in two queries; five people each at most."""
    lieux = cible.territoires | cible.regions
    fonctions = {fonction for capacite in capacites for fonction in fonctions_de(capacite)}
    mandats = list(
        Mandat.objects.exercables(jour)
        .filter(
            Q(territoire=None)
            | Q(territoire__code__in=lieux)
            | Q(territoire__successions_avant__avant__code__in=lieux),
            fonction__code__in=fonctions,
        )
        .distinct()
        .select_related("personne", "fonction", "organisation", "territoire")
        .prefetch_related("organisation__noms")
    )
    codes = _codes(mandats, jour)
    noms: dict[Capacite, list[str]] = {capacite: [] for capacite in capacites}
    for mandat in mandats:
        for capacite in capacites:
            atteinte = portee(capacite, mandat.fonction.code)
            if atteinte is None:
                continue
            lieux_du_mandat = codes[mandat.territoire_id]
            if Pouvoir(mandat, atteinte, lieux_du_mandat, mandat.fonction.code).atteint(cible):
                qui = f"{mandat.personne}, {mandat.fonction.libelle} ({mandat.organisation.nom_au(jour)})"
                noms[capacite].append(qui)
    return {capacite: tuple(qui[:5]) for capacite, qui in noms.items()}
