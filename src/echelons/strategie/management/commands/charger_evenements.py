"""``echelons charger_evenements <fichier ou dossier>``."""

from pathlib import Path
from typing import Any

from echelons.socle.commandes import CommandeDeFichiers
from echelons.strategie.actes import charger_evenements


class Command(CommandeDeFichiers):
    """Take in official counts, envelopes and events."""

    help = "Charge les comptes officiels, les enveloppes et les événements."

    def charger(self, chemin: Path, **options: Any) -> str:
        charger_evenements(chemin=chemin)
        return "Événements chargés."
