"""Batches: the acts of all the instruments of a campaign, produced in the background for whoever asked.

Nothing here is read by a public page, and all of it is forgotten after some days: an act can be produced again.
"""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from echelons.acteurs.models import Compte
from echelons.contrats.models.contrats import Instrument
from echelons.strategie.models import Dispositif


class Lot(models.Model):
    """What somebody asked for: these kinds of files (``sortes``), of the instruments of one campaign that they read.

    ``genre`` and ``periode`` name the campaign with the dispositif (``lots.campagnes``). Stopped (``arrete_le``), it
    keeps what is produced, and is resumed where it stood.
    """

    hors_revision = True  # no public page reads it

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="lots")
    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="+")
    genre = models.SlugField(max_length=80)
    periode = models.SlugField("période", max_length=20)
    intitule = models.CharField("intitulé", max_length=300)
    sortes = models.JSONField()
    demande_le = models.DateTimeField("demandé le")
    arrete_le = models.DateTimeField("arrêté le", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]

    def __str__(self) -> str:
        return self.intitule

    @property
    def cle_du_travail(self) -> str:
        """What its work is about: one at a time."""
        return f"lot:{self.reference}"


class ActeDeLot(models.Model):
    """One file of one instrument in a batch: to be produced, produced, or why it is not.

    ``entree`` is the digest of all that the bytes depend on, ``fichier`` their own SHA-256, by which the safe holds
    them. Invariants: an instrument gives each kind of file once; what is produced has its file, nothing else has one.
    """

    hors_revision = True

    class Sorte(models.TextChoices):
        """What is made of the instrument."""

        ACTE = "acte", "convention et annexes (PDF)"
        SEANCE = "seance", "dossier de séance (ZIP)"

    class Etat(models.TextChoices):
        """Where it is."""

        A_FAIRE = "a_faire", "à faire"
        PRODUIT = "produit", "produit"
        ECHEC = "echec", "échec"
        ECARTE = "ecarte", "écarté"

    class Valeur(models.TextChoices):
        """What the file is worth."""

        PROJET = "projet", "projet"
        SOUMIS = "soumis", "texte soumis"
        SCELLE = "scelle", "acte scellé"

    lot = models.ForeignKey(Lot, on_delete=models.CASCADE, related_name="actes")
    instrument = models.ForeignKey(Instrument, on_delete=models.CASCADE, related_name="+")
    sorte = models.CharField(max_length=8, choices=Sorte.choices)
    etat = models.CharField("état", max_length=8, choices=Etat.choices, default=Etat.A_FAIRE)
    essais = models.PositiveSmallIntegerField(default=0, help_text="Combien de fois il a été commencé.")
    phrase = models.CharField(max_length=300, blank=True)
    valeur = models.CharField(max_length=8, choices=Valeur.choices, blank=True)
    jour = models.DateField("jour que porte le fichier", null=True, blank=True)
    entree = models.CharField("entrée", max_length=64, blank=True, db_index=True)
    fichier = models.CharField("empreinte du fichier", max_length=64, blank=True, db_index=True)
    taille = models.PositiveIntegerField("taille en octets", null=True, blank=True)

    class Meta:
        ordering = ["lot", "instrument__contrat__perimetre__code", "instrument", "sorte"]
        constraints = [
            models.UniqueConstraint(
                fields=["lot", "instrument", "sorte"], name="contrats_acte_de_lot_unique"
            ),
            models.CheckConstraint(
                name="contrats_acte_de_lot_fichier",
                condition=Q(etat="produit", fichier__gt="", entree__gt="", jour__isnull=False, taille__gt=0)
                | (~Q(etat="produit") & Q(fichier="")),
                violation_error_message="Un acte produit a son fichier\u00a0; un autre n’en a pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.instrument}, {self.get_sorte_display()}"

    @property
    def nom(self) -> str:
        """The name of the file: « calpae-990d-convention-acte.pdf »."""
        suites = {self.Sorte.ACTE: "convention.pdf", self.Sorte.SEANCE: "dossier-de-seance.zip"}
        return f"{self.instrument.contrat.code}-{self.instrument.cle}-{suites[self.Sorte(self.sorte)]}"
