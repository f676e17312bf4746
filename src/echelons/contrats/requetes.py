"""Readings of the room: contracts with their facts, ready for the arithmetic, in a fixed number of queries."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from itertools import chain
from types import MappingProxyType
from typing import NamedTuple

from django.db.models import CharField, F, Q, QuerySet, Value

from echelons.contrats.models import Contrat, Fait, Partie
from echelons.contrats.regles import DETERMINANTS, PROTOCOLES, ContratLu, FaitLu, InstrumentLu, PartieLue
from echelons.socle.dates import DateSource, Precision
from echelons.socle.revision import memoire
from echelons.strategie.models import Dispositif


@dataclass(frozen=True)
class DossiersLus:
    """Every contract of a dispositif, and by territory the contracts it is a party to."""

    contrats: Mapping[int, ContratLu]
    perimetres: Mapping[int, str]
    par_territoire: Mapping[str, tuple[int, ...]]


RIEN = DossiersLus(MappingProxyType({}), MappingProxyType({}), MappingProxyType({}))
#: The last reading of each dispositif.
_DERNIERS: dict[int, DossiersLus] = {}


class _Entete(NamedTuple):
    """A contract without what it contains."""

    code: str
    type_signant: str
    ouverture: dt.date
    perimetre: str


@dataclass
class _Cadre:
    """The contracts of a dispositif with who binds itself and by what, without any fact."""

    entetes: dict[int, _Entete] = field(default_factory=dict)
    parties: dict[int, list[PartieLue]] = field(default_factory=lambda: defaultdict(list))
    instruments: dict[int, list[InstrumentLu]] = field(default_factory=lambda: defaultdict(list))
    par_territoire: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))


def contrats_lus(choisis: QuerySet[Contrat]) -> tuple[Contrat, ...]:
    """These contracts (those of a reader: ``for_user``), with all that ``cible`` reads, in the order asked for.

    They are kept for the revision of the data and shared by every thread: a page reads them and changes none.
    """
    return _contrats_lus(tuple(choisis.values_list("pk", flat=True)))


@memoire(places=200)
def _contrats_lus(cles: tuple[int, ...]) -> tuple[Contrat, ...]:
    parties: dict[int, list[Partie]] = defaultdict(list)
    # Not by a prefetch: each party would refer back to its contract, and what is kept must hold no cycle, which only
    # a full garbage collection frees.
    for partie in Partie.objects.filter(contrat__in=cles).select_related("territoire__region"):
        parties[partie.contrat_id].append(partie)
    lus = Contrat.objects.select_related("dispositif", "perimetre__region").in_bulk(cles)
    for pk, contrat in lus.items():
        contrat.__dict__["parties_lues"] = parties[pk]
    return tuple(lus[pk] for pk in cles if pk in lus)


def lire_contrat(pk: int) -> ContratLu:
    """One contract, ready for ``etat_au``. Raises ``Contrat.DoesNotExist``."""
    for lus in _lire(Q(pk=pk)).values():
        return lus.contrats[pk]
    raise Contrat.DoesNotExist(f"Aucun contrat {pk}.")


@memoire(places=40)
def lire_dossiers(dispositif: int) -> DossiersLus:
    """All the contracts of a dispositif in two queries, kept for the revision of the data.

    A contract that the last write left alone is the same object as before, with all that was worked out of it.
    """
    lus = _lire(Q(dispositif=dispositif)).get(dispositif, RIEN)
    avant = _DERNIERS.get(dispositif)
    if avant is not None:
        contrats = {
            pk: avant.contrats[pk] if avant.contrats.get(pk) == lu else lu for pk, lu in lus.contrats.items()
        }
        lus = replace(lus, contrats=MappingProxyType(contrats))
    _DERNIERS[dispositif] = lus
    return lus


@memoire(places=200)
def lire_dossiers_autour(codes: frozenset[str]) -> Mapping[int, DossiersLus]:
    """Dispositif → its contracts that bind one of these territories or are made for it, in two queries for all.

    A dispositif without any is absent.
    """
    autour = Contrat.objects.filter(Q(parties__territoire__code__in=codes) | Q(perimetre__code__in=codes))
    return MappingProxyType(_lire(Q(pk__in=autour.order_by().values("pk"))))


def _lire(filtre: Q) -> dict[int, DossiersLus]:
    """These contracts, by dispositif."""
    cadres = _lire_cadres(filtre)
    # By their keys: the same filter nested in another leads a planner that knows nothing yet of a table to run it anew
    # for each fact.
    faits = _lire_faits(Q(contrat__in=[pk for cadre in cadres.values() for pk in cadre.entetes]))
    return {dispositif: _assembler(cadre, faits) for dispositif, cadre in cadres.items()}


def _assembler(cadre: _Cadre, faits: Mapping[int, list[FaitLu]]) -> DossiersLus:
    return DossiersLus(
        contrats=MappingProxyType(
            {
                pk: ContratLu(
                    id=pk,
                    code=entete.code,
                    type_signant=entete.type_signant,
                    ouverture=entete.ouverture,
                    parties=tuple(cadre.parties[pk]),
                    instruments=tuple(cadre.instruments[pk]),
                    faits=tuple(faits.get(pk, ())),
                )
                for pk, entete in cadre.entetes.items()
            }
        ),
        perimetres=MappingProxyType({pk: entete.perimetre for pk, entete in cadre.entetes.items()}),
        par_territoire=MappingProxyType({code: tuple(pks) for code, pks in cadre.par_territoire.items()}),
    )


def _lire_cadres(filtre: Q) -> dict[int, _Cadre]:
    """Contracts in the order of their codes; parties, then instruments, in that of their recording."""
    entete = (
        *("pk", "dispositif", "code", "dispositif__instrument_signant"),
        *("dispositif__debut", "perimetre__code"),
    )
    parties = (
        Contrat.objects.filter(filtre)
        .order_by()
        .annotate(type=Value(""), territoire=F("parties__territoire__code"))
        .values_list(*entete, "parties__pk", "parties__debut", "parties__fin", "type", "territoire")
    )
    instruments = (
        Contrat.objects.filter(filtre, instruments__isnull=False)
        .order_by()
        .annotate(type=F("instruments__type"), territoire=Value(None, CharField()))
        .values_list(
            *entete, "instruments__pk", "instruments__debut", "instruments__fin", "type", "territoire"
        )
    )
    cadres: dict[int, _Cadre] = defaultdict(_Cadre)
    lignes = sorted(parties.union(instruments, all=True), key=lambda ligne: (ligne[2], ligne[6] or 0))
    for pk, dispositif, code, signant, ouverture, perimetre, element, debut, fin, type_, territoire in lignes:
        cadre = cadres[dispositif]
        cadre.entetes[pk] = _Entete(code, signant, ouverture, perimetre)
        if type_:
            cadre.instruments[pk].append(InstrumentLu(element, type_, debut, fin))
        elif element is not None:
            cadre.parties[pk].append(PartieLue(element, debut, fin))
        if territoire is not None:
            cadre.par_territoire[territoire].append(pk)
    for pks in chain.from_iterable(cadre.par_territoire.values() for cadre in cadres.values()):
        pks.sort()
    return cadres


def faits_determinants(chemin: str = "") -> Q:
    """The facts on which a class may depend; the signature of an avenant is none. ``chemin`` leads to the fact."""
    signants = [*PROTOCOLES, *Dispositif.InstrumentSignant.values]
    return Q(**{f"{chemin}type__in": DETERMINANTS - {"signature"}}) | Q(
        **{f"{chemin}type": "signature", f"{chemin}instrument__type__in": signants}
    )


def _lire_faits(filtre: Q) -> dict[int, list[FaitLu]]:
    """The facts on which a class may depend, and those that replace others."""
    dater = cache(DateSource)
    faits: dict[int, list[FaitLu]] = defaultdict(list)
    for pk, contrat, type_, jour, precision, connu, instrument, partie, portee, jusqu_au, remplace in (
        Fait.objects.filter(filtre)
        .filter(faits_determinants() | Q(remplace__isnull=False))
        .order_by("pk")
        .values_list(
            *("pk", "contrat", "type", "jour", "precision", "connu_le"),
            *("instrument", "partie", "portee", "jusqu_au", "remplace"),
        )
    ):
        faits[contrat].append(
            FaitLu(
                id=pk,
                type=type_,
                date=dater(jour, Precision(precision)),
                connu_le=connu,
                instrument=instrument,
                partie=partie,
                collectif=portee == Fait.Portee.COLLECTIVE,
                jusqu_au=jusqu_au,
                remplace=remplace,
            )
        )
    return faits


def faits_sans_date_de_publication(dispositif: int) -> int:
    """How many statements of a dispositif are known from the day of the survey only, no source being dated.

    A date of knowledge earlier than the survey leaves them out, though they may have been public long before.
    """
    enonces = Fait.objects.filter(contrat__dispositif=dispositif, connu_au_releve=True)
    return len(set(enonces.values_list(*Fait.COLONNES_D_UN_ENONCE)))
