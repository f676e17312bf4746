"""On what a statement of the framework rests: a text, sources, or nothing yet."""

from __future__ import annotations

from django.db import models

from echelons.socle.models import Source


class Etayable(models.Model):
    """A statement of the framework with what supports it.

    Invariant kept by the files: what no text nor source supports is ``a_confirmer``; it is shown so, never called
    official, and never blocks an act.
    """

    texte = models.ForeignKey(
        "strategie.TexteReference", null=True, blank=True, on_delete=models.PROTECT, related_name="%(class)ss"
    )
    sources = models.ManyToManyField(Source, blank=True, related_name="%(class)ss")
    a_confirmer = models.BooleanField("à confirmer", default=False)
    remarque = models.TextField(blank=True)

    class Meta:
        abstract = True

    @property
    def appui(self) -> str:
        """The text, else those who published the documents, for a sentence; empty when nothing supports it."""
        if self.texte:
            return self.texte.reference
        return ", ".join(dict.fromkeys(s.editeur for s in self.sources.all()))


def periode_dans_l_ordre(message: str) -> models.CheckConstraint:
    """The constraint of a model with « debut » and « fin », each perhaps unknown."""
    return models.CheckConstraint(
        name="%(app_label)s_%(class)s_periode",
        condition=models.Q(fin__isnull=True)
        | models.Q(debut__isnull=True)
        | models.Q(fin__gte=models.F("debut")),
        violation_error_message=message,
    )
