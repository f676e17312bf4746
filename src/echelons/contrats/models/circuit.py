"""What the acts of a circuit leave: the versions of a text, the votes, the signatures. None of it is rewritten.

Nothing here is read by a public page: what becomes public is stated by facts, once the instrument is signed.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from echelons.acteurs.models import Mandat
from echelons.contrats.models.contrats import Instrument, Partie


class VersionDuTexte(models.Model):
    """The text of an instrument as it was at some moment; what is voted or signed is one of these rows.

    ``contenu`` is the frozen image of the fiches, money, targets and clauses (``contenu.forme``), if it has any.
    Invariants: added only (SQL refuses the rest); numbered from 1; ``empreinte`` is the SHA-256 of the text, with its
    content if it has one (``dossier.empreinte_de``).
    """

    hors_revision = True

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="textes")
    rang = models.PositiveIntegerField()
    texte = models.TextField()
    contenu = models.JSONField(null=True, blank=True)
    empreinte = models.CharField(max_length=64)
    instant = models.DateTimeField()
    mandat = models.ForeignKey(Mandat, null=True, blank=True, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering = ["instrument", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["instrument", "rang"], name="contrats_version_unique"),
            models.CheckConstraint(
                name="contrats_version_ecrite",
                condition=Q(rang__gte=1) & (~Q(texte="") | Q(contenu__isnull=False)),
                violation_error_message="Une version est numérotée à partir de 1 et n’est jamais vide.",
            ),
        ]

    def __str__(self) -> str:
        return f"Version {self.rang}"


class Deliberation(models.Model):
    """A vote of an assembly on one version of a text, then what makes it executory.

    The act of a collectivité is executory once it is published and transmitted to the préfet (CGCT, art. L. 3131-1).
    Invariants: only an adopted text becomes executory, with both dates, neither before the vote; the number of a
    vote is never negative.
    """

    hors_revision = True

    class Issue(models.TextChoices):
        """What the assembly decided."""

        ADOPTEE = "adoptee", "adoptée"
        AJOURNEE = "ajournee", "ajournée"
        REJETEE = "rejetee", "rejetée"
        MODIFIEE = "modifiee", "adoptée avec modifications"

    class Organe(models.TextChoices):
        """Which body voted."""

        ASSEMBLEE = "assemblee", "assemblée délibérante"
        COMMISSION_PERMANENTE = "commission_permanente", "commission permanente"

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="deliberations")
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="deliberations")
    texte = models.ForeignKey(VersionDuTexte, on_delete=models.PROTECT, related_name="deliberations")
    issue = models.CharField(max_length=12, choices=Issue.choices)
    organe = models.CharField(max_length=24, choices=Organe.choices)
    numero = models.CharField("numéro", max_length=60)
    date = models.DateField()
    pour = models.PositiveIntegerField(null=True, blank=True)
    contre = models.PositiveIntegerField(null=True, blank=True)
    abstentions = models.PositiveIntegerField(null=True, blank=True)
    transmise_le = models.DateField("transmise le", null=True, blank=True)
    accuse = models.CharField("numéro de l’accusé de réception", max_length=100, blank=True)
    publiee_le = models.DateField("publiée le", null=True, blank=True)

    class Meta:
        ordering = ["date", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contrats_deliberation_executoire",
                condition=Q(transmise_le__isnull=True, publiee_le__isnull=True, accuse="")
                | Q(issue="adoptee", transmise_le__gte=F("date"), publiee_le__gte=F("date"), accuse__gt=""),
                violation_error_message=(
                    "Une délibération adoptée devient exécutoire par sa transmission et sa publication, après le vote."
                ),
            )
        ]

    def __str__(self) -> str:
        return f"Délibération n°\u00a0{self.numero}"

    @property
    def executoire(self) -> bool:
        """Whether it is adopted, transmitted and published."""
        return self.transmise_le is not None

    @property
    def vote(self) -> str:
        """« 40 pour, 2 contre, 1 abstention », as far as it is known."""
        nombres = (
            (self.pour, "pour"),
            (self.contre, "contre"),
            (self.abstentions, "abstention" if (self.abstentions or 0) < 2 else "abstentions"),
        )
        return ", ".join(f"{n}\u00a0{mot}" for n, mot in nombres if n is not None)


class SignatureDePartie(models.Model):
    """The signature of one party on one version of a text. Invariant: a party signs a version once."""

    hors_revision = True

    instrument = models.ForeignKey(Instrument, on_delete=models.PROTECT, related_name="signatures")
    partie = models.ForeignKey(Partie, on_delete=models.PROTECT, related_name="signatures")
    texte = models.ForeignKey(VersionDuTexte, on_delete=models.PROTECT, related_name="signatures")
    date = models.DateField()
    mandat = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="signatures")
    delegation = models.CharField("acte de délégation", max_length=200, blank=True)

    class Meta:
        ordering = ["date", "pk"]
        constraints = [models.UniqueConstraint(fields=["texte", "partie"], name="contrats_signature_unique")]

    def __str__(self) -> str:
        return f"Signature de {self.partie}"
