"""Where a statement comes from, which files were taken in, and the revision of the data."""

from django.db import models

from echelons.socle.dates import DateSource, Precision, en_lettres
from echelons.socle.requetes import SourceQuerySet


class PrecisionDate(models.TextChoices):
    """How much of a date a source gives (the choices of a column holding a ``Precision``)."""

    JOUR = Precision.JOUR.value, "au jour près"
    MOIS = Precision.MOIS.value, "au mois près"
    AU_PLUS_TARD = Precision.AU_PLUS_TARD.value, "au plus tard"
    INCONNUE = Precision.INCONNUE.value, "inconnue"


class Datable(models.Model):
    """A row dated as its source dates it. Invariant: no day if and only if the precision is « inconnue »."""

    jour = models.DateField("date", null=True, blank=True)
    precision = models.CharField("précision", max_length=12, choices=PrecisionDate.choices)

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                name="%(app_label)s_%(class)s_date_et_precision",
                condition=models.Q(jour__isnull=True, precision=PrecisionDate.INCONNUE)
                | (models.Q(jour__isnull=False) & ~models.Q(precision=PrecisionDate.INCONNUE)),
                violation_error_message="Une date est inconnue, ou bien elle est donnée avec sa précision.",
            )
        ]

    @property
    def date_source(self) -> DateSource:
        """The date as an interval of days."""
        return DateSource(self.jour, Precision(self.precision))


class Source(models.Model):
    """A document that can be read by anybody and on which statements rest.

    Invariants: it has an address; ``fictive`` marks the invented documents of the fictional territories.
    """

    cle = models.SlugField("clé", max_length=80, unique=True)
    titre = models.CharField(max_length=300)
    editeur = models.CharField("éditeur", max_length=200)
    adresse = models.URLField(max_length=1000)
    publiee_le = models.DateField("date de publication", null=True, blank=True)
    remarque = models.TextField(blank=True)
    fictive = models.BooleanField("marque de fiction", default=False)

    objects = SourceQuerySet.as_manager()

    class Meta:
        ordering = ["editeur", "titre", "cle"]
        constraints = [
            models.CheckConstraint(
                name="socle_source_a_une_adresse",
                condition=~models.Q(adresse=""),
                violation_error_message="Une source a une adresse.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.editeur}, « {self.titre} »"

    @property
    def publication(self) -> str:
        """« publiée le 23 janvier 2019 », or that the date is not known."""
        if self.publiee_le:
            return f"publiée le\u00a0{en_lettres(self.publiee_le)}"
        return "date de publication non connue"


class Chargement(models.Model):
    """A set of data files already taken in, with the digest of what was read: the same files change nothing."""

    cle = models.CharField(max_length=80, unique=True)
    empreinte = models.CharField(max_length=64)
    effectue_le = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.cle} ({self.empreinte[:12]})"


class Revision(models.Model):
    """One row that SQL triggers change at every write to what the public pages read (see ``revision``).

    ``numero`` changes with every write; ``reference`` with those alone to what is loaded once and hardly ever changes.
    """

    numero = models.BigIntegerField(default=0)
    # Without a default: SQLite would make the table anew, which triggers of other tables refer to.
    reference = models.BigIntegerField("référence", null=True)

    class Meta:
        constraints = [models.CheckConstraint(name="socle_revision_unique", condition=models.Q(pk=1))]

    def __str__(self) -> str:
        return str(self.numero)
