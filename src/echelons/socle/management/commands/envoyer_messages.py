"""``echelons envoyer-messages``: send what is due; every ten minutes with ``--urgents``, once a day without."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from echelons.socle.envois import expedier


class Command(BaseCommand):
    """Ends with 1 when the mail server did not take something, which the next run tries again."""

    help = (
        "Envoie à chacun son message du jour (un par personne et par jour au plus) et les messages urgents."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--urgents", action="store_true", help="n’envoyer que les messages urgents")

    def handle(self, *args: Any, **options: Any) -> None:
        bilan = expedier(urgents_seulement=options["urgents"])
        if bilan.occupe:
            self.stdout.write("Un autre envoi est en cours\u00a0: rien n’a été fait.")
            return
        phrase = (
            f"Courriels envoyés\u00a0: {bilan.envoyes} ({bilan.lignes} lignes). "
            f"Messages écartés (droit perdu, chose faite)\u00a0: {bilan.ecartes}."
        )
        if bilan.echecs:
            raise CommandError(
                f"{phrase} Échecs\u00a0: {bilan.echecs}, dont abandonnés\u00a0: {bilan.abandonnes}. Ils seront tentés "
                "de nouveau au prochain passage. Vérifiez les réglages ECHELONS_SMTP_*."
            )
        self.stdout.write(phrase)
