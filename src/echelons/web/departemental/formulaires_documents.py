"""The forms of the documents: what is asked to give one, and to withdraw one."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from echelons.contrats.models import Document, Instrument
from echelons.socle.depot import ACCEPTES, OCTETS_MAX, PAGES_MAX, TROP_LOURD, TYPES
from echelons.web.compte.formulaires import Formulaire

TITRE_MAX, MOTIF_MAX = 200, 500
AIDE_DU_FICHIER = (
    f"{ACCEPTES}\u00a0; {OCTETS_MAX // 1024**2}\u00a0Mo et {PAGES_MAX}\u00a0pages au plus, "
    "sans mot de passe ni macros."
)


class FormulaireDocument(Formulaire):
    """A file, and what it is to the dossier."""

    titre = forms.CharField(
        label="Titre",
        help_text="Ce que liront les autres, par exemple «\u00a0Délibération du 20 mai 2019\u00a0».",
        max_length=TITRE_MAX,
        error_messages={
            "required": "Donnez un titre à ce document.",
            "max_length": f"Un titre a {TITRE_MAX} caractères au plus.",
        },
    )
    genre = forms.ChoiceField(
        label="Nature du document",
        choices=[("", "Choisir…"), *Document.Genre.choices],
        error_messages={
            "required": "Dites ce qu’est ce document.",
            "invalid_choice": "Choisissez dans la liste.",
        },
    )
    instrument = forms.ModelChoiceField(
        label="Il concerne",
        queryset=Instrument.objects.none(),
        required=False,
        empty_label="Tout le contrat",
        to_field_name="cle",
        error_messages={"invalid_choice": "Choisissez dans la liste."},
    )
    # Its absence and its content are told by the view and the act, with words of their own.
    fichier = forms.FileField(
        label="Fichier",
        help_text=AIDE_DU_FICHIER,
        allow_empty_file=True,
        widget=forms.FileInput(
            attrs={"class": "fr-upload", "accept": ",".join(e for t in TYPES.values() for e in t.extensions)}
        ),
        error_messages={"required": "Choisissez le fichier à déposer.", "invalid": "Choisissez un fichier."},
    )

    def __init__(self, *args: Any, instruments: Any, trop_lourd: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["instrument"].queryset = instruments
        self.fields["fichier"].widget.group_class = "fr-upload-group"
        if trop_lourd:
            self.fields["fichier"].error_messages["required"] = TROP_LOURD

    def refuser(self, refus: ValidationError) -> None:
        """Tell what the act refused, beside the field, and take the reader to the first one."""
        par_champ = refus.message_dict if hasattr(refus, "error_dict") else {None: refus.messages}
        for champ, phrases in par_champ.items():
            for phrase in phrases:
                self.add_error(champ if champ in self.fields else None, phrase)
        premier = next((nom for nom in self.fields if nom in self.errors), None)
        if premier:
            self.fields[premier].widget.attrs["autofocus"] = True


class FormulaireRetrait(Formulaire):
    """Why a document is withdrawn."""

    motif = forms.CharField(
        label="Pourquoi le retirer",
        help_text="La raison reste au dossier, avec votre nom.",
        max_length=MOTIF_MAX,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": "Dites pourquoi vous retirez ce document.",
            "max_length": f"Au plus {MOTIF_MAX} caractères.",
        },
    )
