"""The versions of the shape of a reference framework, and how an older file is read today.

``schema`` in the file says its version; without it, the file is of the first. Each step is a pure function from the
content of one version to that of the next; none is ever removed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from echelons.socle.yaml_situe import Document, ErreurDeFichier, extrait

VERSION = 2
Contenu = dict[str, Any]


def vers_2(contenu: Contenu) -> Contenu:
    """A dispositif names its kinds of instrument, and which one signs, instead of the form that signs alone."""

    def dispositif(lu: Any) -> Any:
        if not isinstance(lu, dict) or "instrument_signant" not in lu or "instruments" in lu:
            return lu
        forme = lu["instrument_signant"]
        libelle = str(forme).replace("_", " ").capitalize()
        signant = {"code": str(forme).replace("_", "-"), "forme": forme, "libelle": libelle, "signe": "true"}
        reste = {cle: valeur for cle, valeur in lu.items() if cle != "instrument_signant"}
        return {**reste, "instruments": [signant]}

    lus = contenu.get("dispositifs")
    if not isinstance(lus, list):
        return contenu
    return {**contenu, "dispositifs": [dispositif(lu) for lu in lus]}


#: Version → the step that leads to the next one.
ETAPES: Mapping[int, Callable[[Contenu], Contenu]] = {1: vers_2}


def mettre_a_jour(contenu: Contenu, version: int) -> Contenu:
    """The content of that version, as today's version would write it."""
    for etape in range(version, VERSION):
        contenu = ETAPES[etape](contenu)
    return {**contenu, "schema": str(VERSION)}


def a_jour(document: Document) -> Document:
    """The document in today's shape. Raises ``ErreurDeFichier`` for a version that this software does not know."""
    contenu = document.contenu
    if not isinstance(contenu, dict):
        return document
    dite = contenu.get("schema", "1")
    if dite not in {str(v) for v in range(1, VERSION + 1)}:
        raise ErreurDeFichier(
            [
                document.situer(
                    ("schema",),
                    f"trouvé {extrait(dite)}, attendu une version de 1 à {VERSION}. "
                    "Un fichier plus récent demande une version plus récente d’Échelons.",
                )
            ]
        )
    document.contenu = mettre_a_jour(contenu, int(dite))
    return document
