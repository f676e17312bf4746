"""A process that writes, forgets and seals without rest, on an existing database.

Usage: ``python -m tests.socle.plume DATABASE KEY ROOTS NUMBER``.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings


def main() -> None:
    """Write so many rows, each in its transaction; forget somebody every 20 rows, seal every 7."""
    base, cle, racines, nombre = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    django.setup()
    from django.db import connection, transaction

    from echelons.socle.journal import SYSTEME, Objet, Personnel, ecrire, oublier, sceller

    connection.settings_dict["NAME"] = base
    settings.JOURNAL_CLE, settings.JOURNAL_RACINES = Path(cle), Path(racines)
    for i in range(int(nombre)):
        with transaction.atomic():
            personnel = {"motif": Personnel(f"p{i % 3}", f"Motif fictif {i}")}
            ecrire(objet=Objet("dossier", f"d{i % 5}"), acte="noter", auteur=SYSTEME, personnel=personnel)
        if i % 20 == 0:
            oublier(f"p{i % 3}")
        if i % 7 == 0:
            sceller()


if __name__ == "__main__":
    main()
