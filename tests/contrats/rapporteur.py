"""Run as a module, to be killed: brings changed workbooks back on an instrument and writes what they change.

Usage: ``python -m tests.contrats.rapporteur BASE DEPOT COMPTE INSTRUMENT``, ready once it has said « prêt ». For each
name of a file read on its input, a process forked from it goes on without rest until killed, its number said; in that
file it says « commence N » before each publication, « fait N RANG » after it.
"""

from __future__ import annotations

import itertools
import os
import random
import sys

from tests.processus import brancher

FICHES_MAX = 14


def main() -> None:
    """Fork somebody for each order."""
    base, depot, compte, instrument = sys.argv[1:5]
    brancher(base, depot)
    print("prêt", flush=True)  # noqa: T201 - read by the trial
    for ordre in sys.stdin:
        enfant = os.fork()
        if not enfant:
            os.setsid()
            with open(ordre.strip(), "w", buffering=1) as sortie:  # noqa: PTH123 - line by line
                rapporter_sans_fin(compte, instrument, sortie)
        print(enfant, flush=True)  # noqa: T201
        os.waitpid(enfant, 0)
        print("mort", flush=True)  # noqa: T201


def rapporter_sans_fin(compte: str, instrument: str, sortie) -> None:
    """Go on until killed."""
    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats import imports
    from echelons.contrats.models import Instrument
    from echelons.socle.horloge import a_la_date
    from echelons.socle.imports.passage import Correspondance
    from tests.contrats.contenu.classeurs import Classeur, telecharger
    from tests.contrats.scene import JOUR

    hasard = random.Random()
    with a_la_date(JOUR):
        par = Acteur.de(Compte.objects.get(pk=compte))
        for tour in itertools.count():
            objet = Instrument.objects.avec_contrat().get(pk=instrument)
            classeur = Classeur(telecharger(objet))
            changer(classeur, hasard)
            retour = imports.deposer_un_retour(
                par=par, instrument=objet, nom="essai.xlsx", morceaux=[classeur.octets()]
            )
            imports.verifier(par=par, objet=retour, correspondance=Correspondance.de(retour.correspondance))
            assert retour.etat == "pret", [a.texte for a in retour.anomalies.all()[:3]]
            sortie.write(f"commence {tour}\n")
            imports.publier(par=par, objet=retour, choix=[r["cle"] for r in retour.comparaison["retraits"]])
            sortie.write(f"fait {tour} {imports.ecriture_de(retour)[0]}\n")


def changer(classeur, hasard: random.Random) -> None:
    """Every amount, a text of each fiche, a fiche more with its money, or one less."""
    for rang in classeur.rangs("Financement"):
        classeur.changer("Financement", rang, Montant_prévu=hasard.randrange(1, 10**8) / 100)
    for rang in classeur.rangs("Fiches"):
        classeur.changer("Fiches", rang, Public=f"Public {hasard.random()}")
    if len(classeur.rangs("Fiches")) >= FICHES_MAX:
        for _ in range(4):
            reference = classeur.lire("Fiches", 2, "Référence")
            classeur.retirer("Fiches", 2)
            for rang in reversed(classeur.rangs("Financement")):
                if classeur.lire("Financement", rang, "Référence de la fiche") == reference:
                    classeur.retirer("Financement", rang)
    titre = f"Neuve {hasard.random()}"
    classeur.ajouter("Fiches", Numéro=titre, Intitulé=titre, Public="Tous.")
    for annee in (2019, 2020, 2021):
        classeur.ajouter("Financement", Fiche=titre, Financeur="État", Exercice=annee, Montant_prévu=annee)


if __name__ == "__main__":
    main()
