"""Contracts as dated facts: what is known of them and of their instruments, never overwritten."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from echelons.contrats.models.contrats import Contrat, Instrument, Partie
from echelons.socle.models import Datable, Source
from echelons.strategie.models import Montant


class Fait(Datable, Montant):
    """A dated statement about a contract or one of its instruments, with its sources.

    One statement about several parties is a row a party, with the same ``empreinte``: the digest of what it states,
    its prose and its party left out. ``cle`` names it in its contract, so that a later fact may replace it.

    Invariants: nothing is overwritten (a correction is another fact which ``remplace`` this one); it never
    replaces itself; its instrument, its party and what it replaces are of its own contract (``gardes``, in SQL);
    facts may contradict each other; ``enregistre_le`` is the real instant; ``ecriture`` is the row of the journal
    that tells of the act, when it was done in the house.
    """

    #: What the rows of one statement share (see ``SourceQuerySet.par_editeur``).
    COLONNES_D_UN_ENONCE = ("empreinte", "cle")

    class Type(models.TextChoices):
        """What is stated."""

        ENGAGEMENT = "engagement", "Engagement annoncé"
        DELIBERATION = "deliberation", "Délibération"
        TRANSMISSION = "transmission", "Transmission au contrôle de légalité"
        PUBLICATION = "publication", "Publication"
        SIGNATURE = "signature", "Signature"
        ENTREE_EN_VIGUEUR = "entree_en_vigueur", "Entrée en vigueur"
        DENONCIATION = "denonciation", "Dénonciation"
        NON_SIGNATAIRE = "non_signataire", "Absence de convention attestée"
        MONTANT = "montant", "Montant"
        RAPPORT = "rapport", "Rapport d’exécution"
        DEMONSTRATEUR = "demonstrateur", "Territoire démonstrateur"

    class Portee(models.TextChoices):
        """Whether the source speaks of this contract, or of a set it belongs to (« tous sauf deux »)."""

        INDIVIDUELLE = "individuelle", "constat individuel"
        COLLECTIVE = "collective", "constat collectif"

    contrat = models.ForeignKey(Contrat, on_delete=models.PROTECT, related_name="faits")
    cle = models.CharField("clé", max_length=80, blank=True)
    instrument = models.ForeignKey(
        Instrument, null=True, blank=True, on_delete=models.PROTECT, related_name="faits"
    )
    type = models.CharField(max_length=20, choices=Type.choices)
    partie = models.ForeignKey(Partie, null=True, blank=True, on_delete=models.PROTECT, related_name="faits")
    portee = models.CharField("portée", max_length=14, choices=Portee.choices, default=Portee.INDIVIDUELLE)
    jusqu_au = models.DateField("jusqu’au", null=True, blank=True)
    texte = models.TextField(blank=True)
    connu_le = models.DateField("connu le")
    connu_au_releve = models.BooleanField(
        "connu au relevé", default=False, help_text="Aucune source n’est datée : connu du jour du relevé."
    )
    enregistre_le = models.DateTimeField("enregistré le")
    remplace = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="remplace_par"
    )
    sources = models.ManyToManyField(Source, related_name="faits")
    ecriture = models.PositiveBigIntegerField(
        "écriture du journal", null=True, blank=True, help_text="L’acte fait ici qui l’énonce."
    )
    empreinte = models.CharField(max_length=64, help_text="Le même fait n’entre qu’une fois.")

    class Meta:
        ordering = ["jour", "pk"]
        constraints = [
            *Datable.Meta.constraints,
            *Montant.Meta.constraints,
            models.UniqueConstraint(
                fields=["empreinte", "cle", "partie"], name="contrats_fait_unique_par_partie"
            ),
            models.UniqueConstraint(
                fields=["empreinte", "cle"],
                condition=Q(partie__isnull=True),
                name="contrats_fait_unique_sans_partie",
            ),
            models.UniqueConstraint(
                fields=["contrat", "cle", "partie"],
                condition=~Q(cle=""),
                name="contrats_fait_cle_unique_par_partie",
            ),
            models.UniqueConstraint(
                fields=["contrat", "cle"],
                condition=~Q(cle="") & Q(partie__isnull=True),
                name="contrats_fait_cle_unique_sans_partie",
            ),
            models.CheckConstraint(
                name="contrats_fait_ne_se_remplace_pas",
                condition=Q(remplace__isnull=True) | ~Q(remplace=F("id")),
                violation_error_message="Un fait ne peut pas se remplacer lui-même.",
            ),
            models.CheckConstraint(
                name="contrats_fait_signature_d_une_partie",
                condition=~Q(type="signature") | Q(partie__isnull=False, instrument__isnull=False),
                violation_error_message="Une signature est celle d’une partie, sur un instrument.",
            ),
            models.CheckConstraint(
                name="contrats_fait_montant_si_montant",
                condition=Q(type="montant", montant__isnull=False)
                | (~Q(type="montant") & Q(montant__isnull=True)),
                violation_error_message="Un fait « montant » porte un montant, les autres n’en portent pas.",
            ),
            models.CheckConstraint(
                name="contrats_fait_periode",
                condition=Q(jusqu_au__isnull=True) | Q(jour__isnull=True) | Q(jusqu_au__gte=F("jour")),
                violation_error_message="La fin d’une période ne précède pas son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_type_display()} {self.date_source}"

    def clean(self) -> None:
        """Refuse an instrument, a party or a replaced fact of another contract."""
        super().clean()
        autres = {
            nom: f"{phrase} d’un autre contrat."
            for nom, objet, phrase in (
                ("instrument", self.instrument, "Cet instrument est celui"),
                ("partie", self.partie, "Cette partie est celle"),
                ("remplace", self.remplace, "Le fait remplacé est celui"),
            )
            if objet is not None and objet.contrat_id != self.contrat_id
        }
        if autres:
            raise ValidationError(autres)
