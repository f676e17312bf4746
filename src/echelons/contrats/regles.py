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
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property, lru_cache

from echelons.socle.dates import DateSource, Precision

ENGAGEMENTS = frozenset({"engagement", "deliberation"})
PROTOCOLES = frozenset({"protocole"})
#: The types of fact on which the class of a contract may depend.
DETERMINANTS = ENGAGEMENTS | {"signature", "non_signataire", "denonciation"}
#: How many states of knowledge of a contract are kept: readers ask for what is known today, and a few other days.
SAVOIRS_GARDES = 4


class Signature(StrEnum):
    """What the statements, taken together, say of the signature on the day looked at."""

    OUI = "oui"
    NON = "non"
    POSSIBLE = "possible"
    CONTREDITE = "contredite"
    INCONNUE = "inconnue"


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

    def sens(self, jour: dt.date) -> Signature:
        """What this statement says of its act on ``jour``.

        A collective statement (« all but two have signed ») proves from its own date on; before, it says
        nothing about a given territory.
        """
        if self.date.precision is Precision.INCONNUE:
            return Signature.INCONNUE if self.collectif else Signature.POSSIBLE
        if self.date.au_plus_tard <= jour:
            return Signature.OUI
        if self.date.au_plus_tot > jour:
            return Signature.NON
        return Signature.INCONNUE if self.collectif else Signature.POSSIBLE


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

    ``pour``, ``contre`` and ``possibles`` are the ids of the statements about signature; ``dates`` are those of
    the last party to sign, several when its sources cannot all be right; ``divergente`` says that of any party;
    ``appuis`` are the other facts that gave the class.
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
    appuis: frozenset[int] = frozenset()
    protocole_seul: bool = False
    denoncee: bool = False

    @property
    def rang(self) -> int:
        """Higher is better attested as signed."""
        return RANG[self.classe]


@dataclass(frozen=True)
class ContratLu:
    """A contract with its instruments and facts, read once and never changed."""

    id: int
    code: str
    type_signant: str
    parties: tuple[PartieLue, ...]
    instruments: tuple[InstrumentLu, ...]
    faits: tuple[FaitLu, ...] = field(repr=False)

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

    def bornes(self, connu_le: dt.date | None) -> frozenset[dt.date]:
        """The days on which the state may change: it is constant between two of them."""
        return frozenset(self._savoir_au(connu_le).bornes)

    def etat_au(self, date: dt.date, connu_le: dt.date | None = None) -> EtatContrat:
        """The state of the contract on ``date``, as known on ``connu_le`` (None: all that is recorded)."""
        return replace(self.palier_au(date, connu_le), date=date, connu_le=connu_le)

    def palier_au(self, date: dt.date, connu_le: dt.date | None = None) -> EtatContrat:
        """The same state as ``etat_au``, dated by any day of the period during which it lasts: cheaper, to count."""
        return self._savoir_au(connu_le).palier_au(date)

    def _savoir_au(self, connu_le: dt.date | None) -> _Savoir:
        jours = self._jours_de_savoir
        return self._savoirs(len(jours) if connu_le is None else bisect_right(jours, connu_le))

    @cached_property
    def _jours_de_savoir(self) -> tuple[dt.date, ...]:
        """The days on which something became known, in order."""
        return tuple(sorted({fait.connu_le for fait in self.faits}))

    @cached_property
    def _savoirs(self) -> Callable[[int], _Savoir]:
        """How many of these days are past → what is known."""

        @lru_cache(maxsize=SAVOIRS_GARDES)
        def savoir(rang: int) -> _Savoir:
            connus = self.faits_connus(self._jours_de_savoir[rang - 1]) if rang else ()
            return _Savoir(self, connus)

        return savoir


class _Savoir:
    """What is known of a contract at some moment: its facts sorted out once, its states kept, one a period."""

    def __init__(self, contrat: ContratLu, faits: tuple[FaitLu, ...]) -> None:
        self.parties = contrat.parties
        self.signants = [i.id for i in contrat.instruments if i.type == contrat.type_signant]
        utiles = {i.id for i in contrat.instruments if i.type in PROTOCOLES}.union(self.signants)
        self.signatures: dict[int, list[FaitLu]] = {instrument: [] for instrument in utiles}
        self.autres: dict[str, list[FaitLu]] = {type_: [] for type_ in DETERMINANTS}
        for fait in faits:
            if fait.type == "signature":
                if fait.instrument in utiles:
                    self.signatures[fait.instrument].append(fait)
            elif fait.type in DETERMINANTS:
                self.autres[fait.type].append(fait)
        self.engagements = [f for type_ in ENGAGEMENTS for f in self.autres[type_]]
        self.protocoles = [f for i, liste in self.signatures.items() if i not in self.signants for f in liste]
        self.bornes = tuple(sorted(set(self._bornes())))
        self._paliers: dict[int, EtatContrat] = {}

    def _bornes(self) -> Iterator[dt.date]:
        """The first days of the periods; the first period of all has none."""
        for faits in (*self.signatures.values(), *self.autres.values()):
            for fait in faits:
                yield fait.date.au_plus_tot
                yield fait.date.au_plus_tard
                yield from _lendemain(fait.jusqu_au)
        for partie in self.parties:
            if partie.debut:
                yield partie.debut
            yield from _lendemain(partie.fin)

    def palier_au(self, date: dt.date) -> EtatContrat:
        """The state during the period that holds this day."""
        rang = bisect_right(self.bornes, date)
        palier = self._paliers.get(rang)
        if palier is None:
            palier = self._paliers[rang] = self._lire(date)
        return palier

    def _lire(self, date: dt.date) -> EtatContrat:
        lectures = [self._signature(instrument, date) for instrument in self.signants]
        meilleure = max(lectures, key=_poids, default=_Lecture(None, Signature.INCONNUE))
        engages = frozenset(f.id for f in self.engagements if f.date.au_plus_tard <= date) | (
            meilleure.pour if meilleure.partielle else frozenset()
        )
        # A signed protocole is an engagement; it never makes the contract signed.
        protocoles = frozenset(f.id for f in self.protocoles if f.date.au_plus_tard <= date)
        absences = frozenset(
            f.id
            for f in self.autres["non_signataire"]
            if f.date.au_plus_tot <= date and (f.jusqu_au is None or date <= f.jusqu_au)
        )
        classe, appuis = _classer(meilleure.sens, engages, protocoles, absences)
        return EtatContrat(
            date=date,
            connu_le=None,
            classe=classe,
            signature=Signature.NON if classe is Classe.NON_SIGNATAIRE else meilleure.sens,
            instrument=meilleure.instrument,
            dates=meilleure.dates,
            divergente=meilleure.divergente,
            pour=meilleure.pour,
            contre=meilleure.contre,
            possibles=meilleure.possibles,
            appuis=appuis,
            protocole_seul=classe is Classe.ENGAGEE and not engages,
            denoncee=any(f.date.au_plus_tard <= date for f in self.autres["denonciation"]),
        )

    def _signature(self, instrument: int, date: dt.date) -> _Lecture:
        """Whether the instrument bears every signature on ``date``: each party is read, then the weakest wins."""
        parties = [p.id for p in self.parties if p.presente(date)] or [p.id for p in self.parties]
        par_partie: dict[int, list[FaitLu]] = {p: [] for p in parties}
        selon_sens: dict[Signature, list[int]] = {sens: [] for sens in Signature}
        for fait in self.signatures[instrument]:
            if fait.partie in par_partie:
                par_partie[fait.partie].append(fait)
                selon_sens[fait.sens(date)].append(fait.id)
        avis = {_sens_partie(signatures, date) for signatures in par_partie.values()}
        datations = [_dates_distinctes(signatures) for signatures in par_partie.values() if signatures]
        return _Lecture(
            instrument=instrument if datations else None,
            sens=_sens_commun(avis),
            partielle=Signature.OUI in avis and Signature.INCONNUE in avis,
            dates=max(datations, key=lambda dates: (dates[-1].au_plus_tard, len(dates)), default=()),
            divergente=any(len(dates) > 1 for dates in datations),
            pour=frozenset(selon_sens[Signature.OUI]),
            contre=frozenset(selon_sens[Signature.NON]),
            possibles=frozenset(selon_sens[Signature.POSSIBLE]),
        )


def _lendemain(jour: dt.date | None) -> Iterator[dt.date]:
    """The day after, when there is one."""
    if jour is not None and jour < dt.date.max:
        yield jour + dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class _Lecture:
    instrument: int | None
    sens: Signature
    partielle: bool = False
    dates: tuple[DateSource, ...] = ()
    divergente: bool = False
    pour: frozenset[int] = frozenset()
    contre: frozenset[int] = frozenset()
    possibles: frozenset[int] = frozenset()


_POIDS = {
    Signature.INCONNUE: 0,
    Signature.NON: 1,
    Signature.POSSIBLE: 2,
    Signature.CONTREDITE: 3,
    Signature.OUI: 4,
}


def _poids(lecture: _Lecture) -> int:
    return _POIDS[lecture.sens]


def _sens_partie(signatures: list[FaitLu], date: dt.date) -> Signature:
    """What the statements about one party's signature say together."""
    sens = {f.sens(date) for f in signatures}
    if Signature.OUI in sens and Signature.NON in sens:
        return Signature.CONTREDITE
    for possible in (Signature.OUI, Signature.NON, Signature.POSSIBLE):
        if possible in sens:
            return possible
    return Signature.INCONNUE


def _sens_commun(avis: set[Signature]) -> Signature:
    """All parties must have signed: one certain refusal decides, then one doubt."""
    if Signature.NON in avis:
        return Signature.NON
    if Signature.CONTREDITE in avis:
        return Signature.CONTREDITE
    if Signature.POSSIBLE in avis:
        return Signature.POSSIBLE
    if avis == {Signature.OUI}:
        return Signature.OUI
    return Signature.INCONNUE


def _classer(
    signature: Signature, engages: frozenset[int], protocoles: frozenset[int], absences: frozenset[int]
) -> tuple[Classe, frozenset[int]]:
    """The class, and the facts other than signatures that gave it."""
    if signature is Signature.OUI:
        return Classe.SIGNEE, frozenset()
    if signature in {Signature.POSSIBLE, Signature.CONTREDITE}:
        return Classe.PEUT_ETRE, frozenset()
    if engages or protocoles:
        return Classe.ENGAGEE, engages | protocoles
    if signature is Signature.NON:
        return Classe.PAS_ENCORE, frozenset()
    if absences:
        return Classe.NON_SIGNATAIRE, absences
    return Classe.NON_DOCUMENTEE, frozenset()


def _dates_distinctes(faits: list[FaitLu]) -> tuple[DateSource, ...]:
    """The dates given for one signature: the narrowest when the statements agree, several when they cannot."""
    precises = [f.date for f in faits if not f.collectif and f.date.precision is not Precision.INCONNUE]
    dates = precises or [f.date for f in faits]
    debut, fin = max(d.au_plus_tot for d in dates), min(d.au_plus_tard for d in dates)
    if debut <= fin:
        return (min(dates, key=lambda d: (d.au_plus_tard - max(d.au_plus_tot, dt.date(1900, 1, 1))).days),)
    gardees: list[DateSource] = []
    for date in sorted(set(dates), key=lambda d: (d.au_plus_tard, d.au_plus_tot)):
        if not any(
            g.au_plus_tot >= date.au_plus_tot and g.au_plus_tard <= date.au_plus_tard for g in gardees
        ):
            gardees.append(date)
    return tuple(gardees)
