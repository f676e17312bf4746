"""The facts of contracts as a reader follows them: a dated list, each with its sources, conflicts beside.

One statement about several parties (« signed by the State and the département on… ») is stored a row a party and
read here as one line again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from echelons.contrats.models import Contrat, Fait
from echelons.socle.dates import DateSource
from echelons.socle.models import Source
from echelons.socle.revision import memoire


@dataclass(frozen=True)
class FaitMontre:
    """One line of the list."""

    id: int
    type: str
    titre: str
    date: DateSource
    instrument: str
    instrument_type: str
    parties: tuple[str, ...]
    texte: str
    fait: Fait
    sources: tuple[Source, ...]
    connu_le: dt.date
    remplace_par: str
    collectif: bool


@dataclass(frozen=True)
class DossierMontre:
    """A contract as a page shows it, its facts in the order of their dates."""

    contrat: Contrat
    parties: tuple[str, ...]
    faits: tuple[FaitMontre, ...]
    caches: int

    def avant(self, jour: dt.date) -> list[FaitMontre]:
        """What had certainly happened by that day."""
        return [f for f in self.faits if f.date.au_plus_tard <= jour]

    def apres(self, jour: dt.date) -> list[FaitMontre]:
        """What happened later, or may have."""
        return [f for f in self.faits if f.date.au_plus_tard > jour]


@memoire(places=400)
def lire_dossiers_montres(contrats: tuple[int, ...], connu_le: dt.date | None) -> tuple[DossierMontre, ...]:
    """The dossiers of these contracts, in five queries; facts known later than ``connu_le`` are counted, not shown."""
    dossiers = []
    objets = {
        c.pk: c
        for c in Contrat.objects.filter(pk__in=contrats)
        .select_related("dispositif", "perimetre")
        .prefetch_related("parties")
    }
    faits: dict[int, list[Fait]] = {pk: [] for pk in objets}
    for fait in (
        Fait.objects.filter(contrat__in=objets)
        .select_related("instrument", "partie")
        .prefetch_related("sources", "remplace_par")
        .order_by("pk")
    ):
        faits[fait.contrat_id].append(fait)
    for pk in contrats:
        if pk not in objets:
            continue
        connus = [f for f in faits[pk] if connu_le is None or f.connu_le <= connu_le]
        dossiers.append(
            DossierMontre(
                contrat=objets[pk],
                parties=tuple(p.libelle for p in objets[pk].parties.all()),
                faits=_regrouper(connus, connu_le),
                caches=len(faits[pk]) - len(connus),
            )
        )
    return tuple(dossiers)


def _regrouper(faits: Iterable[Fait], connu_le: dt.date | None) -> tuple[FaitMontre, ...]:
    groupes: dict[tuple[object, ...], list[Fait]] = {}
    for fait in faits:
        cle = (
            fait.type,
            fait.instrument_id,
            fait.date_source,
            fait.texte,
            tuple(sorted(s.pk for s in fait.sources.all())),
            fait.montant,
            fait.exercices,
            fait.couverture,
        )
        groupes.setdefault(cle, []).append(fait)
    montres = [_montrer(groupe, connu_le) for groupe in groupes.values()]
    return tuple(sorted(montres, key=lambda f: (f.date.au_plus_tard, f.date.au_plus_tot, f.id)))


def _montrer(groupe: list[Fait], connu_le: dt.date | None) -> FaitMontre:
    fait = groupe[0]
    corrections = [r for r in fait.remplace_par.all() if connu_le is None or r.connu_le <= connu_le]
    return FaitMontre(
        id=fait.pk,
        type=fait.type,
        titre=_titre(fait),
        date=fait.date_source,
        instrument=fait.instrument.intitule if fait.instrument else "",
        instrument_type=fait.instrument.get_type_display() if fait.instrument else "",
        parties=tuple(f.partie.libelle for f in groupe if f.partie),
        texte=fait.texte,
        fait=fait,
        sources=tuple(fait.sources.all()),
        connu_le=fait.connu_le,
        remplace_par=str(corrections[0].date_source) if corrections else "",
        collectif=fait.portee == Fait.Portee.COLLECTIVE,
    )


def _titre(fait: Fait) -> str:
    if fait.type == Fait.Type.SIGNATURE and fait.instrument:
        return f"Signature\u00a0: {fait.instrument.intitule}"
    return fait.get_type_display()


@memoire(places=20)
def sources_par_fait(dispositif: int) -> Mapping[int, tuple[tuple[str, str, str], ...]]:
    """Fact → (key, publisher, address) of its sources, for a whole dispositif in one query."""
    resultat: dict[int, list[tuple[str, str, str]]] = {}
    for fait, cle, editeur, adresse in (
        Fait.sources.through.objects.filter(fait__contrat__dispositif=dispositif)
        .order_by("fait_id", "source__editeur", "source__cle")
        .values_list("fait_id", "source__cle", "source__editeur", "source__adresse")
    ):
        resultat.setdefault(fait, []).append((cle, editeur, adresse))
    return MappingProxyType({fait: tuple(sources) for fait, sources in resultat.items()})
