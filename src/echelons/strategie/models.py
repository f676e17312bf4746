"""The national échelon: strategies, contract types, what the texts ask and by when, official counts, events."""

import datetime as dt

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from echelons.acteurs.models import Fonction
from echelons.socle.dates import INSECABLE
from echelons.socle.models import Datable, Source
from echelons.strategie.requetes import (
    CompteOfficielQuerySet,
    EnveloppeQuerySet,
    EvenementQuerySet,
    ObjectifQuerySet,
    RegleEcheanceQuerySet,
)
from echelons.territoires.models import Territoire, TypeTerritoire


class Strategie(models.Model):
    """A national strategy and its period (stratégie pauvreté 2018-2022, Pacte des solidarités 2024-2027)."""

    code = models.SlugField(max_length=60, unique=True)
    nom = models.CharField(max_length=300)
    debut = models.DateField("début")
    fin = models.DateField(null=True, blank=True)
    resume = models.TextField("résumé")

    class Meta:
        ordering = ["debut"]
        constraints = [
            models.CheckConstraint(
                name="strategie_strategie_periode",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin d’une stratégie ne précède pas son début.",
            )
        ]

    def __str__(self) -> str:
        return self.nom


class Dispositif(models.Model):
    """A type of contract that a strategy offers to the territories, with its period and what signs it.

    Invariant: exactly one kind of instrument signs it (a convention, or a contrat local); a protocole never does.
    """

    class InstrumentSignant(models.TextChoices):
        """The kind of instrument whose signatures make the contract signed."""

        CONVENTION = "convention", "convention"
        CONTRAT_LOCAL = "contrat_local", "contrat local"

    code = models.SlugField(max_length=60, unique=True)
    strategie = models.ForeignKey(Strategie, on_delete=models.PROTECT, related_name="dispositifs")
    nom = models.CharField(max_length=300)
    nom_court = models.CharField(max_length=80)
    debut = models.DateField("début", help_text="Rien ne peut être signé avant cette date.")
    fin = models.DateField(null=True, blank=True)
    instrument_signant = models.CharField(max_length=20, choices=InstrumentSignant.choices)
    resume = models.TextField("résumé")
    avis_regional_depuis = models.DateField(
        "avis régional exigé depuis", null=True, blank=True, help_text="Vide : l’avis est facultatif."
    )
    sources = models.ManyToManyField(Source, related_name="dispositifs")

    class Meta:
        ordering = ["debut", "code"]
        constraints = [
            models.CheckConstraint(
                name="strategie_dispositif_periode",
                condition=Q(fin__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin d’un dispositif ne précède pas son début.",
            )
        ]

    def __str__(self) -> str:
        return self.nom

    def avis_regional_exige_le(self, jour: dt.date) -> bool:
        """Whether the opinion of the regional level is required before the State agrees a text on that day."""
        return self.avis_regional_depuis is not None and self.avis_regional_depuis <= jour


class TexteReference(models.Model):
    """A circular, instruction, decree or law, with what it changes; invariant: dated and sourced."""

    code = models.SlugField(max_length=80, unique=True)
    reference = models.CharField("référence", max_length=200)
    titre = models.CharField(max_length=300)
    date = models.DateField()
    publie_le = models.DateField("publication", null=True, blank=True)
    resume = models.TextField("résumé")
    dispositifs = models.ManyToManyField(Dispositif, related_name="textes", blank=True)
    sources = models.ManyToManyField(Source, related_name="textes")

    class Meta:
        ordering = ["date", "code"]

    def __str__(self) -> str:
        return self.reference


class Objectif(models.Model):
    """What a text asks of every signatory of a dispositif, and by when."""

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="objectifs")
    libelle = models.CharField("libellé", max_length=300)
    echeance = models.DateField("échéance")
    texte = models.ForeignKey(TexteReference, on_delete=models.PROTECT, related_name="objectifs")

    objects = ObjectifQuerySet.as_manager()

    class Meta:
        ordering = ["echeance"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "echeance"], name="strategie_objectif_unique")
        ]

    def __str__(self) -> str:
        return self.libelle


class RegleEcheance(models.Model):
    """What a text asks of those who run the contracts of a dispositif, and by when: data, never code.

    The date is fixed, or counted from an event of an instrument. ``dues_par`` owe it, ``dues_a`` receive it.
    Invariants: a fixed date or an event, never both; a day counted from nothing has no offset; an obligation that no
    text nor source supports says so (``a_confirmer``) and is never shown as official.
    """

    class Nature(models.TextChoices):
        """What is owed; it says how one knows that it is done."""

        CONVENTION = "convention", "signature"
        DELIBERATION = "deliberation", "délibération"
        TRANSMISSION = "transmission", "transmission au contrôle de légalité"
        AVENANT = "avenant", "avenant"
        EXECUTION = "execution", "fin d’exécution"
        RAPPORT = "rapport", "rapport d’exécution"
        EVALUATION = "evaluation", "évaluation"
        FIN = "fin", "fin de la période"

    class Ancre(models.TextChoices):
        """What the date is counted from."""

        DATE = "date", "une date fixe"
        DELIBERATION = "deliberation", "la délibération"
        SIGNATURE = "signature", "la dernière signature"
        ENTREE_EN_VIGUEUR = "entree_en_vigueur", "l’entrée en vigueur"
        FIN_DE_PERIODE = "fin_de_periode", "la fin de la période"

    class Regime(models.TextChoices):
        """Which instruments it binds, by the months of their period."""

        CIVIL = "civil", "année civile"
        GLISSANT = "glissant", "année glissante"

    code = models.SlugField(max_length=80, unique=True)
    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="regles_d_echeance")
    libelle = models.CharField("libellé", max_length=200)
    exercice = models.PositiveSmallIntegerField(null=True, blank=True)
    nature = models.CharField(max_length=14, choices=Nature.choices)
    regime = models.CharField("régime", max_length=10, choices=Regime.choices, blank=True)
    perimetre = models.CharField(
        "type de périmètre",
        max_length=20,
        choices=TypeTerritoire.choices,
        blank=True,
        help_text="Vide : tous.",
    )
    ancre = models.CharField(max_length=20, choices=Ancre.choices, default=Ancre.DATE)
    instrument = models.CharField(
        "type d’instrument", max_length=20, blank=True, help_text="Vide : celui qui signe le contrat."
    )
    date = models.DateField(null=True, blank=True)
    mois = models.SmallIntegerField("décalage en mois", default=0)
    jours = models.SmallIntegerField("décalage en jours", default=0)
    dues_par = models.ManyToManyField(Fonction, related_name="echeances_dues")
    dues_a = models.ManyToManyField(Fonction, blank=True, related_name="echeances_attendues")
    texte = models.ForeignKey(
        TexteReference, null=True, blank=True, on_delete=models.PROTECT, related_name="regles_d_echeance"
    )
    sources = models.ManyToManyField(Source, blank=True, related_name="regles_d_echeance")
    a_confirmer = models.BooleanField("à confirmer", default=False)
    remarque = models.TextField(blank=True)

    objects = RegleEcheanceQuerySet.as_manager()

    class Meta:
        ordering = ["dispositif", "date", "code"]
        constraints = [
            models.CheckConstraint(
                name="strategie_regle_date_ou_evenement",
                condition=Q(ancre="date", date__isnull=False, mois=0, jours=0)
                | (~Q(ancre="date") & Q(date__isnull=True)),
                violation_error_message="Une échéance a une date fixe, ou se compte depuis un événement.",
            )
        ]

    def __str__(self) -> str:
        return self.libelle


class Redatage(models.Model):
    """A text that gives another date to an obligation: the former date stays, with what moved it.

    Invariant: a text moves an obligation once; texts apply in the order of their dates.
    """

    regle = models.ForeignKey(RegleEcheance, on_delete=models.CASCADE, related_name="redatages")
    texte = models.ForeignKey(TexteReference, on_delete=models.PROTECT, related_name="redatages")
    date = models.DateField("nouvelle date")
    a_confirmer = models.BooleanField("à confirmer", default=False)

    class Meta:
        ordering = ["texte__date", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["regle", "texte"], name="strategie_redatage_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.regle}, {self.date.isoformat()}"


class CompteOfficiel(Datable):
    """A number of signatories said by an authority at a date, which stands beside what is documented."""

    class Quoi(models.TextChoices):
        """What is counted."""

        DEPARTEMENTS = "departements", "départements"
        METROPOLES = "metropoles", "métropoles"
        REGIONS = "regions", "régions"
        TERRITOIRES = "territoires", "territoires"

    class Etat(models.TextChoices):
        """What is said of them: interest and commitment are not signature."""

        INTERESSES = "interesses", "intéressés"
        ENGAGES = "engages", "engagés"
        SIGNATAIRES = "signataires", "signataires"

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="comptes")
    valeur = models.PositiveIntegerField()
    quoi = models.CharField(max_length=20, choices=Quoi.choices)
    etat = models.CharField("état", max_length=20, choices=Etat.choices)
    libelle = models.CharField("libellé", max_length=300, help_text="Ce qui suit le nombre.")
    connu_le = models.DateField("connu le")
    sources = models.ManyToManyField(Source, related_name="comptes")

    objects = CompteOfficielQuerySet.as_manager()

    class Meta(Datable.Meta):
        ordering = ["jour", "quoi", "valeur"]
        constraints = [
            *Datable.Meta.constraints,
            models.UniqueConstraint(
                fields=["dispositif", "quoi", "etat", "jour", "valeur"], name="strategie_compte_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.valeur} {self.libelle}"


class Evenement(Datable):
    """Something that happened in the life of the strategy (a conference, an announcement, an installation)."""

    class Echelon(models.TextChoices):
        """Where it happened in the three levels of the strategy."""

        NATIONAL = "national", "National"
        REGIONAL = "regional", "Région"
        DEPARTEMENTAL = "departemental", "Département"

    code = models.SlugField(max_length=80, unique=True)
    echelon = models.CharField("échelon", max_length=20, choices=Echelon.choices)
    territoire = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="evenements"
    )
    titre = models.CharField(max_length=300)
    resume = models.TextField("résumé", blank=True)
    connu_le = models.DateField("connu le")
    sources = models.ManyToManyField(Source, related_name="evenements")

    objects = EvenementQuerySet.as_manager()

    class Meta(Datable.Meta):
        ordering = ["jour", "code"]

    def __str__(self) -> str:
        return self.titre


class ChiffreEvenement(models.Model):
    """A figure said of an event by some sources; figures that contradict each other live side by side."""

    evenement = models.ForeignKey(Evenement, on_delete=models.CASCADE, related_name="chiffres")
    libelle = models.CharField("libellé", max_length=200)
    valeur = models.CharField(max_length=80)
    sources = models.ManyToManyField(Source, related_name="chiffres")

    class Meta:
        ordering = ["libelle", "pk"]

    def __str__(self) -> str:
        return f"{self.libelle} : {self.valeur}"


class NatureMontant(models.TextChoices):
    """How sure an amount is, in the words of its source."""

    EXACT = "exact", "montant exact"
    ARRONDI = "arrondi", "montant arrondi"
    MINIMUM = "minimum", "au moins"
    PREVISIONNEL = "previsionnel", "montant prévisionnel"
    CALCULE = "calcule", "montant calculé"
    DECLARE = "declare", "montant déclaré"


class Couverture(models.TextChoices):
    """Whose money an amount counts."""

    ETAT = "etat", "État seul"
    COLLECTIVITE = "collectivite", "collectivité seule"
    CONJOINT = "conjoint", "État et collectivité ensemble"


class Montant(models.Model):
    """An amount in euros with what it covers: whose money, which years, how sure.

    ``par_an``: the amount is that of each of the years, and not their total. Invariants: positive; the years are
    in order.
    """

    montant = models.DecimalField(
        max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    par_an = models.BooleanField("montant annuel", default=False)
    nature_montant = models.CharField("nature", max_length=14, choices=NatureMontant.choices, blank=True)
    couverture = models.CharField(max_length=14, choices=Couverture.choices, blank=True)
    exercice_debut = models.PositiveSmallIntegerField("premier exercice", null=True, blank=True)
    exercice_fin = models.PositiveSmallIntegerField("dernier exercice", null=True, blank=True)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_exercices",
                condition=Q(exercice_fin__isnull=True)
                | Q(exercice_debut__isnull=True)
                | Q(exercice_fin__gte=F("exercice_debut")),
                violation_error_message="Le dernier exercice ne précède pas le premier.",
            ),
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_montant_positif",
                condition=Q(montant__isnull=True) | Q(montant__gte=0),
                violation_error_message="Un montant n’est pas négatif.",
            ),
        ]

    @property
    def exercices(self) -> str:
        """« 2019 » or « 2019 à 2021 »."""
        if not self.exercice_debut:
            return ""
        if self.exercice_fin and self.exercice_fin != self.exercice_debut:
            return f"{self.exercice_debut}{INSECABLE}à{INSECABLE}{self.exercice_fin}"
        return str(self.exercice_debut)

    @property
    def exercices_en_clair(self) -> str:
        """« exercice 2019 », « exercices 2019 à 2021 », « par an, exercices 2019 à 2023 »; nothing without a year."""
        annees = self.exercices
        if not annees:
            return f"par{INSECABLE}an" if self.par_an else ""
        nom = "exercices" if INSECABLE in annees else "exercice"
        return f"{f'par{INSECABLE}an, ' if self.par_an else ''}{nom}{INSECABLE}{annees}"


class Enveloppe(Montant):
    """Money announced for the nation or a région, outside any one contract."""

    territoire = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="enveloppes"
    )
    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="enveloppes")
    libelle = models.CharField("libellé", max_length=300)
    connu_le = models.DateField("connu le")
    sources = models.ManyToManyField(Source, related_name="enveloppes")

    objects = EnveloppeQuerySet.as_manager()

    class Meta(Montant.Meta):
        abstract = False
        ordering = ["exercice_debut", "exercice_fin", "-montant"]

    def __str__(self) -> str:
        return self.libelle
