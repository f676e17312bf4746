"""How an account is kept safe: open sessions, second factor, recovery codes, brakes on guessing.

None of these rows is read by a public page, so that they do not change the revision of the data (``hors_revision``).
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models

from echelons.acteurs.models.personnes import Compte


class SessionOuverte(AbstractBaseSession):
    """A session of a browser; of an account once somebody signed in. Deleting the row ends the session at once."""

    hors_revision = True

    compte = models.ForeignKey(
        Compte, null=True, blank=True, on_delete=models.CASCADE, related_name="sessions"
    )
    adresse = models.CharField("adresse du réseau", max_length=45, blank=True)
    navigateur = models.CharField(max_length=200, blank=True)
    ouverte_le = models.DateTimeField("ouverte le", null=True, blank=True)
    vue_le = models.DateTimeField("vue le", null=True, blank=True)

    class Meta:
        ordering = ["-vue_le"]

    def __str__(self) -> str:
        return f"Session de {self.compte or 'quelqu’un'}"

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The store that reads and writes these rows."""
        from echelons.acteurs.sessions import SessionStore

        return SessionStore


class SecondFacteur(models.Model):
    """The application that gives a code every thirty seconds. Invariants: one an account; its secret is kept
    enciphered; a step already used is never accepted again."""

    hors_revision = True

    compte = models.OneToOneField(Compte, on_delete=models.CASCADE, related_name="second_facteur")
    secret_chiffre = models.BinaryField("secret chiffré")
    active_le = models.DateTimeField("activé le")
    dernier_pas = models.BigIntegerField(help_text="Numéro du dernier intervalle de 30 secondes accepté.")

    def __str__(self) -> str:
        return f"Second facteur de {self.compte}"


class CodeDeSecours(models.Model):
    """A code to keep on paper for the day the telephone is lost. Invariants: only its digest is kept; used once."""

    hors_revision = True

    compte = models.ForeignKey(Compte, on_delete=models.CASCADE, related_name="codes_de_secours")
    empreinte = models.CharField(max_length=64)
    utilise_le = models.DateTimeField("utilisé le", null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["compte", "empreinte"], name="acteurs_code_de_secours_unique")
        ]

    def __str__(self) -> str:
        return f"Code de secours de {self.compte}"


class Frein(models.Model):
    """Counts the attempts made on something (an account, an address) and says until when more are refused.

    Invariant: what is counted is known only by a digest, so that no address typed by mistake is kept.
    """

    hors_revision = True

    cle = models.CharField(max_length=64, unique=True)
    essais = models.PositiveIntegerField(default=0)
    dernier_essai = models.DateTimeField("dernier essai")
    bloque_jusqu_a = models.DateTimeField("bloqué jusqu’à", null=True, blank=True)

    def __str__(self) -> str:
        return f"Frein {self.cle[:8]}"

    def refuse(self, maintenant: dt.datetime) -> bool:
        """Whether an attempt made now is refused."""
        return self.bloque_jusqu_a is not None and maintenant < self.bloque_jusqu_a
