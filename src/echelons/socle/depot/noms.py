"""The name of a file, as somebody gave it, made harmless: a label to show and to propose, never a path."""

from __future__ import annotations

import re
import unicodedata

from echelons.socle.depot.types import TypeDeFichier

LONGUEUR_MAX = 150
#: What Windows refuses in a name.
INTERDITS = re.compile(r'[<>:"|?*]')
SANS_NOM = "document"


def nom_propre(nom: str, genre: TypeDeFichier) -> str:
    """The last part of ``nom``, in visible characters only, bounded, with an extension that tells the content."""
    nom = nom[-4 * LONGUEUR_MAX :].replace("\\", "/").rsplit("/", 1)[-1]
    # Cc, Cf, Co, Cs, Cn: controls, reversals of direction, what no font shows.
    visibles = "".join(
        " " if unicodedata.category(c)[0] in "CZ" else c for c in unicodedata.normalize("NFC", nom)
    )
    propre = " ".join(INTERDITS.sub(" ", visibles).split()).lstrip(". ")
    base, point, extension = propre.rpartition(".")
    if not point or f".{extension.lower()}" not in genre.extensions:
        base, extension = propre, genre.extensions[0][1:]
    base = base[: LONGUEUR_MAX - len(extension) - 1].rstrip(". ") or SANS_NOM
    return f"{base}.{extension.lower()}"
