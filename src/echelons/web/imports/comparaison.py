"""What a workbook changes in its instrument, as the page shows it: by what it changes, long texts side by side."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from echelons.web.departemental.comparaison import Changement, comparer

CHANGEMENTS_MONTRES = 400
Dit = tuple[dict[str, str], list[Changement]]


def montrer(comparaison: Mapping[str, Any]) -> dict[str, Any]:
    """For the template; nothing when there is no comparison."""
    if not comparaison:
        return {}
    changements = comparaison["changements"]
    groupes: dict[str, list[Dit]] = {}
    for dit in changements[:CHANGEMENTS_MONTRES]:
        groupes.setdefault(dit["de"], []).append(_detailler([dit])[0])
    avant, apres = (Decimal(total) for total in comparaison["total"])
    return {
        "notes": comparaison["notes"],
        "groupes": list(groupes.items()),
        "nombre": len(changements),
        "tus": max(0, len(changements) - CHANGEMENTS_MONTRES),
        "avant": avant,
        "apres": apres,
        "conflits": _detailler(comparaison["conflits"]),
        "retraits": _detailler(comparaison["retraits"]),
        "a_decider": comparaison["a_decider"],
    }


def _detailler(dits: Sequence[dict[str, str]]) -> list[Dit]:
    """Each with what changes in its texts, when they are long enough to be compared."""
    return [(d, comparer(d["avant"], d["apres"]) if d["avant"] or d["apres"] else []) for d in dits]
