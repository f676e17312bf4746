"""What is measured: an indicator, the versions of its definition, and which dispositifs ask for it."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from echelons.strategie.models.appuis import Etayable
from echelons.strategie.models.cadre import Dispositif, Strategie
from echelons.strategie.models.composition import Volet
from echelons.strategie.operateurs import (
    RAPPORTS,
    SANS_ORDRE,
    TEMPS,
    TERRITOIRE,
    Nature,
    Operateur,
)
from echelons.strategie.requetes import IndicateurQuerySet


class Indicateur(models.Model):
    """Something counted, entered once and asked for by one or several dispositifs.

    ``strategie`` is the framework that defines it. Invariant: it is never removed; what is no longer asked has an end
    in its ``demandes``.
    """

    strategie = models.ForeignKey(Strategie, on_delete=models.PROTECT, related_name="indicateurs")
    code = models.SlugField(max_length=80, unique=True)
    rang = models.PositiveSmallIntegerField(default=0)

    objects = IndicateurQuerySet.as_manager()

    class Meta:
        ordering = ["rang", "code"]

    def __str__(self) -> str:
        return self.code


def _operateurs_admis() -> Q:
    """The pairs of operators that are not refused (``operateurs.refus_des_operateurs``), for the database."""
    admis = Q()
    for nature in Nature:
        admis |= Q(
            nature=nature.value,
            entre_territoires__in=sorted(o.value for o in TERRITOIRE[nature]),
            dans_le_temps__in=sorted(o.value for o in TEMPS[nature]),
        )
    for territoire, temps in sorted(SANS_ORDRE):
        admis &= ~Q(entre_territoires=territoire.value, dans_le_temps=temps.value)
    return admis


class VersionIndicateur(Etayable):
    """The definition of an indicator from a day on; the next one ends it.

    Invariants: once recorded it is published and SQL itself refuses to change it (only its confirmation, its text and
    its remark may be); a change of definition opens another version. A part or an average has its two terms, a
    quantile says which. The operators are a pair that gives a true figure.
    """

    class Sens(models.TextChoices):
        """Which way is better."""

        HAUSSE = "hausse", "plus c’est haut, mieux c’est"
        BAISSE = "baisse", "plus c’est bas, mieux c’est"
        AUCUN = "aucun", "ni bon ni mauvais en soi"

    class Periodicite(models.TextChoices):
        """How often it is asked."""

        MENSUELLE = "mensuelle", "chaque mois"
        TRIMESTRIELLE = "trimestrielle", "chaque trimestre"
        SEMESTRIELLE = "semestrielle", "chaque semestre"
        ANNUELLE = "annuelle", "chaque année"

    indicateur = models.ForeignKey(Indicateur, on_delete=models.CASCADE, related_name="versions")
    effet_le = models.DateField("en vigueur depuis le")
    libelle = models.CharField("libellé", max_length=300)
    definition = models.TextField("définition")
    nature = models.CharField(max_length=10, choices=Nature.choices)
    unite = models.CharField("unité", max_length=80)
    numerateur = models.TextField("numérateur", blank=True)
    denominateur = models.TextField("dénominateur", blank=True)
    quantile = models.DecimalField(max_digits=4, decimal_places=3, null=True, blank=True)
    sens = models.CharField(max_length=10, choices=Sens.choices)
    periodicite = models.CharField("périodicité", max_length=14, choices=Periodicite.choices)
    entre_territoires = models.CharField(max_length=18, choices=Operateur.choices)
    dans_le_temps = models.CharField(max_length=18, choices=Operateur.choices)
    ventilations = models.JSONField(default=list, blank=True, help_text="Liste de libellés.")

    class Meta:
        ordering = ["indicateur", "effet_le"]
        constraints = [
            models.UniqueConstraint(fields=["indicateur", "effet_le"], name="strategie_version_unique"),
            models.CheckConstraint(
                name="strategie_version_termes",
                condition=(
                    Q(nature__in=sorted(n.value for n in RAPPORTS)) & ~Q(numerateur="") & ~Q(denominateur="")
                )
                | (~Q(nature__in=sorted(n.value for n in RAPPORTS)) & Q(numerateur="", denominateur="")),
                violation_error_message="Une part ou une moyenne a un numérateur et un dénominateur, les autres non.",
            ),
            models.CheckConstraint(
                name="strategie_version_quantile",
                condition=Q(nature="quantile", quantile__gt=0, quantile__lt=1)
                | (~Q(nature="quantile") & Q(quantile__isnull=True)),
                violation_error_message="Un quantile est compris entre 0 et 1 ; les autres indicateurs n’en ont pas.",
            ),
            models.CheckConstraint(
                name="strategie_version_operateurs",
                condition=_operateurs_admis(),
                violation_error_message="Ces opérateurs donneraient un chiffre faux pour cette nature.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle} ({self.effet_le.isoformat()})"


class Demande(models.Model):
    """A dispositif asks for an indicator, for some exercices, under one of its volets perhaps."""

    indicateur = models.ForeignKey(Indicateur, on_delete=models.CASCADE, related_name="demandes")
    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="demandes")
    volet = models.ForeignKey(
        Volet, null=True, blank=True, on_delete=models.SET_NULL, related_name="demandes"
    )
    exercice_debut = models.PositiveSmallIntegerField("premier exercice", null=True, blank=True)
    exercice_fin = models.PositiveSmallIntegerField("dernier exercice", null=True, blank=True)

    class Meta:
        ordering = ["dispositif", "indicateur"]
        constraints = [
            models.UniqueConstraint(fields=["indicateur", "dispositif"], name="strategie_demande_unique"),
            models.CheckConstraint(
                name="strategie_demande_exercices",
                condition=Q(exercice_fin__isnull=True)
                | Q(exercice_debut__isnull=True)
                | Q(exercice_fin__gte=models.F("exercice_debut")),
                violation_error_message="Le dernier exercice ne précède pas le premier.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.dispositif.nom_court} : {self.indicateur}"
