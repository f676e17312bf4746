"""A person (identity, erasable) and an account (a way to sign in) are not the same thing, and neither gives a right."""

from __future__ import annotations

import uuid
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower

#: Accounts of the demonstration have an address that can receive nothing (RFC 2606) and no password.
DOMAINE_DE_DEMONSTRATION = "demonstration.invalid"


class Personne(models.Model):
    """Somebody who acts. Invariants: known elsewhere only by ``reference``, so that forgetting is possible;
    a forgotten person has no name and no address left."""

    reference = models.UUIDField("référence", default=uuid.uuid4, unique=True, editable=False)
    prenom = models.CharField("prénom", max_length=100, blank=True)
    nom = models.CharField(max_length=100, blank=True)
    oubliee_le = models.DateTimeField("oubliée le", null=True, blank=True)

    class Meta:
        ordering = ["nom", "prenom", "pk"]
        constraints = [
            models.CheckConstraint(
                name="acteurs_personne_oubliee_sans_nom",
                condition=models.Q(oubliee_le=None) | models.Q(nom="", prenom=""),
                violation_error_message="Une personne oubliée n’a plus de nom.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.prenom} {self.nom}".strip() or "Personne oubliée"


class CompteManager(BaseUserManager["Compte"]):
    """Creates accounts."""

    def get_by_natural_key(self, username: str | None) -> Compte:
        """Sign-in ignores the case of the address."""
        return self.get(courriel__iexact=username)

    def creer(self, *, courriel: str, personne: Personne, mot_de_passe: str | None = None) -> Compte:
        """An account for a person; without a password it can only be opened by invitation or ProConnect."""
        compte = self.model(courriel=self.normalize_email(courriel).lower(), personne=personne)
        compte.set_password(mot_de_passe)
        compte.full_clean(exclude=["password"])
        compte.save()
        return compte


class Compte(AbstractBaseUser):
    """A way to sign in. Invariants: one a person; it bears no right, no role, no staff flag."""

    hors_revision = True  # no public page reads it, and each sign-in writes in it

    personne = models.OneToOneField(Personne, on_delete=models.CASCADE, related_name="compte")
    courriel = models.EmailField(
        "adresse électronique",
        max_length=254,
        unique=True,
        error_messages={"unique": "Un compte existe déjà avec cette adresse."},
    )
    is_active = models.BooleanField("actif", default=True)
    cree_le = models.DateTimeField("créé le", auto_now_add=True)
    sub_proconnect = models.CharField(max_length=200, blank=True)

    USERNAME_FIELD = EMAIL_FIELD = "courriel"
    REQUIRED_FIELDS = []

    objects = CompteManager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="acteurs_compte_courriel_en_minuscules",
                condition=models.Q(courriel=Lower("courriel")),
                violation_error_message="L’adresse d’un compte s’écrit en minuscules.",
            ),
            models.UniqueConstraint(
                fields=["sub_proconnect"],
                condition=~models.Q(sub_proconnect=""),
                name="acteurs_compte_proconnect_unique",
            ),
        ]

    def __str__(self) -> str:
        return str(self.personne)

    def clean(self) -> None:
        """Keep one spelling of the address."""
        super().clean()
        self.courriel = self.courriel.lower()

    @property
    def de_demonstration(self) -> bool:
        """Whether it is one of the one-click accounts, which exist in the demonstration only."""
        return settings.DEMONSTRATION and self.a_une_adresse_de_demonstration

    @property
    def a_une_adresse_de_demonstration(self) -> bool:
        """Whether its address can receive nothing: outside the demonstration nobody may sign in with it."""
        return self.courriel.endswith(f"@{DOMAINE_DE_DEMONSTRATION}")

    @property
    def ouvert(self) -> bool:
        """Whether somebody may come in by it; those of the demonstration are closed everywhere else."""
        return self.is_active and (self.de_demonstration or not self.a_une_adresse_de_demonstration)

    def has_perms(self, *args: Any, **kwargs: Any) -> bool:
        """Never: rights come from mandates, not from accounts."""
        return False
