"""Messages that wait to leave, and the e-mails in which they left.

Written by ``echelons.socle.envois`` only. Neither a name, nor an address, nor what the message says is kept: the
recipient and the object are opaque references, and the words are made when the e-mail leaves.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from echelons.socle.models.journal import LONGUEUR_REFERENCE


class Envoi(models.Model):
    """One e-mail to one person: that of the day, or an urgent one.

    Invariants: one ordinary e-mail a person and a day; it is sent or given up, never both; ``identifiant`` makes its
    Message-ID, the same however many times it is tried; ``rappels`` names the reminders it carried, so that none is
    told twice.
    """

    hors_revision = True

    destinataire = models.CharField("référence du compte", max_length=LONGUEUR_REFERENCE)
    jour = models.DateField(help_text="Jour réel de l’envoi, à Paris.")
    urgent = models.BooleanField(default=False)
    identifiant = models.CharField(max_length=32, unique=True)
    rappels = models.JSONField(default=list, blank=True)
    nombre_de_lignes = models.PositiveIntegerField(default=0)
    prepare_le = models.DateTimeField("préparé le")
    essais = models.PositiveSmallIntegerField(default=0)
    pas_avant = models.DateTimeField("pas de nouvel essai avant", null=True, blank=True)
    envoye_le = models.DateTimeField("envoyé le", null=True, blank=True)
    abandonne_le = models.DateTimeField("abandonné le", null=True, blank=True)

    class Meta:
        ordering = ["-jour", "-pk"]
        indexes = [models.Index(fields=["destinataire", "jour"], name="socle_envoi_par_personne")]
        constraints = [
            models.UniqueConstraint(
                fields=["destinataire", "jour"],
                condition=Q(urgent=False),
                name="socle_envoi_un_par_jour",
                violation_error_message="Une personne reçoit un seul message ordinaire par jour.",
            ),
            models.CheckConstraint(
                condition=Q(envoye_le=None) | Q(abandonne_le=None),
                name="socle_envoi_parti_ou_abandonne",
                violation_error_message="Un envoi est parti, ou il est abandonné.",
            ),
        ]

    def __str__(self) -> str:
        return f"Envoi {self.pk} du {self.jour.isoformat()}"


class Message(models.Model):
    """One thing to tell one person, written in the transaction of the act that makes it worth telling.

    Invariants: told once (``cle``: recipient, kind, object, period); it waits, or it is in one ``envoi``, or it was
    set aside with the reason (the recipient lost the right, the thing is done, nobody can receive it).
    """

    hors_revision = True

    class Ecart(models.TextChoices):
        """Why it will not leave."""

        DROIT = "droit", "le droit est perdu"
        FAIT = "fait", "ce n’est plus à faire"
        COMPTE = "compte", "personne ne peut le recevoir"

    destinataire = models.CharField("référence du compte", max_length=LONGUEUR_REFERENCE)
    genre = models.CharField(max_length=LONGUEUR_REFERENCE)
    objet_type = models.CharField("type de l’objet", max_length=LONGUEUR_REFERENCE)
    objet_ref = models.CharField("référence de l’objet", max_length=LONGUEUR_REFERENCE)
    periode = models.CharField("période", max_length=LONGUEUR_REFERENCE)
    cle = models.CharField("clé", max_length=330, unique=True)
    urgent = models.BooleanField(default=False)
    cree_le = models.DateTimeField("créé le")
    envoi = models.ForeignKey(Envoi, null=True, blank=True, on_delete=models.PROTECT, related_name="messages")
    ecarte = models.CharField("écarté", max_length=6, choices=Ecart.choices, blank=True)
    ecarte_le = models.DateTimeField("écarté le", null=True, blank=True)

    class Meta:
        ordering = ["pk"]
        indexes = [
            models.Index(
                fields=["destinataire"],
                condition=Q(envoi=None, ecarte=""),
                name="socle_message_en_attente",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(ecarte="", ecarte_le=None) | (~Q(ecarte="") & Q(ecarte_le__isnull=False)),
                name="socle_message_ecarte_et_date",
                violation_error_message="Un message écarté l’est à un instant.",
            )
        ]

    def __str__(self) -> str:
        return self.cle
