"""The frame of the policy: strategies, and the types of contract that they offer."""

from __future__ import annotations

import datetime as dt

from django.db import models
from django.db.models import F, Q

from echelons.socle.models import Source


class Strategie(models.Model):
    """A national strategy and its period (stratégie pauvreté 2018-2022, Pacte des solidarités 2024-2027)."""

    code = models.SlugField(max_length=60, unique=True)
    nom = models.CharField(max_length=300)
    debut = models.DateField("début")
    fin = models.DateField(null=True, blank=True)
    resume = models.TextField("résumé")

    class Meta:
        ordering = ["debut"]
        constraints = [
            models.CheckConstraint(
                name="strategie_strategie_periode",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin d’une stratégie ne précède pas son début.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class Dispositif(models.Model):
    """A type of contract that a strategy offers to the territories, with its period and what signs it.

    What it is made of is data too (``composition``). Invariant: exactly one kind of instrument signs it; a protocole
    never does.
    """

    class InstrumentSignant(models.TextChoices):
        """The form of the instrument whose signatures make the contract signed."""

        CONVENTION = "convention", "convention"
        CONTRAT_LOCAL = "contrat_local", "contrat local"
        PACTE_LOCAL = "pacte_local", "pacte local"

    class Numerotation(models.TextChoices):
        """How the fiches-actions of an instrument are numbered, in their order."""

        CONTINUE = "continue", "1, 2, 3…"
        PAR_VOLET = "par_volet", "1.1, 1.2, 2.1… (le rang du volet ou de l’axe, puis celui de la fiche)"

    code = models.SlugField(max_length=60, unique=True)
    strategie = models.ForeignKey(Strategie, on_delete=models.PROTECT, related_name="dispositifs")
    nom = models.CharField(max_length=300)
    nom_court = models.CharField(max_length=80)
    debut = models.DateField("début", help_text="Rien ne peut être signé avant cette date.")
    fin = models.DateField(null=True, blank=True)
    instrument_signant = models.CharField(max_length=20, choices=InstrumentSignant.choices)
    resume = models.TextField("résumé")
    principal = models.BooleanField(
        "contrat principal de sa période",
        default=True,
        help_text="Montré d’abord ; les autres le complètent ou courent à côté.",
    )
    avis_regional_depuis = models.DateField(
        "avis régional exigé depuis", null=True, blank=True, help_text="Vide : l’avis est facultatif."
    )
    numerotation = models.CharField(
        "numérotation des fiches", max_length=10, choices=Numerotation.choices, default=Numerotation.CONTINUE
    )
    fiche_exige = models.JSONField(
        "champs exigés d’une fiche", default=list, blank=True, help_text="Noms des champs communs."
    )
    sources = models.ManyToManyField(Source, related_name="dispositifs")

    class Meta:
        ordering = ["debut", "code"]
        constraints = [
            models.CheckConstraint(
                name="strategie_dispositif_periode",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin d’un dispositif ne précède pas son début.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def avis_regional_exige_le(self, jour: dt.date) -> bool:
        """Whether the opinion of the regional level is required before the State agrees a text on that day."""
        return self.avis_regional_depuis is not None and self.avis_regional_depuis <= jour
