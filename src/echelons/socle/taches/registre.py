"""What rooms above declare: how each kind of work is done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from echelons.socle.models import Tache
from echelons.socle.taches.fichiers import Avancement


class TravailRefuse(Exception):
    """What was asked cannot be done; the message says why, in French, to whoever asked."""


@dataclass(frozen=True)
class Fini:
    """How a work ended: a sentence, and the name of the file it produced if it did."""

    phrase: str
    fichier: str = ""


#: What the worker keeps ready when nothing is asked of it; each does nothing when there is nothing to do.
ENTRETIENS: list[Callable[[], None]] = []
#: By kind. Done again after an interruption, it must change nothing that the first time had done.
TRAVAUX: dict[str, Callable[[Tache, Avancement], Fini]] = {}
