"""The form of a fiche-action: the fields that every one has, those that its dispositif adds."""

from __future__ import annotations

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from echelons.contrats.contenu.fiches import LIENS
from echelons.contrats.contenu.saisies import dire_lieux, lire_lieux, sans_controles
from echelons.contrats.models import FicheAction, Instrument
from echelons.socle.horloge import aujourdhui
from echelons.strategie.lecture import cadre_d_acte
from echelons.strategie.models import ChampDeFiche, Volet
from echelons.web.champs import jour, ligne, paragraphes
from echelons.web.compte.formulaires import Formulaire

LONG = 20_000
#: The parts of the page, and the fields of each, in their order.
PARTIES = (
    ("L’action", ("intitule", "volet", "mesure", "nature", "sorte", "situation_de_depart", "justification")),
    ("Pourquoi et pour qui", ("diagnostic", "description", "public", "effectif")),
    (
        "Où, quand, avec qui",
        ("territoires", "lieux", "debut", "fin", "pilote", "partenaires", "operateurs", "etp"),
    ),
)


def _texte(label: str, lignes: int, aide: str = "") -> forms.CharField:
    return paragraphes(label, LONG, lignes, aide, required=False)


class FormulaireFiche(Formulaire):
    """A fiche-action, every field optional but its title: what is missing is said elsewhere, and stops nothing here."""

    rang = forms.IntegerField(widget=forms.HiddenInput, required=False)
    intitule = ligne("Intitulé", 300)
    volet = forms.ChoiceField(label="Axe ou objectif", required=False)
    mesure = forms.ChoiceField(label="Mesure de la stratégie", required=False)
    nature = forms.ChoiceField(label="Nature", required=False)
    sorte = forms.ChoiceField(label="Ce qui est renforcé", required=False)
    situation_de_depart = _texte(
        "Situation de départ", 3, "Pour une action renforcée\u00a0: ce qui existe aujourd’hui."
    )
    justification = _texte("Pourquoi elle est nouvelle ou renforcée", 3)
    diagnostic = _texte("Diagnostic", 4, "À quel besoin du territoire elle répond.")
    description = _texte("Description", 6, "Ce qui sera fait.")
    public = _texte("Public visé", 2)
    effectif = forms.IntegerField(
        label="Nombre de personnes attendues",
        required=False,
        min_value=0,
        max_value=10_000_000,
        error_messages={
            "invalid": "Un nombre entier, ou rien.",
            "min_value": "Un nombre de personnes n’est pas négatif.",
            "max_value": "Ce nombre est trop grand.",
        },
    )
    territoires = _texte(
        "Territoires d’intervention",
        3,
        "Vide\u00a0: tout le territoire du contrat. Sinon un par ligne\u00a0: commune, EPCI ou périmètre, par son nom "
        "ou son code.",
    )
    lieux = _texte("Lieux", 2, "Adresses ou équipements où l’action se tient.")
    debut = jour("Début", required=False)
    fin = jour("Fin", required=False)
    pilote = ligne("Pilote", 300, "Le service ou l’organisme qui la conduit.", required=False)
    partenaires = _texte("Partenaires", 2, "Un par ligne.")
    operateurs = _texte("Opérateurs", 2, "Un par ligne.")
    etp = forms.DecimalField(
        label="Moyens humains (ETP)",
        required=False,
        min_value=0,
        max_digits=7,
        decimal_places=2,
        localize=True,
        error_messages={
            "invalid": "Un nombre, comme 2,5.",
            "min_value": "Des moyens humains ne sont pas négatifs.",
            "max_digits": "Ce nombre est trop grand.",
            "max_decimal_places": "Deux décimales au plus.",
        },
    )
    partagee = forms.BooleanField(
        label="D’autres collectivités peuvent la reprendre",
        required=False,
        help_text="Une fois le contrat signé, elle entre dans la bibliothèque des fiches.",
    )

    def __init__(self, instrument: Instrument, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.instrument = instrument
        cadre = cadre_d_acte(instrument.contrat.dispositif_id)
        self.natures, self.ajoutes = list(cadre.natures.values()), cadre.champs
        self.fields["volet"].choices = [("", "Choisir…"), *_volets(list(cadre.volets.values()))]
        self.fields["mesure"].choices = [("", "Aucune"), *((m.code, m.libelle) for m in cadre.mesures)]
        self.fields["nature"].choices = [("", "Choisir…"), *((n.code, n.libelle) for n in self.natures)]
        sortes = list(dict.fromkeys(s for n in self.natures for s in n.sortes))
        self.fields["sorte"].choices = [("", "Choisir…"), *((s, s) for s in sortes)]
        for nom, visible in (("nature", self.natures), ("sorte", sortes), ("mesure", cadre.mesures)):
            if not visible:
                del self.fields[nom]
        for champ in self.ajoutes:
            self.fields[f"complement.{champ.code}"] = _champ_ajoute(champ)
        for visible in self.visible_fields():
            classe = "fr-select" if isinstance(visible.field.widget, forms.Select) else "fr-input"
            if not isinstance(visible.field.widget, forms.CheckboxInput):
                visible.field.widget.attrs.setdefault("class", classe)

    @classmethod
    def de(cls, fiche: FicheAction, valeurs: dict[str, Any], **choix: Any) -> FormulaireFiche:
        """The form of a fiche as it stands (``contenu.fiches.valeurs_de``)."""
        initial = {**valeurs, "territoires": dire_lieux(fiche.territoires.all()), **choix}
        if initial.get("etp") is not None:
            initial["etp"] = Decimal(initial["etp"])
        return cls(fiche.instrument, initial=initial)

    @property
    def parties(self) -> list[tuple[str, list[forms.BoundField]]]:
        """The fields by part of the page; those that the dispositif adds come last."""
        parties = [(titre, [self[c] for c in champs if c in self.fields]) for titre, champs in PARTIES]
        propres = [self[f"complement.{c.code}"] for c in self.ajoutes]
        return [*parties, ("Ce que demande le dispositif, et le partage", [*propres, self["partagee"]])]

    def clean_territoires(self) -> list[str]:
        """The places named, as codes."""
        return lire_lieux(self.cleaned_data["territoires"], self.instrument.debut or aujourdhui())

    def clean(self) -> dict[str, Any]:
        """Texts without what no document can hold."""
        super().clean()
        for nom, valeur in self.cleaned_data.items():
            if isinstance(valeur, str):
                self.cleaned_data[nom] = sans_controles(valeur)
        debut, fin = self.cleaned_data.get("debut"), self.cleaned_data.get("fin")
        if debut and fin and fin < debut:
            self.add_error("fin", "La fin de l’action précède son début. Corrigez l’une des deux dates.")
        return dict(self.cleaned_data)

    @property
    def valeurs(self) -> dict[str, Any]:
        """What was typed, as ``contenu.fiches`` writes it."""
        return {nom: _simple(nom, v) for nom, v in self.cleaned_data.items() if nom != "rang"}


def _simple(nom: str, valeur: Any) -> Any:
    if valeur == "" and (nom in LIENS or nom.startswith("complement.")):
        return None
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return format(valeur.normalize(), "f")
    return valeur


def _volets(volets: list[Volet]) -> list[tuple[str, Any]]:
    """Each volet or axis, with its objectives under it."""
    choix: list[tuple[str, Any]] = []
    for volet in (v for v in volets if v.dans_id is None):
        siens = [(v.code, v.libelle) for v in volets if v.dans_id == volet.pk]
        soi = (volet.code, volet.libelle)
        choix.append((volet.libelle, [(volet.code, f"{volet.libelle} (ensemble)"), *siens]) if siens else soi)
    return choix


def _champ_ajoute(champ: ChampDeFiche) -> forms.Field:
    """The field that a dispositif adds."""
    if champ.type == ChampDeFiche.Type.TEXTE:
        return _texte(champ.libelle, 3, champ.aide)
    if champ.type == ChampDeFiche.Type.LIGNE:
        return ligne(champ.libelle, 300, champ.aide, required=False)
    if champ.type == ChampDeFiche.Type.DATE:
        return jour(champ.libelle, champ.aide, required=False)
    if champ.type == ChampDeFiche.Type.OUI_NON:
        return forms.TypedChoiceField(
            label=champ.libelle,
            help_text=champ.aide,
            required=False,
            choices=[("", "Choisir…"), ("True", "oui"), ("False", "non")],
            coerce=lambda choisi: choisi == "True",
            empty_value=None,
        )
    if champ.type == ChampDeFiche.Type.CHOIX:
        return forms.ChoiceField(
            label=champ.libelle,
            help_text=champ.aide,
            required=False,
            choices=[("", "Choisir…"), *((c, c) for c in champ.choix)],
        )
    return forms.DecimalField(
        label=champ.libelle,
        help_text=champ.aide,
        required=False,
        max_digits=14,
        decimal_places=2,
        localize=True,
        error_messages={"invalid": "Un nombre, comme 2,5."},
    )


def verifier_le_refus(formulaire: FormulaireFiche, refus: ValidationError) -> None:
    """Put what an act refused under its fields."""
    if hasattr(refus, "error_dict"):
        for nom, messages in refus.message_dict.items():
            for message in messages:
                formulaire.add_error(nom if nom in formulaire.fields else None, message)
    else:
        formulaire.add_error(None, refus)


def est_une_reference(texte: str) -> bool:
    """Whether what was sent may name something of the house."""
    try:
        uuid.UUID(texte)
    except ValueError:
        return False
    return True
