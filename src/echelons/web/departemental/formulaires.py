"""The forms of the acts: what is asked for each, and the sentence that says what to do when it is refused."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django import forms

from echelons.contrats.models import Deliberation, Instrument, Partie
from echelons.socle.circuit import Transition
from echelons.socle.horloge import aujourdhui
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire
from echelons.web.champs import jour, ligne, paragraphes
from echelons.web.compte.formulaires import Formulaire

TEXTE_MAX = 200_000
COMMENTAIRE_MAX = 5_000


def _nombre(label: str) -> forms.IntegerField:
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=10_000,
        error_messages={
            "invalid": "Un nombre entier, ou rien.",
            "min_value": "Un nombre de voix ne peut pas être négatif.",
            "max_value": "Ce nombre de voix est trop grand.",
        },
    )


class FormulaireActe(Formulaire):
    """Any act: the version that the reader had before her, the comment, and the fields of the act."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, transition: Transition, parties: list[Partie], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for nom, champ in CHAMPS.get(transition.acte, dict)().items():
            self.fields[nom] = champ
        if len(parties) > 1:
            self.fields["partie"] = forms.TypedChoiceField(
                label="Pour quelle partie", choices=[(p.pk, p.libelle) for p in parties], coerce=int
            )
        if transition.acte in AVEC_COMMENTAIRE or transition.commentaire_obligatoire:
            label, aide = AVEC_COMMENTAIRE.get(transition.acte, ("Commentaire", ""))
            self.fields["commentaire"] = paragraphes(
                label, COMMENTAIRE_MAX, 5, aide, required=transition.commentaire_obligatoire
            )
        self.set_input_classes()

    def set_input_classes(self) -> None:
        """The classes of the design system, also on the fields of the act."""
        for champ in self.visible_fields():
            classe = "fr-select" if isinstance(champ.field.widget, forms.Select) else "fr-input"
            champ.field.widget.attrs.setdefault("class", classe)

    @property
    def donnees(self) -> dict[str, Any]:
        """What the act is given, but for the comment and the version."""
        return {c: v for c, v in self.cleaned_data.items() if c not in {"version", "commentaire"}}


#: By act: what its comment is called, and what it is for.
AVEC_COMMENTAIRE = {
    "demander_des_corrections": (
        "Ce qui est à corriger",
        "Adressé à ceux qui rédigent. Dites quoi changer, et où.",
    ),
    "donner_avis": ("Avis du niveau régional", "Lu par l’instructeur et par la collectivité."),
    "abandonner": ("Pourquoi cet instrument est abandonné", "Inscrit au journal."),
    "denoncer": ("Pourquoi", "Inscrit au journal."),
    "signer_collectivite": (
        "Motif de l’exception",
        "Seulement si la délibération n’est pas encore exécutoire à la date de signature. Inscrit au journal.",
    ),
}
CHAMPS: dict[str, Callable[[], dict[str, forms.Field]]] = {
    "rediger": lambda: {
        "texte": paragraphes("Texte", TEXTE_MAX, 22, "Chaque enregistrement fait une nouvelle version.")
    },
    "donner_avis": lambda: {
        "favorable": forms.TypedChoiceField(
            label="Sens de l’avis",
            choices=[("oui", "favorable"), ("non", "défavorable ou réservé")],
            coerce=lambda choix: choix == "oui",
            initial="oui",
            required=False,
            empty_value=True,  # type: ignore[arg-type]
        )
    },
    "deliberer": lambda: {
        "issue": forms.ChoiceField(label="Décision", choices=Deliberation.Issue.choices),
        "organe": forms.ChoiceField(label="Organe", choices=Deliberation.Organe.choices),
        "numero": ligne("Numéro de la délibération", 60),
        "date_deliberation": jour("Date du vote"),
        "pour": _nombre("Voix pour"),
        "contre": _nombre("Voix contre"),
        "abstentions": _nombre("Abstentions"),
    },
    "rendre_executoire": lambda: {
        "date_transmission": jour("Transmise au préfet le"),
        "accuse": ligne("Numéro de l’accusé de réception", 100, "Celui que donne @ctes, par exemple."),
        "date_publication": jour("Publiée le"),
    },
    "signer_collectivite": lambda: {"date_signature": jour("Date de signature")},
    "signer_etat": lambda: {"date_signature": jour("Date de signature")},
    "signer_autre": lambda: {"date_signature": jour("Date de signature")},
    "notifier": lambda: {"date_notification": jour("Notifié le")},
    "entrer_en_vigueur": lambda: {"date_entree": jour("Entre en vigueur le")},
    "denoncer": lambda: {"date_effet": jour("À effet du")},
}


class FormulaireEchange(Formulaire):
    """A message to those who follow the contract."""

    texte = paragraphes("Votre message", COMMENTAIRE_MAX, 4, "Lu par tous ceux qui suivent ce contrat.")


def _instruments_de(dispositif: Dispositif) -> list[tuple[str, str]]:
    """What can be opened under a dispositif, as it calls them; the forms of the house when it calls them nothing."""
    siens = [(i.code, i.libelle) for i in dispositif.instruments.all()] or Instrument.Type.choices
    return [(f"{dispositif.code}/{code}", libelle) for code, libelle in siens]


class FormulaireOuverture(Formulaire):
    """What is opened, where, and for which period."""

    territoire = forms.ModelChoiceField(
        label="Collectivité, ou périmètre de projet",
        queryset=Territoire.objects.none(),
        empty_label="Choisir…",
        to_field_name="code",
        error_messages={
            "required": "Choisissez le territoire.",
            "invalid_choice": "Choisissez un territoire de la liste.",
        },
    )
    genre = forms.ChoiceField(
        label="Instrument",
        help_text="Les instruments de chaque dispositif ouvert aujourd’hui.",
        error_messages={
            "required": "Choisissez l’instrument.",
            "invalid_choice": "Choisissez un instrument de la liste.",
        },
    )
    intitule = ligne("Intitulé", 300, "Par exemple\u00a0: Convention 2019-2021.")
    debut = jour("Début de la période", required=False)
    fin = jour("Fin de la période", required=False)

    def __init__(self, territoires: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        jour = aujourdhui()
        self.fields["territoire"].queryset = territoires
        self.fields["territoire"].label_from_instance = lambda t: t.nom
        ouverts = Dispositif.objects.filter(debut__lte=jour).exclude(fin__lt=jour)
        self.dispositifs = {d.code: d for d in ouverts.prefetch_related("instruments")}
        self.fields["genre"].choices = [
            ("", "Choisir…"),
            *((d.nom_court, _instruments_de(d)) for d in self.dispositifs.values()),
        ]

    def clean(self) -> dict[str, Any]:
        """The period does not end before it begins; the instrument says its dispositif."""
        super().clean()
        donnees: dict[str, Any] = self.cleaned_data
        if choisi := donnees.get("genre"):
            code, _, donnees["genre"] = choisi.partition("/")
            donnees["dispositif"] = self.dispositifs[code]
        debut, fin = donnees.get("debut"), donnees.get("fin")
        if isinstance(debut, dt.date) and isinstance(fin, dt.date) and fin < debut:
            self.add_error("fin", "La fin de la période précède son début. Corrigez l’une des deux dates.")
        return donnees
