"""Spreadsheets made for the trials, as people and programs make them."""

from __future__ import annotations

import csv
import datetime as dt
import io
import zipfile
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

ADRESSE = "https://exemple.invalid/communique"
ENTETES = ("Territoire", "Dispositif", "Date", "Source", "Adresse de la source")


def xlsx(
    feuilles: Mapping[str, Sequence[Sequence[Any]]], fusions: Sequence[tuple[str, str, str]] = ()
) -> bytes:
    """A workbook: rows by sheet, then merged ranges (sheet, range, text)."""
    tampon = io.BytesIO()
    classeur = xlsxwriter.Workbook(tampon, {"in_memory": True})
    date = classeur.add_format({"num_format": "dd/mm/yyyy"})
    for nom, rangs in feuilles.items():
        page = classeur.add_worksheet(nom)
        for i, rang in enumerate(rangs):
            for j, valeur in enumerate(rang):
                if isinstance(valeur, dt.date):
                    page.write_datetime(i, j, dt.datetime.combine(valeur, dt.time()), date)
                elif isinstance(valeur, str) and valeur.startswith("="):
                    page.write_formula(i, j, valeur, None, "18/12/2018")
                elif valeur is not None:
                    page.write(i, j, valeur)
        for feuille, plage, texte in fusions:
            if feuille == nom:
                page.merge_range(plage, texte)
    classeur.close()
    return tampon.getvalue()


def csv_de(rangs: Sequence[Sequence[Any]], separateur: str = ";", codage: str = "cp1252") -> bytes:
    """A text, as a spreadsheet saves it."""
    tampon = io.StringIO()
    csv.writer(tampon, delimiter=separateur).writerows(rangs)
    return tampon.getvalue().encode(codage)


def ods(corps: str, **parties: str) -> bytes:
    """An ODS whose sheets are this XML; with other parts."""
    tampon = io.BytesIO()
    espaces = "".join(
        f' xmlns:{p}="urn:oasis:names:tc:opendocument:xmlns:{n}:1.0"'
        for p, n in (("office", "office"), ("table", "table"), ("text", "text"), ("xlink", "xlink"))
    )
    contenu = (
        f'<?xml version="1.0" encoding="UTF-8"?><office:document-content{espaces} office:version="1.2">'
        f"<office:body><office:spreadsheet>{corps}</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(tampon, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet", zipfile.ZIP_STORED)
        archive.writestr("content.xml", contenu)
        archive.writestr(
            "META-INF/manifest.xml",
            '<?xml version="1.0"?><manifest:manifest '
            'xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"/>',
        )
        for nom, texte in parties.items():
            archive.writestr(nom, texte)
    return tampon.getvalue()


def negligent() -> bytes:
    """What somebody careless keeps: a merged title, headings of their own, dates as text, « Nord (59) », two sheets,
    cells merged over two rows, a sheet of notes."""
    lien = ADRESSE
    return xlsx(
        {
            "Conventions 2018": [
                ["Suivi des conventions"],
                [],
                ["Départements", "Signée le", "Qui ?", "Lien", "Source"],
                ["Nord (59)", "18/12/2018", "", lien, "Communiqué"],
                ["62", dt.date(2019, 3, 2), "État", lien, "Communiqué"],
                [None, "3 mars 2019", "collectivité", lien, "Communiqué"],
                ["Nord", "31/02/2019", "", lien, "Communiqué"],
            ],
            "2019": [
                ["Lien", "Département", "Date de signature", "Source"],
                [lien, "département de l’Aisne", "2 juillet 2019", "Communiqué"],
                [lien, "Nrod", "juillet 2019", "Communiqué"],
            ],
            "Notes": [["Rappeler Lille"]],
        },
        fusions=[
            ("Conventions 2018", "A1:E1", "Suivi des conventions"),
            ("Conventions 2018", "A5:A6", "62"),
        ],
    )


def fichier_de_faits(code: str, numero: int, dispositif: str = "calpae") -> bytes:
    """A spreadsheet that states the signature of one avenant."""
    entetes = "Territoire;Dispositif;Type d’instrument;Numéro;Date;Source;Adresse de la source"
    ligne = (
        f"{code};{dispositif};avenant;{numero};01/06/2020;Communiqué d’essai;https://exemple.invalid/essai"
    )
    return f"{entetes}\r\n{ligne}\r\n".encode()
