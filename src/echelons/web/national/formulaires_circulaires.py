"""What is asked to write a text of reference: itself, the dates that it moves, the obligations that it creates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.forms import BoundField

from echelons.acteurs.models import Fonction
from echelons.socle.dates import en_lettres
from echelons.strategie.effets import date_sans
from echelons.strategie.models import Circulaire, Dispositif, RegleEcheance
from echelons.strategie.redaction import Contenu, Creation
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.web.champs import Plusieurs, jour, ligne, paragraphes
from echelons.web.compte.formulaires import Formulaire

RESUME_MAX = 5_000
CREATIONS_MAX = 12
EXERCICES = (2017, 2035)
#: What a creation asks, in its order; ``rang`` is hidden.
CHAMPS_DE_CREATION = ("dispositif", "libelle", "date", "nature", "exercice", "regime", "dues_par", "dues_a")
INCOMPLETE = "Pour créer une échéance, donnez son libellé, sa date, son dispositif et qui la doit."


@dataclass(frozen=True)
class Groupe:
    """The obligations of a dispositif, or one obligation to create."""

    titre: str
    champs: list[BoundField]
    rempli: bool


class FormulaireCirculaire(Formulaire):
    """A text, as whoever prepares it types it."""

    reference = ligne("Référence", 200, "Comme on la cite : « Instruction du 20 octobre 2020 ».")
    titre = ligne("Titre", 300, "Ce que le texte change, en une ligne.")
    date = jour("Date du texte")
    publie_le = jour("Date de publication", "Si elle diffère de la date du texte.", required=False)
    adresse = forms.URLField(
        label="Adresse du texte",
        required=False,
        max_length=500,
        assume_scheme="https",
        error_messages={
            "invalid": "Cette adresse n’est pas complète. Écrivez-la comme https://exemple.fr/texte."
        },
    )
    resume = paragraphes("Résumé", RESUME_MAX, 5, "Pour ceux qui n’ouvriront pas le texte.")
    dispositifs = Plusieurs(
        label="Dispositifs concernés",
        queryset=Dispositif.objects.order_by("debut", "code"),
        widget=forms.CheckboxSelectMultiple,
        help_text="Les contrats de ces dispositifs recevront le texte.",
        error_messages={"required": "Cochez au moins un dispositif."},
    )
    territoires = Plusieurs(
        label="Territoires concernés",
        queryset=Territoire.objects.none(),
        required=False,
        widget=forms.SelectMultiple(attrs={"size": "8"}),
        help_text="Aucun choix : tous les territoires. Maintenez Ctrl pour en choisir plusieurs.",
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    lignes = forms.IntegerField(
        widget=forms.HiddenInput, required=False, min_value=0, max_value=CREATIONS_MAX
    )

    def __init__(
        self, donnees: Any = None, *, circulaire: Circulaire | None = None, ajouter: bool = False
    ) -> None:
        self.regles = _regles(circulaire)
        creations = list(circulaire.creations.prefetch_related("dues_par", "dues_a")) if circulaire else []
        self.nombre = _nombre(donnees, len(creations) or 1) + ajouter
        if donnees is not None:
            donnees = donnees.copy()
            donnees["lignes"] = str(min(self.nombre, CREATIONS_MAX))
        super().__init__(donnees, initial=_initiales(circulaire, creations, self.nombre))
        self.nombre = min(self.nombre, CREATIONS_MAX)
        lieux: Any = self.fields["territoires"]
        lieux.queryset = Territoire.objects.filter(type=TypeTerritoire.COLLECTIVITE).order_by("nom")
        for regle in self.regles:
            self.fields[f"deplace_{regle.pk}"] = jour(regle.libelle, _aide(regle, circulaire), required=False)
        for n in range(self.nombre):
            self.fields |= _champs_de_creation(n)

    @property
    def du_texte(self) -> list[BoundField]:
        """The fields of the text itself."""
        return [self[nom] for nom in ("reference", "titre", "date", "publie_le", "adresse", "resume")]

    @property
    def de_la_portee(self) -> list[BoundField]:
        """Whom it speaks of."""
        return [self["dispositifs"], self["territoires"]]

    @property
    def deplacements(self) -> list[Groupe]:
        """A date by obligation, by dispositif."""
        groupes: dict[str, list[BoundField]] = {}
        for regle in self.regles:
            groupes.setdefault(regle.dispositif.nom, []).append(self[f"deplace_{regle.pk}"])
        return [Groupe(nom, champs, any(c.value() for c in champs)) for nom, champs in groupes.items()]

    @property
    def creations(self) -> list[Groupe]:
        """The obligations to create, one more than asked."""
        return [
            Groupe(
                f"Échéance {n + 1}",
                [self[f"cree_{n}_{champ}"] for champ in CHAMPS_DE_CREATION],
                bool(self[f"cree_{n}_libelle"].value())
                or any(f"cree_{n}_{c}" in self.errors for c in CHAMPS_DE_CREATION),
            )
            for n in range(self.nombre)
        ]

    def clean(self) -> dict[str, Any]:
        """A creation is whole or empty; no date lies outside the years of the strategies."""
        donnees: dict[str, Any] = super().clean() or self.cleaned_data
        for nom, valeur in list(donnees.items()):
            if isinstance(valeur, dt.date) and not EXERCICES[0] - 1 <= valeur.year <= EXERCICES[1]:
                self.add_error(nom, f"Une date entre {EXERCICES[0] - 1} et {EXERCICES[1]}.")
        rangs = [r for n in range(self.nombre) if (r := donnees.get(f"cree_{n}_rang"))]
        if len(set(rangs)) < len(rangs):
            self.add_error(None, "Deux échéances portent le même rang. Rechargez la page.")
        for n in range(self.nombre):
            lus = {champ: donnees.get(f"cree_{n}_{champ}") for champ in CHAMPS_DE_CREATION}
            if not any(lus[c] for c in ("libelle", "date", "dispositif", "exercice", "dues_par", "dues_a")):
                continue
            for champ in ("dispositif", "libelle", "date", "nature", "dues_par"):
                if not lus[champ] and f"cree_{n}_{champ}" not in self.errors:
                    self.add_error(f"cree_{n}_{champ}", INCOMPLETE)
        return donnees

    def contenu(self) -> Contenu:
        """What was typed, once it is valid."""
        lu = self.cleaned_data
        return Contenu(
            reference=lu["reference"],
            titre=lu["titre"],
            date=lu["date"],
            publie_le=lu["publie_le"],
            adresse=lu["adresse"],
            resume=lu["resume"],
            dispositifs=tuple(lu["dispositifs"]),
            territoires=tuple(lu["territoires"]),
            deplacements={r.pk: d for r in self.regles if (d := lu.get(f"deplace_{r.pk}"))},
            creations=tuple(self._creation(n) for n in range(self.nombre) if lu.get(f"cree_{n}_libelle")),
        )

    def _creation(self, n: int) -> Creation:
        lu = {champ: self.cleaned_data[f"cree_{n}_{champ}"] for champ in (*CHAMPS_DE_CREATION, "rang")}
        return Creation(
            dispositif=lu["dispositif"],
            libelle=lu["libelle"],
            nature=lu["nature"],
            date=lu["date"],
            rang=lu["rang"] or 0,
            exercice=lu["exercice"],
            regime=lu["regime"],
            dues_par=tuple(lu["dues_par"]),
            dues_a=tuple(lu["dues_a"]),
        )


def _regles(circulaire: Circulaire | None) -> list[RegleEcheance]:
    """The obligations that a text can move: all but its own."""
    regles = RegleEcheance.objects.select_related("dispositif").prefetch_related(
        "redatages__texte__territoires"
    )
    if circulaire is not None and circulaire.texte_id is not None:
        regles = regles.exclude(texte=circulaire.texte_id)
    return list(regles.order_by("dispositif__debut", "dispositif__code", "date", "code"))


def _aide(regle: RegleEcheance, circulaire: Circulaire | None) -> str:
    ailleurs = date_sans(regle, circulaire.texte_id if circulaire else None)
    if ailleurs is None:
        return f"Comptée depuis {regle.get_ancre_display()}."
    regime = f" ({regle.get_regime_display()})" if regle.regime else ""
    return f"Aujourd’hui le {en_lettres(ailleurs)}{regime}."


def _nombre(donnees: Any, defaut: int) -> int:
    """How many obligations to create are on the page."""
    if donnees is None:
        return defaut
    lu = str(donnees.get("lignes", ""))
    return min(int(lu), CREATIONS_MAX) if lu.isdecimal() and len(lu) < 3 else defaut


def _initiales(circulaire: Circulaire | None, creations: Iterable[Any], lignes: int) -> dict[str, Any]:
    if circulaire is None:
        return {"lignes": lignes}
    lues: dict[str, Any] = {
        champ: getattr(circulaire, champ)
        for champ in ("reference", "titre", "date", "publie_le", "adresse", "resume")
    }
    lues |= {
        "dispositifs": [d.pk for d in circulaire.dispositifs.all()],
        "territoires": [t.pk for t in circulaire.territoires.all()],
        "version": circulaire.version,
        "lignes": lignes,
    }
    lues |= {f"deplace_{d.regle_id}": d.date for d in circulaire.deplacements.all()}
    for n, creation in enumerate(creations):
        for champ in ("rang", "libelle", "date", "nature", "exercice", "regime"):
            lues[f"cree_{n}_{champ}"] = getattr(creation, champ)
        lues[f"cree_{n}_dispositif"] = creation.dispositif_id
        lues[f"cree_{n}_dues_par"] = [f.pk for f in creation.dues_par.all()]
        lues[f"cree_{n}_dues_a"] = [f.pk for f in creation.dues_a.all()]
    return lues


def _champs_de_creation(n: int) -> dict[str, forms.Field]:
    offices = Fonction.objects.order_by("pk")
    choix: dict[str, forms.Field] = {
        "rang": forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=0, max_value=999),
        "dispositif": forms.ModelChoiceField(
            label="Dispositif",
            queryset=Dispositif.objects.order_by("debut", "code"),
            required=False,
            empty_label="Choisir…",
        ),
        "libelle": ligne("Ce qui est dû", 200, required=False),
        "date": jour("Pour le", required=False),
        "nature": forms.ChoiceField(
            label="Nature",
            choices=RegleEcheance.Nature.choices,
            required=False,
            initial=RegleEcheance.Nature.RAPPORT,
        ),
        "exercice": forms.IntegerField(
            label="Exercice",
            required=False,
            min_value=EXERCICES[0],
            max_value=EXERCICES[1],
            error_messages={
                "invalid": "Écrivez une année, comme 2026.",
                "min_value": f"Une année à partir de {EXERCICES[0]}.",
                "max_value": f"Une année jusqu’à {EXERCICES[1]}.",
            },
        ),
        "regime": forms.ChoiceField(
            label="Régime", choices=[("", "tous"), *RegleEcheance.Regime.choices], required=False
        ),
        "dues_par": Plusieurs(
            label="Due par",
            queryset=offices,
            required=False,
            widget=forms.SelectMultiple(attrs={"size": "6"}),
        ),
        "dues_a": Plusieurs(
            label="Due à", queryset=offices, required=False, widget=forms.SelectMultiple(attrs={"size": "6"})
        ),
    }
    return {f"cree_{n}_{champ}": valeur for champ, valeur in choix.items()}


class FormulaireMotif(Formulaire):
    """Why a published text is corrected or withdrawn: its addressees will read it."""

    motif = paragraphes("Motif", 2_000, 3, "Les destinataires et le public le liront.")
