"""The state of a contract at a date, as known at another: pure arithmetic on dated facts.

``ContratLu.etat_au`` is the only place of the house that says whether a contract is signed.

A statement dates an act by an interval of days (a day, a month, « at the latest »). On a day looked at, every
statement then speaks *for* the signature (its whole interval is past), *against* it (its whole interval is to
come), or leaves it *possible* (the day falls inside). Learning one more statement only adds to these three sets,
unless it replaces another: knowledge grows, and what a source said is not forgotten because another says
otherwise.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from operator import itemgetter

from echelons.socle.dates import DateSource, Precision

ENGAGEMENTS = frozenset({"engagement", "deliberation"})
PROTOCOLES = frozenset({"protocole"})
#: The types of fact on which the class of a contract may depend.
DETERMINANTS = ENGAGEMENTS | {"signature", "non_signataire", "denonciation"}
#: How many states of knowledge of a contract are kept: readers ask for what is known today, and a few other days.
SAVOIRS_GARDES = 8


class Signature(StrEnum):
    """What the statements, taken together, say of the signature on the day looked at."""

    OUI = "oui"
    NON = "non"
    POSSIBLE = "possible"
    CONTREDITE = "contredite"
    INCONNUE = "inconnue"


SENS = tuple(Signature)


class Classe(StrEnum):
    """The class of a territory on the day looked at, from the best to the least attested."""

    SIGNEE = "signee"
    PEUT_ETRE = "peut_etre"
    ENGAGEE = "engagee"
    PAS_ENCORE = "pas_encore"
    NON_SIGNATAIRE = "non_signataire"
    NON_DOCUMENTEE = "non_documentee"


RANG = {classe: rang for rang, classe in enumerate(reversed(Classe))}


@dataclass(frozen=True, slots=True)
class FaitLu:
    """A fact, as the arithmetic needs it."""

    id: int
    type: str
    date: DateSource
    connu_le: dt.date
    instrument: int | None = None
    partie: int | None = None
    collectif: bool = False
    jusqu_au: dt.date | None = None
    remplace: int | None = None

    def sens(self, jour: dt.date, ouverture: dt.date = dt.date.min) -> Signature:
        """What this statement says of its act on ``jour``, knowing that nothing happened before ``ouverture``.

        A collective statement (« all but two have signed ») proves from its own date on; before, it says
        nothing about a given territory.
        """
        if self.date.au_plus_tard <= jour:
            return Signature.OUI
        if self.collectif:
            return Signature.INCONNUE
        return Signature.NON if max(self.date.au_plus_tot, ouverture) > jour else Signature.POSSIBLE


@dataclass(frozen=True, slots=True)
class InstrumentLu:
    """An instrument, as the arithmetic needs it."""

    id: int
    type: str
    debut: dt.date | None = None
    fin: dt.date | None = None


@dataclass(frozen=True, slots=True)
class PartieLue:
    """A party, as the arithmetic needs it."""

    id: int
    debut: dt.date | None = None
    fin: dt.date | None = None

    def presente(self, jour: dt.date) -> bool:
        """Whether it is a party on ``jour``."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


@dataclass(frozen=True, slots=True)
class EtatContrat:
    """What can be said of a contract on ``date``, knowing what was known on ``connu_le``.

    ``pour``, ``contre``, ``possibles`` are the ids of the statements about signature, ``muets`` those that say
    nothing on that day (a collective statement before its date); ``dates`` are those of the last party to sign,
    several when its sources cannot all be right; ``divergente`` says that of any party; ``appuis`` are the other
    facts that gave the class.
    """

    date: dt.date
    connu_le: dt.date | None
    classe: Classe
    signature: Signature
    instrument: int | None = None
    dates: tuple[DateSource, ...] = ()
    divergente: bool = False
    pour: frozenset[int] = frozenset()
    contre: frozenset[int] = frozenset()
    possibles: frozenset[int] = frozenset()
    muets: frozenset[int] = frozenset()
    appuis: frozenset[int] = frozenset()
    protocole_seul: bool = False
    denoncee: bool = False

    @property
    def rang(self) -> int:
        """Higher is better attested as signed."""
        return RANG[self.classe]


@dataclass(frozen=True)
class ContratLu:
    """A contract with its instruments and facts, read once and never changed.

    ``ouverture`` is the first day of its dispositif: nothing is signed before.
    """

    id: int
    code: str
    type_signant: str
    parties: tuple[PartieLue, ...]
    instruments: tuple[InstrumentLu, ...]
    faits: tuple[FaitLu, ...] = field(repr=False)
    ouverture: dt.date = dt.date.min

    @cached_property
    def _remplaces(self) -> dict[int, dt.date]:
        """Replaced fact → the day on which its replacement was known."""
        remplacements: dict[int, dt.date] = {}
        for fait in self.faits:
            if fait.remplace is not None:
                deja = remplacements.get(fait.remplace, dt.date.max)
                remplacements[fait.remplace] = min(deja, fait.connu_le)
        return remplacements

    def faits_connus(self, connu_le: dt.date | None) -> tuple[FaitLu, ...]:
        """The facts known on ``connu_le`` that nothing known then replaces."""
        limite = connu_le or dt.date.max
        return tuple(
            fait
            for fait in self.faits
            if fait.connu_le <= limite
            and not (fait.id in self._remplaces and self._remplaces[fait.id] <= limite)
        )

    def couvre(self, annee: int) -> bool:
        """Whether one of its instruments may cover this exercice: one whose dates are not known may."""
        debut, fin = dt.date(annee, 1, 1), dt.date(annee, 12, 31)
        return any(
            (i.debut is None or i.debut <= fin) and (i.fin is None or debut <= i.fin)
            for i in self.instruments
        )

    def bornes(self, connu_le: dt.date | None) -> frozenset[dt.date]:
        """The days on which the state may change: it is constant between two of them."""
        return frozenset(self.savoir_au(connu_le).bornes)

    def etat_au(self, date: dt.date, connu_le: dt.date | None = None) -> EtatContrat:
        """The state of the contract on ``date``, as known on ``connu_le`` (None: all that is recorded)."""
        return replace(self.savoir_au(connu_le).palier_au(date), date=date, connu_le=connu_le)

    def savoir_au(self, connu_le: dt.date | None) -> Savoir:
        """What is known of it on that day (None: all that is recorded), from which its states are read."""
        jours = self._jours_de_savoir
        rang = len(jours) if connu_le is None else bisect_right(jours, connu_le)
        savoir = self._savoirs.get(rang)
        if savoir is None:
            savoir = Savoir(self, self.faits_connus(jours[rang - 1]) if rang else ())
            if len(self._savoirs) >= SAVOIRS_GARDES:
                self._savoirs.clear()
            self._savoirs[rang] = savoir
        return savoir

    @cached_property
    def _jours_de_savoir(self) -> tuple[dt.date, ...]:
        """The days on which something became known, in order."""
        return tuple(sorted({fait.connu_le for fait in self.faits}))

    @cached_property
    def _savoirs(self) -> dict[int, Savoir]:
        """How many of these days are past → what is known; nothing here refers back to the contract."""
        return {}


class Savoir:
    """What is known of a contract at some moment: its facts sorted out once, its states kept, one a period."""

    def __init__(self, contrat: ContratLu, faits: tuple[FaitLu, ...]) -> None:
        self.parties = contrat.parties
        self.ouverture = contrat.ouverture
        self.signants = [i for i in contrat.instruments if i.type == contrat.type_signant]
        utiles = {i.id for i in contrat.instruments if i.type in PROTOCOLES} | {i.id for i in self.signants}
        self.signatures: dict[int, dict[int | None, list[FaitLu]]] = {instrument: {} for instrument in utiles}
        self.autres: dict[str, list[FaitLu]] = {type_: [] for type_ in DETERMINANTS}
        for fait in faits:
            if fait.type == "signature":
                if fait.instrument in utiles:
                    self.signatures[fait.instrument].setdefault(fait.partie, []).append(fait)
            elif fait.type in DETERMINANTS:
                self.autres[fait.type].append(fait)
        self.engagements = [f for type_ in ENGAGEMENTS for f in self.autres[type_]]
        self.protocoles = [
            f
            for instrument in contrat.instruments
            if instrument.type in PROTOCOLES
            for signatures in self.signatures[instrument.id].values()
            for f in signatures
        ]
        self.datations = {
            (instrument.id, partie): _dates_distinctes(signatures)
            for instrument in self.signants
            for partie, signatures in self.signatures[instrument.id].items()
        }
        self.bornes = tuple(sorted(set(self._bornes())))
        self._paliers: dict[int, EtatContrat] = {}

    def _bornes(self) -> Iterator[dt.date]:
        """The first days of the periods; the first period of all has none."""
        yield from self._bornes_de_signature()
        for fait in (*self.engagements, *self.protocoles, *self.autres["denonciation"]):
            yield fait.date.au_plus_tard

    def _bornes_de_signature(self) -> Iterator[dt.date]:
        """Those on which what is known of the signature may change."""
        yield self.ouverture
        yield from (i.debut for i in self.signants if i.debut)
        for instrument in self.signants:
            for signatures in self.signatures[instrument.id].values():
                for fait in signatures:
                    yield fait.date.au_plus_tot
                    yield fait.date.au_plus_tard
        for fait in self.autres["non_signataire"]:
            yield fait.date.au_plus_tard
            yield from _lendemain(fait.jusqu_au)
        for partie in self.parties:
            if partie.debut:
                yield partie.debut
            yield from _lendemain(partie.fin)

    @cached_property
    def etapes(self) -> tuple[tuple[dt.date, Signature], ...]:
        """What is known of the signature, from each day on which it changes; the first step has no beginning."""
        etapes: list[tuple[dt.date, Signature]] = []
        for jour in sorted({dt.date.min, *self._bornes_de_signature()}):
            _, _, _, signature = self._signature(jour)
            if not etapes or etapes[-1][1] is not signature:
                etapes.append((jour, signature))
        return tuple(etapes)

    def signature_au(self, date: dt.date) -> Signature:
        """The signature of ``palier_au``, at a lower price."""
        return self.etapes[bisect_right(self.etapes, date, key=itemgetter(0)) - 1][1]

    def palier_au(self, date: dt.date) -> EtatContrat:
        """The same state as ``etat_au``, dated by any day of the period during which it lasts."""
        rang = bisect_right(self.bornes, date)
        palier = self._paliers.get(rang)
        if palier is None:
            palier = self._paliers[rang] = self._lire(date)
        return palier

    def _lire(self, date: dt.date) -> EtatContrat:
        lectures, meilleure, absences, signature = self._signature(date)
        pour, contre, possibles, muets = (
            frozenset(fait for lecture in lectures for fait in lecture.faits[sens])
            for sens in (Signature.OUI, Signature.NON, Signature.POSSIBLE, Signature.INCONNUE)
        )
        engages = frozenset(f.id for f in self.engagements if f.date.au_plus_tard <= date).union(
            *(x.faits[Signature.OUI] for x in lectures if x.sens is Signature.INCONNUE)
        )
        # A signed protocole is an engagement; it never makes the contract signed.
        protocoles = frozenset(f.id for f in self.protocoles if f.date.au_plus_tard <= date)
        classe, appuis = _classer(signature, engages, protocoles, absences, bool(contre))
        return EtatContrat(
            date=date,
            connu_le=None,
            classe=classe,
            signature=signature,
            instrument=meilleure.instrument,
            dates=meilleure.dates,
            divergente=meilleure.divergente,
            pour=pour,
            contre=contre,
            possibles=possibles,
            muets=muets,
            appuis=appuis,
            protocole_seul=classe is Classe.ENGAGEE and not engages,
            denoncee=any(f.date.au_plus_tard <= date for f in self.autres["denonciation"]),
        )

    def _signature(self, date: dt.date) -> tuple[list[_Lecture], _Lecture, frozenset[int], Signature]:
        """Each instrument, the one that speaks, the statements that nobody signed, and what they say together."""
        lectures = [self._lecture(instrument, date) for instrument in self.signants]
        meilleure = _meilleure(lectures)
        absences = frozenset(
            f.id
            for f in self.autres["non_signataire"]
            if f.date.au_plus_tard <= date and (f.jusqu_au is None or date <= f.jusqu_au)
        )
        return lectures, meilleure, absences, _nier(meilleure.sens) if absences else meilleure.sens

    def _lecture(self, instrument: InstrumentLu, date: dt.date) -> _Lecture:
        """Whether the instrument bears every signature on ``date``: each party is read, then the weakest wins."""
        parties = [p.id for p in self.parties if p.presente(date)] or [p.id for p in self.parties]
        selon_sens: dict[Signature, list[int]] = {sens: [] for sens in SENS}
        avis: set[Signature] = set()
        datations: list[tuple[DateSource, ...]] = []
        for partie in parties:
            signatures = self.signatures[instrument.id].get(partie, ())
            dits = set()
            for fait in signatures:
                sens = fait.sens(date, self.ouverture)
                selon_sens[sens].append(fait.id)
                dits.add(sens)
            avis.add(_sens_partie(dits))
            if signatures:
                datations.append(self.datations[instrument.id, partie])
        return _Lecture(
            instrument=instrument.id if datations else None,
            sens=_sens_commun(avis),
            entamee=instrument.debut is None or instrument.debut <= date,
            dates=max(datations, key=lambda dates: (dates[-1].au_plus_tard, len(dates)), default=()),
            divergente=any(len(dates) > 1 for dates in datations),
            faits=selon_sens,
        )


def _lendemain(jour: dt.date | None) -> Iterator[dt.date]:
    """The day after, when there is one."""
    if jour is not None and jour < dt.date.max:
        yield jour + dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Lecture:
    """What is known of the signature of one instrument on a day; ``entamee``: its own period has begun."""

    instrument: int | None
    sens: Signature
    entamee: bool = True
    dates: tuple[DateSource, ...] = ()
    divergente: bool = False
    faits: Mapping[Signature, Sequence[int]] = field(default_factory=dict)


_POIDS = {
    Signature.INCONNUE: 0,
    Signature.NON: 1,
    Signature.POSSIBLE: 2,
    Signature.CONTREDITE: 3,
    Signature.OUI: 4,
}


def _meilleure(lectures: list[_Lecture]) -> _Lecture:
    """The instrument that speaks for the contract: one signed is enough.

    An instrument of which nothing is known forbids to conclude from another, which a source dates later, that
    nothing was signed, unless its own period has not begun; that other sources date it otherwise changes nothing.
    """
    comptees = [x for x in lectures if x.entamee or x.sens is not Signature.INCONNUE]
    meilleure = max(comptees, key=lambda x: _POIDS[x.sens], default=_Lecture(None, Signature.INCONNUE))
    inconnues = [x for x in comptees if x.sens is Signature.INCONNUE]
    datees = [x for x in lectures if x.faits.get(Signature.NON)]
    if _POIDS[meilleure.sens] <= _POIDS[Signature.NON] and any(x is not y for x in datees for y in inconnues):
        return replace(meilleure, sens=Signature.POSSIBLE)
    return meilleure


def _nier(signature: Signature) -> Signature:
    """What is left of the signature on a day when a source attests that there is none."""
    contredite = signature in {Signature.OUI, Signature.CONTREDITE}
    return Signature.CONTREDITE if contredite else Signature.NON


def _sens_partie(sens: set[Signature]) -> Signature:
    """What the statements about one party's signature say together."""
    if Signature.OUI in sens and Signature.NON in sens:
        return Signature.CONTREDITE
    for possible in (Signature.OUI, Signature.NON, Signature.POSSIBLE):
        if possible in sens:
            return possible
    return Signature.INCONNUE


def _sens_commun(avis: set[Signature]) -> Signature:
    """All parties must have signed: one certain refusal decides, then one silence, then one doubt."""
    for sens in (Signature.NON, Signature.INCONNUE, Signature.CONTREDITE, Signature.POSSIBLE, Signature.OUI):
        if sens in avis:
            return sens
    return Signature.INCONNUE


def _classer(
    signature: Signature,
    engages: frozenset[int],
    protocoles: frozenset[int],
    absences: frozenset[int],
    datee_plus_tard: bool,
) -> tuple[Classe, frozenset[int]]:
    """The class, and the facts other than signatures that gave it."""
    if signature is Signature.OUI:
        return Classe.SIGNEE, frozenset()
    if signature in {Signature.POSSIBLE, Signature.CONTREDITE}:
        return Classe.PEUT_ETRE, absences
    if engages or protocoles:
        return Classe.ENGAGEE, engages | protocoles | absences
    if signature is Signature.INCONNUE:
        return Classe.NON_DOCUMENTEE, frozenset()
    return (Classe.PAS_ENCORE if datee_plus_tard else Classe.NON_SIGNATAIRE), absences


def _rang_de_date(date: DateSource) -> tuple[dt.date, dt.date, str, dt.date]:
    """A total order on dates: two ways to write one interval (June by its first day or another) never tie."""
    return (date.au_plus_tard, date.au_plus_tot, date.precision, date.jour or dt.date.min)


def _dates_distinctes(faits: list[FaitLu]) -> tuple[DateSource, ...]:
    """The dates given for one signature: the narrowest when the statements agree, several when they cannot.

    They are read in one order, so that the order in which facts were recorded changes nothing.
    """
    precises = [f.date for f in faits if not f.collectif and f.date.precision is not Precision.INCONNUE]
    dates = sorted(set(precises or (f.date for f in faits)), key=_rang_de_date)
    debut, fin = max(d.au_plus_tot for d in dates), min(d.au_plus_tard for d in dates)
    if debut <= fin:
        return (min(dates, key=lambda d: (d.au_plus_tard - max(d.au_plus_tot, dt.date(1900, 1, 1))).days),)
    gardees: list[DateSource] = []
    for date in dates:
        if not any(
            g.au_plus_tot >= date.au_plus_tot and g.au_plus_tard <= date.au_plus_tard for g in gardees
        ):
            gardees.append(date)
    return tuple(gardees)
