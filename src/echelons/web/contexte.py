"""What every page's frame needs; no query."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, QueryDict

from echelons import __version__
from echelons.socle.horloge import aujourdhui, reelle
from echelons.web.templatetags.echelons import PARAMETRES


def _retour(requete: HttpRequest) -> str:
    """This page with the reader's choices, but for the date, which the banner changes."""
    gardes = QueryDict(mutable=True)
    for cle in PARAMETRES:
        if cle != "au" and requete.GET.get(cle):
            gardes[cle] = str(requete.GET[cle])
    return f"{requete.path}?{gardes.urlencode()}" if gardes else requete.path


def cadre(requete: HttpRequest) -> dict[str, Any]:
    """The theme, the version, the business date, and in the demonstration the dates proposed by the banner."""
    return {
        "theme": settings.THEME,
        "version": __version__,
        "demonstration": settings.DEMONSTRATION,
        "aujourdhui": aujourdhui(),
        "dates_proposees": [*settings.DATES_PROPOSEES, reelle()] if settings.DEMONSTRATION else [],
        "retour": _retour(requete),
        "choix_courants": [(c, requete.GET[c]) for c in ("dispositif", "au", "connu") if requete.GET.get(c)],
        "aujourdhui_reel": reelle(),
    }
