"""Files received to fill a table of the house, what was found in them, and what they wrote."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q
from django.utils.timezone import localdate

from echelons.socle.dates import en_lettres
from echelons.socle.depot.antivirus import ABSENT, SAIN

if TYPE_CHECKING:
    from echelons.socle.journal import Objet


class Import(models.Model):
    """A spreadsheet given to be published in a table of the house (``destination``).

    Its content is in the safe, under ``empreinte``. Who gave it and where it reaches are opaque here (``compte``,
    ``mandat``, ``organisation``, ``region``, blank for the whole nation), as is ``sujet``, the one thing that it fills
    when it fills one. ``comparaison``: what the last check found that would change, as its destination tells it.
    Invariants: its state changes by the acts of its circuit only, and each raises its version; nothing is written in
    the table before it is published. A file that named somebody who was forgotten since is ``retire_le``: nothing that
    it said is kept here.
    """

    hors_revision = True  # no public page reads it

    class Etat(models.TextChoices):
        """Where it is in its circuit."""

        DEPOSE = "depose", "déposé"
        A_CORRIGER = "a_corriger", "à corriger"
        PRET = "pret", "prêt à publier"
        PUBLIE = "publie", "publié"
        ANNULE = "annule", "annulé"
        ABANDONNE = "abandonne", "abandonné"

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    destination = models.CharField(max_length=40)
    nom = models.CharField("nom du fichier", max_length=200)
    genre = models.CharField(max_length=8)
    taille = models.PositiveIntegerField("taille en octets")
    empreinte = models.CharField(max_length=64, db_index=True)
    antivirus = models.CharField(max_length=8, choices=[(SAIN, "sain"), (ABSENT, "absent")])
    depose_le = models.DateTimeField("déposé le")
    compte = models.CharField(max_length=100)
    mandat = models.CharField(max_length=100)
    organisation = models.CharField(max_length=100)
    region = models.CharField("région", max_length=60, blank=True, default="")
    sujet = models.PositiveBigIntegerField(null=True, blank=True, db_index=True)
    etat = models.CharField("état", max_length=12, choices=Etat.choices, default=Etat.DEPOSE)
    version = models.PositiveIntegerField(default=1)
    description = models.JSONField(default=dict, blank=True)
    correspondance = models.JSONField(default=dict, blank=True)
    bilan = models.JSONField(default=dict, blank=True)
    comparaison = models.JSONField(default=dict, blank=True)
    retire_le = models.DateTimeField(
        "fichier retiré le", null=True, blank=True, help_text="Il nommait une personne oubliée depuis."
    )

    class Meta:
        ordering = ["-depose_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="socle_import_contenu",
                condition=Q(taille__gt=0, version__gt=0),
                violation_error_message="Un import a un contenu.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def objet_journal(self) -> Objet:
        """Its chain in the journal."""
        from echelons.socle.journal import Objet

        return Objet("import", str(self.reference))

    @property
    def cle_des_travaux(self) -> str:
        """What tells the works about it from the others: one at a time."""
        return f"import:{self.reference}"

    @property
    def phrase_du_retrait(self) -> str:
        """Why its file is no longer there; blank while it is."""
        if self.retire_le is None:
            return ""
        return (
            f"Ce fichier a été retiré le {en_lettres(localdate(self.retire_le))}\u00a0: il nommait une personne qui a "
            "été oubliée depuis. Ce qui en avait été publié reste, sans son nom."
        )

    @property
    def feuilles(self) -> list[dict[str, Any]]:
        """The sheets, with their headings, as they were seen when it was received."""
        vues: list[dict[str, Any]] = self.description.get("feuilles", [])
        return vues

    @property
    def nombre_de_lignes(self) -> int:
        """How many rows lie under the headings of its sheets."""
        return sum(vue["lignes"] for vue in self.feuilles)


class AnomalieDImport(models.Model):
    """Something wrong, or worth a look, in a row of a file, as the last check found it."""

    hors_revision = True

    depuis = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="anomalies")
    feuille = models.CharField(max_length=100)
    ligne = models.PositiveIntegerField()
    colonne = models.PositiveSmallIntegerField(null=True, blank=True)
    texte = models.TextField()
    grave = models.BooleanField()

    class Meta:
        ordering = ["pk"]

    def __str__(self) -> str:
        return self.texte


class ElementImporte(models.Model):
    """A row of the house that an import created: what undoing it removes."""

    hors_revision = True

    depuis = models.ForeignKey(Import, on_delete=models.PROTECT, related_name="elements")
    table = models.CharField(max_length=60)
    cle = models.PositiveBigIntegerField("clé")

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["depuis", "table", "cle"], name="socle_element_importe_unique")
        ]

    def __str__(self) -> str:
        return f"{self.table} {self.cle}"


class CorrespondanceRetenue(models.Model):
    """What an organisation chose once for a heading (without accents nor case); blank when it is left out."""

    hors_revision = True

    organisation = models.CharField(max_length=100)
    destination = models.CharField(max_length=40)
    entete = models.CharField("en-tête", max_length=200)
    champ = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "destination", "entete"], name="socle_correspondance_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.entete} → {self.champ}"
