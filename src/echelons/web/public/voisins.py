"""Previous and next in a list, to go through it without coming back each time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from echelons.pilotage.lectures import NomTerritoire


@dataclass(frozen=True)
class Voisins:
    """The one before and the one after, if any."""

    avant: NomTerritoire | None
    apres: NomTerritoire | None


def voisins(liste: Sequence[NomTerritoire], nom: NomTerritoire) -> Voisins:
    """The neighbours of ``nom`` in ``liste``; none when it is not in it."""
    codes = [n.code for n in liste]
    if nom.code not in codes:
        return Voisins(None, None)
    rang = codes.index(nom.code)
    return Voisins(liste[rang - 1] if rang else None, liste[rang + 1] if rang + 1 < len(liste) else None)
