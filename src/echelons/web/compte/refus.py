"""What is in scope and not allowed: 403, with who can. Out of scope, a view finds no row and answers 404."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied

from echelons.acteurs.droits import Capacite
from echelons.contrats.actes import refus_de
from echelons.contrats.models import Contrat


class AccesRefuse(PermissionDenied):
    """A refusal whose text is for the reader."""


def exiger(requete: Any, capacite: Capacite, contrat: Contrat) -> None:
    """Stop unless the reader holds the capability on this contract. Raises ``AccesRefuse``."""
    if refus := refus_de(requete.acteur, capacite, contrat):
        raise AccesRefuse(str(refus))
