"""The seal of an instrument: what was signed, byte for byte, and what proves it. SQL lets nothing of it change."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from echelons.acteurs.models import Mandat
from echelons.contrats.models.contrats import Instrument
from echelons.contrats.models.documents import Document


class Sceau(models.Model):
    """What an instrument said when its last party had signed, once and for all.

    ``contenu`` is its canonical JSON, ``empreinte`` the SHA-256 of these bytes, ``code`` the one printed on each page;
    ``produit`` and ``original`` are the SHA-256 of the PDF made here and of the signed original, both in the safe.
    ``sceau`` is the digest of all of it (``sceaux.forme``). Invariants: added only; numbered from 1 in its instrument;
    a scan that was not read by its codes says why it is nevertheless that of this text.
    """

    class Lecture(models.TextChoices):
        """How the signed original was found to be that of this text."""

        CODES = "codes", "codes lus sur chaque page"
        MAIN = "main", "rattaché à la main"

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="sceaux")
    rang = models.PositiveIntegerField()
    forme = models.PositiveSmallIntegerField()
    jour = models.DateField("jour de la dernière signature")
    instant = models.DateTimeField("scellé le")
    contenu = models.TextField()
    empreinte = models.CharField(max_length=64, db_index=True)
    code = models.CharField(max_length=20, db_index=True)
    produit = models.CharField("PDF produit", max_length=64, db_index=True)
    original = models.CharField("original signé", max_length=64, db_index=True)
    document = models.ForeignKey(Document, on_delete=models.PROTECT, related_name="sceaux")
    lecture = models.CharField(max_length=5, choices=Lecture.choices)
    motif = models.TextField(blank=True)
    signatures = models.JSONField(help_text="Partie, date, qualité, délégation.")
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="+")
    sceau = models.CharField(max_length=64)

    class Meta:
        ordering = ["instrument", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "rang"], name="contrats_sceau_unique"),
            models.CheckConstraint(
                name="contrats_sceau_motif",
                condition=Q(lecture="codes", motif="") | Q(lecture="main", motif__gt=""),
                violation_error_message="Un original rattaché à la main dit pourquoi.",
            ),
        ]

    def __str__(self) -> str:
        return f"Sceau n°\u00a0{self.rang} de {self.instrument}"


class AnnulationDeSceau(models.Model):
    """The act that says that a seal was a mistake. The seal stays, and is shown with it. Added only."""

    sceau = models.OneToOneField(Sceau, on_delete=models.PROTECT, related_name="annulation")
    motif = models.TextField()
    instant = models.DateTimeField()
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["instant"]
        constraints = [
            models.CheckConstraint(
                name="contrats_annulation_motif",
                condition=~Q(motif=""),
                violation_error_message="Une annulation dit pourquoi.",
            )
        ]

    def __str__(self) -> str:
        return f"Annulation de {self.sceau}"
