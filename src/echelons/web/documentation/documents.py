"""Every generated document with its text."""

from __future__ import annotations

import json
from pathlib import Path

from echelons.web.documentation.adresses import adresses
from echelons.web.documentation.commandes import commandes
from echelons.web.documentation.dictionnaire import dictionnaire
from echelons.web.documentation.droits import circuits, droits
from echelons.web.documentation.fichiers import fichiers
from echelons.web.documentation.markdown import francais
from echelons.web.documentation.schemas import GENRES, schema


def produire() -> dict[Path, str]:
    """Path under ``docs/reference/`` → text."""
    pages = {
        Path("dictionnaire.md"): dictionnaire(),
        Path("adresses.md"): adresses(),
        Path("fichiers.md"): francais(fichiers()),
        Path("commandes.md"): francais(commandes()),
        Path("droits.md"): francais(droits()),
        Path("circuits.md"): francais(circuits()),
    }
    schemas = {
        Path("schemas") / f"{genre.nom}.json": francais(
            json.dumps(schema(genre), ensure_ascii=False, indent=2)
        )
        for genre in GENRES
    }
    return {chemin: texte.rstrip("\n") + "\n" for chemin, texte in (pages | schemas).items()}
