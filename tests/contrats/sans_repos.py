"""A process that does act after act on the instruments of a scene, on an existing database.

Usage: ``python -m tests.contrats.sans_repos DATABASE SEED INSTRUMENT…``. Prints a line before each act
(« commence ACT INSTRUMENT ») and one after (« fait NUMBER » of the row of the journal, or « refus »).
"""

import os
import random
import sys

import django


def main() -> None:
    """Act without end; an instrument that is closed leaves its place to the others."""
    base, graine, *cles = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    django.setup()
    from django.db import connection

    from echelons.acteurs.models import Mandat
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats import actes
    from echelons.contrats.circuit import CIRCUIT
    from echelons.contrats.models import Instrument
    from echelons.socle.circuit import ActeRefuse
    from echelons.socle.horloge import a_la_date
    from tests.contrats.scene import DONNEES, JOUR, QUI

    connection.settings_dict["NAME"] = base
    hasard = random.Random(graine)
    with a_la_date(JOUR):
        comptes = {
            m.fonction.code: m.personne.compte
            for m in Mandat.objects.select_related("fonction", "personne__compte").filter(
                organisation__code__startswith="essai-"
            )
        }
        for tour in range(1_000_000):
            instrument = Instrument.objects.get(pk=int(hasard.choice(cles)))
            possibles = [
                t.acte
                for t in CIRCUIT.depuis(instrument.etat)
                if t.acte in QUI and t.acte not in {"abandonner", "denoncer", "entrer_en_vigueur"}
            ]
            if not possibles:
                continue
            acte = hasard.choice(possibles)
            donnees = dict(DONNEES.get(acte, {}))
            if acte == "rediger":
                donnees["texte"] = f"Texte fictif {graine} {tour}"
            if acte == "deliberer":
                donnees["issue"] = hasard.choice(("adoptee", "adoptee", "ajournee", "rejetee"))
            sys.stdout.write(f"commence {acte} {instrument.pk}\n")
            sys.stdout.flush()
            try:
                ecriture = actes.agir(
                    par=Acteur.de(comptes[QUI[acte]]), instrument=instrument, acte=acte, **donnees
                )
            except ActeRefuse:
                sys.stdout.write("refus\n")
            else:
                sys.stdout.write(f"fait {ecriture.numero}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
