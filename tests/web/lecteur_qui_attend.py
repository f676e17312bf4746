"""Run as a module: reads what a perimeter holds and who lies in it, waits for a line, reads again.

Usage: ``python -m tests.web.lecteur_qui_attend BASE PERIMETRE``.
"""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Two readings, each on one line."""
    base, code = sys.argv[1:3]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    import django

    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = base
    import datetime as dt

    from echelons.socle.horloge import a_la_date
    from echelons.territoires.geographie import Geographie
    from echelons.territoires.models import Territoire

    with a_la_date(dt.date(2020, 6, 30)):
        for tour in range(2):
            geographie = Geographie.courante()
            dedans = [
                t.nom
                for t in Territoire.objects.filter(code__in=("59350", "59392")).order_by("code")
                if code in geographie.contenants(t.code, dt.date(2020, 6, 30))
            ]
            print(" ".join(dedans), flush=True)  # noqa: T201 - read by the test
            if tour == 0:
                sys.stdin.readline()


if __name__ == "__main__":
    main()
