"""Readings of the room: contracts with their facts, ready for the arithmetic, in a fixed number of queries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import Q

from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.contrats.regles import ContratLu, FaitLu, InstrumentLu, PartieLue
from echelons.socle.dates import DateSource, Precision
from echelons.socle.revision import memoire


@dataclass(frozen=True)
class DossiersLus:
    """Every contract of a dispositif, and by territory the contracts it is a party to."""

    contrats: Mapping[int, ContratLu]
    perimetres: Mapping[int, str]
    par_territoire: Mapping[str, tuple[int, ...]]


def lire_contrat(pk: int) -> ContratLu:
    """One contract, ready for ``etat_au``. Raises ``Contrat.DoesNotExist``."""
    lus = _lire(Q(pk=pk))
    if pk not in lus:
        raise Contrat.DoesNotExist(f"Aucun contrat {pk}.")
    return lus[pk]


@memoire(places=40)
def lire_dossiers(dispositif: int) -> DossiersLus:
    """All the contracts of a dispositif in five queries, kept for the revision of the data."""
    contrats = _lire(Q(dispositif=dispositif))
    par_territoire: dict[str, list[int]] = defaultdict(list)
    for contrat, code in (
        Partie.objects.filter(contrat__dispositif=dispositif, territoire__isnull=False)
        .order_by("contrat", "pk")
        .values_list("contrat", "territoire__code")
    ):
        par_territoire[code].append(contrat)
    perimetres = dict(Contrat.objects.filter(dispositif=dispositif).values_list("pk", "perimetre__code"))
    return DossiersLus(
        contrats=MappingProxyType(contrats),
        perimetres=MappingProxyType(perimetres),
        par_territoire=MappingProxyType({code: tuple(pks) for code, pks in par_territoire.items()}),
    )


def _lire(filtre: Q) -> dict[int, ContratLu]:
    entetes = Contrat.objects.filter(filtre).values_list(
        "pk", "code", "dispositif__instrument_signant", "dispositif__debut"
    )
    retenus = Contrat.objects.filter(filtre)
    parties: dict[int, list[PartieLue]] = defaultdict(list)
    for pk, contrat, debut, fin in (
        Partie.objects.filter(contrat__in=retenus).order_by("pk").values_list("pk", "contrat", "debut", "fin")
    ):
        parties[contrat].append(PartieLue(pk, debut, fin))
    instruments: dict[int, list[InstrumentLu]] = defaultdict(list)
    for pk, contrat, type_, debut, fin in (
        Instrument.objects.filter(contrat__in=retenus)
        .order_by("pk")
        .values_list("pk", "contrat", "type", "debut", "fin")
    ):
        instruments[contrat].append(InstrumentLu(pk, type_, debut, fin))
    faits: dict[int, list[FaitLu]] = defaultdict(list)
    colonnes = (
        "pk", "contrat", "type", "jour", "precision", "connu_le", "instrument", "partie", "portee",
        "jusqu_au", "remplace",
    )  # fmt: skip
    for ligne in Fait.objects.filter(contrat__in=retenus).order_by("pk").values_list(*colonnes).iterator():
        pk, contrat, type_, jour, precision, connu, instrument, partie, portee, jusqu_au, remplace = ligne
        faits[contrat].append(
            FaitLu(
                id=pk,
                type=type_,
                date=DateSource(jour, Precision(precision)),
                connu_le=connu,
                instrument=instrument,
                partie=partie,
                collectif=portee == Fait.Portee.COLLECTIVE,
                jusqu_au=jusqu_au,
                remplace=remplace,
            )
        )
    return {
        pk: ContratLu(
            id=pk,
            code=code,
            type_signant=signant,
            parties=tuple(parties[pk]),
            instruments=tuple(instruments[pk]),
            faits=tuple(faits[pk]),
            ouverture=ouverture,
        )
        for pk, code, signant, ouverture in entetes
    }
