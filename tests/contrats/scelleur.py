"""Run as a module, to be killed: seals a signed instrument, cancels the seal, without rest.

Usage: ``python -m tests.contrats.scelleur BASE DEPOT COMPTE INSTRUMENT DOCUMENT``. Says « commence N » before each,
« fait N EMPREINTE » after it.
"""

from __future__ import annotations

import itertools
import sys

from tests.processus import brancher


def main() -> None:
    """Go on until killed."""
    base, depot, compte, instrument, document = sys.argv[1:6]
    brancher(base, depot)
    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats.models import Document, Instrument
    from echelons.contrats.sceaux.actes import annuler, sceller
    from echelons.contrats.sceaux.lecture import sceau_en_cours
    from echelons.socle.horloge import a_la_date
    from tests.contrats.scene import JOUR

    with a_la_date(JOUR):
        par = Acteur.de(Compte.objects.get(pk=compte))
        for tour in itertools.count():
            objet = Instrument.objects.select_related("contrat__dispositif", "contrat__perimetre").get(
                pk=instrument
            )
            if (ancien := sceau_en_cours(objet)) is not None:
                annuler(par=par, sceau=ancien, motif="Essai.")
            print("commence", tour, flush=True)  # noqa: T201 - read by the trial
            sceau = sceller(
                par=par, instrument=objet, document=Document.objects.get(pk=document), motif="Sans code."
            )
            print("fait", tour, sceau.rang, flush=True)  # noqa: T201 - read by the trial


if __name__ == "__main__":
    main()
