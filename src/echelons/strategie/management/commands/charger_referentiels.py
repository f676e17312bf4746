"""``echelons charger_referentiels <fichier ou dossier> [--appliquer]``."""

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from echelons.socle.commandes import CommandeDeFichiers
from echelons.strategie.actes import Comparaison, appliquer_referentiel, comparer_referentiel
from echelons.strategie.difference import Sorte


class Command(CommandeDeFichiers):
    """Say what a reference framework would change; take it in when told to."""

    help = (
        "Dit ce qu’un référentiel changerait (stratégie, dispositifs, mesures, indicateurs, règles, échéances, "
        "textes) ; avec --appliquer, l’enregistre."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        super().add_arguments(parser)
        parser.add_argument("--appliquer", action="store_true", help="enregistre ce qui vient d’être dit")

    def charger(self, chemin: Path, **options: Any) -> str:
        if options["appliquer"]:
            return dire(appliquer_referentiel(chemin=chemin), fait=True)
        return dire(comparer_referentiel(chemin=chemin), fait=False)


def dire(comparaison: Comparaison, *, fait: bool) -> str:
    """The sentences, then how many elements are touched and what to do next."""
    if not comparaison.changements:
        return "Rien ne change : ce référentiel est déjà enregistré."
    nombres = ", ".join(
        f"{comparaison.compte(sorte)} {nom}{'s' if comparaison.compte(sorte) > 1 else ''}"
        for sorte, nom in (
            (Sorte.AJOUT, "ajout"),
            (Sorte.CHANGEMENT, "changement"),
            (Sorte.RETRAIT, "retrait"),
        )
    )
    suite = (
        "Référentiel enregistré" if fait else "Rien n’est enregistré. Pour l’enregistrer, ajoutez --appliquer"
    )
    return "\n".join([*(f"- {phrase}" for phrase in comparaison.phrases), f"{nombres}. {suite}."])
