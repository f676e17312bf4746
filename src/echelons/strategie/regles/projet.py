"""What a rule looks at: a contract being drafted, as plain values. Nothing here knows of the database."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum


class Financeur(StrEnum):
    """On which side the money of a row stands."""

    ETAT = "etat"
    COLLECTIVITE = "collectivite"
    AUTRE = "autre"


@dataclass(frozen=True, slots=True)
class Action:
    """One action of the project; ``axe`` is the code of a volet or axis of the dispositif, ``objectif`` that of what it
    serves in it, ``nature`` that of the action."""

    code: str
    intitule: str
    axe: str = ""
    objectif: str = ""
    nature: str = ""
    justification: str = ""
    territoire: str = ""
    debut: dt.date | None = None
    fin: dt.date | None = None

    def sert(self, volet: str) -> bool:
        """Whether it counts for this volet, axis or objective."""
        return volet in {self.axe, self.objectif}


@dataclass(frozen=True, slots=True)
class Financement:
    """Money of one side for one action and one exercice, in euros; ``valorisation``: own means, not credits."""

    action: str
    cote: Financeur
    exercice: int
    montant: Decimal
    valorisation: bool = False


@dataclass(frozen=True, slots=True)
class Avis:
    """An opinion given on the project by a function (its code)."""

    de: str
    favorable: bool
    date: dt.date


@dataclass(frozen=True, slots=True)
class Cible:
    """The value that an action aims at for an indicator, on a day."""

    action: str
    indicateur: str
    date: dt.date
    valeur: Decimal


@dataclass(frozen=True, slots=True)
class Projet:
    """All that the rules may look at.

    ``dates`` holds the steps of the project by their code (``regles.parametres.Etape``); ``plafonds`` the ceiling
    notified to this contract, by exercice; ``exercices`` those that it covers (empty: not known).
    """

    actions: tuple[Action, ...] = ()
    financements: tuple[Financement, ...] = ()
    avis: tuple[Avis, ...] = ()
    cibles: tuple[Cible, ...] = ()
    dates: Mapping[str, dt.date | None] = field(default_factory=dict)
    plafonds: Mapping[int, Decimal] = field(default_factory=dict)
    exercices: tuple[int, ...] = ()
