"""The facts of contracts as a reader follows them: a dated list, each with its sources, conflicts beside.

One statement about several parties (« signed by the State and the département on… ») is stored a row a party and
read here as one line again.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import F, Q

from echelons.contrats.models import Contrat, Fait
from echelons.contrats.requetes import faits_determinants
from echelons.pilotage.citations import Cite, citer
from echelons.socle.dates import DateSource
from echelons.socle.models import Source
from echelons.socle.revision import memoire

SourcesParFait = Mapping[int, tuple[tuple[str, str, str], ...]]


@dataclass(frozen=True)
class FaitMontre:
    """One line of the list."""

    id: int
    type: str
    titre: str
    date: DateSource
    instrument: str
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

    @property
    def signes_avant_le_vote(self) -> list[str]:
        """The instruments that bore a signature before any vote: told as a warning, never corrected.

        The assembly votes before its president signs; what is recorded afterwards may say otherwise (Bas-Rhin, 2018).
        """
        votes: dict[str, dt.date] = {}
        signatures: dict[str, dt.date] = {}
        for fait in self.faits:
            if fait.remplace_par or not fait.instrument:
                continue
            if fait.type == Fait.Type.DELIBERATION:
                jour = votes.get(fait.instrument, dt.date.max)
                votes[fait.instrument] = min(jour, fait.date.au_plus_tot)
            elif fait.type == Fait.Type.SIGNATURE and not fait.collectif:
                jour = signatures.get(fait.instrument, dt.date.max)
                signatures[fait.instrument] = min(jour, fait.date.au_plus_tard)
        return [i for i, jour in signatures.items() if i in votes and jour < votes[i]]

    def avant(self, jour: dt.date) -> list[FaitMontre]:
        """What had certainly happened by that day."""
        return [f for f in self.faits if f.date.au_plus_tard <= jour]

    def apres(self, jour: dt.date) -> list[FaitMontre]:
        """What happened later, or may have."""
        return [f for f in self.faits if f.date.au_plus_tard > jour]


@memoire(places=400)
def lire_dossiers_montres(contrats: tuple[int, ...], connu_le: dt.date | None) -> tuple[DossierMontre, ...]:
    """The dossiers of these contracts, in two queries; facts known later than ``connu_le`` are counted, not shown."""
    objets, parties = _lire_contrats(contrats)
    faits = _lire_faits(contrats)
    dossiers = []
    for pk in contrats:
        if pk not in objets:
            continue
        tous = faits.get(pk, [])
        connus = [f for f in tous if connu_le is None or f.objet.connu_le <= connu_le]
        dossiers.append(
            DossierMontre(
                contrat=objets[pk],
                parties=tuple(parties[pk]),
                faits=_regrouper(connus),
                caches=len(tous) - len(connus),
            )
        )
    return tuple(dossiers)


def _lire_contrats(contrats: tuple[int, ...]) -> tuple[dict[int, Contrat], dict[int, list[str]]]:
    objets: dict[int, Contrat] = {}
    parties: dict[int, list[str]] = {}
    for contrat in (
        Contrat.objects.filter(pk__in=contrats)
        .select_related("dispositif", "perimetre")
        .annotate(partie=F("parties__libelle"))
        .order_by("pk", "parties__pk")
    ):
        objets.setdefault(contrat.pk, contrat)
        libelles = parties.setdefault(contrat.pk, [])
        partie: str | None = contrat.partie  # type: ignore[attr-defined]
        if partie is not None:
            libelles.append(partie)
    return objets, parties


def _lire_faits(contrats: tuple[int, ...]) -> dict[int, list[Cite[Fait]]]:
    """The facts of each contract and their sources, in the order of their recording."""
    requete = Fait.objects.filter(contrat__in=contrats).select_related("instrument", "partie").order_by("pk")
    par_contrat: dict[int, list[Cite[Fait]]] = {}
    for lu in citer(requete):
        par_contrat.setdefault(lu.objet.contrat_id, []).append(lu)
    return par_contrat


def _regrouper(faits: list[Cite[Fait]]) -> tuple[FaitMontre, ...]:
    """The known facts of one contract as lines, one statement about several parties being one line."""
    remplacants = {f.objet.remplace_id: f.objet for f in reversed(faits) if f.objet.remplace_id}
    groupes: dict[tuple[object, ...], list[Cite[Fait]]] = {}
    for lu in faits:
        fait = lu.objet
        cle = (
            fait.type,
            fait.instrument_id,
            fait.date_source,
            fait.texte,
            tuple(sorted(s.pk for s in lu.sources)),
            fait.montant,
            fait.exercices,
            fait.couverture,
        )
        groupes.setdefault(cle, []).append(lu)
    montres = [_montrer(groupe, remplacants.get(groupe[0].objet.pk)) for groupe in groupes.values()]
    return tuple(sorted(montres, key=lambda f: (f.date.au_plus_tard, f.date.au_plus_tot, f.id)))


def _montrer(groupe: list[Cite[Fait]], remplacant: Fait | None) -> FaitMontre:
    fait = groupe[0].objet
    return FaitMontre(
        id=fait.pk,
        type=fait.type,
        titre=_titre(fait),
        date=fait.date_source,
        instrument=fait.instrument.intitule if fait.instrument else "",
        parties=tuple(f.objet.partie.libelle for f in groupe if f.objet.partie),
        texte=fait.texte,
        fait=fait,
        sources=tuple(groupe[0].sources),
        connu_le=fait.connu_le,
        remplace_par=str(remplacant.date_source) if remplacant else "",
        collectif=fait.portee == Fait.Portee.COLLECTIVE,
    )


def _titre(fait: Fait) -> str:
    if fait.type == Fait.Type.SIGNATURE and fait.instrument:
        return f"Signature\u00a0: {fait.instrument.intitule}"
    return fait.get_type_display()


@memoire(places=20)
def sources_par_fait(dispositif: int) -> SourcesParFait:
    """Fact on which a class may rest → (key, publisher, address) of its sources, for a dispositif in one query."""
    return _sources(Q(faits_determinants("fait__"), fait__contrat__dispositif=dispositif))


def sources_des_faits(faits: Collection[int]) -> SourcesParFait:
    """The same for these facts, of whatever dispositifs."""
    return _sources(Q(fait__in=faits))


def _sources(choisies: Q) -> SourcesParFait:
    resultat: dict[int, list[tuple[str, str, str]]] = {}
    for fait, cle, editeur, adresse in (
        Fait.sources.through.objects.filter(choisies)
        .order_by("fait_id", "source__editeur", "source__cle")
        .values_list("fait_id", "source__cle", "source__editeur", "source__adresse")
    ):
        resultat.setdefault(fait, []).append((cle, editeur, adresse))
    return MappingProxyType({fait: tuple(sources) for fait, sources in resultat.items()})
