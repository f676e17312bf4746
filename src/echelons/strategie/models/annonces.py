"""What is announced: official counts, events and their figures, envelopes."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q

from echelons.socle.dates import INSECABLE
from echelons.socle.models import Datable, Source
from echelons.strategie.models.cadre import Dispositif
from echelons.strategie.requetes import CompteOfficielQuerySet, EnveloppeQuerySet, EvenementQuerySet
from echelons.territoires.models import Territoire


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
