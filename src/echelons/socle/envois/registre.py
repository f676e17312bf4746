"""What rooms above declare: how a kind of message is worded, what is reminded, who can receive."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from echelons.socle.models import Message


@dataclass(frozen=True, slots=True)
class Ligne:
    """One line of an e-mail: what is to be done and where; ``dossier`` gathers the lines of one contract."""

    dossier: str
    phrase: str
    lien: str


@dataclass(frozen=True, slots=True)
class Rappel:
    """A reminder; ``cle`` (object, rule, date, stage) is told once to a person."""

    cle: str
    ligne: Ligne


#: For one recipient and her messages of one kind: the line of each (by its key), or why it must not leave.
Redacteur = Callable[[str, Sequence[Message]], Mapping[int, Ligne | Message.Ecart]]
#: The reminders due today to one recipient, worked out at each call.
Rappels = Callable[[str], Sequence[Rappel]]

REDACTEURS: dict[str, Redacteur] = {}
RAPPELS: list[Rappels] = []


@dataclass
class _Annuaire:
    """Who can receive: set once, by the room that holds the accounts."""

    adresse: Callable[[str], str | None]
    destinataires: Callable[[], Iterable[str]]


_annuaire = _Annuaire(adresse=lambda _: None, destinataires=tuple)


def brancher(*, adresse: Callable[[str], str | None], destinataires: Callable[[], Iterable[str]]) -> None:
    """Say who can receive: the address of a recipient (None: nobody can be written to), and all whom to remind."""
    _annuaire.adresse, _annuaire.destinataires = adresse, destinataires


def adresse_de(destinataire: str) -> str | None:
    """The address of a recipient today; None when nobody can be written to."""
    return _annuaire.adresse(destinataire)


def tous_les_destinataires() -> Iterable[str]:
    """Everybody to whom something may be reminded today."""
    return _annuaire.destinataires()
