"""``echelons sceller-journal``: sign the journal as it stands. To be run every day, or every hour."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from echelons.socle.journal import JournalAltere, sceller


class Command(BaseCommand):
    """Adds a signed root, in the database and in the file of roots; refuses to sign over an anomaly."""

    help = "Scelle le journal : une racine signée, gardée dans la base et dans le fichier des racines."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            racine = sceller()
        except JournalAltere as erreur:
            raise CommandError(
                "\n".join(["Rien n’a été scellé, car le journal n’est pas intact\u00a0:", *erreur.anomalies])
            ) from erreur
        if racine is None:
            self.stdout.write("Rien n’a été écrit depuis la dernière racine.")
        else:
            self.stdout.write(
                f"Racine n°\u00a0{racine.numero}\u00a0: {racine.nombre} écritures, {racine.chaines} histoires. "
                f"Gardez une copie de {settings.JOURNAL_RACINES.name} hors de cette machine."
            )
