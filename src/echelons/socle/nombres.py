"""How a French sentence is written: thousands, euros, parts of a whole, the spaces around its punctuation."""

from __future__ import annotations

import re
from decimal import ROUND_HALF_UP, Decimal

from echelons.socle.dates import INSECABLE

FINE = "\u202f"


class Chiffre(Decimal):
    """A figure that is not money: exports give it no currency."""


def nombre(valeur: int | Decimal | None) -> str:
    """« 1 125 000 » with narrow non-breaking spaces; cents only when there are some."""
    if valeur is None:
        return ""
    texte = f"{Decimal(valeur):,.2f}".removesuffix(".00")
    return texte.replace(",", FINE).replace(".", ",")


def accorder(compte: int, singulier: str, pluriel: str) -> str:
    """« 1 ligne », « 2 lignes »."""
    return f"{nombre(compte)}{INSECABLE}{singulier if abs(compte) < 2 else pluriel}"


def euros(valeur: Decimal | None) -> str:
    """« 1 125 000 € »."""
    return f"{nombre(valeur)}{INSECABLE}€" if valeur is not None else ""


def pour_cent(part: Decimal) -> str:
    """« 50 % », « 46,15 % »: a part of one, to two decimals at most."""
    arrondi = (part * 100).quantize(Decimal("0.01"), ROUND_HALF_UP)
    texte = f"{arrondi:f}".rstrip("0").rstrip(".")
    return f"{texte.replace('.', ',')}{INSECABLE}%"


def insecables(texte: str) -> str:
    """The non-breaking spaces of French around its punctuation."""
    return re.sub(r" (?=[:;?!»])|(?<=«) ", INSECABLE, texte)


def euros_au_centime(valeur: Decimal) -> str:
    """« 1 125 000,00 € »: as acts and columns of figures say it, always with the cents."""
    return f"{valeur:,.2f}".replace(",", FINE).replace(".", ",") + f"{INSECABLE}€"


def exact(valeur: Decimal) -> str:
    """« 12,125 »: a figure with every decimal that it has."""
    entiere, _, decimales = f"{valeur:,f}".partition(".")
    decimales = decimales.rstrip("0")
    return entiere.replace(",", FINE) + (f",{decimales}" if decimales else "")
