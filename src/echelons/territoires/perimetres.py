"""Project perimeters as they are read: their versions, what they are made of on a day, how far they reach."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, QuerySet

from echelons.socle.horloge import aujourdhui
from echelons.territoires.geographie import Geographie, Lieu
from echelons.territoires.models import Composition, Territoire, TypeTerritoire, VersionDePerimetre

#: The data set of the perimeters kept by the acts: no file takes them over.
JEU_TENU_ICI = "perimetres:tenus-ici"
#: What a project perimeter can be, by the code that ``nature`` keeps.
NATURES: Mapping[str, str] = {
    "territoire_demonstrateur": "Territoire démonstrateur",
    "pacte_territorial": "Pacte territorial",
    "bassin": "Bassin de vie ou d’emploi",
    "quartiers": "Ensemble de quartiers prioritaires",
    "projet": "Autre périmètre de projet",
}
#: What a perimeter is made of.
COMPOSANTS = (TypeTerritoire.COMMUNE, TypeTerritoire.EPCI)
VEILLE = dt.timedelta(days=1)


@dataclass(frozen=True)
class Emprise:
    """How far a perimeter reaches: what covers the whole of it, and what it only touches.

    ``couvrants``: the signatories, and ``regions``: the régions that contain all of it; empty when it crosses their
    limits. ``departements`` and ``signataires``: those it lies in, wholly or not.
    """

    couvrants: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
    departements: tuple[str, ...] = ()
    signataires: tuple[str, ...] = ()
    fictive: bool = False


def emprise_de(codes: Iterable[str], jour: dt.date, geographie: Geographie | None = None) -> Emprise:
    """The reach of these communes, EPCI or départements, each read on that day or on the nearest day it existed."""
    geo = geographie or Geographie.courante()
    entiers: set[str] | None = None
    touches: set[str] = set()
    fictifs = []
    for code in codes:
        lieu = geo.lieux[code]
        le_jour = _jour_de_vie(lieu, jour)
        contenants = {code, *geo.contenants(code, le_jour)}
        entiers = contenants if entiers is None else entiers & contenants
        touches |= contenants | set(geo.contenants_partiels(code, le_jour))
        fictifs.append(lieu.fictif)
    types = {code: geo.lieux[code].type for code in touches}
    communs = entiers or set()
    return Emprise(
        couvrants=frozenset(c for c in communs if types[c] == TypeTerritoire.COLLECTIVITE),
        regions=frozenset(c for c in communs if types[c] == TypeTerritoire.REGION),
        departements=_tries(c for c in touches if types[c] == TypeTerritoire.DEPARTEMENT),
        signataires=_tries(c for c in touches if types[c] == TypeTerritoire.COLLECTIVITE),
        fictive=bool(fictifs) and all(fictifs),
    )


def _tries(codes: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(codes))


def _jour_de_vie(lieu: Lieu, jour: dt.date) -> dt.date:
    """The day, or the nearest one on which the place existed: a merged commune lay where it last was."""
    if lieu.fin and lieu.fin < jour:
        return lieu.fin
    return lieu.debut if lieu.debut and lieu.debut > jour else jour


@dataclass(frozen=True)
class VersionLue:
    """One version, and what changed since the one before. ``fin`` is its last day, None while it lasts."""

    version: VersionDePerimetre
    fin: dt.date | None
    membres: tuple[Territoire, ...]
    ajoutes: tuple[Territoire, ...]
    retires: tuple[Territoire, ...]

    def vaut_le(self, jour: dt.date) -> bool:
        """Whether it is the composition of that day."""
        debut = self.version.debut
        return (debut is None or debut <= jour) and (self.fin is None or jour <= self.fin)


def membres_au(perimetre: Territoire, jour: dt.date) -> list[Territoire]:
    """The communes and EPCI that the perimeter is made of on that day, by code."""
    return list(
        Territoire.objects.filter(pk__in=_appartenances(perimetre, jour).values("contenu")).order_by("code")
    )


def _appartenances(perimetre: Territoire, jour: dt.date) -> QuerySet[Composition]:
    return Composition.objects.filter(
        Q(debut=None) | Q(debut__lte=jour), Q(fin=None) | Q(fin__gte=jour), contenant=perimetre
    )


@dataclass(frozen=True)
class ContenuLu:
    """All that a territory ever held, by code, and all that its EPCI did."""

    liens: tuple[Composition, ...]
    dans_les_epci: Mapping[int, Sequence[Composition]]

    def au(self, jour: dt.date) -> list[Composition]:
        """What it holds on that day."""
        return [lien for lien in self.liens if _vaut(lien, jour)]

    def communes_au(self, jour: dt.date) -> list[Territoire]:
        """The communes that it holds on that day, by code, each once."""
        tenus = self.au(jour)
        for lien in self.au(jour):
            tenus += [dedans for dedans in self.dans_les_epci.get(lien.contenu_id, ()) if _vaut(dedans, jour)]
        communes = {lien.contenu for lien in tenus if lien.contenu.type == TypeTerritoire.COMMUNE}
        return sorted(communes, key=lambda commune: commune.code)


def lire_contenu(territoire: Territoire) -> ContenuLu:
    """What an EPCI or a perimeter holds, at any date, with départements. Two queries."""
    avec = Composition.objects.select_related("contenu__departement").order_by("contenu__code")
    liens = tuple(avec.filter(contenant=territoire))
    dans: dict[int, list[Composition]] = {
        lien.contenu_id: [] for lien in liens if lien.contenu.type == TypeTerritoire.EPCI
    }
    for lien in avec.filter(contenant__in=dans):
        dans[lien.contenant_id].append(lien)
    return ContenuLu(liens, dans)


def versions_de(perimetre: Territoire, contenu: ContenuLu | None = None) -> list[VersionLue]:
    """Its versions, oldest first; one loaded from a file has none, and its composition is read by ``membres_au``.

    ``contenu`` is read when it is not given.
    """
    versions = list(perimetre.versions.all())
    if not versions:
        return []
    contenu = contenu or lire_contenu(perimetre)
    lues: list[VersionLue] = []
    avant: tuple[Territoire, ...] = ()
    for rang, version in enumerate(versions):
        suivante = versions[rang + 1] if rang + 1 < len(versions) else None
        jour = version.debut or dt.date.min
        membres = tuple(lien.contenu for lien in contenu.au(jour))
        lues.append(
            VersionLue(
                version=version,
                fin=suivante.debut - VEILLE if suivante and suivante.debut else perimetre.fin,
                membres=membres,
                ajoutes=_hors(membres, avant, contenu, jour) if rang else (),
                retires=_hors(avant, membres, contenu, jour),
            )
        )
        avant = membres
    return lues


def _vaut(lien: Composition, jour: dt.date) -> bool:
    return (lien.debut is None or lien.debut <= jour) and (lien.fin is None or jour <= lien.fin)


def _hors(
    membres: Sequence[Territoire], autres: Sequence[Territoire], contenu: ContenuLu, jour: dt.date
) -> tuple[Territoire, ...]:
    """Those of ``membres`` that ``autres`` do not hold, by themselves or in one of their EPCI on that day."""
    connus = {autre.pk for autre in autres}
    for autre in autres:
        dedans = contenu.dans_les_epci.get(autre.pk, ())
        connus |= {lien.contenu_id for lien in dedans if _vaut(lien, jour)}
    return tuple(membre for membre in membres if membre.pk not in connus)


def signataires_de(territoire: Territoire) -> list[Territoire]:
    """Who contracts with the State on this territory: itself, or the collectivités in which a perimeter lies today."""
    if territoire.type != TypeTerritoire.PERIMETRE:
        return [territoire]
    membres = Composition.objects.filter(contenant=territoire, fin=None).values_list(
        "contenu__code", flat=True
    )
    codes = emprise_de(list(membres) or [territoire.code], aujourdhui()).signataires
    return list(Territoire.objects.filter(code__in=codes).select_related("region").order_by("code"))


def communes_de(membres: Iterable[Territoire], jour: dt.date) -> list[Territoire]:
    """The communes that these communes and EPCI hold on that day, by code, each once."""
    membres = list(membres)
    epci = [m.pk for m in membres if m.type == TypeTerritoire.EPCI]
    dans = Composition.objects.filter(
        Q(debut=None) | Q(debut__lte=jour), Q(fin=None) | Q(fin__gte=jour), contenant__in=epci
    )
    seules = [m.pk for m in membres if m.type == TypeTerritoire.COMMUNE]
    return list(
        Territoire.objects.filter(
            Q(pk__in=dans.values("contenu")) | Q(pk__in=seules), type=TypeTerritoire.COMMUNE
        )
        .select_related("departement")
        .order_by("code")
    )
