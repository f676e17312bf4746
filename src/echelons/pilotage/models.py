"""What a reader follows from outside: the secret link of a calendar."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from echelons.acteurs.models import Compte


class LienAgenda(models.Model):
    """The secret link by which a calendar program reads somebody's obligations, without a session.

    It bears no right: the feed reads the mandates of the day at each request. Invariants: only a digest of the secret
    is kept; an account has one link in use at most; a link revoked stays so.
    """

    hors_revision = True

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="liens_d_agenda")
    empreinte = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField("créé le")
    revoque_le = models.DateTimeField("révoqué le", null=True, blank=True)

    class Meta:
        ordering = ["-cree_le"]
        constraints = [
            models.UniqueConstraint(
                fields=["compte"],
                condition=Q(revoque_le=None),
                name="pilotage_lien_agenda_un_en_service",
                violation_error_message="Un compte a un seul lien d’agenda en service.",
            )
        ]

    def __str__(self) -> str:
        return f"Lien d’agenda {self.pk}"
