"""What the instruments of a dispositif must hold: the fields of its fiches, the articles of its model of act."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from echelons.strategie.models.appuis import Etayable
from echelons.strategie.models.cadre import Dispositif
from echelons.strategie.models.composition import FormeInstrument


class ChampDeFiche(models.Model):
    """A field that a dispositif adds to its fiches-actions, beside those that every fiche has.

    Invariant: a choice has its options, the others have none. ``nature`` restricts it to actions of that nature.
    """

    class Type(models.TextChoices):
        """What is typed in it."""

        LIGNE = "ligne", "une ligne"
        TEXTE = "texte", "un texte"
        NOMBRE = "nombre", "un nombre"
        DATE = "date", "une date"
        OUI_NON = "oui_non", "oui ou non"
        CHOIX = "choix", "un choix"

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="champs_de_fiche")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    libelle = models.CharField("libellé", max_length=200)
    type = models.CharField(max_length=10, choices=Type.choices)
    choix = models.JSONField(default=list, blank=True, help_text="Liste de libellés.")
    nature = models.SlugField(max_length=80, blank=True)
    exige = models.BooleanField("exigé", default=False)
    aide = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["dispositif", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_champ_unique"),
            models.CheckConstraint(
                name="strategie_champ_choix",
                condition=(Q(type="choix") & ~Q(choix=[])) | (~Q(type="choix") & Q(choix=[])),
                violation_error_message="Un choix a ses options, les autres champs n’en ont pas.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class ArticleDeModele(Etayable):
    """An article of the model that a dispositif gives to one form of instrument, from a day on.

    The text may hold typed mentions (``{montant_etat}``, ``{montant_etat_lettres}``, ``{debut}``…); which exist is said
    by ``contrats.contenu.mentions``. A new model takes a new ``effet_le``: drafts already begun keep theirs.
    """

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="articles")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    forme = models.CharField(max_length=20, choices=FormeInstrument.choices)
    effet_le = models.DateField("en vigueur depuis le")
    titre = models.CharField(max_length=200)
    contenu = models.TextField("texte de l’article")
    facultatif = models.BooleanField(default=False)

    class Meta:
        ordering = ["dispositif", "forme", "effet_le", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_article_unique"),
        ]

    def __str__(self) -> str:
        return self.titre
