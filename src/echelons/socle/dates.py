"""Dates as sources give them: a day, a month, « at the latest », or nothing.

A dated statement rarely bears a clean day. A ``DateSource`` keeps what the source says and turns it into the
interval of days on which the thing may have happened, so that every later computation handles one shape.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property

ANNEE_MIN, ANNEE_MAX = 1900, 2100
MOIS = (
    *("janvier", "février", "mars", "avril", "mai", "juin"),
    *("juillet", "août", "septembre", "octobre", "novembre", "décembre"),
)
INSECABLE = "\u00a0"
FORMES_DE_DATE = "Formes admises : 2018-12-18 (jour), 2019-06 (mois), <=2020-07-03 (au plus tard), inconnue."


class DateRefusee(ValueError):
    """A date that cannot be used; the message is in French and says what is expected."""


class Precision(StrEnum):
    """How much of a date the source gives."""

    JOUR = "jour"
    MOIS = "mois"
    AU_PLUS_TARD = "au_plus_tard"
    INCONNUE = "inconnue"


def lire_date_iso(texte: str) -> dt.date:
    """Read ``AAAA-MM-JJ`` (or the French ``JJ/MM/AAAA``) between 1900 and 2100.

    Raises ``DateRefusee``, whose message can be shown as it is.
    """
    texte = texte.strip()
    iso = re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", texte, re.ASCII)
    usuel = re.fullmatch(r"(\d{1,2})/(\d{1,2})/(\d{4})", texte, re.ASCII)
    if iso:
        annee, mois, jour = (int(g) for g in iso.groups())
    elif usuel:
        jour, mois, annee = (int(g) for g in usuel.groups())
    else:
        extrait = texte if len(texte) <= 40 else texte[:40] + "…"
        raise DateRefusee(f"« {extrait} » n’est pas une date. Écrivez-la comme 2019-06-30 ou 30/06/2019.")
    if not ANNEE_MIN <= annee <= ANNEE_MAX:
        raise DateRefusee(
            f"L’année {annee} est hors des limites : choisissez une date entre {ANNEE_MIN} et {ANNEE_MAX}."
        )
    try:
        return dt.date(annee, mois, jour)
    except ValueError as erreur:
        raise DateRefusee(f"« {texte} » n’existe pas au calendrier. Vérifiez le jour et le mois.") from erreur


def fin_de_mois(jour: dt.date) -> dt.date:
    """The last day of the month of ``jour``."""
    return jour.replace(day=calendar.monthrange(jour.year, jour.month)[1])


def en_lettres(jour: dt.date) -> str:
    """« 1er mars 2019 », with non-breaking spaces."""
    quantieme = "1er" if jour.day == 1 else str(jour.day)
    return INSECABLE.join((quantieme, MOIS[jour.month - 1], str(jour.year)))


@dataclass(frozen=True)
class DateSource:
    """A date with its precision; ``jour`` is the day, the first of the month, or the upper bound."""

    jour: dt.date | None
    precision: Precision

    def __post_init__(self) -> None:
        if (self.jour is None) != (self.precision is Precision.INCONNUE):
            raise DateRefusee("Une date est inconnue, ou bien elle est donnée avec sa précision.")

    @cached_property
    def au_plus_tot(self) -> dt.date:
        """The first day on which it may have happened."""
        if self.jour is None or self.precision is Precision.AU_PLUS_TARD:
            return dt.date.min
        return self.jour.replace(day=1) if self.precision is Precision.MOIS else self.jour

    @cached_property
    def au_plus_tard(self) -> dt.date:
        """The last day on which it may have happened."""
        if self.jour is None:
            return dt.date.max
        return fin_de_mois(self.jour) if self.precision is Precision.MOIS else self.jour

    def __str__(self) -> str:
        """In French, as a reader would say it after « signée »: « le 18 décembre 2018 », « en juin 2019 »."""
        if self.jour is None:
            return "à une date inconnue"
        if self.precision is Precision.MOIS:
            return f"en{INSECABLE}{MOIS[self.jour.month - 1]}{INSECABLE}{self.jour.year}"
        if self.precision is Precision.AU_PLUS_TARD:
            return f"à une date inconnue, au plus tard le{INSECABLE}{en_lettres(self.jour)}"
        return f"le{INSECABLE}{en_lettres(self.jour)}"


def lire_date_source(texte: str) -> DateSource:
    """Read a date as data files write it: ``2018-12-18``, ``2019-06``, ``<=2020-07-03`` or ``inconnue``.

    Raises ``DateRefusee``.
    """
    texte = texte.strip()
    if texte == "inconnue":
        return DateSource(None, Precision.INCONNUE)
    if texte.startswith("<="):
        return DateSource(lire_date_iso(texte[2:]), Precision.AU_PLUS_TARD)
    if re.fullmatch(r"\d{4}-\d{2}", texte, re.ASCII):
        return DateSource(lire_date_iso(f"{texte}-01"), Precision.MOIS)
    try:
        return DateSource(lire_date_iso(texte), Precision.JOUR)
    except DateRefusee as erreur:
        raise DateRefusee(f"{erreur} {FORMES_DE_DATE}") from erreur
