"""``echelons retirer_second_facteur``: for somebody who lost both telephone and recovery codes."""

from __future__ import annotations

import argparse
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from echelons.acteurs import freins, second_facteur
from echelons.acteurs.models import Compte, SessionOuverte


class Command(BaseCommand):
    """Whoever runs it has verified, otherwise than by e-mail, who asks for it."""

    help = (
        "Retire l’application d’un compte, après avoir vérifié qui le demande ; une autre sera à installer."
    )

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("courriel", help="adresse du compte")

    def handle(self, *args: Any, **options: Any) -> None:
        compte = Compte.objects.filter(courriel=options["courriel"].lower()).first()
        if compte is None:
            raise CommandError("Aucun compte n’a cette adresse.")
        with transaction.atomic():
            second_facteur.retirer(compte=compte)
            freins.liberer(freins.Objet.SECOND_FACTEUR, str(compte.pk))
            SessionOuverte.objects.filter(compte=compte).delete()
        self.stdout.write(
            "Second facteur retiré, sessions fermées : une application est à installer à la connexion."
        )
