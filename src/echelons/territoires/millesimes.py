"""Which picture of the code officiel géographique is read at a date.

The packages give the memberships as they were on two days. What changed in between has no known date; the
rule is therefore: read the latest picture that is not after the date, and before the first picture, the
first. The page says which: « découpage au 1er janvier 2019 ».
"""

import datetime as dt
import json
from functools import cache
from pathlib import Path

from echelons.socle.dates import en_lettres

DONNEES = Path(__file__).parent / "donnees"


@cache
def millesimes() -> tuple[dt.date, ...]:
    """The days of the pictures that the shipped files hold, oldest first."""
    manifeste = json.loads((DONNEES / "manifeste.json").read_text(encoding="utf-8"))
    return tuple(dt.date.fromisoformat(jour) for jour in manifeste["millesimes"])


def millesime_lu(jour: dt.date) -> dt.date:
    """The picture in which memberships are read on ``jour``."""
    return max((m for m in millesimes() if m <= jour), default=millesimes()[0])


def decoupage_lu(jour: dt.date) -> str:
    """« découpage au 1er janvier 2019 », to be shown beside what rests on it."""
    return f"découpage au {en_lettres(millesime_lu(jour))}"


def periodes() -> tuple[tuple[dt.date | None, dt.date | None], ...]:
    """The included bounds during which each picture is read; the first has no beginning, the last no end."""
    jours = millesimes()
    debuts = (None, *jours[1:])
    fins = (*(jour - dt.timedelta(days=1) for jour in jours[1:]), None)
    return tuple(zip(debuts, fins, strict=True))
