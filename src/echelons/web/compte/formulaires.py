"""The forms of the account: what is asked, and the sentence that says what to do when it is refused."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.contrib.auth import password_validation
from django.utils import timezone
from dsfr.forms import DsfrBaseForm

from echelons.acteurs.models import Compte, Personne
from echelons.socle.horloge import maintenant

LONGUEUR_MAX = 200
IDENTIFIANTS_REFUSES = "Adresse ou mot de passe incorrect. Vérifiez l’un et l’autre, puis recommencez."
CODE_REFUSE = "Ce code n’est pas le bon, ou il a déjà servi. Attendez le suivant, puis recommencez."


def phrase_du_frein(jusqu_a: dt.datetime) -> str:
    """« Trop d’essais. Réessayez à partir de 14 h 32 (dans 2 minutes). »"""
    heure = timezone.localtime(jusqu_a + dt.timedelta(minutes=1))
    minutes = max(1, -(-int((jusqu_a - maintenant()).total_seconds()) // 60))
    unite = "minute" if minutes == 1 else "minutes"
    return f"Trop d’essais. Réessayez à partir de {heure:%H} h {heure:%M} (dans {minutes} {unite})."


class Formulaire(DsfrBaseForm):  # type: ignore[misc]
    """A form of the design system which takes the reader to the first field refused."""

    def full_clean(self) -> None:
        """Check, then mark the first field in error for the keyboard."""
        super().full_clean()
        for nom in self.errors:
            if nom in self.fields:
                self.fields[nom].widget.attrs["autofocus"] = True
                break


def _courriel(**attributs: str) -> forms.EmailField:
    return forms.EmailField(
        label="Adresse électronique",
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "username", **attributs}),
        error_messages={
            "required": "Indiquez votre adresse électronique.",
            "invalid": "Cette adresse n’est pas complète. Écrivez-la comme prenom.nom@exemple.fr.",
        },
    )


def _mot_de_passe(label: str, usage: str, aide: str = "") -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=aide,
        max_length=LONGUEUR_MAX,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": usage}),
        error_messages={
            "required": "Indiquez ce mot de passe.",
            "max_length": f"Un mot de passe a {LONGUEUR_MAX} caractères au plus.",
        },
    )


def _code(label: str, aide: str, chiffres: bool = True) -> forms.CharField:
    clavier = {"inputmode": "numeric"} if chiffres else {}
    return forms.CharField(
        label=label,
        help_text=aide,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "spellcheck": "false", **clavier}),
        error_messages={"required": "Indiquez le code.", "max_length": "Ce code est trop long."},
    )


class FormulaireConnexion(Formulaire):
    """E-mail and password."""

    courriel = _courriel()
    mot_de_passe = _mot_de_passe("Mot de passe", "current-password")


class FormulaireOubli(Formulaire):
    """Where to send the link that lets choose a new password."""

    courriel = _courriel()


class FormulaireNouveau(Formulaire):
    """A new password, typed twice."""

    nouveau = _mot_de_passe(
        "Nouveau mot de passe",
        "new-password",
        "Douze caractères au moins. Une phrase de plusieurs mots convient bien.",
    )
    confirmation = _mot_de_passe("Le même, une seconde fois", "new-password")

    def __init__(self, compte: Compte, *args: Any, **kwargs: Any) -> None:
        self.compte = compte
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Both are the same, and hard enough to guess."""
        super().clean()
        donnees: dict[str, Any] = self.cleaned_data
        nouveau, confirmation = donnees.get("nouveau"), donnees.get("confirmation")
        if nouveau and confirmation and nouveau != confirmation:
            self.add_error("confirmation", "Les deux mots de passe diffèrent. Retapez le second.")
        elif nouveau:
            try:
                password_validation.validate_password(nouveau, self.compte)
            except forms.ValidationError as erreur:
                self.add_error("nouveau", erreur)
        return donnees


class FormulaireChangement(FormulaireNouveau):
    """A new password, with the one in force."""

    actuel = _mot_de_passe("Mot de passe actuel", "current-password")
    field_order = ("actuel", "nouveau", "confirmation")


class FormulaireInvite(FormulaireNouveau):
    """Who somebody invited is, and the password they choose."""

    prenom = forms.CharField(
        label="Prénom",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "given-name"}),
        error_messages={"required": "Indiquez votre prénom."},
    )
    nom = forms.CharField(
        label="Nom",
        max_length=100,
        widget=forms.TextInput(attrs={"autocomplete": "family-name"}),
        error_messages={"required": "Indiquez votre nom."},
    )
    field_order = ("prenom", "nom", "nouveau", "confirmation")

    def __init__(self, courriel: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(Compte(courriel=courriel, personne=Personne()), *args, **kwargs)
        self.fields["nouveau"].label = "Mot de passe"


class FormulaireCode(Formulaire):
    """The code of the moment, or a recovery code."""

    code = _code(
        "Code",
        "Les six chiffres que donne votre application, ou l’un de vos codes de secours.",
        chiffres=False,
    )


class FormulaireInstallation(Formulaire):
    """The first code of a new application; the code of the former one when there is one."""

    code = _code("Code donné par l’application", "Six chiffres, qui changent toutes les trente secondes.")

    def __init__(self, *args: Any, remplace: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if remplace:
            self.fields["actuel"] = _code(
                "Code de l’application actuelle",
                "Ou un code de secours : pour être sûr que c’est bien vous.",
                chiffres=False,
            )
            self.fields["actuel"].widget.attrs["class"] = "fr-input"
            self.order_fields(("actuel", "code"))
