"""The forms of perimeters: what is asked beside what they are made of."""

from __future__ import annotations

from typing import Any

from django import forms

from echelons.territoires.perimetres import NATURES
from echelons.web.compte.formulaires import Formulaire
from echelons.web.compte.formulaires_equipe import ChampDate

NOM_MAX, SOURCE_MAX, ADRESSE_MAX, NOTE_MAX, MOTIF_MAX = 200, 300, 500, 2_000, 500


def _texte(label: str, longueur: int, aide: str = "", *, requis: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=aide,
        max_length=longueur,
        required=bool(requis),
        error_messages={"required": requis, "max_length": f"Au plus {longueur} caractères."},
    )


def _paragraphe(label: str, longueur: int, aide: str = "", *, requis: str = "") -> forms.CharField:
    champ = _texte(label, longueur, aide, requis=requis)
    champ.widget = forms.Textarea(attrs={"rows": 3})
    return champ


def _adresse() -> forms.URLField:
    return forms.URLField(
        label="Adresse de la source",
        help_text="L’adresse d’une page publique, si elle existe\u00a0: elle commence par https://.",
        max_length=ADRESSE_MAX,
        required=False,
        assume_scheme="https",
        error_messages={
            "invalid": "Cette adresse n’est pas complète. Écrivez-la comme https://www.exemple.fr/page."
        },
    )


def _jour(label: str, aide: str, *, requis: str = "") -> ChampDate:
    return ChampDate(label=label, help_text=aide, required=bool(requis), error_messages={"required": requis})


def _source() -> forms.CharField:
    return _texte(
        "Source",
        SOURCE_MAX,
        "Le document qui le dit\u00a0: délibération, arrêté, convention, avec sa date.",
        requis="Dites quel document donne cette composition.",
    )


def _nature() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="Ce que c’est",
        choices=list(NATURES.items()),
        error_messages={
            "required": "Choisissez dans la liste.",
            "invalid_choice": "Choisissez dans la liste.",
        },
    )


class FormulairePerimetre(Formulaire):
    """A new perimeter."""

    nom = _texte(
        "Nom",
        NOM_MAX,
        "Celui sous lequel on en parle, sans sigle.",
        requis="Donnez un nom à ce périmètre.",
    )
    nature = _nature()
    debut = _jour(
        "Depuis le", "Le premier jour où il a cette composition\u00a0; laissez vide si on ne le sait pas."
    )
    source = _source()
    adresse = _adresse()
    note = _paragraphe("Ce qu’il faut savoir", NOTE_MAX, "Une phrase ou deux pour le lecteur.")
    departements = _texte(
        "Départements traversés",
        100,
        "Seulement si la liste des communes n’est pas connue\u00a0: leurs numéros, par exemple «\u00a059, 62\u00a0».",
    )

    def clean_departements(self) -> list[str]:
        """Their numbers, whatever stands between them."""
        texte: str = self.cleaned_data["departements"]
        return [numero.upper() for numero in texte.replace(",", " ").replace(";", " ").split()]


class FormulaireVersion(Formulaire):
    """What a perimeter is made of from a day on."""

    debut = _jour(
        "À partir du",
        "La composition d’avant reste lisible pour les jours d’avant.",
        requis="Dites depuis quel jour le périmètre a cette composition.",
    )
    source = _source()
    adresse = _adresse()
    note = _paragraphe("Ce qui change, et pourquoi", NOTE_MAX, "Une phrase pour le lecteur.")


class FormulaireMotif(Formulaire):
    """Why something recorded is corrected."""

    motif = _paragraphe(
        "Pourquoi",
        MOTIF_MAX,
        "La raison reste dans l’histoire du périmètre, avec votre nom.",
        requis="Dites pourquoi, pour ceux qui liront l’histoire de ce périmètre.",
    )


class FormulaireCorrection(FormulaireMotif):
    """The name of a perimeter, its kind, what is said of it."""

    nom = FormulairePerimetre.base_fields["nom"]
    nature = _nature()
    note = _paragraphe("Ce qu’il faut savoir", NOTE_MAX, "Une phrase ou deux pour le lecteur.")
    adresse = _adresse()
    field_order = ("nom", "nature", "note", "adresse", "motif")


class FormulaireCloture(FormulaireMotif):
    """The last day of a perimeter."""

    fin = _jour(
        "Dernier jour",
        "Ce jour compris. Le périmètre et ses contrats restent lisibles pour les jours d’avant.",
        requis="Dites quel est son dernier jour.",
    )
    field_order = ("fin", "motif")


def initiale(perimetre: Any) -> dict[str, Any]:
    """What the correction of a perimeter shows first."""
    return {cle: getattr(perimetre, cle) for cle in ("nom", "nature", "note", "adresse")}
