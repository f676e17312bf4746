"""Tables out of the house: one description of columns, written as CSV (RFC 4180) or XLSX.

Text that a spreadsheet would run as a formula is neutralised; dates and numbers keep their type where the format
has one. Nothing is truncated: the number of rows written is the number of rows given.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Generic, TypeVar

import xlsxwriter

T = TypeVar("T")
Valeur = str | int | Decimal | dt.date | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
#: A text stays a text, whatever it looks like.
XLSX_SANS_DANGER = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
FORMULES = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Colonne(Generic[T]):
    """A column: its French heading and how a row gives its value."""

    titre: str
    lire: Callable[[T], Valeur]
    largeur: int = 18


def neutraliser(texte: str) -> str:
    """Text as a spreadsheet must show it: what would be run as a formula is preceded by an apostrophe."""
    return f"'{texte}" if texte.startswith(FORMULES) else texte


def _texte(valeur: Valeur) -> str:
    if valeur is None:
        return ""
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    return neutraliser(valeur) if isinstance(valeur, str) else str(valeur)


class _Echo:
    """A file that gives back what is written to it, for streaming."""

    def write(self, ligne: str) -> str:
        return ligne


def ecrire_csv(colonnes: Sequence[Colonne[T]], lignes: Iterable[T]) -> Iterator[str]:
    """The table as CSV lines: UTF-8 text, commas, CRLF, headings first."""
    plume: Any = csv.writer(_Echo())
    yield plume.writerow([c.titre for c in colonnes])
    for ligne in lignes:
        yield plume.writerow([_texte(c.lire(ligne)) for c in colonnes])


def ecrire_xlsx(
    colonnes: Sequence[Colonne[T]], lignes: Iterable[T], feuille: str, a_propos: Sequence[tuple[str, str]]
) -> bytes:
    """The table as an XLSX workbook: a frozen header, typed dates and amounts, and a sheet that says what it is."""
    tampon = io.BytesIO()
    classeur = xlsxwriter.Workbook(tampon, {**XLSX_SANS_DANGER, "in_memory": True})
    gras = classeur.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    date = classeur.add_format({"num_format": "dd/mm/yyyy"})
    euros = classeur.add_format({"num_format": '# ##0.00 "€"'})
    page = classeur.add_worksheet(feuille[:31])
    page.freeze_panes(1, 0)
    for j, colonne in enumerate(colonnes):
        page.write_string(0, j, colonne.titre, gras)
        page.set_column(j, j, colonne.largeur)
    nombre = 0
    for nombre, ligne in enumerate(lignes, start=1):
        for j, colonne in enumerate(colonnes):
            valeur = colonne.lire(ligne)
            if isinstance(valeur, dt.date):
                page.write_datetime(nombre, j, dt.datetime.combine(valeur, dt.time()), date)
            elif isinstance(valeur, Decimal):
                page.write_number(nombre, j, float(valeur), euros)
            elif isinstance(valeur, int):
                page.write_number(nombre, j, valeur)
            elif valeur is not None:
                page.write_string(nombre, j, neutraliser(valeur))
    if nombre:
        page.autofilter(0, 0, nombre, len(colonnes) - 1)
    notice = classeur.add_worksheet("À propos")
    notice.set_column(0, 0, 28)
    notice.set_column(1, 1, 90)
    for i, (titre, texte) in enumerate([*a_propos, ("Nombre de lignes", str(nombre))]):
        notice.write_string(i, 0, titre, gras)
        notice.write_string(i, 1, texte)
    classeur.close()
    return tampon.getvalue()
