"""Where a row of the room lies, as ``for_user`` filters it: by its territory, its région, or its organisation."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

if TYPE_CHECKING:
    from echelons.acteurs.pouvoirs import Perimetre


def lieux_atteints(perimetre: Perimetre, *, organisation: str) -> Q:
    """The condition on a queryset that has a ``territoire``; ``organisation`` names the column of its organisation.

    Says of rows what ``habilitations.cible_de`` says of one; matches nothing when the reach is empty.
    """
    if perimetre.nation:
        return Q()
    return (
        perimetre.filtre(territoire="territoire__code", region="territoire__region__code")
        # What is held in the région itself lies in it.
        | Q(territoire__code__in=perimetre.regions)
        | Q(**{f"{organisation}__in": perimetre.organisations})
    )
