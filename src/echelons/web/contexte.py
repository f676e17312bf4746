"""What every page's frame needs; no query beyond those that know who is signed in."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest

from echelons import __version__
from echelons.socle.horloge import aujourdhui, reelle

DATES_PROPOSEES = (dt.date(2019, 3, 1), dt.date(2019, 6, 30), dt.date(2019, 12, 31))


def cadre(requete: HttpRequest) -> dict[str, Any]:
    """The theme, the version, the business date, and in the demonstration the dates proposed by the banner."""
    return {
        "theme": settings.THEME,
        "version": __version__,
        "demonstration": settings.DEMONSTRATION,
        "aujourdhui": aujourdhui(),
        "dates_proposees": [*DATES_PROPOSEES, reelle()] if settings.DEMONSTRATION else [],
        "aujourdhui_reel": reelle(),
    }


def lecteur(requete: HttpRequest) -> dict[str, Any]:
    """Who reads, under which functions, from where; nothing for an anonymous reader, whose pages are all alike."""
    acteur = getattr(requete, "acteur", None)
    if acteur is None or acteur.compte is None:
        return {"lecteur": None, "vue_du_lecteur": ""}
    principal = next(iter(acteur.mandats), None)
    lieu = principal.territoire.nom if principal and principal.territoire else ""
    return {
        "lecteur": {
            "nom": str(acteur.compte.personne),
            "fonction": principal.fonction.libelle if principal else "",
            "lieu": lieu,
            "autres": max(0, len(acteur.mandats) - 1),
        },
        "vue_du_lecteur": lieu,
    }
