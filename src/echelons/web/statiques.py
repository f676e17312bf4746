"""Which static files are served: ours, and from the design system only what its stylesheet really uses.

Collecting the whole design system takes twenty seconds and a thousand icons that no page shows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles.finders import AppDirectoriesFinder

FEUILLE_DSFR = "dsfr/dist/dsfr.main.min.css"
HTMX = "django_htmx/htmx-2.min.js"


@cache
def _fichiers_dsfr(racine: Path) -> frozenset[str]:
    """The stylesheet and every font or icon it names."""
    css = (racine / FEUILLE_DSFR).read_text(encoding="utf-8")
    nommes = re.findall(r"url\(([^)\"']+)\)", css)
    return frozenset({FEUILLE_DSFR, *(f"dsfr/dist/{nom.split('?')[0].split('#')[0]}" for nom in nommes)})


class FichiersUtiles(AppDirectoriesFinder):
    """The static files of the rooms, plus the chosen files of the packages."""

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterable[Any]:
        """Every (path, storage) to serve."""
        garde = self._garde()
        for chemin, stockage in super().list(ignore_patterns):
            if garde(chemin):
                yield chemin, stockage

    def _garde(self) -> Callable[[str], bool]:
        dsfr = _fichiers_dsfr(Path(self.storages["dsfr"].location))
        return lambda chemin: chemin.startswith("echelons/") or chemin == HTMX or chemin in dsfr
