"""Text made safe for an XML document, and numbers written short."""

from __future__ import annotations

import re
from html import escape
from urllib.parse import urlsplit

# What XML 1.0 cannot hold even escaped (control characters, lone surrogates), and the carriage return.
_INTERDITS = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def attribut(valeur: str) -> str:
    """The value, fit for an attribute between double quotes or for text."""
    return escape(_INTERDITS.sub("", valeur))


def adresse(valeur: str) -> str:
    """A link of the site or of the web, escaped; ValueError for anything a browser would execute."""
    valeur = _INTERDITS.sub("", valeur)
    if urlsplit(valeur.strip()).scheme not in ("", "http", "https"):
        raise ValueError(f"Adresse refusée sur une carte\u00a0: «\u00a0{valeur}\u00a0».")
    return escape(valeur)


def nombre(valeur: float) -> str:
    """A number with one decimal at most, without a useless zero."""
    return f"{round(valeur, 1):g}" if abs(valeur) < 1e5 else str(round(valeur))
