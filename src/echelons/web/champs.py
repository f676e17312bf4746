"""Fields that several forms ask: how they are typed, and the sentence that says what to do when they are refused."""

from __future__ import annotations

from typing import Any

from django import forms


def jour(label: str, aide: str = "", **choix: Any) -> forms.DateField:
    """A day, typed or chosen."""
    return forms.DateField(
        label=label,
        help_text=aide,
        input_formats=["%Y-%m-%d", "%d/%m/%Y"],
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": "Indiquez cette date.",
            "invalid": "Cette date n’existe pas. Écrivez-la comme 30/06/2019.",
        },
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
