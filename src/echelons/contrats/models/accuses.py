"""To whom a published text is addressed, and who said that it was received."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import models
from django.db.models import Q

from echelons.acteurs.models import Mandat
from echelons.contrats.acces import DestinataireQuerySet
from echelons.contrats.models.contrats import Partie
from echelons.strategie.models import EditionDeTexte
from echelons.territoires.models import Territoire

if TYPE_CHECKING:
    from echelons.socle.journal import Objet


class Destinataire(models.Model):
    """A party of a contract, or the State in a région, to which an edition of a text is addressed.

    Invariants: one or the other; an acknowledgement is given once, under a mandate, and stays. ``touches`` is how many
    of its obligations the edition moved or created.
    """

    hors_revision = True  # no public page reads it

    edition = models.ForeignKey(EditionDeTexte, on_delete=models.PROTECT, related_name="destinataires")
    partie = models.ForeignKey(
        Partie, null=True, blank=True, on_delete=models.PROTECT, related_name="textes_recus"
    )
    region = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="textes_recus"
    )
    touches = models.PositiveIntegerField("échéances touchées", default=0)
    accuse_le = models.DateField("accusé de réception", null=True, blank=True)
    mandat = models.ForeignKey(Mandat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    objects = DestinataireQuerySet.as_manager()

    class Meta:
        ordering = ["edition", "region", "partie"]
        constraints = [
            models.CheckConstraint(
                name="contrats_destinataire_partie_ou_region",
                condition=Q(partie__isnull=False, region=None) | Q(partie=None, region__isnull=False),
                violation_error_message="Un texte s’adresse à une partie d’un contrat ou à une région.",
            ),
            models.CheckConstraint(
                name="contrats_destinataire_accuse",
                condition=Q(accuse_le=None, mandat=None) | Q(accuse_le__isnull=False, mandat__isnull=False),
                violation_error_message="Un accusé de réception a sa date et son mandat.",
            ),
            models.UniqueConstraint(fields=["edition", "partie"], name="contrats_destinataire_partie_unique"),
            models.UniqueConstraint(fields=["edition", "region"], name="contrats_destinataire_region_unique"),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def nom(self) -> str:
        """« Nord : État », « Nord : collectivité », « Hauts-de-France : échelon régional de l’État »."""
        if self.partie is not None:
            lieu = self.partie.contrat.perimetre
            ici = self.partie.territoire_id == lieu.pk or self.partie.role == Partie.Role.ETAT
            qui = self.partie.get_role_display() if ici else self.partie.libelle
            return f"{lieu.nom}\u00a0: {qui}"
        return f"{self.region}\u00a0: échelon régional de l’État"

    @property
    def objet_journal(self) -> Objet:
        """The chain of the text: acknowledging it is told there."""
        from echelons.socle.journal import Objet

        return Objet("circulaire", self.edition.texte.code)
