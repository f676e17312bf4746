"""``echelons verifier-journal``: read the whole journal again and tell every anomaly."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.socle.journal import verifier
from echelons.socle.models import Racine


class Command(BaseCommand):
    """Ends with 1, one anomaly a line, when the journal is not what the product wrote."""

    help = "Relit tout le journal et dit ce qui y a été modifié, ajouté, retiré ou coupé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--depuis",
            type=int,
            metavar="N",
            help="ne relire que ce qui suit la racine n° N (elle est vérifiée)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        depuis = None
        if options["depuis"] is not None:
            depuis = Racine.objects.filter(numero=options["depuis"]).first()
            if depuis is None:
                raise CommandError(f"La racine n°\u00a0{options['depuis']} n’existe pas.")
        constat = verifier(depuis)
        lu = (
            f"Écritures relues\u00a0: {constat.ecritures}. Racines\u00a0: {constat.racines}. "
            f"Valeurs personnelles oubliées\u00a0: {constat.oubliees}."
        )
        if constat.anomalies:
            raise CommandError(
                "\n".join([*constat.anomalies, f"Anomalies\u00a0: {len(constat.anomalies)}. {lu}"])
            )
        self.stdout.write(f"Le journal est intact. {lu}")
