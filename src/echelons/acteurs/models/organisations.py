"""Organisations, whose names are dated, and the functions that people hold in them, which are data."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from stdnum.fr import siren, siret

from echelons.acteurs.acces import lieux_atteints
from echelons.acteurs.droits import Capacite
from echelons.socle.models.journal import LONGUEUR_REFERENCE
from echelons.territoires.models import Territoire

if TYPE_CHECKING:
    from echelons.acteurs.pouvoirs import Acteur


def valider_siret(valeur: str) -> None:
    """Refuse a SIRET whose length, digits or check key are wrong."""
    if valeur and not siret.is_valid(valeur):
        raise ValidationError(f"« {valeur} » n’est pas un numéro SIRET : quatorze chiffres dont une clé.")


def valider_siren(valeur: str) -> None:
    """Refuse a SIREN whose length, digits or check key are wrong."""
    if valeur and not siren.is_valid(valeur):
        raise ValidationError(f"« {valeur} » n’est pas un numéro SIREN : neuf chiffres dont une clé.")


class Cote(models.TextChoices):
    """On which side of a contract one stands."""

    ETAT = "etat", "État"
    COLLECTIVITE = "collectivite", "collectivité"
    AUTRE = "autre", "autre partie"


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    """Organisations, within somebody's reach."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.LIRE) -> Self:
        """Those that lie where somebody has a capability today; nothing for nobody."""
        return self.filter(lieux_atteints(acteur.territoires(capacite), organisation="pk"))

    def vivantes(self) -> Self:
        """Those which were not merged into another."""
        return self.filter(fusionnee_dans=None)


class Organisation(models.Model):
    """A service, a collectivité, an association: what people act for.

    Invariants: it bears at least one dated name, and one name at most on a day; a merged organisation keeps its
    history and points at the one that remains; it never contains nor replaces itself.
    """

    class Type(models.TextChoices):
        """What it is."""

        ADMINISTRATION_CENTRALE = "administration_centrale", "administration centrale"
        PREFECTURE_DE_REGION = "prefecture_de_region", "préfecture de région"
        DIRECTION_REGIONALE = "direction_regionale", "direction régionale"
        PREFECTURE = "prefecture", "préfecture de département"
        DIRECTION_DEPARTEMENTALE = "direction_departementale", "direction départementale"
        CONSEIL_DEPARTEMENTAL = "conseil_departemental", "conseil départemental"
        CONSEIL_REGIONAL = "conseil_regional", "conseil régional"
        INTERCOMMUNALITE = "intercommunalite", "intercommunalité"
        COMMUNE = "commune", "commune ou CCAS"
        OPERATEUR = "operateur", "opérateur"
        ASSOCIATION = "association", "association"

    code = models.SlugField(max_length=LONGUEUR_REFERENCE, unique=True)
    type = models.CharField(max_length=30, choices=Type.choices)
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[valider_siren])
    siret = models.CharField("SIRET", max_length=14, blank=True, validators=[valider_siret])
    territoire = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="organisations"
    )
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="services"
    )
    fusionnee_dans = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="doublons"
    )
    fictive = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                name="acteurs_organisation_pas_soi_meme",
                condition=(Q(parent=None) | ~Q(parent=F("id")))
                & (Q(fusionnee_dans=None) | ~Q(fusionnee_dans=F("id"))),
                violation_error_message="Une organisation n’est ni sa propre tutelle ni son propre doublon.",
            ),
            models.UniqueConstraint(
                fields=["siret"], condition=~Q(siret=""), name="acteurs_organisation_siret_unique"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def nom_au(self, jour: dt.date) -> str:
        """The name it bore on that day; failing one, its nearest name."""
        noms = sorted(self.noms.all(), key=lambda n: n.debut or dt.date.min)
        for nom in noms:
            if nom.valide_le(jour):
                return nom.nom
        anterieurs = [n for n in noms if (n.debut or dt.date.min) <= jour]
        choix = anterieurs[-1:] or noms[:1]
        return choix[0].nom if choix else self.code


class NomOrganisation(models.Model):
    """The name of an organisation between two dates (DRJSCS until 31 March 2021, DREETS from 1 April).

    Invariant: names of one organisation do not overlap.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="noms")
    nom = models.CharField(max_length=200)
    sigle = models.CharField(max_length=30, blank=True)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["organisation", F("debut").asc(nulls_first=True)]
        constraints = [
            models.CheckConstraint(
                name="acteurs_nom_periode",
                condition=Q(fin=None) | Q(debut=None) | Q(fin__gte=F("debut")),
                violation_error_message="Un nom ne cesse pas d’être porté avant de l’avoir été.",
            ),
            models.UniqueConstraint(fields=["organisation", "debut"], name="acteurs_nom_unique"),
        ]

    def __str__(self) -> str:
        return self.nom

    def valide_le(self, jour: dt.date) -> bool:
        """Whether it is borne on that day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)

    def clean(self) -> None:
        """Refuse a name that overlaps another of the same organisation."""
        for autre in self.organisation.noms.exclude(pk=self.pk):
            if (autre.debut or dt.date.min) <= (self.fin or dt.date.max) and (self.debut or dt.date.min) <= (
                autre.fin or dt.date.max
            ):
                raise ValidationError(
                    f"Ce nom chevauche « {autre.nom} ». Donnez une fin au premier avant de commencer le second."
                )


class Fonction(models.Model):
    """An office or a role that people hold under a mandate: préfet, instructeur, chargé de mission…

    It is data: it may begin, end, change its name. Invariants: it has a side; an office that may be vacant says
    who stands in for it, in order, so that nothing is blocked.
    """

    class Echelon(models.TextChoices):
        """Where it is held."""

        NATIONAL = "national", "national"
        REGIONAL = "regional", "régional"
        DEPARTEMENTAL = "departemental", "départemental"
        LOCAL = "local", "local"

    code = models.SlugField(max_length=60, unique=True)
    libelle = models.CharField("libellé", max_length=200)
    cote = models.CharField("côté", max_length=14, choices=Cote.choices)
    echelon = models.CharField("échelon", max_length=14, choices=Echelon.choices)
    description = models.TextField()
    double_facteur = models.BooleanField("second facteur exigé", default=False)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField(null=True, blank=True)
    supplees_par = models.ManyToManyField("self", symmetrical=False, blank=True, related_name="supplee")

    class Meta:
        ordering = ["echelon", "code"]
        constraints = [
            models.CheckConstraint(
                name="acteurs_fonction_periode",
                condition=Q(fin=None) | Q(debut=None) | Q(fin__gte=F("debut")),
                violation_error_message="Une fonction ne prend pas fin avant d’avoir commencé.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle

    def existe_le(self, jour: dt.date) -> bool:
        """Whether the office exists on that day (haut-commissaire: from 2 September 2019)."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)
