"""``charger_territoires``: put the shipped territories into the database, or bring them up to date."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.territoires.chargement import charger_fictifs, charger_officiel


class Command(BaseCommand):
    """Idempotent; costs nothing when the files are those already loaded."""

    help = "Charge les régions, départements, collectivités, EPCI et communes livrés avec le logiciel."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--fictifs",
            type=Path,
            metavar="FICHIER",
            help="charge aussi ce fichier de territoires fictifs, pour une démonstration",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            self.stdout.write(str(charger_officiel()))
            if options["fictifs"]:
                self.stdout.write(f"Fictifs : {charger_fictifs(options['fictifs'])}")
        except ErreurDeFichier as erreur:
            raise CommandError(str(erreur)) from erreur
