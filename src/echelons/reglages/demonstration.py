"""What the demonstration says of itself: the day it opens on, and the days it proposes."""

import datetime as dt
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict

from echelons.socle.dates import lire_date_iso


def _jour(valeur: Any) -> Any:
    return lire_date_iso(valeur) if isinstance(valeur, str) else valeur


class DatesDeDemonstration(BaseModel):
    """``demonstration/dates.yaml``."""

    model_config = ConfigDict(extra="forbid")

    ouverture: Annotated[dt.date, BeforeValidator(_jour)]
    proposees: list[Annotated[dt.date, BeforeValidator(_jour)]]
