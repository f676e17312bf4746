"""What an instrument holds while it is written: its fiches-actions, its money, its targets, its clauses.

These are working rows, open while the text is (``circuit.A_REDIGER``). What is submitted, voted and signed is a frozen
image of them (``VersionDuTexte.contenu``); who changed what, and when, is kept in ``Modification``.
"""

from __future__ import annotations

import uuid

from django.core.validators import MaxLengthValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q

from echelons.acteurs.models import Mandat
from echelons.contrats.models.contrats import Instrument, Partie
from echelons.contrats.models.documents import Document
from echelons.strategie.models import Mesure, NatureAction, VersionIndicateur, Volet
from echelons.territoires.models import Territoire

COURT = 300
PAS_TROP_LONG = MaxLengthValidator(
    20_000,
    "Ce texte a %(show_value)s caractères, au lieu de %(limit_value)s au plus. Mettez la suite dans une pièce jointe.",
)


class FicheAction(models.Model):
    """The unit of commitment: one action, whom it is for, who leads it, with what.

    Invariants: known outside by ``reference`` only; its number is computed from its place (``contenu.numerotation``);
    its end does not precede its beginning; on the whole of the perimeter, it names no territory.
    """

    hors_revision = True

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="fiches")
    rang = models.PositiveIntegerField()
    intitule = models.CharField("intitulé", max_length=COURT)
    volet = models.ForeignKey(
        Volet, null=True, blank=True, on_delete=models.SET_NULL, related_name="fiches", verbose_name="volet"
    )
    mesure = models.ForeignKey(
        Mesure, null=True, blank=True, on_delete=models.SET_NULL, related_name="fiches", verbose_name="mesure"
    )
    nature = models.ForeignKey(
        NatureAction, null=True, blank=True, on_delete=models.SET_NULL, related_name="fiches"
    )
    sorte = models.CharField("ce qui est renforcé", max_length=200, blank=True)
    situation_de_depart = models.TextField("situation de départ", validators=[PAS_TROP_LONG], blank=True)
    justification = models.TextField(validators=[PAS_TROP_LONG], blank=True)
    diagnostic = models.TextField(validators=[PAS_TROP_LONG], blank=True)
    description = models.TextField("description de l’action", validators=[PAS_TROP_LONG], blank=True)
    public = models.TextField("public visé", validators=[PAS_TROP_LONG], blank=True)
    effectif = models.PositiveIntegerField("nombre de personnes attendues", null=True, blank=True)
    territoires = models.ManyToManyField(
        Territoire, blank=True, related_name="fiches", verbose_name="territoires d’intervention"
    )
    lieux = models.TextField(validators=[PAS_TROP_LONG], blank=True)
    pilote = models.CharField(max_length=COURT, blank=True)
    partenaires = models.TextField(validators=[PAS_TROP_LONG], blank=True, help_text="Un par ligne.")
    operateurs = models.TextField(
        "opérateurs", validators=[PAS_TROP_LONG], blank=True, help_text="Un par ligne."
    )
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField(null=True, blank=True)
    etp = models.DecimalField(
        "moyens humains (ETP)",
        max_digits=7,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    complement = models.JSONField("ce que le dispositif ajoute", default=dict, blank=True)
    pieces = models.ManyToManyField(Document, blank=True, related_name="fiches", verbose_name="pièces")
    partagee = models.BooleanField(
        "peut être reprise par d’autres collectivités",
        default=False,
        help_text="Une fois le contrat signé, elle entre dans la bibliothèque des fiches.",
    )

    class Meta:
        ordering = ["instrument", "rang", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contrats_fiche_periode",
                condition=Q(fin__isnull=True) | Q(debut__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de l’action précède son début. Corrigez l’une des deux dates.",
            ),
            models.CheckConstraint(
                name="contrats_fiche_intitulee",
                condition=~Q(intitule=""),
                violation_error_message="Une fiche a un intitulé.",
            ),
            models.CheckConstraint(
                name="contrats_fiche_etp",
                condition=Q(etp__isnull=True) | Q(etp__gte=0),
                violation_error_message="Des moyens humains ne sont pas négatifs.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


class Financeur(models.Model):
    """Who brings money to the actions of an instrument, and on which side. Invariant: named once in an instrument."""

    hors_revision = True

    class Cote(models.TextChoices):
        """On which side its money counts for the rules (``strategie.regles.Financeur``)."""

        ETAT = "etat", "État"
        COLLECTIVITE = "collectivite", "collectivité"
        AUTRE = "autre", "autre financeur"

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="financeurs")
    rang = models.PositiveIntegerField()
    libelle = models.CharField("nom", max_length=200)
    cote = models.CharField("côté", max_length=14, choices=Cote.choices)
    partie = models.ForeignKey(Partie, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")

    class Meta:
        ordering = ["instrument", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "libelle"],
                name="contrats_financeur_unique",
                violation_error_message="Ce financeur est déjà dans la liste.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class LigneFinancement(models.Model):
    """Money foreseen: for one fiche, from one financeur, for one exercice, in euros to the cent.

    Invariants: never negative nor zero (nothing is no row); one row for a fiche, financeur, exercice, nature and
    imputation.
    """

    hors_revision = True

    class Nature(models.TextChoices):
        """What the money is."""

        CREDIT = "credit", "crédit"
        VALORISATION = "valorisation", "valorisation"
        AUTRE = "autre", "autre"

    fiche = models.ForeignKey(FicheAction, on_delete=models.CASCADE, related_name="financements")
    financeur = models.ForeignKey(Financeur, on_delete=models.PROTECT, related_name="lignes")
    exercice = models.PositiveSmallIntegerField()
    nature = models.CharField(max_length=14, choices=Nature.choices, default=Nature.CREDIT)
    imputation = models.CharField(max_length=80, blank=True, help_text="Par exemple « 304-19 ».")
    prevu = models.DecimalField("prévu", max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["fiche", "financeur", "exercice", "nature", "imputation"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiche", "financeur", "exercice", "nature", "imputation"],
                name="contrats_financement_unique",
                violation_error_message="Cette ligne de financement existe déjà\u00a0: réunissez les deux montants.",
            ),
            models.CheckConstraint(
                name="contrats_financement_positif",
                condition=Q(prevu__gt=0),
                violation_error_message="Un montant prévu est supérieur à zéro.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.financeur}, {self.exercice}"


class Plafond(models.Model):
    """The most that the State may bring in an exercice, as notified to the contract."""

    hors_revision = True

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="plafonds")
    exercice = models.PositiveSmallIntegerField()
    montant = models.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        ordering = ["instrument", "exercice"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "exercice"], name="contrats_plafond_unique"),
            models.CheckConstraint(
                name="contrats_plafond_positif",
                condition=Q(montant__gte=0),
                violation_error_message="Un plafond n’est pas négatif.",
            ),
        ]

    def __str__(self) -> str:
        return f"Plafond {self.exercice}"


class EtatDeValeur(models.TextChoices):
    """What is known of a figure: « not available » and « not applicable » are answers, with a reason."""

    CHIFFREE = "chiffree", "chiffrée"
    SANS_OBJET = "sans_objet", "sans objet"
    NON_DISPONIBLE = "non_disponible", "non disponible"


def _chiffree_ou_motivee(valeur: str, motif: str) -> Q:
    return Q(etat="chiffree", **{f"{valeur}__isnull": False, motif: ""}) | Q(
        ~Q(etat="chiffree"), **{f"{valeur}__isnull": True, f"{motif}__gt": ""}
    )


class CibleDIndicateur(models.Model):
    """A line of annexe A: an indicator as defined by one version, for one fiche or for the whole instrument.

    Where it starts from (``etat``, ``depart``, ``depart_le``) is a figure, or its absence with a reason. Invariant: a
    fiche (or the instrument) aims at an indicator once.
    """

    hors_revision = True

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="cibles")
    fiche = models.ForeignKey(
        FicheAction, null=True, blank=True, on_delete=models.CASCADE, related_name="cibles"
    )
    version = models.ForeignKey(VersionIndicateur, on_delete=models.PROTECT, related_name="cibles")
    etat = models.CharField("situation de départ", max_length=14, choices=EtatDeValeur.choices)
    depart = models.DecimalField("valeur", max_digits=18, decimal_places=4, null=True, blank=True)
    depart_le = models.DateField("au", null=True, blank=True)
    motif = models.CharField("pourquoi", max_length=COURT, blank=True)

    class Meta:
        ordering = ["instrument", "version__indicateur__rang", "fiche__rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["fiche", "version"],
                name="contrats_cible_unique",
                violation_error_message="Cette fiche vise déjà cet indicateur.",
            ),
            models.UniqueConstraint(
                fields=["instrument", "version"],
                condition=Q(fiche__isnull=True),
                name="contrats_cible_commune_unique",
                violation_error_message="Cet indicateur est déjà visé pour l’ensemble.",
            ),
            models.CheckConstraint(
                name="contrats_cible_depart",
                condition=_chiffree_ou_motivee("depart", "motif"),
                violation_error_message="Une situation de départ est un chiffre, ou son absence avec un motif.",
            ),
        ]

    def __str__(self) -> str:
        return self.version.libelle


class ValeurVisee(models.Model):
    """What is aimed at for one exercice: a figure, or why there is none."""

    hors_revision = True

    cible = models.ForeignKey(CibleDIndicateur, on_delete=models.CASCADE, related_name="visees")
    exercice = models.PositiveSmallIntegerField()
    etat = models.CharField(max_length=14, choices=EtatDeValeur.choices)
    valeur = models.DecimalField(max_digits=18, decimal_places=4, null=True, blank=True)
    motif = models.CharField("pourquoi", max_length=COURT, blank=True)

    class Meta:
        ordering = ["cible", "exercice"]
        constraints = [
            models.UniqueConstraint(fields=["cible", "exercice"], name="contrats_visee_unique"),
            models.CheckConstraint(
                name="contrats_visee_chiffree",
                condition=_chiffree_ou_motivee("valeur", "motif"),
                violation_error_message="Une cible est un chiffre, ou son absence avec un motif.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.exercice}"


class Clause(models.Model):
    """An article of the text: one of the model of the dispositif, taken when the draft began, or a special provision.

    Invariants: an article of the model keeps its words (``particuliere`` is false), it is only kept or left out when it
    is ``facultative``; a special provision is written here.
    """

    hors_revision = True

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="clauses")
    rang = models.PositiveIntegerField()
    titre = models.CharField(max_length=200)
    texte = models.TextField(validators=[PAS_TROP_LONG])
    facultative = models.BooleanField(default=False)
    retenue = models.BooleanField(default=True)
    particuliere = models.BooleanField("disposition particulière", default=False)

    class Meta:
        ordering = ["instrument", "rang", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contrats_clause_retenue",
                condition=Q(retenue=True) | Q(facultative=True),
                violation_error_message="Seul un article facultatif peut être laissé de côté.",
            ),
            models.CheckConstraint(
                name="contrats_clause_ecrite",
                condition=~Q(titre="") & ~Q(texte=""),
                violation_error_message="Un article a un titre et un texte.",
            ),
        ]

    def __str__(self) -> str:
        return self.titre


class ExceptionDocumentee(models.Model):
    """A broken rule that the parties accept, with the reason; it stands until it is lifted. Added only, then lifted."""

    hors_revision = True

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="exceptions")
    regle = models.SlugField("règle", max_length=80)
    motif = models.TextField(validators=[PAS_TROP_LONG])
    instant = models.DateTimeField()
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="+")
    levee_le = models.DateTimeField("levée le", null=True, blank=True)

    class Meta:
        ordering = ["instrument", "instant"]
        constraints = [
            models.CheckConstraint(
                name="contrats_exception_motivee",
                condition=~Q(motif=""),
                violation_error_message="Une exception dit pourquoi.",
            )
        ]

    def __str__(self) -> str:
        return self.regle


class Modification(models.Model):
    """One field of the content changed: who, when, from what to what. Added only (SQL refuses the rest).

    ``rang`` numbers the acts of writing of an instrument: all that one act changed bears the same. ``champ`` is the
    name of a field, « + » for what was added and « - » for what was removed (whole). It tells two moments apart,
    merges two writers, and shows each what the other wrote.
    """

    hors_revision = True

    class Objet(models.TextChoices):
        """What kind of thing changed."""

        FICHE = "fiche", "fiche"
        FINANCEMENT = "financement", "financement"
        CIBLE = "cible", "cible"
        CLAUSE = "clause", "article"
        PLAFOND = "plafond", "plafond"

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="modifications")
    rang = models.PositiveIntegerField()
    objet = models.CharField(max_length=12, choices=Objet.choices)
    cle = models.CharField("clé", max_length=200)
    champ = models.CharField(max_length=80)
    avant = models.JSONField(null=True)
    apres = models.JSONField(null=True)
    instant = models.DateTimeField()
    mandat = models.ForeignKey(Mandat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["instrument", "rang", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["instrument", "rang", "objet", "cle", "champ"], name="contrats_modification_unique"
            )
        ]

    def __str__(self) -> str:
        return f"{self.rang}\u00a0: {self.objet} {self.cle} {self.champ}"
