"""The relationship, who binds itself by it, and what is drafted, voted and signed under it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from django.db import models
from django.db.models import F, Q

from echelons.acteurs.pouvoirs import Cible
from echelons.contrats.acces import ContratQuerySet, InstrumentQuerySet, cible_de
from echelons.socle.journal import Objet
from echelons.strategie.models import Dispositif, GenreInstrument
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

    objects = ContratQuerySet.as_manager()

    class Meta:
        ordering = ["code"]

    def __str__(self) -> str:
        return self.intitule

    def etat_au(self, date: dt.date, connu_le: dt.date | None = None) -> EtatContrat:
        """The state of this contract on ``date``, as known on ``connu_le`` (None: all that is recorded)."""
        from echelons.contrats.requetes import lire_contrat

        return lire_contrat(self.pk).etat_au(date, connu_le)

    @property
    def ses_parties(self) -> Sequence[Partie]:
        """Who binds itself, as read with the contract (``avec_cible``), else read now."""
        lues: Sequence[Partie] | None = self.__dict__.get("parties_lues")
        return list(self.parties.select_related("territoire__region")) if lues is None else lues

    @cached_property
    def cible(self) -> Cible:
        """Where it lies, for the rights: its perimeter and its collectivités, with their régions."""
        return cible_de(self)

    @property
    def objet_journal(self) -> Objet:
        """Its chain in the journal: exchanges, documents; each instrument has its own."""
        return Objet("contrat", self.code)


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
    """What is drafted, voted and signed under a contract: a protocole, a convention, an avenant…

    Invariants: one born in the house has a state, which only the acts of its circuit change, and each act raises
    its version; one recorded afterwards, of which only facts are known, has none.
    """

    class Type(models.TextChoices):
        """The kinds of instrument; which of them signs a contract is said by its dispositif."""

        PROTOCOLE = "protocole", "protocole"
        CONVENTION = "convention", "convention"
        CONTRAT_LOCAL = "contrat_local", "contrat local"
        PACTE_LOCAL = "pacte_local", "pacte local"
        AVENANT = "avenant", "avenant"
        PROROGATION = "prorogation", "prorogation"

    class Etat(models.TextChoices):
        """Where it is in its circuit."""

        PROJET = "projet", "projet"
        EN_NEGOCIATION = "en_negociation", "en négociation"
        SOUMISE = "soumise", "soumise à l’État"
        EN_INSTRUCTION = "en_instruction", "en instruction"
        A_CORRIGER = "a_corriger", "à corriger"
        ACCORDEE = "accordee", "accordée pour le vote"
        DELIBEREE = "deliberee", "délibérée"
        EXECUTOIRE = "deliberation_executoire", "délibération exécutoire"
        SIGNEE = "signee", "signée"
        EN_VIGUEUR = "en_vigueur", "en vigueur"
        ABANDONNEE = "abandonnee", "abandonnée"
        DENONCEE = "denoncee", "dénoncée"

    contrat = models.ForeignKey(Contrat, on_delete=models.CASCADE, related_name="instruments")
    cle = models.SlugField("clé", max_length=40)
    type = models.CharField(max_length=20, choices=Type.choices)
    genre = models.ForeignKey(
        GenreInstrument,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="contractes",
        help_text="Ce que le dispositif l’appelle, quand il le dit.",
    )
    intitule = models.CharField("intitulé", max_length=300)
    debut = models.DateField("début de la période", null=True, blank=True)
    fin = models.DateField("fin de la période", null=True, blank=True)
    etat = models.CharField("état", max_length=24, choices=Etat.choices, blank=True, default="")
    version = models.PositiveIntegerField(default=0, help_text="Augmente à chaque acte.")
    depuis = models.DateField("dans cet état depuis le", null=True, blank=True)
    avis_sur = models.PositiveIntegerField(
        "version sur laquelle le niveau régional a donné son avis", null=True, blank=True
    )
    notifiee_le = models.DateField("notifiée le", null=True, blank=True)
    contenu_rang = models.PositiveIntegerField(
        "dernier enregistrement du contenu", default=0, help_text="Augmente à chaque enregistrement."
    )

    objects = InstrumentQuerySet.as_manager()

    class Meta:
        ordering = ["contrat", "pk"]
        constraints = [
            models.CheckConstraint(
                name="contrats_instrument_etat_et_version",
                condition=Q(etat="", version=0, depuis__isnull=True)
                | (~Q(etat="") & Q(version__gt=0, depuis__isnull=False)),
                violation_error_message="Un instrument né ici a un état, sa date et une version.",
            ),
            models.UniqueConstraint(fields=["contrat", "cle"], name="contrats_instrument_unique"),
            models.CheckConstraint(
                name="contrats_instrument_periode",
                condition=Q(fin__isnull=True) | Q(debut__isnull=True) | Q(fin__gte=F("debut")),
                violation_error_message="La fin de la période ne précède pas son début.",
            ),
        ]

    def __str__(self) -> str:
        return self.intitule

    @property
    def objet_journal(self) -> Objet:
        """Its chain in the journal."""
        return Objet("instrument", f"{self.contrat.code}/{self.cle}")

    @property
    def appele(self) -> str:
        """The name that its dispositif gives to such an instrument, else that of its form."""
        return self.genre.libelle if self.genre else str(self.get_type_display())

    @property
    def ne_ici(self) -> bool:
        """Whether it is drafted in the house, and not only known by facts."""
        return bool(self.etat)
