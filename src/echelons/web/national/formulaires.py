"""What is asked to look at a framework: one that ships, a file, or the text of one already given."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django import forms
from django.conf import settings

from echelons.socle.fichiers import fichiers_yaml
from echelons.web.compte.formulaires import Formulaire

OCTETS_MAX = 500_000
TROP_LOURD = f"Ce fichier est trop lourd\u00a0: {OCTETS_MAX // 1000}\u00a0Ko au plus."


def livres() -> dict[str, Path]:
    """The frameworks that ship with the software: folder → its file."""
    dossiers = sorted((Path(settings.RACINE) / "referentiels").iterdir())
    return {d.name: fichier for d in dossiers if d.name != "acteurs" for fichier in fichiers_yaml(d)}


class FormulaireReferentiel(Formulaire):
    """One framework, from one of three places."""

    livre = forms.ChoiceField(label="Un référentiel livré avec le logiciel", required=False)
    fichier = forms.FileField(
        label="Ou un fichier",
        required=False,
        help_text=f"Une stratégie tient en un seul fichier. YAML en UTF-8, {OCTETS_MAX // 1000}\u00a0Ko au plus.",
        widget=forms.FileInput(attrs={"class": "fr-upload", "accept": ".yaml,.yml"}),
        error_messages={
            "invalid": "Choisissez un fichier.",
            "empty": "Ce fichier est vide. Choisissez-en un autre.",
        },
    )
    texte = forms.CharField(required=False, max_length=OCTETS_MAX, strip=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champ: Any = self.fields["livre"]
        champ.choices = [("", "Choisir…"), *((nom, nom) for nom in livres())]
        champ.error_messages["invalid_choice"] = "Choisissez dans la liste."

    def clean_fichier(self) -> Any:
        """A file that is not too heavy."""
        fichier = self.cleaned_data["fichier"]
        if fichier and fichier.size > OCTETS_MAX:
            raise forms.ValidationError(TROP_LOURD)
        return fichier

    def clean(self) -> dict[str, Any]:
        """What is looked at, in bytes, and the name under which its errors are told."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        if fichier := donnees.get("fichier"):
            donnees["contenu"], donnees["nom"] = fichier.read(), "referentiel.yaml"
        elif donnees.get("texte"):
            donnees["contenu"], donnees["nom"] = donnees["texte"].encode(), "referentiel.yaml"
        elif donnees.get("livre"):
            chemin = livres()[donnees["livre"]]
            donnees["contenu"], donnees["nom"] = chemin.read_bytes(), chemin.name
        elif not self.errors:
            raise forms.ValidationError("Choisissez un référentiel de la liste, ou un fichier.")
        return donnees
