"""``echelons reconstruire-publications``: what is public of the sealed acts, worked out again from the seals."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from echelons.contrats.sceaux.repertoire import reconstruire


class Command(BaseCommand):
    """Says how many sealed acts were read, and for how many what was kept said something else."""

    help = "Déduit de nouveau, des sceaux et des choix des parties, ce qui est public : actions par lieu, montants."

    def handle(self, *args: Any, **options: Any) -> None:
        total, changes = reconstruire()
        self.stdout.write(f"Actes scellés relus\u00a0: {total}. Corrigés\u00a0: {changes}.")
