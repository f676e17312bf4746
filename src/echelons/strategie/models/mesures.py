"""What the strategies do, and who may do it: measures, with the dated competence of each level."""

from __future__ import annotations

from django.db import models

from echelons.strategie.models.appuis import Etayable, periode_dans_l_ordre
from echelons.strategie.models.cadre import Dispositif, Strategie
from echelons.strategie.models.composition import Axe


class Mesure(Etayable):
    """A measure of a strategy, in plain words."""

    strategie = models.ForeignKey(Strategie, on_delete=models.CASCADE, related_name="mesures")
    code = models.SlugField(max_length=80, unique=True)
    libelle = models.CharField("libellé", max_length=300)
    description = models.TextField()
    axe = models.ForeignKey(Axe, null=True, blank=True, on_delete=models.SET_NULL, related_name="mesures")

    class Meta:
        ordering = ["strategie", "code"]

    def __str__(self) -> str:
        return self.libelle


class Competence(Etayable):
    """Which level answers for a measure between two days, and in which contract that may enter.

    Without ``dispositif``, the level answers for it and no contract of the house holds it.
    """

    class Niveau(models.TextChoices):
        """Who."""

        ETAT = "etat", "État"
        REGION = "region", "région"
        DEPARTEMENT = "departement", "département"
        METROPOLE = "metropole", "métropole"
        BLOC_COMMUNAL = "bloc_communal", "communes et intercommunalités"
        CAF = "caf", "caisse d’allocations familiales"
        ARS = "ars", "agence régionale de santé"
        EMPLOI = "emploi", "service public de l’emploi"

    mesure = models.ForeignKey(Mesure, on_delete=models.CASCADE, related_name="competences")
    rang = models.PositiveSmallIntegerField()
    niveau = models.CharField(max_length=14, choices=Niveau.choices)
    dispositif = models.ForeignKey(
        Dispositif, null=True, blank=True, on_delete=models.CASCADE, related_name="competences"
    )
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["mesure", "rang"]
        constraints = [
            models.UniqueConstraint(
                fields=["mesure", "niveau", "dispositif", "debut"], name="strategie_competence_unique"
            ),
            periode_dans_l_ordre("La fin d’une compétence ne précède pas son début."),
        ]

    def __str__(self) -> str:
        return f"{self.mesure}, {self.get_niveau_display()}"
