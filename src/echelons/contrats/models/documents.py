"""The documents received about a contract: the signed act, the vote, the acknowledgement… as they were given."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q

from echelons.acteurs.models import Mandat
from echelons.contrats.acces import DocumentQuerySet
from echelons.contrats.models.contrats import Contrat, Instrument
from echelons.socle.depot import ABSENT, SAIN, TYPES, TypeDeFichier


class Document(models.Model):
    """An original given to the dossier of a contract; its content is in the safe, under ``empreinte`` (SHA-256).

    Invariants: added only, then perhaps withdrawn, once, with a reason (SQL refuses the rest); a withdrawn one stays in
    the history and its content in the safe; known outside by ``reference`` only.
    """

    hors_revision = True  # no public page reads it

    class Genre(models.TextChoices):
        """What it is to the contract."""

        CONVENTION = "convention_signee", "convention signée"
        DELIBERATION = "deliberation", "délibération"
        ACCUSE = "accuse_de_reception", "accusé de réception"
        AVIS = "avis", "avis"
        ANNEXE = "annexe", "annexe"
        COURRIER = "courrier", "courrier"
        AUTRE = "autre", "autre document"

    class Antivirus(models.TextChoices):
        """What the antivirus said when it was received."""

        SAIN = SAIN, "analysé par l’antivirus, rien n’a été trouvé"
        ABSENT = ABSENT, "non analysé\u00a0: aucun antivirus n’est installé"

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    contrat = models.ForeignKey(Contrat, on_delete=models.PROTECT, related_name="documents")
    instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="documents"
    )
    genre = models.CharField(max_length=20, choices=Genre.choices)
    titre = models.CharField(max_length=200)
    nom = models.CharField("nom du fichier", max_length=200)
    type = models.CharField(max_length=8, choices=[(t.code, t.libelle) for t in TYPES.values()])
    taille = models.PositiveIntegerField("taille en octets")
    pages = models.PositiveIntegerField("nombre de pages", null=True, blank=True)
    empreinte = models.CharField(max_length=64, db_index=True)
    antivirus = models.CharField(max_length=8, choices=Antivirus.choices)
    depose_le = models.DateTimeField("déposé le")
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="+")
    retire_le = models.DateTimeField("retiré le", null=True, blank=True)
    retire_par = models.ForeignKey(Mandat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    motif_du_retrait = models.CharField(max_length=500, blank=True, default="")

    objects = DocumentQuerySet.as_manager()

    class Meta:
        ordering = ["-depose_le", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="contrats_document_retrait",
                condition=Q(retire_le__isnull=True, retire_par__isnull=True, motif_du_retrait="")
                | Q(retire_le__isnull=False, retire_par__isnull=False, motif_du_retrait__gt=""),
                violation_error_message="Un document se retire en disant pourquoi.",
            ),
            models.CheckConstraint(
                name="contrats_document_contenu",
                condition=Q(taille__gt=0) & (Q(pages__isnull=True) | Q(pages__gt=0)),
                violation_error_message="Un document a un contenu.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre

    @property
    def sorte(self) -> TypeDeFichier:
        """Its kind of file."""
        return TYPES[self.type]

    @property
    def a_une_vignette(self) -> bool:
        """Whether its first page can be shown: it has pages."""
        return self.pages is not None
