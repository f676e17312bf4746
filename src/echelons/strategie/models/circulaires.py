"""A text of reference as the national échelon writes it here: prepared, published, corrected, withdrawn."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from echelons.acteurs.models import Fonction
from echelons.strategie.models.cadre import Dispositif
from echelons.strategie.models.echeances import RegleEcheance
from echelons.strategie.models.textes import TexteReference
from echelons.territoires.models import Territoire

if TYPE_CHECKING:
    from echelons.socle.journal import Objet


class Circulaire(models.Model):
    """An instruction as it is prepared here, and the text of reference that it became.

    What it says while it is prepared binds nobody: only publishing writes the text, the dates that it moves and the
    obligations that it creates. Invariants: its state changes by the acts of its circuit only; a published one has a
    text and editions.
    """

    hors_revision = True  # no public page reads what is being prepared

    class Etat(models.TextChoices):
        """Where it is in its circuit."""

        PREPARATION = "preparation", "en préparation"
        PUBLIEE = "publiee", "publiée"
        CORRECTION = "correction", "publiée, correction en préparation"
        RETIREE = "retiree", "retirée"
        ABANDONNEE = "abandonnee", "abandonnée"

    code = models.SlugField(max_length=80, unique=True)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.PREPARATION)
    version = models.PositiveIntegerField(default=1)
    reference = models.CharField("référence", max_length=200)
    titre = models.CharField(max_length=300)
    date = models.DateField()
    publie_le = models.DateField("publication", null=True, blank=True)
    adresse = models.URLField("adresse du texte", max_length=500, blank=True)
    resume = models.TextField("résumé")
    dispositifs = models.ManyToManyField(Dispositif, related_name="circulaires")
    territoires = models.ManyToManyField(
        Territoire, blank=True, related_name="circulaires", help_text="Aucun : tous les territoires."
    )
    texte = models.OneToOneField(
        TexteReference, null=True, blank=True, on_delete=models.PROTECT, related_name="circulaire"
    )

    class Meta:
        ordering = ["-date", "code"]
        constraints = [
            models.CheckConstraint(
                name="strategie_circulaire_texte",
                condition=models.Q(etat__in=["preparation", "abandonnee"], texte=None)
                | models.Q(etat__in=["publiee", "correction", "retiree"], texte__isnull=False),
                violation_error_message="Une circulaire publiée a son texte de référence.",
            )
        ]

    def __str__(self) -> str:
        return self.reference

    @property
    def objet_journal(self) -> Objet:
        """Its chain in the journal."""
        from echelons.socle.journal import Objet

        return Objet("circulaire", self.code)

    @property
    def en_cours(self) -> bool:
        """Whether its content may be changed."""
        return self.etat in {self.Etat.PREPARATION, self.Etat.CORRECTION}


class DeplacementPrevu(models.Model):
    """The new date that a circular being prepared gives to an obligation. Invariant: one date an obligation."""

    hors_revision = True

    circulaire = models.ForeignKey(Circulaire, on_delete=models.CASCADE, related_name="deplacements")
    regle = models.ForeignKey(RegleEcheance, on_delete=models.CASCADE, related_name="deplacements_prevus")
    date = models.DateField("nouvelle date")

    class Meta:
        ordering = ["regle__date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["circulaire", "regle"], name="strategie_deplacement_unique")
        ]

    def __str__(self) -> str:
        return f"{self.regle}, {self.date.isoformat()}"


class EcheancePrevue(models.Model):
    """An obligation that a circular being prepared creates, at a fixed date.

    ``rang`` is its place in the text: a correction finds it again by that.
    """

    hors_revision = True

    circulaire = models.ForeignKey(Circulaire, on_delete=models.CASCADE, related_name="creations")
    rang = models.PositiveSmallIntegerField()
    dispositif = models.ForeignKey(Dispositif, on_delete=models.PROTECT, related_name="+")
    libelle = models.CharField("libellé", max_length=200)
    nature = models.CharField(max_length=14, choices=RegleEcheance.Nature.choices)
    exercice = models.PositiveSmallIntegerField(null=True, blank=True)
    regime = models.CharField(
        "régime", max_length=10, choices=RegleEcheance.Regime.choices, blank=True, default=""
    )
    date = models.DateField()
    dues_par = models.ManyToManyField(Fonction, related_name="+")
    dues_a = models.ManyToManyField(Fonction, blank=True, related_name="+")

    class Meta:
        ordering = ["rang"]
        constraints = [
            models.UniqueConstraint(fields=["circulaire", "rang"], name="strategie_echeance_prevue_unique")
        ]

    def __str__(self) -> str:
        return self.libelle


class EditionDeTexte(models.Model):
    """One publication of a text: first, corrected, or withdrawn; what it changed, in sentences.

    Append-only: the trace that a correction or a withdrawal leaves. ``enonces`` are those of the text itself, the
    same for every contract; ``touches`` is how many obligations of contracts it moved or created on that day.
    """

    class Nature(models.TextChoices):
        """What was done with the text."""

        PUBLICATION = "publication", "publication"
        CORRECTION = "correction", "correction"
        RETRAIT = "retrait", "retrait"

    texte = models.ForeignKey(TexteReference, on_delete=models.PROTECT, related_name="editions")
    rang = models.PositiveSmallIntegerField()
    nature = models.CharField(max_length=12, choices=Nature.choices)
    le = models.DateField()
    motif = models.TextField(blank=True)
    enonces: models.JSONField[list[str], list[str]] = models.JSONField("énoncés", default=list)
    touches = models.PositiveIntegerField("échéances touchées", default=0)

    class Meta:
        ordering = ["rang"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["texte", "rang"], name="strategie_edition_unique")
        ]

    def __str__(self) -> str:
        return f"{self.texte}, {self.get_nature_display()} du {self.le.isoformat()}"
