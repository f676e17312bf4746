"""``echelons charger_referentiels <fichier ou dossier>``."""

from pathlib import Path
from typing import Any

from echelons.socle.commandes import CommandeDeFichiers
from echelons.strategie.actes import charger_referentiel


class Command(CommandeDeFichiers):
    """Take in a reference framework."""

    help = "Charge un référentiel (stratégie, dispositifs, objectifs, textes de référence)."

    def charger(self, chemin: Path, **options: Any) -> str:
        charger_referentiel(chemin=chemin)
        return "Référentiel chargé."
