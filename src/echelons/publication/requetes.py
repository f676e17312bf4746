"""Querysets of the room, with the verbs of the domain."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from echelons.publication.models import Article  # noqa: F401


class ArticleQuerySet(models.QuerySet["Article"]):
    """News articles."""

    def publies(self, jour: dt.date) -> Self:
        """Those published by that day, latest first, with their sources."""
        return self.filter(publie_le__lte=jour).prefetch_related("sources")
