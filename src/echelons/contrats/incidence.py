"""Whom and what a text touches: the obligations of every contract with it and without it, subtracted.

Nothing is written: the rules are changed in memory, and the very arithmetic of the pages (``echeances_de``) is asked
twice, for the rules that differ only.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from echelons.contrats.echeances import (
    Echeance,
    RedatageLu,
    RegleLue,
    Situation,
    Suivi,
    TexteCite,
    echeances_de,
)
from echelons.contrats.models import Contrat
from echelons.contrats.suivis import lire_suivis, regles_de
from echelons.socle.horloge import aujourdhui
from echelons.strategie.models import Circulaire, EcheancePrevue, TexteReference
from echelons.strategie.redaction import code_de

Regles = Mapping[int, Sequence[RegleLue]]


@dataclass(frozen=True, slots=True)
class Mouvement:
    """One obligation of one contract that the text moves, creates (no ``avant``) or takes away (no ``apres``)."""

    regle: RegleLue
    suivi: Suivi
    avant: dt.date | None
    apres: dt.date | None
    instrument: str = ""
    faite: bool = False


@dataclass(frozen=True)
class Ligne:
    """The same movement on many contracts."""

    regle: RegleLue
    avant: dt.date | None
    apres: dt.date | None
    mouvements: tuple[Mouvement, ...]

    @property
    def faites(self) -> int:
        """On how many contracts it is done already: the new date changes nothing there."""
        return sum(m.faite for m in self.mouvements)


@dataclass(frozen=True)
class Incidence:
    """What a text moves, as seen from ``jour``, on ``contrats`` contracts looked at (their keys)."""

    jour: dt.date
    contrats: tuple[int, ...]
    mouvements: tuple[Mouvement, ...]

    @cached_property
    def touches(self) -> Mapping[int, int]:
        """By contract, how many of its obligations move."""
        comptes: dict[int, int] = defaultdict(int)
        for mouvement in self.mouvements:
            comptes[mouvement.suivi.lu.id] += 1
        return comptes

    @cached_property
    def lignes(self) -> tuple[Ligne, ...]:
        """The movements, those of one obligation from one date to another together."""
        groupes: dict[tuple[str, dt.date | None, dt.date | None], list[Mouvement]] = defaultdict(list)
        for m in self.mouvements:
            groupes[m.regle.code, m.avant, m.apres].append(m)
        return tuple(
            Ligne(siens[0].regle, avant, apres, tuple(sorted(siens, key=lambda m: m.suivi.intitule)))
            for (_, avant, apres), siens in groupes.items()
        )

    @property
    def intouches(self) -> int:
        """How many of the contracts looked at it leaves as they are."""
        return len(self.contrats) - len(self.touches)

    @cached_property
    def empreinte(self) -> str:
        """What tells this incidence from another."""
        dits = [
            (m.regle.code, m.suivi.lu.code, m.instrument, str(m.avant), str(m.apres)) for m in self.mouvements
        ]
        return hashlib.sha256(repr(sorted(dits)).encode()).hexdigest()


def incidence(circulaire: Circulaire, territoires: Collection[str] | None = None) -> Incidence:
    """What publishing a circular as it is written would change today, on its day when it is still to come.

    ``territoires`` are the codes that it would speak of; None: those that it names, none: all.
    """
    if territoires is None:
        territoires = [t.code for t in circulaire.territoires.all()]
    cite = TexteCite(
        circulaire.code, circulaire.reference, circulaire.date, territoires=frozenset(territoires)
    )
    avant = _en_vigueur(_dispositifs(circulaire))
    apres = _avec(circulaire, cite, _sans(circulaire.code, avant))
    return comparer(_suivis(avant, frozenset(territoires)), avant, apres, max(aujourdhui(), circulaire.date))


def incidence_du_texte(texte: TexteReference, contrats: Iterable[Contrat] | None = None) -> Incidence:
    """What a text in force changes today, on these contracts (None: on all)."""
    dispositifs = {
        *texte.dispositifs.values_list("pk", flat=True),
        *texte.regles_d_echeance.values_list("dispositif", flat=True),
        *texte.redatages.values_list("regle__dispositif", flat=True),
    }
    apres = _en_vigueur(dispositifs)
    territoires = frozenset(texte.territoires.values_list("code", flat=True))
    if contrats is None:
        suivis = _suivis(apres, territoires)
    else:
        suivis = tuple(s for s in lire_suivis(contrats) if s.dispositif in dispositifs)
    return comparer(suivis, _sans(texte.code, apres), apres, max(aujourdhui(), texte.date))


def comparer(suivis: Iterable[Suivi], avant: Regles, apres: Regles, jour: dt.date) -> Incidence:
    """The obligations that differ between two sets of rules, on that day."""
    changees = {d: _differentes(avant[d], apres.get(d, ())) for d in avant}
    mouvements: list[Mouvement] = []
    regardes = []
    for suivi in suivis:
        regardes.append(suivi.lu.id)
        anciennes, nouvelles = changees[suivi.dispositif]
        if not anciennes and not nouvelles:
            continue
        dues_avant = _par_cle(echeances_de(suivi, anciennes, jour))
        dues_apres = _par_cle(echeances_de(suivi, nouvelles, jour))
        for cle in sorted({*dues_avant, *dues_apres}):
            ancienne, nouvelle = dues_avant.get(cle), dues_apres.get(cle)
            mouvements += _mouvement(ancienne, nouvelle)
    return Incidence(jour, tuple(regardes), tuple(mouvements))


def _par_cle(echeances: Iterable[Echeance]) -> dict[str, Echeance]:
    return {e.cle: e for e in echeances}


def _mouvement(ancienne: Echeance | None, nouvelle: Echeance | None) -> list[Mouvement]:
    ici = nouvelle or ancienne
    if ici is None or (ancienne and nouvelle and ancienne.date == nouvelle.date):
        return []
    return [
        Mouvement(
            regle=ici.regle,
            suivi=ici.suivi,
            avant=ancienne.date if ancienne else None,
            apres=nouvelle.date if nouvelle else None,
            instrument=ici.instrument.intitule if ici.instrument else "",
            faite=ici.situation is Situation.FAITE,
        )
    ]


def _differentes(
    avant: Sequence[RegleLue], apres: Sequence[RegleLue]
) -> tuple[list[RegleLue], list[RegleLue]]:
    """The rules of each side that the other has not, as they are."""
    par_code = ({r.code: r for r in avant}, {r.code: r for r in apres})
    codes = {c for c in {*par_code[0], *par_code[1]} if par_code[0].get(c) != par_code[1].get(c)}
    return [r for r in avant if r.code in codes], [r for r in apres if r.code in codes]


def _dispositifs(circulaire: Circulaire) -> set[int]:
    """Those that it names, and those of the obligations that it moves, creates, or moved before."""
    trouves = {
        *circulaire.dispositifs.values_list("pk", flat=True),
        *circulaire.deplacements.values_list("regle__dispositif", flat=True),
        *circulaire.creations.values_list("dispositif", flat=True),
    }
    if circulaire.texte is not None:
        trouves |= {
            *circulaire.texte.regles_d_echeance.values_list("dispositif", flat=True),
            *circulaire.texte.redatages.values_list("regle__dispositif", flat=True),
        }
    return trouves


def _en_vigueur(dispositifs: Iterable[int]) -> dict[int, Sequence[RegleLue]]:
    return {d: regles_de(d) for d in sorted(dispositifs)}


def _sans(code: str, regles: Regles) -> dict[int, Sequence[RegleLue]]:
    """The same rules, had this text never been."""
    return {
        d: [
            replace(r, redatages=tuple(x for x in r.redatages if x.texte.code != code))
            for r in siennes
            if r.texte is None or r.texte.code != code
        ]
        for d, siennes in regles.items()
    }


def _avec(circulaire: Circulaire, cite: TexteCite, regles: Regles) -> dict[int, list[RegleLue]]:
    """The same rules with what the circular moves and creates."""
    dates = dict(circulaire.deplacements.values_list("regle__code", "date"))
    redatees = {
        d: [
            replace(r, redatages=_ranger((*r.redatages, RedatageLu(dates[r.code], cite))))
            if r.code in dates
            else r
            for r in siennes
        ]
        for d, siennes in regles.items()
    }
    creations = circulaire.creations.select_related("dispositif").prefetch_related("dues_par", "dues_a")
    for prevue in creations:
        redatees[prevue.dispositif_id].append(_creee(circulaire, prevue, cite))
    return redatees


def _ranger(redatages: tuple[RedatageLu, ...]) -> tuple[RedatageLu, ...]:
    return tuple(sorted(redatages, key=lambda r: r.texte.date))


def _creee(circulaire: Circulaire, prevue: EcheancePrevue, cite: TexteCite) -> RegleLue:
    return RegleLue(
        code=code_de(circulaire, prevue.rang),
        libelle=prevue.libelle,
        nature=prevue.nature,
        instrument=prevue.dispositif.instrument_signant,
        date=prevue.date,
        exercice=prevue.exercice,
        regime=prevue.regime,
        dues_par=tuple((f.code, f.libelle) for f in prevue.dues_par.all()),
        dues_a=tuple((f.code, f.libelle) for f in prevue.dues_a.all()),
        texte=cite,
    )


def _suivis(regles: Regles, territoires: frozenset[str]) -> tuple[Suivi, ...]:
    """The contracts that a text may bind, with all that their obligations are read from."""
    contrats = Contrat.objects.filter(dispositif__in=list(regles)).select_related("perimetre")
    if territoires:
        contrats = contrats.filter(perimetre__code__in=territoires)
    return lire_suivis(contrats.order_by("code"))
