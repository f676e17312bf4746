"""What changes from one state of the framework to another: pure, exact, and told to who is no engineer.

``appliquer(difference(a, b), a)`` is ``b``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from echelons.strategie.image import GENRES, Element, Image


class Sorte(StrEnum):
    """What happens to an element."""

    AJOUT = "ajout"
    CHANGEMENT = "changement"
    RETRAIT = "retrait"


@dataclass(frozen=True)
class Changement:
    """An element added, removed, or one of its columns changed: its values before and after."""

    sorte: Sorte
    element: Element
    champ: str
    avant: Any
    apres: Any


def difference(avant: Image, apres: Image) -> list[Changement]:
    """The changes, in the order in which a reader wants them: by kind, then by key."""
    changements = []
    for element in sorted({*avant, *apres}, key=_ordre):
        if element not in avant:
            changements.append(Changement(Sorte.AJOUT, element, "", None, apres[element]))
        elif element not in apres:
            changements.append(Changement(Sorte.RETRAIT, element, "", avant[element], None))
        else:
            changements += [
                Changement(Sorte.CHANGEMENT, element, champ, avant[element].get(champ), valeur)
                for champ, valeur in apres[element].items()
                if avant[element].get(champ) != valeur
            ]
    return changements


def appliquer(changements: Iterable[Changement], image: Image) -> Image:
    """The image once changed; the one given is left as it is."""
    nouvelle = {element: dict(champs) for element, champs in image.items()}
    for changement in changements:
        if changement.sorte is Sorte.AJOUT:
            nouvelle[changement.element] = dict(changement.apres)
        elif changement.sorte is Sorte.RETRAIT:
            del nouvelle[changement.element]
        else:
            nouvelle[changement.element][changement.champ] = changement.apres
    return nouvelle


_RANGS = {genre: rang for rang, genre in enumerate(GENRES)}


def _ordre(element: Element) -> tuple[int, Sequence[str]]:
    genre, cle = element
    return _RANGS[genre], [str(partie) for partie in cle]
