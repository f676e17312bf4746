"""What a dispositif is made of: instruments, parties, volets or axes, exercices, natures of actions, first wave."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from echelons.strategie.models.appuis import Etayable, periode_dans_l_ordre
from echelons.strategie.models.cadre import Dispositif, Strategie


class FormeInstrument(models.TextChoices):
    """The forms of instrument that the circuit knows (``contrats`` holds the instruments, on the floor above)."""

    PROTOCOLE = "protocole", "protocole"
    CONVENTION = "convention", "convention"
    CONTRAT_LOCAL = "contrat_local", "contrat local"
    PACTE_LOCAL = "pacte_local", "pacte local"
    AVENANT = "avenant", "avenant"
    PROROGATION = "prorogation", "prorogation"


class Regime(models.TextChoices):
    """Which months an exercice covers."""

    CIVIL = "civil", "année civile"
    GLISSANT = "glissant", "année glissante"
    PROLONGE = "prolonge", "prolongé"


class Axe(Etayable):
    """An axis or an engagement of a national strategy, in its order."""

    strategie = models.ForeignKey(Strategie, on_delete=models.CASCADE, related_name="axes")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    libelle = models.CharField("libellé", max_length=300)

    class Meta:
        ordering = ["strategie", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["strategie", "code"], name="strategie_axe_unique"),
        ]

    def __str__(self) -> str:
        return self.libelle


class GenreInstrument(models.Model):
    """A kind of instrument of a dispositif, under the name that its texts give it.

    ``forme`` is what the circuit handles. One of them signs the contract: its form is ``instrument_signant`` of the
    dispositif.
    """

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="instruments")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    libelle = models.CharField("libellé", max_length=200)
    forme = models.CharField(max_length=20, choices=FormeInstrument.choices)
    signe = models.BooleanField("signe le contrat", default=False)
    remarque = models.TextField(blank=True)

    class Meta:
        ordering = ["dispositif", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_instrument_unique"),
        ]

    def __str__(self) -> str:
        return self.libelle


class PartieAttendue(Etayable):
    """Who is expected to bind itself by a contract of the dispositif; ``facultative``: the contract stands without."""

    class Role(models.TextChoices):
        """In which capacity (the roles of the parties to a contract)."""

        ETAT = "etat", "État"
        COLLECTIVITE = "collectivite", "collectivité"
        ARS = "ars", "agence régionale de santé"
        AUTRE = "autre", "autre partie"

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="parties")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    role = models.CharField("rôle", max_length=14, choices=Role.choices)
    libelle = models.CharField("libellé", max_length=200)
    facultative = models.BooleanField(default=False)
    depuis = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["dispositif", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_partie_unique"),
        ]

    def __str__(self) -> str:
        return self.libelle


class Volet(Etayable):
    """A part of what a contract holds: a volet, an axis, or an objective of one of them.

    Invariant: an objective lies in a volet or an axis; those lie in nothing.
    """

    class Genre(models.TextChoices):
        """What it is called."""

        VOLET = "volet", "volet"
        AXE = "axe", "axe"
        OBJECTIF = "objectif", "objectif"

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="volets")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    genre = models.CharField(max_length=10, choices=Genre.choices)
    libelle = models.CharField("libellé", max_length=300)
    dans = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.CASCADE, related_name="objectifs"
    )
    obligatoire = models.BooleanField(default=False)
    debut = models.DateField("début", null=True, blank=True)
    fin = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["dispositif", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_volet_unique"),
            models.CheckConstraint(
                name="strategie_volet_dans",
                condition=Q(genre="objectif", dans__isnull=False)
                | (~Q(genre="objectif") & Q(dans__isnull=True)),
                violation_error_message="Un objectif est dans un volet ou un axe ; un volet ou un axe n’est dans rien.",
            ),
            periode_dans_l_ordre("La fin d’un volet ne précède pas son début."),
        ]

    def __str__(self) -> str:
        return self.libelle


class Exercice(Etayable):
    """A year of execution of a dispositif, with its days: civil, glissant, or prolonged beyond its end."""

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="exercices")
    annee = models.PositiveSmallIntegerField("année")
    regime = models.CharField("régime", max_length=10, choices=Regime.choices)
    debut = models.DateField("début")
    fin = models.DateField()

    class Meta:
        ordering = ["dispositif", "annee", "regime"]
        constraints = [
            models.UniqueConstraint(
                fields=["dispositif", "annee", "regime"], name="strategie_exercice_unique"
            ),
            models.CheckConstraint(
                name="strategie_exercice_periode",
                condition=Q(fin__gte=F("debut")),
                violation_error_message="La fin d’un exercice ne précède pas son début.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.annee}, {self.get_regime_display()}"


class NatureAction(models.Model):
    """What an action may be said to be under a dispositif (new, reinforced), with what that means.

    ``sortes``: the ways in which it may be so (for a reinforced action: what is reinforced), as labels; such an action
    then says which, and from what situation it starts.
    """

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="natures")
    code = models.SlugField(max_length=80)
    rang = models.PositiveSmallIntegerField()
    libelle = models.CharField("libellé", max_length=200)
    definition = models.TextField("définition", blank=True)
    sortes = models.JSONField(default=list, blank=True, help_text="Liste de libellés.")

    class Meta:
        ordering = ["dispositif", "rang"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_nature_unique"),
        ]

    def __str__(self) -> str:
        return self.libelle


class Vague(Etayable):
    """A wave of territories that began before the others (the démonstrateurs): who is in it is said by facts."""

    dispositif = models.ForeignKey(Dispositif, on_delete=models.CASCADE, related_name="vagues")
    code = models.SlugField(max_length=80)
    libelle = models.CharField("libellé", max_length=200)
    annee = models.PositiveSmallIntegerField("année")
    territoires = models.PositiveSmallIntegerField("nombre de territoires", null=True, blank=True)

    class Meta:
        ordering = ["dispositif", "annee", "code"]
        constraints = [
            models.UniqueConstraint(fields=["dispositif", "code"], name="strategie_vague_unique"),
        ]

    def __str__(self) -> str:
        return self.libelle
