"""``charger_perimetres``: put custom perimeters into the database."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.territoires.chargement import charger_perimetres


class Command(BaseCommand):
    """All or nothing: a file with one error writes nothing."""

    help = "Charge un fichier YAML de périmètres de projet."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "fichier", type=Path, help="le fichier YAML, dans la forme de donnees/perimetres.yaml"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(str(charger_perimetres(options["fichier"])))
        except ErreurDeFichier as erreur:
            raise CommandError(str(erreur)) from erreur
