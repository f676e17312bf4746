"""What is written: reference texts, and what they ask of every signatory."""

from django.db import models

from echelons.socle.models import Source
from echelons.strategie.models.cadre import Dispositif
from echelons.strategie.requetes import ObjectifQuerySet
from echelons.territoires.models import Territoire


class TexteReference(models.Model):
    """A circular, instruction, decree or law, with what it changes; invariant: dated, and sourced or published here.

    ``territoires`` are those that it speaks of; none: all. From ``retire_le`` on, it moves and creates nothing.
    """

    code = models.SlugField(max_length=80, unique=True)
    reference = models.CharField("référence", max_length=200)
    titre = models.CharField(max_length=300)
    date = models.DateField()
    publie_le = models.DateField("publication", null=True, blank=True)
    resume = models.TextField("résumé")
    adresse = models.URLField("adresse du texte", max_length=500, blank=True, default="")
    retire_le = models.DateField("retrait", null=True, blank=True)
    dispositifs = models.ManyToManyField(Dispositif, related_name="textes", blank=True)
    territoires = models.ManyToManyField(Territoire, related_name="textes", blank=True)
    sources = models.ManyToManyField(Source, related_name="textes")

    class Meta:
        ordering = ["date", "code"]

    def __str__(self) -> str:
        return self.reference


class Objectif(models.Model):
    """What a text asks of every signatory of a dispositif, and by when."""

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="objectifs")
    libelle = models.CharField("libellé", max_length=300)
    echeance = models.DateField("échéance")
    texte = models.ForeignKey(TexteReference, on_delete=models.PROTECT, related_name="objectifs")

    objects = ObjectifQuerySet.as_manager()

    class Meta:
        ordering = ["echeance"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "echeance"], name="strategie_objectif_unique")
        ]

    def __str__(self) -> str:
        return self.libelle
