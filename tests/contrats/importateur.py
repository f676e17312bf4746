"""Run as a module, to be killed: gives spreadsheets, checks, publishes and undoes them without rest.

Usage: ``python -m tests.contrats.importateur BASE DEPOT COMPTE RANG``. Says « commence » once ready, then
« publie REFERENCE » and « annule REFERENCE » after each act.
"""

from __future__ import annotations

import itertools
import sys

from tests.processus import brancher

LIGNES = 40
CODES = ("59", "62", "02", "60", "80")


def fichier(tour: str) -> bytes:
    """Facts of its own: no two files say the same."""
    entetes = "Territoire;Dispositif;Type d’instrument;Numéro;Partie;Date;Source;Adresse de la source\r\n"
    return (
        entetes
        + "".join(
            f"{CODES[n % len(CODES)]};calpae;avenant;{1 + n % 9};État;{1 + n % 28:02d}/01/2020;Page;"
            f"https://exemple.invalid/{tour}/{n % 3}\r\n"
            for n in range(LIGNES)
        )
    ).encode()


def main() -> None:
    """Go on until killed."""
    base, depot, compte, rang = sys.argv[1:5]
    brancher(base, depot)
    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats import imports
    from echelons.contrats.faits_par_fichier import FAITS
    from echelons.socle.horloge import a_la_date
    from echelons.socle.imports.passage import Correspondance
    from tests.contrats.scene import JOUR

    with a_la_date(JOUR):
        par = Acteur.de(Compte.objects.get(pk=compte))
        for tour in itertools.count():
            objet = imports.deposer(
                par=par, destination=FAITS, region="", nom="essai.csv", morceaux=[fichier(f"{rang}-{tour}")]
            )
            imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
            assert objet.etat == "pret", [a.texte for a in objet.anomalies.all()[:3]]
            print("commence", flush=True)  # noqa: T201 - read by the trial
            imports.publier(par=par, objet=objet)
            print("publie", objet.reference, flush=True)  # noqa: T201
            if tour % 2:
                imports.annuler(par=par, objet=objet, motif="Essai")
                print("annule", objet.reference, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
