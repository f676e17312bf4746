"""What every page's frame needs; no query."""

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
