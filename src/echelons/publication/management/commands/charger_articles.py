"""``echelons charger_articles <fichier ou dossier>``."""

from pathlib import Path
from typing import Any

from echelons.publication.actes import charger_articles
from echelons.socle.commandes import CommandeDeFichiers


class Command(CommandeDeFichiers):
    """Take in the news."""

    help = "Charge les actualités."

    def charger(self, chemin: Path, **options: Any) -> str:
        charger_articles(chemin=chemin)
        return "Actualités chargées."
