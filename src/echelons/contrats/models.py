"""Contracts as dated facts: the relationship, its instruments, and what is known of them, never overwritten."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from echelons.socle.models import Datable, Source
from echelons.strategie.models import Dispositif, Montant
from echelons.territoires.models import Territoire

if TYPE_CHECKING:
    from echelons.contrats.regles import EtatContrat


class Contrat(models.Model):
    """The relationship between the State and one or several collectivités under a dispositif, on a perimeter.

    Invariant: its state is never stored; ``etat_au`` derives it from the facts.
    """

    code = models.SlugField(max_length=80, unique=True)
    dispositif = models.ForeignKey(Dispositif, on_delete=models.PROTECT, related_name="contrats")
    intitule = models.CharField("intitulé", max_length=300)
    perimetre = models.ForeignKey(
        Territoire, on_delete=models.PROTECT, related_name="contrats", verbose_name="périmètre"
    )

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.intitule

    def etat_au(self, date: dt.date, connu_le: dt.date | None = None) -> EtatContrat:
        """The state of this contract on ``date``, as known on ``connu_le`` (None: all that is recorded)."""
        from echelons.contrats.requetes import lire_contrat

        return lire_contrat(self.pk).etat_au(date, connu_le)


class Partie(models.Model):
    """Who binds itself by a contract, in which role, between which dates.

    Invariant: a collectivité is a territory of the house; the State and others are named.
    """

    class Role(models.TextChoices):
        """In which capacity."""

        ETAT = "etat", "État"
        COLLECTIVITE = "collectivite", "collectivité"
        ARS = "ars", "agence régionale de santé"
        AUTRE = "autre", "autre partie"

    contrat = models.ForeignKey(Contrat, on_delete=models.CASCADE, related_name="parties")
    role = models.CharField("rôle", max_length=14, choices=Role.choices)
    territoire = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="parties"
    )
    libelle = models.CharField("libellé", max_length=200)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["contrat", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contrat", "libelle"], name="contrats_partie_unique"),
            models.CheckConstraint(
                name="contrats_partie_territoire_de_collectivite",
                condition=Q(role="collectivite", territoire__isnull=False) | ~Q(role="collectivite"),
                violation_error_message="Une collectivité partie à un contrat est un territoire connu.",
            ),
            models.CheckConstraint(
                name="contrats_partie_periode",
                condition=Q(fin__isnull=True) | Q(debut__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin d’une partie ne précède pas son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.libelle


class Instrument(models.Model):
    """What is drafted, voted and signed under a contract: a protocole, a convention, an avenant…"""

    class Type(models.TextChoices):
        """The kinds of instrument; which of them signs a contract is said by its dispositif."""

        PROTOCOLE = "protocole", "protocole"
        CONVENTION = "convention", "convention"
        CONTRAT_LOCAL = "contrat_local", "contrat local"
        PACTE_LOCAL = "pacte_local", "pacte local"
        AVENANT = "avenant", "avenant"
        PROROGATION = "prorogation", "prorogation"

    contrat = models.ForeignKey(Contrat, on_delete=models.CASCADE, related_name="instruments")
    cle = models.SlugField("clé", max_length=40)
    type = models.CharField(max_length=20, choices=Type.choices)
    intitule = models.CharField("intitulé", max_length=300)
    debut = models.DateField("début de la période", null=True, blank=True)
    fin = models.DateField("fin de la période", null=True, blank=True)

    class Meta:
        ordering = ["contrat", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["contrat", "cle"], name="contrats_instrument_unique"),
            models.CheckConstraint(
                name="contrats_instrument_periode",
                condition=Q(fin__isnull=True) | Q(debut__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de la période ne précède pas son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule


class Fait(Datable, Montant):
    """A dated statement about a contract or one of its instruments, with its sources.

    One statement about several parties is a row a party, with the same ``empreinte``: the digest of what it states,
    its prose and its party left out. ``cle`` names it in its contract, so that a later fact may replace it.

    Invariants: nothing is overwritten (a correction is another fact which ``remplace`` this one); it never
    replaces itself; its instrument, its party and what it replaces are of its own contract (``gardes``, in SQL);
    facts may contradict each other; ``enregistre_le`` is the real instant.
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
