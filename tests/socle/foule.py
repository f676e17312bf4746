"""Many processes that do the same act on the same dossier at the same instant, on an existing database.

Usage: ``python -m tests.socle.foule DATABASE KEY ROOTS DOSSIER NUMBER``; prints how each ended, as JSON.
"""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import django
from django.conf import settings


def main() -> None:
    """Fork, let everybody connect, let everybody go at once, count."""
    base, cle, racines, dossier, nombre = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = base
    settings.JOURNAL_CLE, settings.JOURNAL_RACINES = Path(cle), Path(racines)
    attente, depart = os.pipe()
    reponses, ecrire = os.pipe()
    enfants = []
    for i in range(int(nombre)):
        if not (enfant := os.fork()):
            os.close(depart)
            os.write(ecrire, f"{_agir(i, int(dossier), attente)}\n".encode())
            os._exit(0)
        enfants.append(enfant)
    os.close(ecrire)
    os.close(depart)
    for enfant in enfants:
        os.waitpid(enfant, 0)
    with os.fdopen(reponses) as lues:
        sys.stdout.write(json.dumps(Counter(lues.read().splitlines())))


def _agir(i: int, pk: int, attente: int) -> str:
    from django.db import DatabaseError, connection

    from echelons.socle.circuit import ActeRefuse, appliquer
    from echelons.socle.journal import Auteur
    from tests.socle.maquette import CIRCUIT, Dossier, tout_permis

    connection.ensure_connection()
    dossier = Dossier.objects.get(pk=pk)
    os.read(attente, 1)
    try:
        appliquer(
            CIRCUIT,
            dossier,
            "soumettre",
            auteur=Auteur(f"c{i}", "", f"p{i}"),
            droit=tout_permis,
            version_lue=1 if i % 2 else None,
            commentaire=f"Commentaire fictif {i}",
        )
    except (ActeRefuse, DatabaseError) as refus:
        return type(refus).__name__ if isinstance(refus, ActeRefuse) else str(refus)
    return "fait"


if __name__ == "__main__":
    main()
