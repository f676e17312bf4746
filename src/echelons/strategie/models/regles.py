"""The rules of a dispositif, as data; their kinds are the functions of ``strategie.regles``."""

from __future__ import annotations

from django.db import models

from echelons.strategie.models.appuis import Etayable
from echelons.strategie.models.cadre import Dispositif
from echelons.strategie.requetes import RegleQuerySet


class Regle(Etayable):
    """What a contract of the dispositif must respect: a kind with its parameters, how severe, for which exercices.

    Invariant: what is to be confirmed never blocks (``regles.verdict``).
    """

    class Gravite(models.TextChoices):
        """What happens when it is broken."""

        AVERTISSEMENT = "avertissement", "avertissement"
        BLOQUANTE = "bloquante", "bloquante"

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="regles")
    code = models.SlugField(max_length=80, unique=True)
    rang = models.PositiveSmallIntegerField(default=0)
    libelle = models.CharField("libellé", max_length=200)
    controle = models.JSONField("contrôle", help_text="Le genre de règle et ses paramètres.")
    gravite = models.CharField("gravité", max_length=14, choices=Gravite.choices)
    exercice_debut = models.PositiveSmallIntegerField("premier exercice", null=True, blank=True)
    exercice_fin = models.PositiveSmallIntegerField("dernier exercice", null=True, blank=True)

    objects = RegleQuerySet.as_manager()

    class Meta:
        ordering = ["dispositif", "rang", "code"]
        constraints = [
            models.CheckConstraint(
                name="strategie_regle_exercices",
                condition=models.Q(exercice_fin__isnull=True)
                | models.Q(exercice_debut__isnull=True)
                | models.Q(exercice_fin__gte=models.F("exercice_debut")),
                violation_error_message="Le dernier exercice ne précède pas le premier.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle
