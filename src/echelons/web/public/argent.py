"""The money that a page of several territories shows: what public acts foresee, what sources say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from echelons.pilotage.lectures import NomTerritoire
from echelons.pilotage.montants import montants_dits, plan_de
from echelons.web.public.formulaires import Lecture


def argent(lecture: Lecture, dedans: Callable[[NomTerritoire], bool], *, dits: bool = True) -> dict[str, Any]:
    """For ``composants/plan.html``; ``dedans`` keeps the territories of the page. Nothing without a dispositif.

    ``dits``: the amounts that sources tell, too; the nation's would be too long a list.
    """
    if lecture.dispositif is None:
        return {}
    choix = (lecture.dispositif.pk, lecture.au, lecture.connu, dedans)
    return {"plan": plan_de(*choix), "montants_dits": montants_dits(*choix) if dits else None}
