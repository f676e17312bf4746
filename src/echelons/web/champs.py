"""Fields that several forms ask: how they are typed, and the sentence that says what to do when they are refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator

from echelons.socle.dates import ANNEE_MAX, ANNEE_MIN

#: The days that the house reads (``socle.dates``).
PREMIER_JOUR, DERNIER_JOUR = dt.date(ANNEE_MIN, 1, 1), dt.date(ANNEE_MAX, 12, 31)
HORS_LIMITES = f"Choisissez une date entre {ANNEE_MIN} et {ANNEE_MAX}."
#: Digits of the largest key of a row.
CHIFFRES_D_UNE_CLE = 18


class Plusieurs(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several objects; a key that no row can have is refused as one that is not there."""

    def clean(self, value: Any) -> Any:
        """The objects chosen."""
        for cle in value or ():
            if len(str(cle)) > CHIFFRES_D_UNE_CLE:
                raise ValidationError(
                    self.error_messages["invalid_choice"],
                    code="invalid_choice",
                    params={"value": str(cle)[:CHIFFRES_D_UNE_CLE]},
                )
        return super().clean(value)


def jour(label: str, aide: str = "", **choix: Any) -> forms.DateField:
    """A day, typed or chosen, between 1900 and 2100."""
    return forms.DateField(
        label=label,
        help_text=aide,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Indiquez cette date.",
            "invalid": "Cette date n’existe pas. Écrivez-la comme 30/06/2019.",
        },
        validators=[
            MinValueValidator(PREMIER_JOUR, HORS_LIMITES),
            MaxValueValidator(DERNIER_JOUR, HORS_LIMITES),
        ],
        **choix,
    )


def ligne(label: str, longueur: int, aide: str = "", **choix: Any) -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=label,
        help_text=aide,
        max_length=longueur,
        error_messages={
            "required": "Remplissez ce champ.",
            "max_length": f"Au plus {longueur} caractères.",
        },
        **choix,
    )


def paragraphes(label: str, longueur: int, lignes: int, aide: str = "", **choix: Any) -> forms.CharField:
    """A text of several lines."""
    return forms.CharField(
        label=label,
        help_text=aide,
        max_length=longueur,
        widget=forms.Textarea(attrs={"rows": lignes}),
        error_messages={
            "required": "Écrivez votre texte.",
            "max_length": f"Ce texte est trop long\u00a0: au plus {longueur} caractères.",
        },
        **choix,
    )
