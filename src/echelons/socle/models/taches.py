"""What is done in the background, for somebody who asked and will be told."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from echelons.socle.models.journal import LONGUEUR_REFERENCE

if TYPE_CHECKING:
    from echelons.socle.journal import Objet


class Tache(models.Model):
    """A work asked for (``genre`` and its ``parametres``), done by one process at a time.

    Who asked is opaque here (``compte``, ``mandat``); ``jour`` is the business date on which it was asked. Invariants:
    one work at a time about the same thing (``cle``); it ends once, and then says how (``phrase``); what it produces
    is a file of the deposit named by its reference, ``fichier`` is the name under which it is given.
    """

    hors_revision = True  # no public page reads it

    class Etat(models.TextChoices):
        """Where it is."""

        ATTENTE = "attente", "en attente"
        EN_COURS = "en_cours", "en cours"
        FAITE = "faite", "terminé"
        REFUSEE = "refusee", "refusé"
        ECHOUEE = "echouee", "interrompu"

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    genre = models.CharField(max_length=40)
    cle = models.CharField("clé", max_length=200)
    intitule = models.CharField("intitulé", max_length=300)
    parametres = models.JSONField("paramètres", default=dict, blank=True)
    retour = models.CharField("adresse où revenir", max_length=300)
    compte = models.CharField(max_length=LONGUEUR_REFERENCE, db_index=True)
    mandat = models.CharField(max_length=LONGUEUR_REFERENCE)
    jour = models.DateField()
    etat = models.CharField("état", max_length=8, choices=Etat.choices, default=Etat.ATTENTE)
    essais = models.PositiveSmallIntegerField(default=0)
    phrase = models.TextField(blank=True)
    fichier = models.CharField("nom du fichier produit", max_length=200, blank=True)
    demandee_le = models.DateTimeField("demandée le")
    finie_le = models.DateTimeField("finie le", null=True, blank=True)
    vue_le = models.DateTimeField("fin vue le", null=True, blank=True)

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["cle"],
                condition=Q(finie_le=None),
                name="socle_tache_une_a_la_fois",
                violation_error_message="Ce travail est déjà en cours.",
            ),
            models.CheckConstraint(
                condition=Q(finie_le=None, etat__in=("attente", "en_cours"))
                | Q(finie_le__isnull=False, etat__in=("faite", "refusee", "echouee")),
                name="socle_tache_finie_et_date",
                violation_error_message="Un travail fini l’est à un instant.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    @property
    def objet_journal(self) -> Objet:
        """What the message that tells its end is about."""
        from echelons.socle.journal import Objet

        return Objet("tache", str(self.reference))

    @property
    def ouverte(self) -> bool:
        """Whether it is still to be ended."""
        return self.finie_le is None
