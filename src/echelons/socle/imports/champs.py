"""What a room declares to have a table of its own filled by file: its columns, and how its rows are judged and written.

A room registers a ``Destination`` in ``DESTINATIONS`` when it is ready; the engine knows nothing else of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from echelons.socle.tableurs import Valeur, lettres, montrer


class ValeurRefusee(ValueError):
    """A cell that cannot be understood; the message is what was expected, in French, after « attendu »."""


#: How much of a value is kept to be shown under its heading.
LONGUEUR_D_EXEMPLE = 60
#: How a cell is read: the value, and what the destination opened for this import. Raises ``ValeurRefusee``.
LectureDeCellule = Callable[[Valeur, Any], Any]


@dataclass(frozen=True)
class Champ:
    """One column of a destination. ``synonymes`` are the headings that people give it, besides its label.

    ``homonymes`` are headings that people give to several columns (« Contrat »): it is proposed for them only when it
    recognises (``reconnait``) the first values of theirs, cut to ``LONGUEUR_D_EXEMPLE`` characters.
    """

    code: str
    libelle: str
    lire: LectureDeCellule
    aide: str
    synonymes: tuple[str, ...] = ()
    requis: bool = False
    exemple: str = ""
    homonymes: tuple[str, ...] = ()
    reconnait: Callable[[Sequence[str]], bool] | None = None


@dataclass(frozen=True, slots=True)
class Anomalie:
    """Something wrong, or worth a look, in one row. ``colonne`` counts from 0; None when it is the whole row."""

    feuille: str
    ligne: int
    colonne: int | None
    texte: str
    grave: bool = True

    @property
    def lieu(self) -> str:
        """« Feuille 1, cellule C12 »."""
        if self.colonne is None:
            return f"{self.feuille}, ligne {self.ligne}"
        return f"{self.feuille}, cellule {lettres(self.colonne)}{self.ligne}"


@dataclass(slots=True)
class LigneLue:
    """One row of a file, read by the columns of a destination; ``enonce`` is what the destination makes of it."""

    feuille: str
    numero: int
    valeurs: dict[str, Any]
    colonnes: Mapping[str, int]
    brutes: Mapping[str, Valeur]
    anomalies: list[Anomalie] = field(default_factory=list)
    enonce: Any = None
    #: « nouvelle », or « connue » when what it says is already recorded, or « doublon » of a row before it.
    sort: str = "nouvelle"
    #: Whether something close to it, yet different, is recorded or was read before.
    proche: bool = False

    @property
    def fausse(self) -> bool:
        """Whether it cannot be written."""
        return any(a.grave for a in self.anomalies)

    def refuser(self, champ: str, attendu: str) -> None:
        """Say that a cell is not what is expected."""
        trouve = montrer(self.brutes.get(champ))
        self._noter(champ, f"trouvé {trouve}, attendu {attendu}", grave=True)

    def signaler(self, champ: str, phrase: str, *, grave: bool = False) -> None:
        """Say something of a cell in a whole sentence; only what is ``grave`` prevents the row from being written."""
        self._noter(champ, phrase, grave=grave)

    def _noter(self, champ: str, texte: str, *, grave: bool) -> None:
        self.anomalies.append(Anomalie(self.feuille, self.numero, self.colonnes.get(champ), texte, grave))


class Chantier(Protocol):
    """A destination at work for one import: what it looked up once, and what it has seen so far."""

    def juger(self, lignes: Sequence[LigneLue]) -> None:
        """Give each row its ``enonce``, its ``sort``, its anomalies. Writes nothing."""

    def ecrire(self, lignes: Sequence[LigneLue], ecriture: int) -> Collection[tuple[str, int]]:
        """Write rows already judged, in the transaction of an act of the journal; what was created, by table."""


@dataclass(frozen=True)
class Destination:
    """A table of the house that files can fill, by whoever holds ``capacite`` (a name that the rights know).

    A row is read when one of ``essentiels`` is given: the others of a prefilled model are left alone. ``defaire``
    removes what an import wrote (ids by table, who asks), and returns what prevents it; it then removes nothing.
    ``capacite`` is the capability that every act on an import of this table asks for; the engine does not know what it
    means. Files of a table that ``nomme_des_personnes`` are searched when somebody is forgotten.

    One that has ``comparer`` fills one thing (``Import.sujet``) from a whole file: its rows are judged together, then
    ``comparer`` tells what would change as plain JSON values; « a_decider » there says that something is left to
    choose.
    """

    code: str
    libelle: str
    explication: str
    champs: tuple[Champ, ...]
    essentiels: tuple[str, ...]
    ouvrir: Callable[[Any], Chantier]
    defaire: Callable[[Mapping[str, Sequence[int]], Any], list[str]]
    modele: Callable[[Any], Sequence[Mapping[str, str]]]
    capacite: str
    nomme_des_personnes: bool = False
    comparer: Callable[[Any], dict[str, Any]] | None = None

    def champ(self, code: str) -> Champ:
        """The column of that code."""
        return next(c for c in self.champs if c.code == code)


DESTINATIONS: dict[str, Destination] = {}
