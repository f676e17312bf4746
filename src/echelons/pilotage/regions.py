"""Contracts by région, for those who follow several."""

from __future__ import annotations

from collections.abc import Iterable

from echelons.contrats.models import Contrat
from echelons.socle.textes import normaliser
from echelons.territoires.models import Territoire, TypeTerritoire


def region_de(contrat: Contrat) -> Territoire | None:
    """The région in which its perimeter lies, or which is its perimeter."""
    perimetre = contrat.perimetre
    return perimetre if perimetre.type == TypeTerritoire.REGION else perimetre.region


def regions_de(contrats: Iterable[Contrat]) -> list[Territoire]:
    """Those of these contracts, each once, as a French reader sorts them."""
    trouvees = {region.code: region for contrat in contrats if (region := region_de(contrat))}
    return sorted(trouvees.values(), key=lambda region: normaliser(region.nom))
