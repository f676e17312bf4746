"""Mandates: a person holds a function, in an organisation, on a territory, between two dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from echelons.acteurs.acces import lieux_atteints
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models.organisations import Fonction, Organisation
from echelons.acteurs.models.personnes import Personne
from echelons.socle.horloge import aujourdhui
from echelons.territoires.models import Territoire, TypeTerritoire

if TYPE_CHECKING:
    from echelons.acteurs.pouvoirs import Acteur


class MandatQuerySet(models.QuerySet["Mandat"]):
    """Mandates, read at a date, within somebody's reach."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.LIRE) -> Self:
        """Those held where somebody has a capability today; nothing for nobody."""
        return self.filter(lieux_atteints(acteur.territoires(capacite), organisation="organisation"))

    def avec_noms(self) -> Self:
        """With all that a line about them says, in one more query."""
        return self.select_related(
            "personne", "fonction", "organisation__territoire", "territoire__region"
        ).prefetch_related("organisation__noms")

    def valides(self, jour: dt.date | None = None) -> Self:
        """Those in force on the day (the business date by default), of people who were not forgotten."""
        jour = jour or aujourdhui()
        return self.filter(Q(debut__lte=jour), Q(fin=None) | Q(fin__gte=jour), personne__oubliee_le=None)

    def exercables(self, jour: dt.date | None = None) -> Self:
        """Those in force whose holder is not shut out: a closed account can do nothing, so its office is vacant."""
        return self.valides(jour).exclude(personne__compte__is_active=False)


class Mandat(models.Model):
    """The only source of rights. Invariants: it begins; it does not end before it began; a function is held
    while it exists; a delegation of signature names the act that gives it."""

    class Titre(models.TextChoices):
        """How it is held."""

        TITULAIRE = "titulaire", "titulaire"
        INTERIM = "interim", "par intérim"
        SUPPLEANCE = "suppleance", "en suppléance"
        DELEGATION = "delegation", "par délégation"

    personne = models.ForeignKey(Personne, on_delete=models.PROTECT, related_name="mandats")
    fonction = models.ForeignKey(Fonction, on_delete=models.PROTECT, related_name="mandats")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="mandats")
    territoire = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="mandats"
    )
    titre = models.CharField(max_length=12, choices=Titre.choices, default=Titre.TITULAIRE)
    acte_de_delegation = models.CharField("acte de délégation", max_length=200, blank=True)
    debut = models.DateField("début")
    fin = models.DateField(null=True, blank=True)

    objects = MandatQuerySet.as_manager()

    class Meta:
        ordering = ["debut", "pk"]
        constraints = [
            models.CheckConstraint(
                name="acteurs_mandat_periode",
                condition=Q(fin=None) | Q(fin__gte=F("debut")),
                violation_error_message="Un mandat ne finit pas avant d’avoir commencé.",
            ),
            models.CheckConstraint(
                name="acteurs_mandat_delegation_nommee",
                condition=~Q(titre="delegation") | ~Q(acte_de_delegation=""),
                violation_error_message="Une délégation cite l’acte qui la donne.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.fonction} ({self.organisation})"

    def valide_le(self, jour: dt.date) -> bool:
        """Whether it is in force on that day."""
        return self.debut <= jour and (self.fin is None or jour <= self.fin)

    def clean(self) -> None:
        """A mandate lies within the life of its function, on a territory of its échelon unless it is national."""
        if self.fonction.fin and self.debut > self.fonction.fin:
            raise ValidationError({"debut": "Cette fonction n’existe plus à cette date."})
        if self.fonction.debut and (self.fin or dt.date.max) < self.fonction.debut:
            raise ValidationError({"fin": "Cette fonction n’existe pas encore à cette date."})
        if self.fonction.echelon != Fonction.Echelon.NATIONAL and self.territoire is None:
            raise ValidationError({"territoire": "Indiquez le territoire sur lequel la fonction s’exerce."})
        regional = self.fonction.echelon == Fonction.Echelon.REGIONAL
        if self.territoire is not None and regional != (self.territoire.type == TypeTerritoire.REGION):
            ou = "dans une région" if regional else "dans un département ou plus près"
            raise ValidationError({"territoire": f"Cette fonction s’exerce {ou}\u00a0: choisissez lequel."})
