"""Saving what nobody else may have saved meanwhile."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

DEJA = "Quelqu’un vient d’enregistrer la même chose. Rechargez la page pour la voir."


def enregistrer_sans_double(objet: Any) -> None:
    """Save an object that was free of any double when it was checked: two people, or two clicks, may both have been
    told so. Raises ``ValidationError`` for the second; the transaction under way goes on.
    """
    try:
        with transaction.atomic():
            objet.save()
    except IntegrityError as erreur:
        raise ValidationError(DEJA) from erreur
