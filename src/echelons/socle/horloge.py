"""The two clocks of the house.

Business rules ask ``aujourdhui()``; recording, sessions, certificates and seals ask ``maintenant()``, which is
always real. Only the demonstration (and tests) may set the business date: for the whole instance by
``ECHELONS_AUJOURDHUI``, for one reader by the banner, through ``a_la_date``.
"""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.conf import settings
from django.utils import timezone

_choisie: ContextVar[dt.date | None] = ContextVar("date_metier", default=None)


def aujourdhui() -> dt.date:
    """The business date: the reader's, else the instance's, else the real one in Paris."""
    return _choisie.get() or settings.AUJOURDHUI or reelle()


def reelle() -> dt.date:
    """The real date in Paris."""
    return timezone.localdate()


def maintenant() -> dt.datetime:
    """The real instant, never settable."""
    return timezone.now()


@contextmanager
def a_la_date(jour: dt.date | None) -> Iterator[None]:
    """Read the house as on ``jour`` (None: as the instance says) inside the block."""
    jeton = _choisie.set(jour)
    try:
        yield
    finally:
        _choisie.reset(jeton)
