"""``echelons verifier-documents``: is every document received still what it was; remove what was never finished."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.contrats.documents import empreintes_gardees
from echelons.socle.depot import coffre


class Command(BaseCommand):
    """Reads every file kept; ends with 1, one digest a line, when one is missing or altered."""

    help = "Relit tous les documents reçus et dit ceux qui manquent ou ont changé."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--nettoyer",
            action="store_true",
            help="supprimer les fichiers qu’aucun document ne nomme, et ceux dont l’arrivée a été interrompue",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["nettoyer"]:
            with coffre.occupation(seul=True):
                retires = coffre.nettoyer(empreintes_gardees())
            self.stdout.write(f"Fichiers sans document supprimés\u00a0: {len(retires)}.")
        gardees = empreintes_gardees()
        anomalies = [f"{e}\u00a0: {quoi}" for e in sorted(gardees) if (quoi := coffre.etat(e))]
        bilan = f"Contenus relus\u00a0: {len(gardees)}. Fichiers sans document\u00a0: {coffre.orphelins(gardees)}."
        if anomalies:
            raise CommandError("\n".join([*anomalies, f"Anomalies\u00a0: {len(anomalies)}. {bilan}"]))
        self.stdout.write(f"Les documents sont intacts. {bilan}")
