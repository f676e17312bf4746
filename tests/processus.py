"""What a process started as a module by a trial needs before anything of the house: settings, database, deposit."""

from __future__ import annotations

import os
from pathlib import Path


def brancher(base: str, depot: str = "") -> None:
    """Make this process one of the tests: their settings, this database; this deposit, without antivirus."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    import django

    django.setup()
    from django.conf import settings
    from django.db import connection

    connection.settings_dict["NAME"] = base
    if depot:
        settings.DEPOT, settings.CLAMAV = Path(depot), ""
