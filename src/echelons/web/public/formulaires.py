"""What a reader may ask of a page through its address, and what is answered when it cannot be understood."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict

from echelons.contrats.regles import Classe
from echelons.pilotage.lectures import regions_reelles
from echelons.pilotage.presentation import CLASSES
from echelons.socle.dates import DateRefusee, lire_date_iso
from echelons.socle.horloge import aujourdhui
from echelons.strategie.models import Dispositif

TRIS = {
    "code": "par code",
    "territoire": "par nom",
    "region": "par région",
    "situation": "par situation",
    "date": "par date",
}


class ChampDate(forms.CharField):
    """A date typed or picked, refused in words that say what to write."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(required=False, max_length=40, strip=True, **kwargs)
        self.error_messages["max_length"] = "Cette date est trop longue. Écrivez-la comme 2019-06-30."

    def clean(self, value: Any) -> Any:
        """The date, or None when nothing was typed."""
        texte = super().clean(value)
        if not texte:
            return None
        try:
            return lire_date_iso(texte)
        except DateRefusee as erreur:
            raise forms.ValidationError(str(erreur)) from erreur


class FormulaireLecture(forms.Form):
    """What to look at: which dispositif, on which date, as known on which other, and which rows."""

    dispositif = forms.ChoiceField(label="Dispositif", required=False)
    au = ChampDate(label="À la date du")
    connu = ChampDate(label="Tel que connu le", help_text="vide : tous les faits relevés")
    region = forms.ChoiceField(label="Région", required=False)
    classe = forms.ChoiceField(label="Situation", required=False)
    tri = forms.ChoiceField(label="Ordre", required=False, choices=list(TRIS.items()))

    def __init__(self, donnees: QueryDict, dispositifs: list[Dispositif]) -> None:
        super().__init__(donnees, prefix=None)
        self._choix("dispositif", [(d.code, d.nom_court) for d in dispositifs])
        regions = [(n.code, n.nom) for n in regions_reelles()]
        self._choix("region", [("", "Toutes les régions"), *regions])
        self._choix("classe", [("", "Toutes"), *((c.value, CLASSES[c].libelle) for c in Classe)])
        self._choix("tri", list(TRIS.items()))

    def _choix(self, champ: str, choix: list[tuple[str, str]]) -> None:
        liste: Any = self.fields[champ]
        liste.choices = choix
        connus = " ; ".join(f"{code} ({nom})" for code, nom in choix if code)
        liste.error_messages["invalid_choice"] = (
            f"« %(value)s » n’existe pas. Choisissez dans la liste : {connus}."
        )


@dataclass(frozen=True)
class Lecture:
    """What is looked at, once understood."""

    dispositif: Dispositif | None
    dispositifs: tuple[Dispositif, ...]
    au: dt.date
    connu: dt.date | None
    region: str
    classe: Classe | None
    tri: str
    formulaire: FormulaireLecture

    @property
    def valide(self) -> bool:
        """Whether every choice of the address was understood."""
        return self.formulaire.is_valid()


def lire_choix(parametres: QueryDict) -> Lecture:
    """Read the address. A refused value leaves the default in place, and the form says what to do."""
    coupes = QueryDict(mutable=True)
    for cle in FormulaireLecture.base_fields:
        if cle in parametres:
            coupes[cle] = str(parametres[cle])[:80]
    dispositifs = list(Dispositif.objects.order_by("debut", "code"))
    formulaire = FormulaireLecture(coupes, dispositifs)
    formulaire.is_valid()
    valeurs = formulaire.cleaned_data
    au = valeurs.get("au") or aujourdhui()
    choisi = next((d for d in dispositifs if d.code == valeurs.get("dispositif")), None)
    return Lecture(
        dispositif=choisi or _par_defaut(dispositifs),
        dispositifs=tuple(dispositifs),
        au=au,
        connu=valeurs.get("connu"),
        region=valeurs.get("region") or "",
        classe=Classe(valeurs["classe"]) if valeurs.get("classe") else None,
        tri=valeurs.get("tri") or "code",
        formulaire=formulaire,
    )


def _par_defaut(dispositifs: list[Dispositif]) -> Dispositif | None:
    """The main dispositif in force on the business date; the last begun when none is."""
    jour = aujourdhui()
    dispositifs = [d for d in dispositifs if d.principal] or dispositifs
    ouverts = [d for d in dispositifs if d.debut <= jour and (d.fin is None or jour <= d.fin)]
    commences = [d for d in dispositifs if d.debut <= jour]
    choix = ouverts or commences
    return choix[-1] if choix else (dispositifs[0] if dispositifs else None)
