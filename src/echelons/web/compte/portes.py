"""The door by password; the door by ProConnect is in ``proconnect``."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import ModelBackend

from echelons.acteurs.models import Compte


def peut_entrer(compte: Compte) -> bool:
    """Whether the account is open; those of the demonstration are closed everywhere else."""
    return compte.ouvert


class ParMotDePasse(ModelBackend):
    """E-mail and password; the time it takes does not say whether the account exists."""

    def user_can_authenticate(self, user: Any) -> bool:
        """Whether this account may come in."""
        return peut_entrer(user)

    def get_user(self, user_id: Any) -> Compte | None:
        """The account of a session, with its person."""
        compte = Compte.objects.select_related("personne").filter(pk=user_id).first()
        return compte if compte is not None and peut_entrer(compte) else None
