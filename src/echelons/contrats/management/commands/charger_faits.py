"""``echelons charger_faits <fichier ou dossier>``."""

from pathlib import Path
from typing import Any

from echelons.contrats.chargement import charger_faits
from echelons.socle.commandes import CommandeDeFichiers


class Command(CommandeDeFichiers):
    """Take in contracts and dated facts."""

    help = "Charge des contrats et leurs faits datés ; un fait déjà connu n’entre pas deux fois."

    def charger(self, chemin: Path, **options: Any) -> str:
        bilan = charger_faits(chemin=chemin)
        return (
            f"{bilan.faits_nouveaux} faits nouveaux, {bilan.faits_deja_connus} déjà connus, "
            f"{bilan.contrats} contrats au total."
        )
