"""Querysets of the room, with the verbs of the domain."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from echelons.territoires.models import Territoire  # noqa: F401


class TerritoireQuerySet(models.QuerySet["Territoire"]):
    """Territories, read at a date or by what a person types."""

    def valides(self, jour: dt.date) -> Self:
        """Those that exist on that day (bounds included)."""
        return self.filter(
            Q(debut=None) | Q(debut__lte=jour),
            Q(fin=None) | Q(fin__gte=jour),
        )

    def signataires(self, jour: dt.date) -> Self:
        """The real collectivités of departmental rank called to sign on that day, by code.

        101 on 1 January 2019, 100 from 1 January 2021. Métropoles and régions sign beside them and are not here.
        """
        return self.valides(jour).filter(type="collectivite", fictif=False).order_by("code")
