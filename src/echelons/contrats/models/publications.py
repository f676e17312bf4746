"""What the parties of a sealed act let everybody read of it, and the tables deduced from that.

``ChoixDePublication`` is the source, with the seal; ``ActePublie``, ``ActionPubliee`` and ``MontantPublie`` are worked
out of both (``sceaux.repertoire``), so that a page finds what concerns a place without reading every seal.
"""

from __future__ import annotations

from django.db import models

from echelons.acteurs.models import Mandat
from echelons.contrats.models.contrats import Partie
from echelons.contrats.models.sceaux import Sceau

PARTS = ("texte", "fiches", "montants", "cibles", "produit", "original")


class PartsDUnActe(models.Model):
    """The parts of a sealed act that can be made public, each by itself; none unless it is said."""

    texte = models.BooleanField("le texte et ses articles", default=False)
    fiches = models.BooleanField("les fiches-actions", default=False)
    montants = models.BooleanField("les montants par axe et par exercice", default=False)
    cibles = models.BooleanField("les cibles", default=False)
    produit = models.BooleanField("le PDF de l’acte, sans les signatures", default=False)
    original = models.BooleanField("l’original signé", default=False)

    class Meta:
        abstract = True

    @property
    def parts(self) -> frozenset[str]:
        """Those that are chosen, by name."""
        return frozenset(part for part in PARTS if getattr(self, part))


class ChoixDePublication(PartsDUnActe):
    """What one party of a sealed act agrees to make public; it may change, and the journal keeps every choice.

    A part is public when every party that signed agrees (``ActePublie``). ``jour`` is the business date of the choice.
    """

    sceau = models.ForeignKey(Sceau, on_delete=models.PROTECT, related_name="choix")
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="choix_de_publication")
    jour = models.DateField("depuis le")
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["sceau", "partie"]
        constraints = [
            models.UniqueConstraint(
                fields=["sceau", "partie"],
                name="contrats_choix_unique",
                violation_error_message="Une partie fait un seul choix sur un acte scellé.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.sceau}, {self.partie}"


class ActePublie(PartsDUnActe):
    """Deduced: a sealed act of which something is public, with its name as sealed. ``publie_le``: since when."""

    sceau = models.OneToOneField(Sceau, on_delete=models.CASCADE, related_name="publication")
    publie_le = models.DateField("publié le")
    intitule = models.CharField("intitulé", max_length=300)
    appele = models.CharField(max_length=300)

    class Meta:
        ordering = ["sceau"]

    def __str__(self) -> str:
        return self.intitule


class ActionPubliee(models.Model):
    """Deduced: a published action in one place where it is done, a row a place; ``partout`` on the whole perimeter."""

    acte = models.ForeignKey(ActePublie, on_delete=models.CASCADE, related_name="actions")
    reference = models.CharField("référence", max_length=40)
    rang = models.PositiveIntegerField()
    lieu = models.CharField(max_length=60, db_index=True)
    lieu_nom = models.CharField(max_length=200)
    partout = models.BooleanField(default=False)
    numero = models.CharField("numéro", max_length=40)
    intitule = models.CharField("intitulé", max_length=300)
    axe = models.CharField(max_length=300)
    public = models.TextField("public visé")

    class Meta:
        ordering = ["acte", "rang", "lieu"]
        constraints = [
            models.UniqueConstraint(
                fields=["acte", "reference", "lieu"], name="contrats_action_publiee_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.intitule}, {self.lieu_nom}"


class MontantPublie(models.Model):
    """Deduced: what a published act foresees for an axis and an exercice, in euros (``contenu.totaux``)."""

    acte = models.ForeignKey(ActePublie, on_delete=models.CASCADE, related_name="montants_publies")
    axe = models.CharField(max_length=80)
    axe_libelle = models.CharField(max_length=300)
    exercice = models.PositiveSmallIntegerField()
    montant = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        ordering = ["acte", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["acte", "axe", "exercice"], name="contrats_montant_publie_unique")
        ]

    def __str__(self) -> str:
        return f"{self.axe_libelle}, {self.exercice}"
