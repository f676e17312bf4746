"""Tables out of the house: one description of columns, written as CSV (RFC 4180), XLSX, ODS or JSON.

Text that a spreadsheet would run as a formula is neutralised; dates and amounts keep their type where the format
has one. Nothing is truncated: the number of rows written is asserted to be the number of rows announced. CSV and JSON
come out as they are made; workbooks are made whole, on the disk, a row at a time.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import islice
from typing import Any, Generic, TypeVar

import xlsxwriter

from echelons.socle.nombres import Chiffre
from echelons.socle.ods import Ods

T = TypeVar("T")
Valeur = str | int | Decimal | dt.date | None
FORMULES = frozenset("=+-@\t\r")
#: A text stays a text, whatever it looks like.
XLSX_SANS_DANGER = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
#: So that a spreadsheet reads the accents of a CSV.
MARQUE = "\ufeff"
LIGNES_PAR_MORCEAU = 1_000
#: What a CSV writes as it is; a text is neutralised, and anything else is written by ``_texte``.
TELS_QUELS = frozenset({type(None), int, Decimal, dt.date})

JSON = json.JSONEncoder(ensure_ascii=False)


class TableTronquee(RuntimeError):
    """Fewer or more rows were written than announced: what was written must not pass for the whole."""


@dataclass(frozen=True)
class Colonne(Generic[T]):
    """A column: its French heading and how a row gives its value."""

    titre: str
    lire: Callable[[T], Valeur]
    largeur: int = 18


@dataclass(frozen=True)
class Table(Generic[T]):
    """What is written: the columns, the rows (read once), how many there are, and what it is in a few lines."""

    titre: str
    colonnes: Sequence[Colonne[T]]
    lignes: Iterable[T]
    nombre: int
    a_propos: Sequence[tuple[str, str]] = ()

    def avec(self, titres: Collection[str]) -> Table[T]:
        """The same with these columns only, in the order of the table; with all of them when none is named."""
        choisies = [c for c in self.colonnes if c.titre in titres]
        return replace(self, colonnes=choisies or self.colonnes)

    def valeurs(self) -> Iterator[list[Valeur]]:
        """Every row. Raises ``TableTronquee`` at the end when some are missing."""
        lues, ecrites = [c.lire for c in self.colonnes], 0
        for ligne in self.lignes:
            ecrites += 1
            yield [lire(ligne) for lire in lues]
        if ecrites != self.nombre:
            raise TableTronquee(f"{self.titre}\u00a0: {ecrites} lignes écrites, {self.nombre} annoncées.")


def neutraliser(texte: str) -> str:
    """Text as a spreadsheet must show it: what would be run as a formula is preceded by an apostrophe."""
    return f"'{texte}" if texte[:1] in FORMULES else texte


def _texte(valeur: Valeur) -> str:
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    return neutraliser(valeur) if isinstance(valeur, str) else str(valeur)


def _en_csv(valeurs: Iterable[Valeur]) -> list[Valeur]:
    """A row as the CSV writer takes it. The commonest cells, plain texts, are settled without a call."""
    return [
        (v if v[:1] not in FORMULES else neutraliser(v))
        if type(v) is str
        else (v if type(v) in TELS_QUELS else _texte(v))
        for v in valeurs
    ]


def ecrire_csv(table: Table[Any]) -> Iterator[bytes]:
    """UTF-8 with its mark, commas, CRLF, headings first."""
    tampon = io.StringIO()
    plume = csv.writer(tampon)
    tampon.write(MARQUE)
    plume.writerow([neutraliser(c.titre) for c in table.colonnes])
    yield _vider(tampon)
    lignes = map(_en_csv, table.valeurs())
    while True:
        plume.writerows(islice(lignes, LIGNES_PAR_MORCEAU))
        if not tampon.tell():
            return
        yield _vider(tampon)


def ecrire_json(table: Table[Any]) -> Iterator[bytes]:
    """A list of objects by heading: dates in ISO form, amounts as exact numbers."""
    cles = [JSON.encode(c.titre) for c in table.colonnes]
    tampon = io.StringIO()
    tampon.write("[")
    for rang, valeurs in enumerate(table.valeurs()):
        objet = ",".join(f"{cle}:{_en_json(v)}" for cle, v in zip(cles, valeurs, strict=True))
        tampon.write(f"{',' if rang else ''}\n{{{objet}}}")
        if rang % LIGNES_PAR_MORCEAU == 0:
            yield _vider(tampon)
    tampon.write("\n]\n")
    yield _vider(tampon)


def _en_json(valeur: Valeur) -> str:
    if isinstance(valeur, Decimal):
        return format(valeur, "f")
    if isinstance(valeur, dt.date):
        return f'"{valeur.isoformat()}"'
    return JSON.encode(valeur)


def _vider(tampon: io.StringIO) -> bytes:
    morceau = tampon.getvalue().encode()
    tampon.seek(0)
    tampon.truncate()
    return morceau


def ecrire_xlsx(table: Table[Any]) -> Iterator[bytes]:
    """A workbook: a frozen header, typed dates and amounts, and a sheet that says what it is."""
    yield classeur_xlsx([table], _notice(table))


def classeur_xlsx(
    tables: Iterable[Table[Any]], notice: Sequence[tuple[str, str]], jour: dt.date | None = None
) -> bytes:
    """A workbook of several tables, a sheet each; dated ``jour``, it has the same bytes each time."""
    tampon = io.BytesIO()
    with (
        tempfile.TemporaryDirectory() as atelier,
        xlsxwriter.Workbook(
            tampon, {**XLSX_SANS_DANGER, "constant_memory": True, "tmpdir": atelier}
        ) as classeur,
    ):
        if jour is not None:
            classeur.set_properties({"created": dt.datetime.combine(jour, dt.time(12))})
        gras = classeur.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for table in tables:
            _remplir(classeur, table, gras)
        page = classeur.add_worksheet("À propos")
        page.set_column(0, 0, 28)
        page.set_column(1, 1, 90)
        for i, (titre, texte) in enumerate(notice):
            page.write_string(i, 0, titre, gras)
            page.write_string(i, 1, neutraliser(texte))
    return tampon.getvalue()


def _remplir(classeur: Any, table: Table[Any], gras: Any) -> None:
    """The sheet of the table."""
    date = classeur.add_format({"num_format": "dd/mm/yyyy"})
    euros = classeur.add_format({"num_format": '# ##0.00 "€"'})
    page = classeur.add_worksheet(table.titre[:31])
    page.freeze_panes(1, 0)
    for j, colonne in enumerate(table.colonnes):
        page.write_string(0, j, colonne.titre, gras)
        page.set_column(j, j, colonne.largeur)
    for i, valeurs in enumerate(table.valeurs(), start=1):
        for j, valeur in enumerate(valeurs):
            if isinstance(valeur, dt.date):
                page.write_datetime(i, j, dt.datetime.combine(valeur, dt.time()), date)
            elif isinstance(valeur, Chiffre):
                page.write_number(i, j, float(valeur))
            elif isinstance(valeur, Decimal):
                page.write_number(i, j, float(valeur), euros)
            elif isinstance(valeur, int):
                page.write_number(i, j, valeur)
            elif valeur is not None:
                page.write_string(i, j, neutraliser(valeur))
    if table.nombre:
        page.autofilter(0, 0, table.nombre, len(table.colonnes) - 1)


def ecrire_ods(table: Table[Any]) -> Iterator[bytes]:
    """The same as an OpenDocument workbook."""
    yield classeur_ods([table], _notice(table))


def classeur_ods(tables: Iterable[Table[Any]], notice: Sequence[tuple[str, str]]) -> bytes:
    """An OpenDocument workbook of several tables, a sheet each."""
    with Ods() as classeur:
        for table in tables:
            classeur.feuille(table.titre[:31])
            classeur.ligne([c.titre for c in table.colonnes])
            for valeurs in table.valeurs():
                classeur.ligne([neutraliser(v) if isinstance(v, str) else v for v in valeurs])
        classeur.feuille("À propos")
        for titre, texte in notice:
            classeur.ligne([titre, neutraliser(texte)])
        return classeur.octets()


def _notice(table: Table[Any]) -> list[tuple[str, str]]:
    return [*table.a_propos, ("Nombre de lignes", str(table.nombre))]


@dataclass(frozen=True)
class Format:
    """A way to write a table. ``au_fil``: it comes out as it is made."""

    libelle: str
    mime: str
    ecrire: Callable[[Table[Any]], Iterator[bytes]]
    au_fil: bool = False


#: By extension.
FORMATS: Mapping[str, Format] = {
    "csv": Format("CSV", "text/csv; charset=utf-8", ecrire_csv, au_fil=True),
    "xlsx": Format(
        "Excel (XLSX)", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ecrire_xlsx
    ),
    "ods": Format("OpenDocument (ODS)", "application/vnd.oasis.opendocument.spreadsheet", ecrire_ods),
    "json": Format("JSON", "application/json", ecrire_json, au_fil=True),
}
