"""What a row of the table of addresses is made of: a kind, a capability, and how its arguments are built."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import Any

from django.urls import reverse

from tests.droits.monde import Objet

LIRE = "dossier.lire"


class Genre(Enum):
    """What an address answers to whom."""

    #: To everybody, with or without an account.
    PUBLIQUE = auto()
    #: A way in or out: answers somebody without an account, and shows nothing of anybody else.
    PORTE = auto()
    #: One's own account only.
    COMPTE = auto()
    #: To everybody signed in: rows within their own reach only, none when they have none.
    LISTE = auto()
    #: To whoever holds the capability somewhere; what is done or shown stays within their reach.
    GENERALE = auto()
    #: One object: 404 out of scope, 403 without the capability.
    OBJET = auto()


def rien(objet: Objet) -> tuple[str, ...]:
    """No argument."""
    return ()


@dataclass(frozen=True)
class Adresse:
    """How an address is asked, and what it needs."""

    genre: Genre
    capacite: str = ""
    methodes: tuple[str, ...] = ("GET",)
    args: Callable[[Objet], tuple[str, ...]] = rien
    #: What is sent by POST when the act is to succeed; an empty POST then answers 422.
    donnees: dict[str, Any] | Callable[[Objet], dict[str, Any]] = field(default_factory=dict)
    #: A text that the page shows when it shows the object, for those who have the capability on it.
    montre: str = ""
    #: Whether a POST without data succeeds: nothing is asked.
    sans_donnees: bool = False
    #: Which of the objects of the world the matrix asks it on.
    sur: str = "ici"
    #: What answers an act that is allowed: a redirection, or the same page to read again, nothing done.
    fait: int = 302
    #: What is asked besides the path.
    choix: str = ""

    def envoi(self, objet: Objet) -> dict[str, Any]:
        """What is sent about this object."""
        return self.donnees(objet) if callable(self.donnees) else self.donnees

    def chemin(self, nom: str, objet: Objet) -> str:
        """The path, on this object."""
        return reverse(nom, args=self.args(objet)) + self.choix


def publique(args: Callable[[Objet], tuple[str, ...]] = rien, **choix: Any) -> Adresse:
    """Read without an account."""
    return Adresse(Genre.PUBLIQUE, args=args, **choix)


def porte(args: Callable[[Objet], tuple[str, ...]] = rien, **choix: Any) -> Adresse:
    """A way in or out."""
    return Adresse(Genre.PORTE, args=args, **choix)


def compte(args: Callable[[Objet], tuple[str, ...]] = rien, **choix: Any) -> Adresse:
    """One's own account."""
    return Adresse(Genre.COMPTE, args=args, **choix)


def liste(
    montre: str, capacite: str = LIRE, args: Callable[[Objet], tuple[str, ...]] = rien, **choix: Any
) -> Adresse:
    """Rows within reach."""
    return Adresse(Genre.LISTE, capacite, args=args, montre=montre, **choix)


def generale(capacite: str, **choix: Any) -> Adresse:
    """For whoever holds the capability somewhere."""
    return Adresse(Genre.GENERALE, capacite, **choix)


def objet(capacite: str, args: Callable[[Objet], tuple[str, ...]], **choix: Any) -> Adresse:
    """One object."""
    return Adresse(Genre.OBJET, capacite, args=args, **choix)


def contrat(o: Objet) -> tuple[str, ...]:
    """The contract."""
    return (o.contrat,)


def instrument(o: Objet) -> tuple[str, ...]:
    """The contract and the instrument."""
    return (o.contrat, o.instrument)


def fiche(o: Objet) -> tuple[str, ...]:
    """A fiche-action of the instrument."""
    return (o.contrat, o.instrument, o.autres["fiche"])


def territoire(o: Objet) -> tuple[str, ...]:
    """The territory."""
    return (o.territoire,)


def region(o: Objet) -> tuple[str, ...]:
    """The région."""
    return (o.region,)


def autre(cle: str) -> Callable[[Objet], tuple[str, ...]]:
    """What the object names under this key."""
    return lambda o: (o.autres[cle],)


def registre(o: Objet) -> tuple[str, ...]:
    """A source, or an article, that does not exist."""
    return (o.contrat,)
