"""How the fiches of an instrument are numbered: by the rule of its dispositif, from their order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from echelons.contrats.models import FicheAction
from echelons.strategie.models import Dispositif, Volet


def axe_de(volet: Volet | None, volets: Mapping[int, Volet]) -> Volet | None:
    """The volet or the axis that a fiche counts for: its own, or the one in which its objective lies."""
    if volet is None or volet.dans_id is None:
        return volet
    return volets[volet.dans_id]


def numeros(numerotation: str, fiches: Sequence[FicheAction], volets: Mapping[int, Volet]) -> dict[int, str]:
    """The number of each fiche (by its key), in the order given.

    By volet, the first figure is the rank of the volet or axis among those of the dispositif; a fiche that has none yet
    is numbered from 0.
    """
    if numerotation == Dispositif.Numerotation.CONTINUE:
        return {fiche.pk: str(rang) for rang, fiche in enumerate(fiches, 1)}
    premiers = sorted((v for v in volets.values() if v.dans_id is None), key=lambda v: v.rang)
    rangs = {v.pk: rang for rang, v in enumerate(premiers, 1)}
    comptes: Counter[int] = Counter()
    resultat = {}
    for fiche in fiches:
        axe = axe_de(volets.get(fiche.volet_id) if fiche.volet_id else None, volets)
        rang = rangs[axe.pk] if axe else 0
        comptes[rang] += 1
        resultat[fiche.pk] = f"{rang}.{comptes[rang]}"
    return resultat
