"""The obligations of somebody, sorted and gathered for a page or a calendar program."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.echeances import Deplacement, Echeance, Situation
from echelons.contrats.messages import doit, fonctions_sur
from echelons.contrats.models import Contrat, Instrument
from echelons.contrats.suivis import echeances_des, regles_de
from echelons.socle.dates import MOIS
from echelons.strategie.models import Dispositif


class Sens(StrEnum):
    """Which obligations a reader asks for."""

    TOUTES = ""
    JE_DOIS = "je-dois"
    ON_ME_DOIT = "on-me-doit"


@dataclass(frozen=True)
class Ligne:
    """An obligation as one reader sees it: theirs to meet, theirs to receive, something left for them to do now."""

    echeance: Echeance
    contrat: Contrat
    je_dois: bool
    on_me_doit: bool
    a_moi: bool

    def retenue(self, sens: Sens) -> bool:
        """Whether it is among those asked for."""
        if sens is Sens.JE_DOIS:
            return self.je_dois
        return self.on_me_doit if sens is Sens.ON_ME_DOIT else True


@dataclass(frozen=True)
class Groupe:
    """The same obligation, at the same date, moved by the same texts, of one or many contracts."""

    lignes: tuple[Ligne, ...]

    @property
    def premiere(self) -> Ligne:
        """Whose rule, date and history are those of all."""
        return self.lignes[0]

    @property
    def echeance(self) -> Echeance:
        """The same of all, but for its contract."""
        return self.premiere.echeance

    @property
    def anciennes(self) -> tuple[Deplacement, ...]:
        """The former dates."""
        return self.echeance.anciennes


@dataclass(frozen=True)
class Calendrier:
    """Late first, then what comes, month by month; then what is done, past, or not documented."""

    en_retard: tuple[Groupe, ...]
    mois: tuple[tuple[str, tuple[Groupe, ...]], ...]
    faites: tuple[Groupe, ...]
    passees: tuple[Groupe, ...]
    non_documentees: tuple[Groupe, ...]

    @property
    def vide(self) -> bool:
        """Whether there is nothing at all to show."""
        return not (self.en_retard or self.mois or self.faites or self.passees or self.non_documentees)


def lignes_de(
    acteur: Acteur,
    contrats: Iterable[Contrat],
    instruments: Iterable[Instrument] | None = None,
    *,
    horizon: int | None = None,
) -> list[Ligne]:
    """The obligations of these contracts (``avec_cible``), which the reader may read, in the order of their dates.

    ``instruments`` are those under way (``avec_dossier``), read here unless they are given; with a ``horizon``, what
    is due in more days than that is left out.
    """
    par_code = {c.code: c for c in contrats}
    fonctions = cache(lambda code: fonctions_sur(acteur, par_code[code]))
    echeances = [e for e in echeances_des(par_code.values()) if horizon is None or e.jours <= horizon]
    nes_ici = {e.instrument.id for e in echeances if e.ouverte and e.instrument and e.instrument.etat}
    if instruments is None and nes_ici:
        instruments = _instruments(acteur, nes_ici, {c.pk: c for c in par_code.values()})
    lus = {i.pk: i for i in instruments or ()}
    return [
        Ligne(
            echeance=e,
            contrat=(contrat := par_code[e.suivi.lu.code]),
            je_dois=(je_dois := e.regle.due_par(fonctions(contrat.code))),
            on_me_doit=e.regle.due_a(fonctions(contrat.code)),
            a_moi=je_dois and doit(acteur, contrat, e, lus.get(e.instrument.id) if e.instrument else None),
        )
        for e in echeances
    ]


def _instruments(acteur: Acteur, cles: set[int], contrats: Mapping[int, Contrat]) -> list[Instrument]:
    """These instruments of contracts already read, with all that tells whose turn it is."""
    lisibles = Instrument.objects.for_user(acteur).nes_ici().avec_dossier(contrat_lu=True)
    instruments = list(lisibles.filter(pk__in=cles))
    for instrument in instruments:
        instrument.contrat = contrats[instrument.contrat_id]
    return instruments


def calendrier(lignes: Iterable[Ligne]) -> Calendrier:
    """Sort and gather."""
    par_situation: dict[Situation, list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        par_situation[ligne.echeance.situation].append(ligne)
    par_mois: dict[tuple[int, int], list[Ligne]] = defaultdict(list)
    for ligne in par_situation[Situation.A_VENIR]:
        par_mois[ligne.echeance.date.year, ligne.echeance.date.month].append(ligne)
    return Calendrier(
        en_retard=grouper(par_situation[Situation.EN_RETARD]),
        mois=tuple(
            (f"{MOIS[mois - 1]} {annee}".capitalize(), grouper(siennes))
            for (annee, mois), siennes in sorted(par_mois.items())
        ),
        faites=grouper(reversed(par_situation[Situation.FAITE])),
        passees=grouper(reversed(par_situation[Situation.PASSEE])),
        non_documentees=grouper(reversed(par_situation[Situation.NON_DOCUMENTEE])),
    )


def grouper(lignes: Iterable[Ligne]) -> tuple[Groupe, ...]:
    """One group a rule, date and history, in the order in which they come."""
    groupes: dict[tuple[str, dt.date, tuple[dt.date, ...]], list[Ligne]] = defaultdict(list)
    for ligne in lignes:
        e = ligne.echeance
        groupes[e.regle.code, e.date, tuple(a.date for a in e.anciennes)].append(ligne)
    return tuple(Groupe(tuple(siennes)) for siennes in groupes.values())


def attendues_partout(jour: dt.date) -> Sequence[tuple[str, str, dt.date]]:
    """What the main dispositifs of the day ask of every territory, contract or not: dispositif, obligation, date."""
    commences = Dispositif.objects.filter(principal=True, debut__lte=jour)
    ouverts = [d for d in commences if d.fin is None or jour <= d.fin]
    return sorted(
        (
            (d.nom_court, regle.libelle, regle.date)
            for d in ouverts
            for regle in regles_de(d.pk)
            if regle.nature in {"convention", "deliberation"} and regle.date and regle.date >= jour
        ),
        key=lambda attendue: attendue[2],
    )
