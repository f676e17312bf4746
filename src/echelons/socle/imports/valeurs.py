"""Readings of a cell that every destination shares: text, choice, day, dated as sources date, address."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from echelons.socle.dates import MOIS, DateRefusee, DateSource, Precision, lire_date_iso, lire_date_source
from echelons.socle.imports.champs import LectureDeCellule, ValeurRefusee
from echelons.socle.tableurs import Erreur, Valeur
from echelons.socle.textes import normaliser
from echelons.socle.yaml_situe import FORME_D_ADRESSE

UNE_DATE = "une date comme 18/12/2018, 12/2018 ou «\u00a0inconnue\u00a0»"
UN_JOUR = "une date comme 18/12/2018"
_MOIS = {normaliser(mois): rang for rang, mois in enumerate(MOIS, start=1)} | {
    "janv": 1, "fev": 2, "fevr": 2, "avr": 4, "juil": 7, "sept": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
#: Serial days of a spreadsheet, from 1990 to 2100: a date that lost its format.
_JOURS_DE_TABLEUR = range(32_874, 73_415)
_AU_PLUS_TARD = re.compile(r"(?:<=|≤|au plus tard(?: le)?|avant le|jusqu au)\s*(.+)", re.IGNORECASE)
LONGUEUR_D_UN_CHOIX = 200
INCONNUES = {"inconnue", "inconnu", "non connue", "nc", "n c"}


def en_texte(valeur: Valeur) -> str:
    """A cell as one line of text, blank when there is nothing. Raises ``ValeurRefusee``."""
    if isinstance(valeur, Erreur):
        raise ValeurRefusee("un texte")
    if valeur is None:
        return ""
    if isinstance(valeur, dt.datetime | dt.date):
        return valeur.strftime("%d/%m/%Y")
    # An apostrophe keeps what a spreadsheet would run from being run (see ``exports.neutraliser``).
    return re.sub(r"^'(?=[=+\-@])", "", " ".join(str(valeur).split()))


def texte(longueur: int) -> LectureDeCellule:
    """A text of at most so many characters."""

    def lire(valeur: Valeur, chantier: Any) -> str:
        lu = en_texte(valeur)
        if len(lu) > longueur:
            raise ValeurRefusee(f"un texte de {longueur}\u00a0caractères au plus ({len(lu)} ici)")
        return lu

    return lire


def choix(valeurs: Mapping[str, str], *autres: Mapping[str, str]) -> LectureDeCellule:
    """One of these (label → code), or of their other names."""
    connus = {normaliser(nom): code for noms in (valeurs, *autres) for nom, code in noms.items()}
    attendu = "une de ces valeurs\u00a0: " + ", ".join(valeurs)

    def lire(valeur: Valeur, chantier: Any) -> str:
        if valeur is None:
            return ""
        lu = en_texte(valeur)
        code = connus.get(normaliser(lu[:LONGUEUR_D_UN_CHOIX]))
        if code is None and lu:
            raise ValeurRefusee(attendu)
        return code or ""

    return lire


def jour(valeur: Valeur, chantier: Any) -> dt.date | None:
    """A day, or nothing."""
    lue = date_source(valeur, chantier)
    if lue is None:
        return None
    if lue.precision is not Precision.JOUR:
        raise ValeurRefusee(UN_JOUR)
    return lue.jour


def date_source(valeur: Valeur, chantier: Any) -> DateSource | None:
    """A date with its precision, as spreadsheets hold it and as people write it; None when the cell is empty."""
    if isinstance(valeur, dt.datetime):
        valeur = valeur.date()
    if isinstance(valeur, dt.date):
        if not 1900 <= valeur.year <= 2100:
            raise ValeurRefusee(UNE_DATE)
        return DateSource(valeur, Precision.JOUR)
    if isinstance(valeur, int | float) and not isinstance(valeur, bool) and valeur in _JOURS_DE_TABLEUR:
        raise ValeurRefusee(
            f"{UNE_DATE} (ce nombre est une date sans son format\u00a0: mettez la colonne en date)"
        )
    lu = en_texte(valeur)
    if not lu:
        return None
    if normaliser(lu) in INCONNUES:
        return DateSource(None, Precision.INCONNUE)
    try:
        if trouve := _AU_PLUS_TARD.fullmatch(lu):
            exacte = _lire(trouve[1])
            return DateSource(exacte.au_plus_tard, Precision.AU_PLUS_TARD)
        return _lire(lu)
    except DateRefusee:
        raise ValeurRefusee(UNE_DATE) from None


def _lire(lu: str) -> DateSource:
    """A day or a month, in figures or in letters. Raises ``DateRefusee``."""
    propre = re.sub(
        r"\s+00:00(:00)?$", "", re.sub(r"^(?:le|en|lundi|mardi|mercredi|jeudi|vendredi)\s+", "", lu.lower())
    )
    if trouve := re.fullmatch(r"(\d{1,2})[./\s-](\d{4})", propre, re.ASCII):
        return DateSource(lire_date_iso(f"{trouve[2]}-{int(trouve[1]):02d}-01"), Precision.MOIS)
    if trouve := re.fullmatch(r"(\d{1,2})[./\s-](\d{1,2})[./\s-](\d{4})", propre, re.ASCII):
        return DateSource(lire_date_iso("/".join(trouve.groups())), Precision.JOUR)
    mots = normaliser(propre).split()
    if len(mots) in {2, 3} and mots[-2] in _MOIS and re.fullmatch(r"\d{4}", mots[-1], re.ASCII):
        mois = f"{mots[-1]}-{_MOIS[mots[-2]]:02d}"
        if len(mots) == 2:
            return DateSource(lire_date_iso(f"{mois}-01"), Precision.MOIS)
        quantieme = mots[0].removesuffix("er")
        if re.fullmatch(r"\d{1,2}", quantieme, re.ASCII):
            return DateSource(lire_date_iso(f"{mois}-{int(quantieme):02d}"), Precision.JOUR)
    return lire_date_source(propre)


def adresse(valeur: Valeur, chantier: Any) -> str:
    """The address of a page."""
    lu = en_texte(valeur)
    if lu and (len(lu) > 1000 or not re.fullmatch(FORME_D_ADRESSE, lu)):
        raise ValeurRefusee("l’adresse d’une page, qui commence par https://")
    return lu
