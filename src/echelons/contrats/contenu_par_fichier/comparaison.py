"""What comes out of a workbook compared with its instrument: what changes, what is left to decide."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: What, which, which field: as traces name them.
Cle = tuple[str, str, str]


class Changement(NamedTuple):
    """A field that the workbook changes (what, which, field), from what is recorded to what it says."""

    cle: Cle
    avant: Any
    apres: Any


@dataclass
class Bilan:
    """What comes out of the comparison."""

    changements: list[Changement] = field(default_factory=list)
    conflits: list[Changement] = field(default_factory=list)
    retraits: list[Changement] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def fiche_de(cle: str) -> str:
    """The fiche that the key of a cell or of a target begins with; empty for the whole."""
    return cle.split("/", 1)[0]
