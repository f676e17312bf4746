"""``echelons installer_administrateur``: open the first account of an instance, which then invites the others."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError

from echelons.acteurs.actes import Identite, installer_administrateur
from echelons.acteurs.models import Organisation
from echelons.web.compte.vues.mot_de_passe import chemin_du_lien


class Command(BaseCommand):
    """Refused as soon as somebody holds the national administration."""

    help = "Ouvre le compte de la première administration nationale et donne le lien où choisir son mot de passe."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("courriel", help="son adresse électronique")
        parser.add_argument("prenom", help="son prénom")
        parser.add_argument("nom", help="son nom")
        parser.add_argument("--organisation", default="dgcs", help="code de son organisation (dgcs)")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            compte = installer_administrateur(
                courriel=options["courriel"],
                identite=Identite(options["prenom"], options["nom"]),
                organisation=Organisation.objects.get(code=options["organisation"]),
            )
        except Organisation.DoesNotExist as erreur:
            raise CommandError(f"L’organisation « {options['organisation']} » n’existe pas.") from erreur
        except ValidationError as erreur:
            raise CommandError(" ".join(erreur.messages)) from erreur
        self.stdout.write(
            "Compte ouvert. Mot de passe à choisir dans l’heure, à l’adresse de l’instance suivie de :"
        )
        self.stdout.write(chemin_du_lien(compte))
