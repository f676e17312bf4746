"""What is owed on a contract, by whom, by when, done or not: pure arithmetic on rules, facts and states, never stored.

A rule says a date, or an event to count from; texts and signed prorogations move that date, and the former one stays
with what moved it. What is done is read from dated facts and from the votes of the circuit. That nothing is recorded
proves something only of an act that this house would have recorded: otherwise the past is « not documented ».
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from echelons.contrats.regles import Classe, ContratLu, EtatContrat
from echelons.socle.dates import DateSource

#: What is owed before anything is signed; the rest is owed of a contract that is, or may be, signed.
PREALABLES = frozenset({"convention", "deliberation"})
#: Dates that come and go without anybody having to prove anything.
JALONS = frozenset({"execution", "fin"})
#: What an act of the house records: once its date is past, nothing recorded means late, on a contract run here.
ACTES = frozenset({"convention", "deliberation", "transmission", "avenant"})
CLOS = frozenset({"abandonnee"})


class Situation(StrEnum):
    """Where an obligation stands on the day looked at."""

    EN_RETARD = "en_retard"
    A_VENIR = "a_venir"
    FAITE = "faite"
    PASSEE = "passee"
    NON_DOCUMENTEE = "non_documentee"


@dataclass(frozen=True, slots=True)
class TexteCite:
    """A text of reference, as it is cited; ``territoires`` are the codes that it speaks of (none: all)."""

    code: str
    reference: str
    date: dt.date
    retire_le: dt.date | None = None
    territoires: frozenset[str] = frozenset()

    def vaut(self, territoire: str, jour: dt.date) -> bool:
        """Whether it binds this territory on that day: it has begun, it was not withdrawn, it speaks of it."""
        if self.date > jour or (self.retire_le and self.retire_le <= jour):
            return False
        return not self.territoires or territoire in self.territoires


@dataclass(frozen=True, slots=True)
class RedatageLu:
    """Another date, given by a text."""

    date: dt.date
    texte: TexteCite
    a_confirmer: bool = False


@dataclass(frozen=True, slots=True)
class RegleLue:
    """A rule, as the arithmetic needs it; ``instrument`` is the type its date is counted from."""

    code: str
    libelle: str
    nature: str
    instrument: str
    ancre: str = "date"
    date: dt.date | None = None
    mois: int = 0
    jours: int = 0
    exercice: int | None = None
    regime: str = ""
    perimetre: str = ""
    dues_par: tuple[tuple[str, str], ...] = ()
    dues_a: tuple[tuple[str, str], ...] = ()
    texte: TexteCite | None = None
    a_confirmer: bool = False
    remarque: str = ""
    redatages: tuple[RedatageLu, ...] = ()

    def due_par(self, fonctions: frozenset[str]) -> bool:
        """Whether one of these functions (their codes) owes it."""
        return any(code in fonctions for code, _ in self.dues_par)

    def due_a(self, fonctions: frozenset[str]) -> bool:
        """Whether one of these functions receives it."""
        return any(code in fonctions for code, _ in self.dues_a)


@dataclass(frozen=True, slots=True)
class FaitSuivi:
    """A dated fact, or a vote of the circuit (then without ``id``)."""

    type: str
    date: DateSource
    partie: int | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class InstrumentSuivi:
    """An instrument with its facts; ``etat`` is empty when it was not born here."""

    id: int
    cle: str
    type: str
    intitule: str
    debut: dt.date | None = None
    fin: dt.date | None = None
    etat: str = ""
    faits: tuple[FaitSuivi, ...] = ()

    def faits_au(self, type_: str, jour: dt.date) -> list[FaitSuivi]:
        """The facts of this type that certainly happened by that day, oldest first."""
        passes = [f for f in self.faits if f.type == type_ and f.date.au_plus_tard <= jour]
        return sorted(passes, key=lambda f: f.date.au_plus_tard)

    def signee_le(self, parties: Iterable[int], jour: dt.date) -> DateSource | None:
        """The date of the last signature, when every one of these parties had signed by that day."""
        dates = []
        for partie in parties:
            siennes = [f for f in self.faits_au("signature", jour) if f.partie == partie]
            if not siennes:
                return None
            dates.append(siennes[0].date)
        return max(dates, key=lambda d: d.au_plus_tard, default=None)


@dataclass(frozen=True, slots=True)
class Suivi:
    """A contract with all that its obligations are read from; ``faits`` are those of no one instrument.

    ``perimetre`` is the kind of its territory, ``territoire`` its code.
    """

    lu: ContratLu
    intitule: str
    dispositif: int
    perimetre: str = ""
    territoire: str = ""
    ne_le: dt.date | None = None
    instruments: tuple[InstrumentSuivi, ...] = ()
    faits: tuple[FaitSuivi, ...] = ()

    @property
    def tenu_ici(self) -> bool:
        """Whether an instrument of it was drafted in this house."""
        return any(i.etat for i in self.instruments)

    @property
    def signants(self) -> list[InstrumentSuivi]:
        """Those that may sign it, the last first, those given up left out."""
        retenus = [i for i in self.instruments if i.type == self.lu.type_signant and i.etat not in CLOS]
        return sorted(retenus, key=lambda i: (i.debut or dt.date.min, i.id), reverse=True)

    def parties_le(self, jour: dt.date) -> list[int]:
        """Who was bound on that day."""
        return [p.id for p in self.lu.parties if p.presente(jour)] or [p.id for p in self.lu.parties]

    def avenants_de(self, exercice: int | None) -> list[InstrumentSuivi]:
        """The avenants whose period begins in that year."""
        return [
            i
            for i in self.instruments
            if i.type == "avenant" and i.etat not in CLOS and i.debut and i.debut.year == exercice
        ]

    def regime(self, exercice: int | None) -> str:
        """« civil » or « glissant », by the month its instruments begin in that year, else at all; empty: unknown."""
        debuts = [i.debut for i in self.instruments if i.debut and i.etat not in CLOS]
        de_l_annee = [d for d in debuts if d.year == exercice]
        if not debuts:
            return ""
        repere = max(de_l_annee or debuts)
        return "civil" if (repere.month, repere.day) == (1, 1) else "glissant"


@dataclass(frozen=True, slots=True)
class Deplacement:
    """A former date, and the text or the instrument that moved it."""

    date: dt.date
    texte: TexteCite | None = None
    instrument: InstrumentSuivi | None = None
    a_confirmer: bool = False


@dataclass(frozen=True, slots=True)
class Preuve:
    """What shows that it is done: the date, the facts (their ids), or the acts of the circuit when there is none."""

    date: DateSource | None
    faits: tuple[int, ...] = ()
    instrument: InstrumentSuivi | None = None


@dataclass(frozen=True, slots=True)
class Echeance:
    """One obligation of one contract on the day looked at; ``anciennes`` are its former dates, oldest first."""

    regle: RegleLue
    suivi: Suivi
    date: dt.date
    situation: Situation
    jours: int
    instrument: InstrumentSuivi | None = None
    anciennes: tuple[Deplacement, ...] = ()
    preuve: Preuve | None = None

    @property
    def cle(self) -> str:
        """What names it from one day to the next, whatever its date."""
        return f"{self.regle.code}/{self.suivi.lu.code}/{self.instrument.cle if self.instrument else ''}"

    @property
    def a_confirmer(self) -> bool:
        """Whether the date in force rests on no text that could be read."""
        return self.anciennes[-1].a_confirmer if self.anciennes else self.regle.a_confirmer

    @property
    def ouverte(self) -> bool:
        """Whether somebody still has to do something about it."""
        return self.situation in {Situation.A_VENIR, Situation.EN_RETARD}


def echeances_de(suivi: Suivi, regles: Iterable[RegleLue], jour: dt.date) -> tuple[Echeance, ...]:
    """Every obligation of a contract as seen from ``jour``, in the order of their dates."""
    etat = suivi.lu.etat_au(jour)
    trouvees: list[Echeance] = []
    for regle in regles:
        if not _concerne(regle, suivi, etat):
            continue
        for instrument, depart in _departs(regle, suivi, jour):
            date, anciennes = _redater(regle, suivi, instrument, depart, jour)
            preuve = _preuve(regle, suivi, instrument, etat)
            situation = _situation(regle, suivi, etat, preuve, date)
            if etat.denoncee and situation is not Situation.FAITE:
                continue
            trouvees.append(
                Echeance(
                    regle=regle,
                    suivi=suivi,
                    date=date,
                    situation=situation,
                    jours=(date - jour).days,
                    instrument=(preuve.instrument if preuve else None) or instrument,
                    anciennes=anciennes,
                    preuve=preuve,
                )
            )
    return tuple(sorted(trouvees, key=lambda e: (e.date, e.regle.code)))


def _concerne(regle: RegleLue, suivi: Suivi, etat: EtatContrat) -> bool:
    """Whether the rule asks something of this contract."""
    if regle.perimetre and regle.perimetre != suivi.perimetre:
        return False
    if regle.texte and not regle.texte.vaut(suivi.territoire, etat.date):
        return False
    if regle.date and suivi.ne_le and regle.date < suivi.ne_le:
        return False
    debuts = [i.debut for i in suivi.signants if i.debut]
    if regle.exercice and debuts and regle.exercice < min(debuts).year:
        return False
    if regle.regime and suivi.regime(regle.exercice) not in {"", regle.regime}:
        return False
    return regle.nature in PREALABLES or etat.classe in {Classe.SIGNEE, Classe.PEUT_ETRE}


def _departs(
    regle: RegleLue, suivi: Suivi, jour: dt.date
) -> Iterator[tuple[InstrumentSuivi | None, dt.date]]:
    """The dates before any move, each with the instrument it is about."""
    if regle.ancre == "date":
        assert regle.date is not None
        yield _vise(regle, suivi), regle.date
        return
    for instrument in suivi.instruments:
        if instrument.type != regle.instrument or instrument.etat in CLOS:
            continue
        evenement = _evenement(regle.ancre, suivi, instrument, jour)
        if evenement is not None:
            yield instrument, decaler(evenement, regle.mois, regle.jours)


def _vise(regle: RegleLue, suivi: Suivi) -> InstrumentSuivi | None:
    """The instrument by which an obligation of a fixed date is met."""
    candidats = suivi.avenants_de(regle.exercice) if regle.nature == "avenant" else []
    if regle.nature in PREALABLES:
        candidats = suivi.signants
    return candidats[0] if candidats else None


def _evenement(ancre: str, suivi: Suivi, instrument: InstrumentSuivi, jour: dt.date) -> dt.date | None:
    """The day of the event on this instrument, None while it has not happened."""
    if ancre == "fin_de_periode":
        return instrument.fin
    if ancre == "signature":
        date = instrument.signee_le(suivi.parties_le(jour), jour)
    else:
        faits = instrument.faits_au(ancre, jour)
        date = faits[-1].date if faits else None
    return date.au_plus_tard if date else None


def decaler(jour: dt.date, mois: int, jours: int) -> dt.date:
    """So many months later (the last day of a shorter month), then so many days."""
    rang = jour.year * 12 + jour.month - 1 + mois
    annee, mois = divmod(rang, 12)
    quantieme = min(jour.day, calendar.monthrange(annee, mois + 1)[1])
    return dt.date(annee, mois + 1, quantieme) + dt.timedelta(days=jours)


def _redater(
    regle: RegleLue, suivi: Suivi, instrument: InstrumentSuivi | None, depart: dt.date, jour: dt.date
) -> tuple[dt.date, tuple[Deplacement, ...]]:
    """The date in force on ``jour``, and the former ones; what is counted from an event is never brought nearer."""
    moteurs = [
        (r.texte.date, r.date, Deplacement(depart, texte=r.texte, a_confirmer=r.a_confirmer))
        for r in regle.redatages
        if r.texte.vaut(suivi.territoire, jour)
    ]
    if regle.ancre == "fin_de_periode":
        for autre in suivi.instruments:
            signee = autre.type == "prorogation" and autre.signee_le(suivi.parties_le(jour), jour)
            if signee and autre.fin:
                fin = decaler(autre.fin, regle.mois, regle.jours)
                moteurs.append((signee.au_plus_tard, fin, Deplacement(depart, instrument=autre)))
    date, anciennes = depart, []
    for _, nouvelle, deplacement in sorted(moteurs, key=lambda m: (m[0], m[1])):
        if nouvelle > date or (regle.ancre == "date" and nouvelle != date):
            anciennes.append(replace(deplacement, date=date))
            date = nouvelle
    return date, tuple(anciennes)


def _preuve(
    regle: RegleLue, suivi: Suivi, instrument: InstrumentSuivi | None, etat: EtatContrat
) -> Preuve | None:
    """What shows that it is done by the day looked at."""
    jour = etat.date
    if regle.nature == "convention":
        if etat.classe is not Classe.SIGNEE:
            return None
        par = next((i for i in suivi.instruments if i.id == etat.instrument), instrument)
        return Preuve(etat.dates[-1] if etat.dates else None, tuple(sorted(etat.pour)), par)
    if regle.nature == "avenant":
        for avenant in suivi.avenants_de(regle.exercice):
            if date := avenant.signee_le(suivi.parties_le(jour), jour):
                faits = [f.id for f in avenant.faits_au("signature", jour) if f.id]
                return Preuve(date, tuple(faits), avenant)
        return None
    if regle.nature in {"deliberation", "transmission"}:
        portes: Sequence[InstrumentSuivi] = (
            [instrument] if regle.ancre != "date" and instrument else suivi.signants
        )
        return _premiere(regle.nature, portes, suivi.faits if regle.ancre == "date" else (), jour)
    if regle.nature == "rapport":
        # A report tells of the year before its date: its facts do not bear the year.
        tous = [f for i in suivi.instruments for f in i.faits_au("rapport", jour)]
        tous += [f for f in suivi.faits if f.type == "rapport" and f.date.au_plus_tard <= jour]
        lus = [f for f in tous if f.date.au_plus_tard.year - 1 == regle.exercice]
        return Preuve(lus[0].date, tuple(f.id for f in lus if f.id)) if lus else None
    return None


def _premiere(
    type_: str, instruments: Sequence[InstrumentSuivi], ailleurs: Sequence[FaitSuivi], jour: dt.date
) -> Preuve | None:
    """The first fact of this type by that day, on these instruments or on the contract itself."""
    for instrument in instruments:
        if faits := instrument.faits_au(type_, jour):
            return Preuve(faits[0].date, tuple(f.id for f in faits if f.id), instrument)
    faits = [f for f in ailleurs if f.type == type_ and f.date.au_plus_tard <= jour]
    return Preuve(faits[0].date, tuple(f.id for f in faits if f.id)) if faits else None


def _situation(
    regle: RegleLue, suivi: Suivi, etat: EtatContrat, preuve: Preuve | None, date: dt.date
) -> Situation:
    if preuve is not None:
        return Situation.FAITE
    if date >= etat.date:
        return Situation.A_VENIR
    if regle.nature in JALONS:
        return Situation.PASSEE
    documentee = regle.nature in ACTES and suivi.tenu_ici and etat.classe is not Classe.PEUT_ETRE
    # Once the convention is signed, that no deliberation is recorded here says nothing of the assembly.
    if regle.nature == "deliberation" and etat.classe is Classe.SIGNEE:
        documentee = False
    return Situation.EN_RETARD if documentee else Situation.NON_DOCUMENTEE
