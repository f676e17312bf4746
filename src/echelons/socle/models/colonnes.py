"""The columns that somebody keeps for the tables they take out."""

from __future__ import annotations

from django.db import models

from echelons.socle.models.journal import LONGUEUR_REFERENCE


class ColonnesRetenues(models.Model):
    """For an account (opaque) and a table, the headings last chosen. Invariant: one choice a table; none means all."""

    hors_revision = True  # a page made for somebody is kept by nothing

    compte = models.CharField(max_length=LONGUEUR_REFERENCE)
    table = models.CharField(max_length=40)
    colonnes = models.JSONField(help_text="Liste de titres de colonnes.")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["compte", "table"], name="socle_colonnes_retenues_unique")
        ]

    def __str__(self) -> str:
        return f"{self.table} : {', '.join(self.colonnes)}"
