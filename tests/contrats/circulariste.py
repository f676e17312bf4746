"""Run as a module, to be killed: writes, publishes, corrects and withdraws texts of reference without rest.

Usage: ``python -m tests.contrats.circulariste BASE COMPTE GRAINE``. Says « commence CODE ACTE » before each act that
reaches the contracts, « fait CODE ACTE » after it.
"""

from __future__ import annotations

import datetime as dt
import itertools
import random
import sys

from tests.processus import brancher


def main() -> None:
    """Go on until killed."""
    base, compte, graine = sys.argv[1:4]
    brancher(base)
    from echelons.acteurs.models import Compte
    from echelons.acteurs.pouvoirs import Acteur
    from echelons.contrats.circulaires import publier, retirer
    from echelons.socle.horloge import a_la_date
    from echelons.strategie.circulaires import faire, preparer
    from echelons.strategie.models import Dispositif, RegleEcheance
    from echelons.strategie.redaction import Contenu
    from tests.contrats.scene import JOUR

    hasard = random.Random(graine)
    regles = list(
        RegleEcheance.objects.filter(dispositif__code="calpae", ancre="date").values_list("pk", flat=True)
    )

    def contenu(tour: str) -> Contenu:
        return Contenu(
            reference=f"Texte {tour}",
            titre="Essai",
            date=JOUR,
            resume="Essai.",
            dispositifs=(Dispositif.objects.get(code="calpae"),),
            deplacements={
                pk: JOUR + dt.timedelta(days=hasard.randrange(1000)) for pk in hasard.sample(regles, 4)
            },
        )

    def dire(*mots: str) -> None:
        print(*mots, flush=True)  # noqa: T201 - read by the trial

    with a_la_date(JOUR):
        par = Acteur.de(Compte.objects.get(pk=compte))
        for tour in itertools.count():
            circulaire = preparer(par=par, contenu=contenu(f"{graine}-{tour}"))
            dire("commence", circulaire.code, "publier")
            publier(par=par, circulaire=circulaire)
            dire("fait", circulaire.code, "publier")
            faire(par=par, circulaire=circulaire, acte="corriger", commentaire="Essai.")
            faire(par=par, circulaire=circulaire, acte="modifier", contenu=contenu(f"{graine}-{tour}"))
            dire("commence", circulaire.code, "corriger")
            publier(par=par, circulaire=circulaire)
            dire("fait", circulaire.code, "corriger")
            if tour % 2:
                dire("commence", circulaire.code, "retirer")
                retirer(par=par, circulaire=circulaire, motif="Essai.")
                dire("fait", circulaire.code, "retirer")


if __name__ == "__main__":
    main()
