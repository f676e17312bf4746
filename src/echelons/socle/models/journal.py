"""The journal of what was done: its rows, its erasable side table, its signed head and its signed roots.

Written by ``echelons.socle.journal`` only; ``echelons.socle.gardes`` makes SQL refuse everything else.
"""

from django.db import models

LONGUEUR_EMPREINTE = 64
LONGUEUR_REFERENCE = 64


class Ecriture(models.Model):
    """One act, written once and for ever.

    Invariants: numbers go 1, 2, 3… over the whole journal, ranks 1, 2, 3… within the chain of one object;
    ``precedente`` is the digest of the previous row of the chain, ``empreinte`` that of everything else in the row.
    """

    numero = models.BigIntegerField("numéro", primary_key=True)
    instant = models.DateTimeField()
    date_metier = models.DateField("date métier")
    objet_type = models.CharField("type de l’objet", max_length=LONGUEUR_REFERENCE)
    objet_ref = models.CharField("référence de l’objet", max_length=LONGUEUR_REFERENCE)
    rang = models.PositiveIntegerField()
    acte = models.CharField(max_length=LONGUEUR_REFERENCE)
    compte = models.CharField(max_length=LONGUEUR_REFERENCE, blank=True)
    mandat = models.CharField(max_length=LONGUEUR_REFERENCE, blank=True)
    donnees = models.JSONField("données", default=dict)
    forme = models.PositiveSmallIntegerField(default=1)
    precedente = models.CharField("empreinte de la précédente", max_length=LONGUEUR_EMPREINTE, blank=True)
    empreinte = models.CharField(max_length=LONGUEUR_EMPREINTE)

    class Meta:
        ordering = ["numero"]
        constraints = [
            models.UniqueConstraint(
                name="socle_ecriture_rang_unique",
                fields=["objet_type", "objet_ref", "rang"],
                violation_error_message="Cette écriture existe déjà dans l’histoire de cet objet.",
            ),
            models.CheckConstraint(
                name="socle_ecriture_premiere_sans_precedente",
                condition=models.Q(rang=1, precedente="") | (models.Q(rang__gt=1) & ~models.Q(precedente="")),
                violation_error_message="La première écriture d’un objet, et elle seule, n’en suit aucune.",
            ),
        ]

    def __str__(self) -> str:
        return f"n°\u00a0{self.numero}\u00a0: {self.acte} ({self.objet_type} {self.objet_ref}, rang\u00a0{self.rang})"


class ValeurPersonnelle(models.Model):
    """A personal value of a row (a name, a reason in free text), kept apart so that it can be forgotten.

    Invariants: never changed, only deleted; the row holds the digest of salt and value, nothing else of it.
    """

    pk = models.CompositePrimaryKey("ecriture_id", "cle")
    ecriture = models.ForeignKey(Ecriture, on_delete=models.PROTECT, related_name="valeurs", db_index=False)
    cle = models.CharField("clé", max_length=LONGUEUR_REFERENCE)
    personne = models.CharField("référence de la personne", max_length=LONGUEUR_REFERENCE, db_index=True)
    sel = models.CharField(max_length=32)
    valeur = models.TextField()

    def __str__(self) -> str:
        return f"n°\u00a0{self.ecriture_id}, {self.cle}"


class Racine(models.Model):
    """A signature over the whole journal as it stood at one instant.

    ``nombre`` rows (also the number of the last one), ``cumul`` their running digest, ``chaines`` and ``tetes`` the
    number of chains and the digest of their heads; ``precedente`` is the digest of the previous root.
    """

    numero = models.BigIntegerField("numéro", primary_key=True)
    instant = models.DateTimeField()
    nombre = models.BigIntegerField("nombre d’écritures")
    cumul = models.CharField(max_length=LONGUEUR_EMPREINTE)
    chaines = models.BigIntegerField("nombre de chaînes")
    tetes = models.CharField("empreinte des têtes", max_length=LONGUEUR_EMPREINTE)
    forme = models.PositiveSmallIntegerField(default=1)
    precedente = models.CharField("empreinte de la précédente", max_length=LONGUEUR_EMPREINTE, blank=True)
    cle = models.CharField("clé publique", max_length=64)
    signature = models.CharField(max_length=128)

    class Meta:
        ordering = ["numero"]

    def __str__(self) -> str:
        return f"racine n°\u00a0{self.numero} ({self.nombre} écritures)"


class TeteDuJournal(models.Model):
    """One row: how many acts there are and their running digest, signed, so that a cut tail shows at once.

    Locked by whoever writes an act, so that writers pass one at a time. Unsigned only while the journal is empty.
    """

    nombre = models.BigIntegerField("nombre d’écritures", default=0)
    cumul = models.CharField(max_length=LONGUEUR_EMPREINTE)
    signature = models.CharField(max_length=128, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="socle_tete_unique",
                condition=models.Q(pk=1),
                violation_error_message="Le journal n’a qu’une tête.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.nombre} écritures"
