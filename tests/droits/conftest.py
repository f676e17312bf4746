"""One world for all the trials of the rights: built once, changed by none."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import override_settings

from echelons.socle.horloge import a_la_date
from tests.droits.monde import JOUR, Monde


@contextmanager
def ouvrir_le_monde(blocker) -> Iterator[Monde]:
    """The world in a transaction of its own, given up at the end."""
    refus = logging.getLogger("django.request")
    niveau = refus.level
    # Thousands of refusals are what is tried here: their traces would cost more than the pages.
    refus.setLevel(logging.ERROR)
    cache.clear()
    with (
        tempfile.TemporaryDirectory() as depot,
        override_settings(DEPOT=Path(depot), CLAMAV=""),
        blocker.unblock(),
        transaction.atomic(),
        a_la_date(JOUR),
    ):
        yield Monde()
        transaction.set_rollback(True)
    refus.setLevel(niveau)


@pytest.fixture(scope="module")
def monde(django_db_setup, django_db_blocker) -> Iterator[Monde]:
    with ouvrir_le_monde(django_db_blocker) as ouvert:
        yield ouvert
