"""The shape of a command that takes in files: errors are printed one a line, in French, and nothing is written."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.socle.yaml_situe import ErreurDeFichier


class CommandeDeFichiers(BaseCommand):
    """A command on one file or folder; ``charger`` returns the sentence to print."""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("chemin", type=Path, help="fichier YAML, ou dossier de fichiers YAML")

    def charger(self, chemin: Path, **options: Any) -> str:
        """Do the work; to be given by each command."""
        raise AssertionError("Une commande de fichiers définit « charger ».")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(self.charger(options.pop("chemin"), **options))
        except ErreurDeFichier as erreur:
            nombre = len(erreur.messages)
            entete = "1 erreur" if nombre == 1 else f"{nombre} erreurs"
            raise CommandError(
                "\n".join([f"{entete}, rien n’a été enregistré :", *erreur.messages])
            ) from erreur
