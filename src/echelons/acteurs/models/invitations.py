"""Invitations: somebody is asked to hold a function, by a link that serves once."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import F, Q

from echelons.acteurs.acces import lieux_atteints
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models.mandats import Mandat
from echelons.acteurs.models.organisations import Fonction, Organisation
from echelons.territoires.models import Territoire

if TYPE_CHECKING:
    from echelons.acteurs.pouvoirs import Acteur


class InvitationQuerySet(models.QuerySet["Invitation"]):
    """Invitations, read at an instant, within somebody's reach."""

    def for_user(self, acteur: Acteur, capacite: Capacite = Capacite.MANDAT_INVITER) -> Self:
        """Those made where somebody has a capability today: an address is shown to who could have sent it there."""
        return self.filter(lieux_atteints(acteur.territoires(capacite), organisation="organisation"))

    def en_attente(self, instant: dt.datetime) -> Self:
        """Those that can still be accepted."""
        return self.filter(mandat=None, retiree_le=None, expire_le__gt=instant)


class Invitation(models.Model):
    """An invitation to hold a function: accepted once, before it expires.

    Invariants: only a digest of the secret is kept; ``reference_personne`` is that of the person who holds the
    address, or the one that they will receive, so that whoever never came can be forgotten as well.
    """

    reference_personne = models.UUIDField(
        "référence de la personne", default=uuid.uuid4, editable=False, db_index=True
    )
    courriel = models.EmailField("adresse électronique", max_length=254)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    nom = models.CharField(max_length=100, blank=True)
    fonction = models.ForeignKey(Fonction, on_delete=models.PROTECT, related_name="invitations")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="invitations")
    territoire = models.ForeignKey(
        Territoire, null=True, blank=True, on_delete=models.PROTECT, related_name="invitations"
    )
    titre = models.CharField(max_length=12, choices=Mandat.Titre.choices, default=Mandat.Titre.TITULAIRE)
    acte_de_delegation = models.CharField("acte de délégation", max_length=200, blank=True)
    debut = models.DateField("début")
    fin = models.DateField(null=True, blank=True)
    empreinte_du_secret = models.CharField(max_length=64, unique=True)
    envoyee_le = models.DateTimeField("envoyée le")
    expire_le = models.DateTimeField("expire le")
    par = models.ForeignKey(Mandat, on_delete=models.PROTECT, related_name="invitations_faites")
    mandat = models.OneToOneField(
        Mandat, null=True, blank=True, on_delete=models.PROTECT, related_name="invitation"
    )
    retiree_le = models.DateTimeField("retirée le", null=True, blank=True)

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ["-envoyee_le"]
        constraints = [
            models.CheckConstraint(
                name="acteurs_invitation_expire_apres_envoi",
                condition=Q(expire_le__gt=F("envoyee_le")),
                violation_error_message="Une invitation expire après avoir été envoyée.",
            )
        ]

    def __str__(self) -> str:
        return f"Invitation à la fonction {self.fonction}"

    def empechement(self, instant: dt.datetime) -> str:
        """Why it cannot be accepted any more, in French and saying what to do; empty when it can."""
        if self.mandat_id is not None:
            return "Cette invitation a déjà été acceptée. Connectez-vous avec votre compte."
        if self.retiree_le is not None:
            return "Cette invitation a été retirée. Demandez-en une autre à la personne qui vous a invité."
        if instant >= self.expire_le:
            return "Cette invitation a expiré. Demandez-en une autre à la personne qui vous a invité."
        return ""
