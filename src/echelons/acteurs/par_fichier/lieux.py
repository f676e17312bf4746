"""The places that rows name: signatories by every name they have, régions, and anything by its code."""

from __future__ import annotations

import datetime as dt

from echelons.socle.imports.champs import ValeurRefusee
from echelons.socle.textes import normaliser
from echelons.territoires.appellations import AppellationRefusee, Appellations
from echelons.territoires.models import Territoire, TypeTerritoire


class Lieux:
    """Looked up once for an import."""

    def __init__(self) -> None:
        self.appellations = Appellations()
        self.regions = {}
        for region in Territoire.objects.filter(type=TypeTerritoire.REGION):
            for nom in (region.code, region.nom):
                self.regions[normaliser(nom)] = region
        self._codes: dict[str, Territoire | None] = {}

    def trouver(self, texte: str, jour: dt.date | None, *, regional: bool = False) -> Territoire:
        """The place meant; a région first when ``regional``. Raises ``ValeurRefusee``."""
        region = self.regions.get(normaliser(texte))
        if region is not None and regional:
            return region
        code = texte.strip().upper()
        if code not in self._codes:
            self._codes[code] = Territoire.objects.select_related("region").filter(code=code).first()
        trouve = self._codes[code]
        if trouve is not None and trouve.type != TypeTerritoire.DEPARTEMENT:
            return trouve
        try:
            return self.appellations.trouver(texte, jour)
        except AppellationRefusee as refus:
            if region is not None:
                return region
            raise ValeurRefusee(f"{refus}, d’une région ou d’un EPCI") from refus
