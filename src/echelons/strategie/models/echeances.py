"""What is owed under a dispositif and by when, and the texts that moved it."""

from django.db import models
from django.db.models import Q

from echelons.acteurs.models import Fonction
from echelons.socle.models import Source
from echelons.strategie.models.cadre import Dispositif
from echelons.strategie.models.textes import TexteReference
from echelons.strategie.requetes import RegleEcheanceQuerySet
from echelons.territoires.models import TypeTerritoire


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
