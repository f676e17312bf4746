"""What is read of a spreadsheet: sheets, rows, typed values, and where each of them is."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from echelons.socle.dates import en_lettres
from echelons.socle.depot.types import TYPES, TypeDeFichier

LIGNES_MAX, COLONNES_MAX, CELLULES_MAX = 200_000, 200, 3_000_000
CSV = TypeDeFichier("csv", "texte CSV", "text/csv", (".csv", ".tsv", ".txt"))
#: What an import accepts, by code.
TABLEURS = {"csv": CSV, "xlsx": TYPES["xlsx"], "ods": TYPES["ods"]}


@dataclass(frozen=True, slots=True)
class Erreur:
    """A cell whose formula failed (#N/A, #REF!…)."""


Valeur = str | int | float | bool | dt.date | dt.datetime | Erreur | None


def lettres(colonne: int) -> str:
    """The letters of a column counted from 0: « A », « AB »."""
    texte = ""
    colonne += 1
    while colonne:
        colonne, reste = divmod(colonne - 1, 26)
        texte = chr(65 + reste) + texte
    return texte


def montrer(valeur: Valeur) -> str:
    """A value as the sentence of an error quotes it, at most sixty characters."""
    if valeur is None:
        return "vide"
    if isinstance(valeur, Erreur):
        return "une formule en erreur"
    if isinstance(valeur, bool):
        texte = "VRAI" if valeur else "FAUX"
    elif isinstance(valeur, dt.datetime):
        texte = f"{en_lettres(valeur.date())} {valeur:%H:%M}"
    elif isinstance(valeur, dt.date):
        texte = en_lettres(valeur)
    else:
        texte = " ".join(str(valeur).split())
    return f"«\u00a0{texte if len(texte) <= 60 else texte[:59] + '…'}\u00a0»"


@dataclass(frozen=True, slots=True)
class Ligne:
    """One row that holds something; ``feuille`` is the rank of its sheet, ``numero`` counts from 1."""

    feuille: int
    numero: int
    valeurs: list[Valeur]

    def valeur(self, colonne: int) -> Valeur:
        """What is in a column, counted from 0."""
        return self.valeurs[colonne] if colonne < len(self.valeurs) else None


@dataclass(frozen=True)
class Feuille:
    """What a sheet is, besides its rows."""

    nom: str
    masquee: bool = False
    formules: int = 0
    formule: str = ""
    fusions: int = 0


@dataclass(frozen=True)
class Description:
    """What a file is, as its reader is told."""

    genre: str
    feuilles: tuple[Feuille, ...]
    encodage: str = ""
    separateur: str = ""
    decimale: str = ""

    @property
    def phrases(self) -> tuple[str, ...]:
        """How it was read, in French, a sentence each."""
        dites = []
        if self.genre == "csv":
            decimale = {",": ", décimales à la virgule", ".": ", décimales au point"}.get(self.decimale, "")
            dites.append(f"Texte CSV lu en {self.encodage}, séparateur {self.separateur}{decimale}.")
        for feuille in self.feuilles:
            nom = f"Feuille «\u00a0{feuille.nom}\u00a0»\u00a0: "
            if feuille.masquee:
                dites.append(f"{nom}elle est masquée dans le classeur.")
            if feuille.formules:
                cellules = "cellule calculée" if feuille.formules == 1 else "cellules calculées"
                dites.append(
                    f"{nom}{feuille.formules}\u00a0{cellules} par une formule (la première en {feuille.formule})"
                    "\u00a0; c’est le dernier résultat enregistré qui est lu."
                )
            if feuille.fusions:
                fusions = "fusion" if feuille.fusions == 1 else "fusions"
                dites.append(
                    f"{nom}{feuille.fusions}\u00a0{fusions} de cellules, chacune lue comme si son contenu était répété."
                )
        return tuple(dites)
