"""An OpenDocument workbook written a row at a time: the few parts that every spreadsheet asks for, and no more.

OpenDocument 1.3: a sheet is rows of cells, each with its type and its value apart from what is shown.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import tempfile
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from typing import Self
from xml.sax.saxutils import escape, quoteattr

from echelons.socle.archives import ranger
from echelons.socle.nombres import Chiffre

MIME = "application/vnd.oasis.opendocument.spreadsheet"
_ODF = "urn:oasis:names:tc:opendocument:xmlns"
_DEBUT = f"""<?xml version="1.0" encoding="UTF-8"?>
<office:document-content office:version="1.3" xmlns:office="{_ODF}:office:1.0" xmlns:table="{_ODF}:table:1.0"
 xmlns:text="{_ODF}:text:1.0" xmlns:style="{_ODF}:style:1.0" xmlns:number="{_ODF}:datastyle:1.0"
 xmlns:fo="{_ODF}:xsl-fo-compatible:1.0"><office:automatic-styles>
<number:date-style style:name="N1"><number:day number:style="long"/><number:text>/</number:text><number:month
 number:style="long"/><number:text>/</number:text><number:year number:style="long"/></number:date-style>
<number:currency-style style:name="N2"><number:number number:decimal-places="2" number:min-integer-digits="1"
 number:grouping="true"/><number:text> </number:text><number:currency-symbol>€</number:currency-symbol>
</number:currency-style>
<style:style style:name="titre" style:family="table-cell"><style:text-properties fo:font-weight="bold"/></style:style>
<style:style style:name="date" style:family="table-cell" style:data-style-name="N1"/>
<style:style style:name="euros" style:family="table-cell" style:data-style-name="N2"/>
</office:automatic-styles><office:body><office:spreadsheet>"""
_FIN = "</office:spreadsheet></office:body></office:document-content>"
_MANIFESTE = f"""<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="{_ODF}:manifest:1.0" manifest:version="1.3">
<manifest:file-entry manifest:full-path="/" manifest:media-type="{MIME}"/>
<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/></manifest:manifest>"""
_INTERDITS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_VIDE = "<table:table-cell/>"


class Ods:
    """The workbook being written, for the time of a block: sheets one after the other, rows in each.

    The first row of a sheet is its heading.
    """

    def __init__(self) -> None:
        self._corps = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 - closed at the end of the block
        self._corps.write(_DEBUT)
        self._ouverte = False
        self._entete = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._corps.close()

    def feuille(self, nom: str) -> None:
        """Begin a sheet."""
        self._clore()
        self._corps.write(f"<table:table table:name={quoteattr(_propre(nom))}>")
        self._ouverte = self._entete = True

    def ligne(self, valeurs: Sequence[str | int | Decimal | dt.date | None]) -> None:
        """Add a row."""
        style = ' table:style-name="titre"' if self._entete else ""
        cellules = "".join(_cellule(valeur, style) for valeur in valeurs)
        self._corps.write(f"<table:table-row>{cellules or _VIDE}</table:table-row>")
        self._entete = False

    def octets(self) -> bytes:
        """The whole file."""
        self._clore()
        self._corps.write(_FIN)
        tampon = io.BytesIO()
        with zipfile.ZipFile(tampon, "w") as archive:
            ranger(archive, "mimetype", [MIME.encode()], tel_quel=True)
            self._corps.seek(0)
            blocs = iter(lambda: self._corps.read(1 << 20), "")
            ranger(archive, "content.xml", (bloc.encode() for bloc in blocs))
            ranger(archive, "META-INF/manifest.xml", [_MANIFESTE.encode()])
        return tampon.getvalue()

    def _clore(self) -> None:
        if self._ouverte:
            self._corps.write("</table:table>")


def _propre(texte: str) -> str:
    return _INTERDITS.sub("", texte)


def _cellule(valeur: str | int | Decimal | dt.date | None, style: str) -> str:
    """One cell: its type, its value, and what is shown of it."""
    if valeur is None:
        return _VIDE
    if isinstance(valeur, dt.date):
        montre = f"<text:p>{valeur:%d/%m/%Y}</text:p>"
        return (
            '<table:table-cell table:style-name="date" office:value-type="date" '
            f'office:date-value="{valeur.isoformat()}">{montre}</table:table-cell>'
        )
    if isinstance(valeur, Decimal) and not isinstance(valeur, Chiffre):
        return (
            '<table:table-cell table:style-name="euros" office:value-type="currency" office:currency="EUR" '
            f'office:value="{valeur:f}"><text:p>{valeur:f}</text:p></table:table-cell>'
        )
    if isinstance(valeur, int | Chiffre):
        return (
            f'<table:table-cell{style} office:value-type="float" office:value="{valeur}">'
            f"<text:p>{valeur}</text:p></table:table-cell>"
        )
    lignes = "".join(f"<text:p>{escape(ligne)}</text:p>" for ligne in _propre(valeur).split("\n"))
    return f'<table:table-cell{style} office:value-type="string">{lignes}</table:table-cell>'
