"""A process that gives documents to a contract, on an existing database.

Usage: ``python -m tests.contrats.deposant DATABASE SAFE ACCOUNT CONTRACT FILE NUMBER [vite]``; the same file each
time, or with « - » a new one. With « vite », files are not examined: nearly all the time is spent in keeping them.
Prints a line an end: « fait DIGEST », or « refus » and why.
"""

import os
import sys
from pathlib import Path

import django
from django.conf import settings


def main() -> None:
    """Give so many files."""
    base, depot, compte, code, chemin, nombre, *vite = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    django.setup()
    from django.core.exceptions import ValidationError
    from django.core.files.base import ContentFile
    from django.db import connection

    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats.documents import deposer
    from echelons.contrats.models import Contrat
    from echelons.socle.depot import reception
    from echelons.socle.depot.examen import Examen
    from echelons.socle.horloge import a_la_date
    from tests.contrats.scene import JOUR
    from tests.socle import pieces

    connection.settings_dict["NAME"] = base
    settings.DEPOT, settings.CLAMAV = Path(depot), ""
    if vite:
        vite_fait = Examen("pdf", 1, pieces.image())
        reception.examiner = lambda chemin: vite_fait
    with a_la_date(JOUR):
        acteur = Acteur.de(Compte.objects.get(pk=compte))
        contrat = Contrat.objects.get(code=code)
        for rang in range(int(nombre)):
            octets = Path(chemin).read_bytes() if chemin != "-" else pieces.pdf(titre=f"{os.getpid()} {rang}")
            titre = f"Document {os.getpid()} {rang}"
            try:
                recu = deposer(
                    par=acteur,
                    contrat=contrat,
                    genre="annexe",
                    titre=titre,
                    fichier=ContentFile(octets, name="a.pdf"),
                )
            except ValidationError as refus:
                fin = f"refus {refus.messages[0]}"
            else:
                fin = f"fait {recu.empreinte}"
            sys.stdout.write(f"{fin}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
