"""What several readings share: the upper levels of the territory and their names, kept for the data's revision."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from echelons.socle.revision import memoire
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Territoire, TypeTerritoire


@dataclass(frozen=True, slots=True)
class NomTerritoire:
    """A territory above the commune, as pages name it."""

    code: str
    type: str
    nature: str
    nom: str
    nom_complet: str
    nom_avec_de: str
    region: str
    region_nom: str
    debut: dt.date | None
    fin: dt.date | None
    fictif: bool

    def valide_le(self, jour: dt.date) -> bool:
        """Whether it exists on that day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


@memoire(places=1)
def geographie() -> Geographie:
    """The containments and successions of the upper levels."""
    return Geographie.courante()


@memoire(places=1)
def noms() -> Mapping[str, NomTerritoire]:
    """Every territory above the commune, by code, in the order of codes."""
    return MappingProxyType(
        {
            t.code: NomTerritoire(
                code=t.code,
                type=t.type,
                nature=t.nature,
                nom=t.nom,
                nom_complet=t.nom_complet,
                nom_avec_de=t.nom_avec_de,
                region=t.region.code if t.region else (t.code if t.type == TypeTerritoire.REGION else ""),
                region_nom=t.region.nom if t.region else (t.nom if t.type == TypeTerritoire.REGION else ""),
                debut=t.debut,
                fin=t.fin,
                fictif=t.fictif,
            )
            for t in Territoire.objects.exclude(type=TypeTerritoire.COMMUNE)
            .select_related("region")
            .order_by("code")
        }
    )
