"""Territories and their dated relations, as the strategy reads them.

Everything here is reference data: it is written by ``charger_territoires`` and ``charger_perimetres``, from files
whose origin is told in ``donnees/PROVENANCE.md``; project perimeters also by the acts of ``actes``. All the rooms above
read it.
"""

from __future__ import annotations

import datetime as dt

from django.core.exceptions import ValidationError
from django.db import models
from stdnum.fr import siren as siren_officiel

from echelons.territoires.noms import avec_article, avec_de
from echelons.territoires.requetes import TerritoireQuerySet

JEU_OFFICIEL = "officiel"
AIDE_JEU = "Les fichiers d’où vient cette ligne ; les recharger ne touche pas aux autres."


def valider_siren(valeur: str) -> None:
    """Refuse a SIREN whose length, digits or check key are wrong."""
    if valeur and not siren_officiel.is_valid(valeur):
        raise ValidationError(
            f"« {valeur} » n’est pas un numéro SIREN : neuf chiffres dont une clé de contrôle."
        )


class TypeTerritoire(models.TextChoices):
    """What a territory is; a *collectivité* is a signatory of departmental rank."""

    REGION = "region", "Région"
    DEPARTEMENT = "departement", "Département"
    COLLECTIVITE = "collectivite", "Collectivité signataire"
    EPCI = "epci", "EPCI"
    COMMUNE = "commune", "Commune"
    PERIMETRE = "perimetre", "Périmètre de projet"


class Precision(models.TextChoices):
    """How a bound of validity is known."""

    JOUR = "jour", "au jour près"
    AU_PLUS_TARD = "au_plus_tard", "au plus tard"


class EtatComposition(models.TextChoices):
    """How the composition of a territory is known."""

    OFFICIELLE = "officielle", "officielle"
    RECONSTITUEE = "reconstituee", "reconstituée"
    NON_DOCUMENTEE = "non_documentee", "non documentée"


class Territoire(models.Model):
    """A place the strategy speaks of: région, département, signatory, EPCI, commune or project perimeter.

    Invariants: one namespace of codes (région ``R32``, département ``59``, collectivité ``59D``, EPCI its
    SIREN, commune ``59350``, perimeter ``P-bassin-minier``); validity is inclusive at both ends and never
    ends before it begins; a fictional territory is fictional everywhere and counts in no national total.
    A bound marked *au plus tard* was only observed on a picture of the code officiel géographique.
    """

    de_reference = True

    code = models.CharField("code", max_length=60, unique=True)
    type = models.CharField("type", max_length=12, choices=TypeTerritoire.choices)
    nature = models.CharField(
        "nature", max_length=40, blank=True, help_text="Statut juridique, par exemple CC, METRO."
    )
    nom = models.CharField("nom", max_length=200)
    liaison = models.PositiveSmallIntegerField("type de liaison (TNCC)", null=True, blank=True)
    debut = models.DateField("valide depuis", null=True, blank=True)
    debut_precision = models.CharField(max_length=12, choices=Precision.choices, default=Precision.JOUR)
    fin = models.DateField("valide jusqu’au (inclus)", null=True, blank=True)
    fin_precision = models.CharField(max_length=12, choices=Precision.choices, default=Precision.JOUR)
    siren = models.CharField("SIREN", max_length=9, blank=True, validators=[valider_siren])
    region = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        blank=True,
        related_name="territoires_de_la_region",
        verbose_name="région",
    )
    departement = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="territoires_du_departement",
        verbose_name="département principal",
    )  # fmt: skip
    population = models.PositiveIntegerField("population municipale", null=True, blank=True)
    fictif = models.BooleanField("fictif", default=False)
    composition = models.CharField(
        max_length=15, choices=EtatComposition.choices, default=EtatComposition.OFFICIELLE
    )
    note = models.TextField("note pour le lecteur", blank=True)
    adresse = models.URLField("adresse de la source", max_length=500, blank=True)
    autres_noms = models.JSONField(
        "autres noms", default=list, blank=True, help_text="Anciens noms et noms des communes réunies."
    )
    nom_recherche = models.TextField(
        editable=False, default="", help_text="Noms normalisés : « saint denis | autre nom », espaces autour."
    )
    codes_recherche = models.TextField(
        editable=False, default="", help_text="Codes, codes postaux et anciens codes, espaces autour."
    )
    hors_recherche = models.BooleanField(
        default=False,
        editable=False,
        help_text="Un autre territoire est le même lieu et s’affiche à sa place.",
    )
    jeu = models.CharField(
        "jeu de données", max_length=100, default=JEU_OFFICIEL, editable=False, help_text=AIDE_JEU
    )

    objects = TerritoireQuerySet.as_manager()

    class Meta:
        ordering = ["code"]
        verbose_name = "territoire"
        verbose_name_plural = "territoires"
        indexes = [
            models.Index(fields=["type", "code"], name="territoire_type_code"),
            # Holds all that a search reads, three times narrower than the table it spares scanning.
            models.Index(fields=["nom_recherche", "codes_recherche"], name="territoire_recherche"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(debut=None) | models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="territoire_fin_apres_debut",
                violation_error_message="Un territoire ne peut pas cesser d’exister avant d’avoir existé.",
            ),
            models.CheckConstraint(
                condition=models.Q(type__in=TypeTerritoire.values),
                name="territoire_type_connu",
                violation_error_message="Ce type de territoire n’existe pas.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.nom} ({self.code})"

    @property
    def nom_complet(self) -> str:
        """With its article where it has one: « le Nord », « la Métropole de Lyon », « Mayotte »."""
        return avec_article(self.nom, self.liaison)

    @property
    def nom_avec_de(self) -> str:
        """« du Nord », « de la Métropole de Lyon », « de Mayotte »."""
        return avec_de(self.nom, self.liaison)

    def valide_le(self, jour: dt.date) -> bool:
        """True if the territory exists on that day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


class Composition(models.Model):
    """``contenu`` is part of ``contenant``; ``partielle`` when only a part of it is.

    Invariants: nothing contains itself; one row per pair and per beginning. ``debut`` and ``fin`` are
    inclusive. For communes and EPCI they bound the period during which a picture of the code officiel
    géographique is read (see ``millesimes``), not the legal dates of the membership.
    """

    de_reference = True

    contenant = models.ForeignKey(
        Territoire, models.CASCADE, related_name="contenus", verbose_name="contenant"
    )
    contenu = models.ForeignKey(Territoire, models.CASCADE, related_name="contenants", verbose_name="contenu")
    partielle = models.BooleanField("en partie seulement", default=False)
    debut = models.DateField("depuis", null=True, blank=True)
    fin = models.DateField("jusqu’au (inclus)", null=True, blank=True)
    jeu = models.CharField(
        "jeu de données", max_length=100, default=JEU_OFFICIEL, editable=False, help_text=AIDE_JEU
    )

    class Meta:
        verbose_name = "composition"
        verbose_name_plural = "compositions"
        constraints = [
            models.UniqueConstraint(
                fields=["contenant", "contenu", "debut"],
                name="composition_unique",
                violation_error_message="Cette appartenance est déjà enregistrée à cette date.",
            ),
            models.UniqueConstraint(
                fields=["contenant", "contenu"],
                condition=models.Q(debut=None),
                name="composition_unique_sans_debut",
                violation_error_message="Cette appartenance sans date de début est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=~models.Q(contenant=models.F("contenu")),
                name="composition_pas_soi_meme",
                violation_error_message="Un territoire ne peut pas se contenir lui-même.",
            ),
            models.CheckConstraint(
                condition=models.Q(debut=None) | models.Q(fin=None) | models.Q(fin__gte=models.F("debut")),
                name="composition_fin_apres_debut",
                violation_error_message="Une appartenance ne peut pas finir avant d’avoir commencé.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.contenu} ⊂ {self.contenant}"


class VersionDePerimetre(models.Model):
    """What a project perimeter is made of from a day on: who says so, and why it changed.

    Invariants: one version a perimeter and a day; only the first may have no known beginning. What it is made of is in
    ``Composition``, whose dates are those of the versions.
    """

    perimetre = models.ForeignKey(
        Territoire, models.CASCADE, related_name="versions", verbose_name="périmètre"
    )
    debut = models.DateField("date d’effet", null=True, blank=True)
    source = models.CharField("source", max_length=300)
    adresse = models.URLField("adresse de la source", max_length=500, blank=True)
    note = models.TextField("ce qui change, et pourquoi", blank=True)

    class Meta:
        ordering = ["perimetre", models.F("debut").asc(nulls_first=True)]
        verbose_name = "version d’un périmètre"
        verbose_name_plural = "versions des périmètres"
        constraints = [
            models.UniqueConstraint(
                fields=["perimetre", "debut"],
                name="version_de_perimetre_unique",
                violation_error_message="Ce périmètre a déjà une composition à cette date.",
            ),
            models.UniqueConstraint(
                fields=["perimetre"],
                condition=models.Q(debut=None),
                name="version_de_perimetre_unique_sans_debut",
                violation_error_message="Ce périmètre a déjà une première composition sans date.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.perimetre} ({self.debut or 'sans date'})"


class Succession(models.Model):
    """A dated event by which ``apres`` takes over from ``avant``, in whole or in part, under a text of law.

    Invariants: two different territories; one row per pair and date. ``date`` is the first day of the
    new situation. When ``avant`` goes on existing, it ceded part of its territory (Rhône, 2015).
    """

    de_reference = True

    avant = models.ForeignKey(
        Territoire, models.CASCADE, related_name="successions_apres", verbose_name="avant"
    )
    apres = models.ForeignKey(
        Territoire, models.CASCADE, related_name="successions_avant", verbose_name="après"
    )
    date = models.DateField("premier jour")
    motif = models.CharField("motif", max_length=300)
    texte = models.CharField("texte", max_length=200, blank=True)
    adresse = models.URLField("adresse du texte", max_length=500, blank=True)
    note = models.TextField("ce qui n’est pas vérifié", blank=True)
    jeu = models.CharField(
        "jeu de données", max_length=100, default=JEU_OFFICIEL, editable=False, help_text=AIDE_JEU
    )

    class Meta:
        ordering = ["date", "avant__code"]
        verbose_name = "succession"
        verbose_name_plural = "successions"
        constraints = [
            models.UniqueConstraint(
                fields=["avant", "apres", "date"],
                name="succession_unique",
                violation_error_message="Cette succession est déjà enregistrée.",
            ),
            models.CheckConstraint(
                condition=~models.Q(avant=models.F("apres")),
                name="succession_deux_territoires",
                violation_error_message="Un territoire ne peut pas se succéder à lui-même.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.avant} → {self.apres} ({self.date})"


class OrigineAncienCode(models.TextChoices):
    """Where the lineage of an old code comes from."""

    COG = "cog", "code officiel géographique"
    DISCORDANTE = "discordante", "code officiel géographique, millésimes discordants"
    ARRONDISSEMENT = "arrondissement", "arrondissement municipal"
    DECLAREE = "declaree", "déclarée dans un fichier"


class AncienCode(models.Model):
    """A commune code of the past (or of a municipal arrondissement) and a commune that bears it today.

    ``actuel`` is already chain-resolved; null means that the code existed and that no lineage is known:
    it is reported to the reader, never guessed. A code has several rows when several communes share what
    it was. ``depuis`` is the first day on which the code was no longer a commune’s, null when not dated.
    """

    de_reference = True

    code = models.CharField("ancien code", max_length=5, db_index=True)
    nom = models.CharField("nom d’alors", max_length=200)
    actuel = models.ForeignKey(
        Territoire,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="anciens_codes",
        verbose_name="commune actuelle",
    )
    depuis = models.DateField("depuis", null=True, blank=True)
    origine = models.CharField("origine", max_length=15, choices=OrigineAncienCode.choices)
    jeu = models.CharField(
        "jeu de données", max_length=100, default=JEU_OFFICIEL, editable=False, help_text=AIDE_JEU
    )

    class Meta:
        ordering = ["code", "actuel__code"]
        verbose_name = "ancien code de commune"
        verbose_name_plural = "anciens codes de communes"
        constraints = [
            models.UniqueConstraint(
                fields=["code", "actuel"],
                name="ancien_code_unique",
                violation_error_message="Cet ancien code mène déjà à cette commune.",
            ),
            models.UniqueConstraint(
                fields=["code"],
                condition=models.Q(actuel=None),
                name="ancien_code_sans_filiation_unique",
                violation_error_message="Cet ancien code est déjà noté sans filiation connue.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.nom}"


class Chargement(models.Model):
    """What was last loaded under a name, so that loading the same files again costs nothing."""

    de_reference = True

    jeu = models.CharField("jeu de données", max_length=100, unique=True)
    empreinte = models.CharField("empreinte SHA-256 des fichiers", max_length=64)

    class Meta:
        verbose_name = "chargement"
        verbose_name_plural = "chargements"

    def __str__(self) -> str:
        return f"{self.jeu} {self.empreinte[:12]}"
