"""The forms of teams and organisations: what is asked, in the reader's words."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q

from echelons.acteurs.droits import Capacite, Portee
from echelons.acteurs.habilitations import fonctions_a_confier
from echelons.acteurs.models import Fonction, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.dates import DateRefusee, lire_date_iso
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.web.compte.formulaires import Formulaire

T = TypeVar("T")
A_CHOISIR = ("", "Choisir")


class SaisieDate(forms.DateInput):
    """The browser's calendar; a plain field for what it could not show, so that what was typed stays there."""

    def get_context(self, name: str, value: Any, attrs: Any) -> dict[str, Any]:
        """A calendar shows ISO dates only."""
        contexte: dict[str, Any] = super().get_context(name, value, attrs)
        lue = contexte["widget"]["value"]
        if not lue or re.fullmatch(r"\d{4}-\d{2}-\d{2}", lue, re.ASCII):
            contexte["widget"]["type"] = "date"
        return contexte


class ChampDate(forms.DateField):
    """A day, typed as one likes (30/06/2019) or picked in the browser's calendar."""

    widget = SaisieDate(format="%Y-%m-%d")

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or the sentence that says how to write it."""
        if value in self.empty_values or isinstance(value, dt.date):
            return value or None
        try:
            return lire_date_iso(str(value))
        except DateRefusee as erreur:
            raise ValidationError(str(erreur)) from erreur


class ChampDeListe(forms.ChoiceField):
    """One of some rows, by a key; its value is the row."""

    def __init__(self, rangees: Mapping[str, tuple[str, Any]], **options: Any) -> None:
        self.rangees = rangees
        super().__init__(choices=[A_CHOISIR, *((cle, nom) for cle, (nom, _) in rangees.items())], **options)

    def clean(self, value: Any) -> Any:
        """The row."""
        cle = super().clean(value)
        return self.rangees[cle][1] if cle else None


def _date(label: str, aide: str = "", *, requise: bool = True) -> ChampDate:
    return ChampDate(
        label=label, help_text=aide, required=requise, error_messages={"required": "Indiquez ce jour."}
    )


def _texte(
    label: str, aide: str = "", *, requis: bool = False, longueur: int = 100, **attributs: str
) -> forms.CharField:
    return forms.CharField(
        label=label,
        help_text=aide,
        required=requis,
        max_length=longueur,
        widget=forms.TextInput(attrs={"autocomplete": "off", **attributs}),
        error_messages={
            "required": "Remplissez ce champ.",
            "max_length": f"{longueur} caractères au plus.",
        },
    )


def _courriel(aide: str = "") -> forms.EmailField:
    return forms.EmailField(
        label="Adresse électronique professionnelle",
        help_text=aide,
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Indiquez l’adresse de la personne.",
            "invalid": "Cette adresse n’est pas complète. Écrivez-la comme prenom.nom@exemple.fr.",
        },
    )


def _titre() -> forms.ChoiceField:
    return forms.ChoiceField(
        label="À quel titre", choices=Mandat.Titre.choices, initial=Mandat.Titre.TITULAIRE
    )


def _acte() -> forms.CharField:
    return _texte(
        "Acte de délégation",
        "Pour une délégation\u00a0: l’arrêté qui la donne, son numéro et sa date.",
        longueur=200,
    )


def _liste(organisations: Iterable[Organisation], jour: dt.date) -> dict[str, tuple[str, Organisation]]:
    """By code, in the order of the names that they bear on the day."""
    nommees = sorted(((o.nom_au(jour), o) for o in organisations), key=lambda paire: paire[0].casefold())
    return {o.code: (nom, o) for nom, o in nommees}


def _organisations(acteur: Acteur, capacite: Capacite) -> dict[str, tuple[str, Organisation]]:
    trouvees = Organisation.objects.vivantes().for_user(acteur, capacite)
    return _liste(trouvees.select_related("territoire").prefetch_related("noms"), acteur.jour)


def _territoires(acteur: Acteur) -> dict[str, tuple[str, Territoire]]:
    """Where one may invite: the régions and the collectivités within reach, and one's own territory."""
    portee = acteur.territoires(Capacite.MANDAT_INVITER)
    siens = [
        p.mandat.territoire_id
        for p in acteur.pouvoirs.get(Capacite.MANDAT_INVITER, ())
        if p.portee is Portee.ORGANISATION
    ]
    ici = (
        portee.filtre(territoire="code", region="region__code") | Q(code__in=portee.regions) | Q(pk__in=siens)
    )
    lieux = Territoire.objects.filter(
        Q() if portee.nation else ici,
        Q(type__in=(TypeTerritoire.REGION, TypeTerritoire.COLLECTIVITE)) | Q(pk__in=siens),
        Q(fin=None) | Q(fin__gte=acteur.jour),
    ).order_by("nom")
    return {t.code: (t.nom, t) for t in lieux}


def porter(formulaire: forms.Form, erreur: ValidationError) -> None:
    """Put what an act refused under the fields it speaks of, else at the top; then take the reader there."""
    if hasattr(erreur, "error_dict"):
        for champ, messages in erreur.message_dict.items():
            formulaire.add_error(champ if champ in formulaire.fields else None, messages)
    else:
        formulaire.add_error(None, erreur.messages)
    premier = next((nom for nom in formulaire.fields if nom in formulaire.errors), None)
    if premier:
        formulaire.fields[premier].widget.attrs["autofocus"] = True


class FormulaireInvitation(Formulaire):
    """Who is invited, to do what, where, and when."""

    courriel = _courriel("Un lien y part, qui sert une fois, pendant quatorze jours.")
    prenom = _texte("Prénom")
    nom = _texte("Nom")
    debut = _date("Premier jour")
    fin = _date("Dernier jour", "Laissez vide s’il n’est pas connu.", requise=False)
    titre = _titre()
    acte_de_delegation = _acte()
    field_order = (
        *("courriel", "prenom", "nom", "fonction", "organisation", "territoire"),
        *("debut", "fin", "titre", "acte_de_delegation"),
    )

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fonctions: dict[str, tuple[str, Fonction]] = {
            f.code: (f.libelle, f) for f in fonctions_a_confier(acteur)
        }
        organisations = _organisations(acteur, Capacite.MANDAT_INVITER)
        self.fields["fonction"] = ChampDeListe(
            fonctions, label="Fonction", error_messages={"required": "Choisissez la fonction."}
        )
        self.fields["organisation"] = ChampDeListe(
            organisations, label="Organisation", error_messages={"required": "Choisissez l’organisation."}
        )
        self.fields["territoire"] = ChampDeListe(
            _territoires(acteur),
            label="Territoire",
            required=False,
            help_text="Laissez vide si c’est celui de l’organisation, ou si la fonction est nationale.",
        )
        if len(organisations) == 1:
            self.fields["organisation"].initial = next(iter(organisations))
        self.order_fields(self.field_order)
        for champ in ("fonction", "organisation", "territoire"):
            self.fields[champ].widget.attrs["class"] = "fr-select"

    def clean(self) -> dict[str, Any]:
        """A function is held on the territory of the organisation unless another is chosen."""
        super().clean()
        donnees: dict[str, Any] = self.cleaned_data
        fonction, organisation = donnees.get("fonction"), donnees.get("organisation")
        if fonction and fonction.echelon == Fonction.Echelon.NATIONAL:
            donnees["territoire"] = None
        elif organisation and not donnees.get("territoire"):
            donnees["territoire"] = organisation.territoire
        return donnees


class FormulaireFin(Formulaire):
    """The last day of a mandate."""

    fin = _date(
        "Dernier jour", "Le dernier où la fonction s’exerce\u00a0: les droits s’arrêtent le lendemain."
    )


class FormulaireRenouvellement(Formulaire):
    """How much longer."""

    fin = _date("Nouveau dernier jour", "Laissez vide pour un mandat sans fin prévue.", requise=False)


class FormulairePassation(Formulaire):
    """Who follows, from when."""

    courriel = _courriel(
        "Une personne de votre périmètre reçoit la fonction tout de suite\u00a0; toute autre reçoit une invitation."
    )
    prenom = _texte("Prénom")
    nom = _texte("Nom")
    le = _date("Premier jour de la nouvelle personne", "L’ancienne tient la fonction jusqu’à la veille.")
    titre = _titre()
    acte_de_delegation = _acte()


class FormulaireOrganisation(Formulaire):
    """A new organisation."""

    nom = _texte("Nom", requis=True, longueur=200)
    sigle = _texte("Sigle", longueur=30)
    genre = forms.ChoiceField(
        label="Nature",
        choices=[A_CHOISIR, *Organisation.Type.choices],
        error_messages={"required": "Choisissez sa nature."},
    )
    siren = _texte("SIREN", "Neuf chiffres.", longueur=20, inputmode="numeric")
    siret = _texte("SIRET", "Quatorze chiffres.", longueur=20, inputmode="numeric")
    field_order = ("nom", "sigle", "genre", "territoire", "parent", "siren", "siret")

    def __init__(self, acteur: Acteur, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["territoire"] = ChampDeListe(
            _territoires(acteur),
            label="Territoire",
            required=False,
            help_text="Laissez vide si elle agit pour toute la nation.",
        )
        self.fields["parent"] = ChampDeListe(
            _organisations(acteur, Capacite.ORGANISATION_GERER), label="Service de", required=False
        )
        self.order_fields(self.field_order)
        for champ in ("territoire", "parent"):
            self.fields[champ].widget.attrs["class"] = "fr-select"


class FormulaireNom(Formulaire):
    """A name, from a day on."""

    nom = _texte("Nom", requis=True, longueur=200)
    sigle = _texte("Sigle", longueur=30)
    debut = _date(
        "Premier jour de ce nom", "Le nom porté jusque-là s’arrête la veille, et reste dans l’histoire."
    )


class FormulaireNumeros(Formulaire):
    """The numbers of the register of companies."""

    siren = _texte("SIREN", "Neuf chiffres.", longueur=20, inputmode="numeric")
    siret = _texte("SIRET", "Quatorze chiffres.", longueur=20, inputmode="numeric")


class FormulaireReunion(Formulaire):
    """The organisation that remains."""

    def __init__(self, acteur: Acteur, doublon: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autres = _organisations(acteur, Capacite.ORGANISATION_GERER)
        autres.pop(doublon.code, None)
        self.fields["dans"] = ChampDeListe(
            autres,
            label="L’organisation qui reste",
            error_messages={"required": "Choisissez l’organisation qui reste."},
        )
        self.fields["dans"].widget.attrs["class"] = "fr-select"


class FormulaireTransfert(Formulaire):
    """Where to, from when."""

    le = _date("À partir du", "Les mandats s’achèvent la veille ici, et continuent ce jour-là dans l’autre.")
    field_order = ("destination", "le")

    def __init__(self, acteur: Acteur, origine: Organisation, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        autres = _organisations(acteur, Capacite.ORGANISATION_GERER)
        autres.pop(origine.code, None)
        self.fields["destination"] = ChampDeListe(
            autres,
            label="L’organisation qui reçoit les mandats",
            error_messages={"required": "Choisissez l’organisation qui reçoit."},
        )
        self.order_fields(self.field_order)
        self.fields["destination"].widget.attrs["class"] = "fr-select"


class FormulaireOubli(Formulaire):
    """Yes, for ever."""

    compris = forms.BooleanField(
        label="J’ai compris\u00a0: rien de cette personne ne pourra être retrouvé.",
        error_messages={"required": "Cochez cette case pour confirmer."},
    )
