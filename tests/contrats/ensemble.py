"""Many processes that do the same act on the same instrument at the same instant, on an existing database.

Usage: ``python -m tests.contrats.ensemble DATABASE ACCOUNT INSTRUMENT NUMBER``; prints how each ended, as JSON.
"""

import json
import os
import sys
from collections import Counter

import django


def main() -> None:
    """Fork, let everybody read the same version, let everybody go at once, count."""
    base, compte, instrument, nombre = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    django.setup()
    from django.db import connection

    connection.settings_dict["NAME"] = base
    attente, depart = os.pipe()
    reponses, ecrire = os.pipe()
    prets, dire_pret = os.pipe()
    enfants = []
    for _ in range(int(nombre)):
        if not (enfant := os.fork()):
            os.close(depart)
            fin = _agir(int(compte), int(instrument), attente, dire_pret)
            os.write(ecrire, f"{fin}\n".encode())
            os._exit(0)
        enfants.append(enfant)
    os.close(ecrire)
    os.close(dire_pret)
    for _ in enfants:
        os.read(prets, 1)
    os.close(depart)
    for enfant in enfants:
        os.waitpid(enfant, 0)
    with os.fdopen(reponses) as lues:
        sys.stdout.write(json.dumps(Counter(lues.read().splitlines())))


def _agir(compte: int, pk: int, attente: int, dire_pret: int) -> str:
    from django.db import DatabaseError

    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats import actes
    from echelons.contrats.models import Instrument
    from echelons.socle.circuit import ActeRefuse
    from echelons.socle.horloge import a_la_date
    from tests.contrats.scene import JOUR

    with a_la_date(JOUR):
        acteur = Acteur.de(Compte.objects.get(pk=compte))
        instrument = Instrument.objects.get(pk=pk)
        lue = instrument.version
        os.write(dire_pret, b".")
        os.read(attente, 1)
        try:
            actes.agir(par=acteur, instrument=instrument, acte="soumettre", version_lue=lue)
        except (ActeRefuse, DatabaseError) as fin:
            return type(fin).__name__
    return "fait"


if __name__ == "__main__":
    main()
