"""What is digested and signed, byte for byte: one canonical JSON, versioned by ``FORME``.

Canonical: UTF-8, keys sorted, no space, no floating-point number (databases write them each in their own way).
A change of form takes a new version; rows already written keep theirs.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

FORME = 1
# What the running digest starts from.
GENESE = hashlib.sha256(b"echelons:journal:1").hexdigest()
PERSONNEL = "personnel"
CHAMPS = (
    *("numero", "instant", "date_metier", "objet_type", "objet_ref", "rang", "acte"),
    *("compte", "mandat", "donnees", "forme", "precedente"),
)
CHAMPS_DE_RACINE = (
    *("numero", "instant", "nombre", "cumul", "chaines", "tetes", "forme", "precedente", "cle"),
)
COURRIEL = re.compile(r"[^\s@<>]+@[^\s@<>]+\.[^\s@<>]+")

_encoder = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


class EcritureRefusee(ValidationError):
    """What a row may not hold; the message says, in French, what and why, and may be shown beside a form."""

    def __str__(self) -> str:
        return " ".join(self.messages)


def canonique(contenu: Any) -> bytes:
    """The canonical JSON of plain JSON data."""
    return _encoder(contenu).encode()


def condense(octets: bytes) -> str:
    """SHA-256, in hexadecimal."""
    return hashlib.sha256(octets).hexdigest()


def contenu(champs: Iterable[str], valeurs: Iterable[Any]) -> dict[str, Any]:
    """The columns as plain JSON data: instants in UTC to the microsecond, dates in ISO form."""
    resultat = dict(zip(champs, valeurs, strict=True))
    for nom, valeur in resultat.items():
        if isinstance(valeur, dt.datetime):
            resultat[nom] = valeur.astimezone(dt.UTC).isoformat(timespec="microseconds")
        elif isinstance(valeur, dt.date):
            resultat[nom] = valeur.isoformat()
    return resultat


def empreinte_d_ecriture(valeurs: Iterable[Any]) -> str:
    """Digest of a row, its values given in the order of ``CHAMPS``."""
    return condense(canonique(contenu(CHAMPS, valeurs)))


def cumuler(cumul: str, empreinte: str) -> str:
    """The running digest once one more row is counted."""
    return condense(f"{cumul}{empreinte}".encode())


def condense_personnel(cle: str, personne: str, sel: str, valeur: str) -> str:
    """The salted digest that a row keeps of a personal value: without the salt it says nothing of the value."""
    return condense(canonique([sel, cle, personne, valeur]))


def normaliser(valeur: Any, cle: str = "données") -> Any:
    """Plain JSON data: dates in ISO form, decimals, enumerations and identifiers as text.

    Raises ``EcritureRefusee`` for what has no exact form or looks like a personal value.
    """
    if valeur is None or isinstance(valeur, bool):
        return valeur
    if isinstance(valeur, str):
        return _texte(str(valeur), cle)
    if isinstance(valeur, int):
        return int(valeur)
    if isinstance(valeur, (dt.date, dt.datetime)):
        return valeur.isoformat()
    if isinstance(valeur, (Decimal, uuid.UUID)):
        return str(valeur)
    if isinstance(valeur, Mapping):
        return {_texte(str(k), cle): normaliser(v, f"{cle}.{k}") for k, v in valeur.items()}
    if isinstance(valeur, (list, tuple)):
        return [normaliser(v, cle) for v in valeur]
    raise EcritureRefusee(
        f"«\u00a0{cle}\u00a0»\u00a0: {type(valeur).__name__} n’a pas d’écriture exacte. "
        "Donnez un texte, un entier, un Decimal ou une date."
    )


def _texte(texte: str, cle: str) -> str:
    verifier_texte(texte, cle)
    if COURRIEL.search(texte):
        raise EcritureRefusee(
            f"«\u00a0{cle}\u00a0»\u00a0: une adresse électronique est une valeur personnelle, que "
            "l’histoire ne garde pas. Retirez-la."
        )
    return texte


def sans_courriel(texte: str) -> str:
    """The text without the addresses that it cites: for what a row must hold, whoever wrote it."""
    return COURRIEL.sub("[adresse retirée]", texte)


def verifier_texte(texte: str, cle: str, longueur: int | None = None) -> None:
    """Refuse a text that one of the databases would not keep as it is. Raises ``EcritureRefusee``."""
    if "\x00" in texte or any("\ud800" <= c <= "\udfff" for c in texte):
        raise EcritureRefusee(f"«\u00a0{cle}\u00a0»\u00a0: caractère qu’aucune base ne garde tel quel.")
    if longueur is not None and len(texte) > longueur:
        raise EcritureRefusee(f"«\u00a0{cle}\u00a0»\u00a0: {len(texte)} caractères, au plus {longueur}.")
