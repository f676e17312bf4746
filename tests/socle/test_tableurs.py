"""Spreadsheets received: what is read of them, and what is refused, in bounded time, with what to do."""

import datetime as dt
import io
import random
import time
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from echelons.socle.depot import FichierRefuse
from echelons.socle.tableurs import Erreur, examiner_tableur, lire
from tests.socle.hostiles import GRAINES, muter
from tests.socle.tableaux import csv_de, ods, xlsx

BORNE = 20  # seconds; the reading is bounded below by its own limits


class Lu:
    """A file read."""

    def __init__(self, dossier: Path, octets: bytes) -> None:
        chemin = dossier / "tableau"
        chemin.write_bytes(octets)
        with lire(chemin, examiner_tableur(chemin).type) as classeur:
            self.description = classeur.description
            self.lignes = list(classeur.lignes())

    @property
    def valeurs(self) -> list[list[object]]:
        return [ligne.valeurs for ligne in self.lignes]


def refus(dossier: Path, octets: bytes) -> str:
    """Why a file is refused."""
    debut = time.monotonic()
    with pytest.raises(FichierRefuse) as lance:
        Lu(dossier, octets)
    assert time.monotonic() - debut < BORNE
    return str(lance.value)


RANGS = [["Département", "Signée le", "Montant"], ["Hérault", "18/12/2018", "1 200,50"]]


@pytest.mark.parametrize("separateur", [";", ",", "\t", "|"])
@pytest.mark.parametrize(
    ("codage", "nom"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("cp1252", "Windows-1252"),
        ("mac_roman", "Mac OS Roman"),
        ("cp850", "DOS 850"),
    ],
)
def test_a_csv_is_read_whatever_its_encoding_and_separator_and_says_so(tmp_path, separateur, codage, nom):
    lu = Lu(tmp_path, csv_de(RANGS, separateur, codage))
    assert lu.valeurs == RANGS
    phrase = lu.description.phrases[0]
    assert f"lu en {nom}" in phrase
    assert "décimales à la virgule" in phrase
    noms = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
    assert f"séparateur {noms[separateur]}" in phrase


def test_a_workbook_gives_typed_cells_at_their_place(tmp_path):
    lu = Lu(tmp_path, xlsx({"Un": [[], ["a", dt.date(2018, 12, 18), 2, 2.5, True]], "Deux": [[None, "b"]]}))
    assert [(ligne.feuille, ligne.numero) for ligne in lu.lignes] == [(0, 2), (1, 1)]
    assert lu.valeurs == [["a", dt.date(2018, 12, 18), 2, 2.5, True], [None, "b"]]
    assert [f.nom for f in lu.description.feuilles] == ["Un", "Deux"]


def test_merged_cells_are_spread_and_formulas_read_by_their_last_value(tmp_path):
    contenu = xlsx({"Un": [["x", "titre"], [None, "=A1"], [None, "c"]]}, fusions=[("Un", "A1:A3", "x")])
    lu = Lu(tmp_path, contenu)
    assert lu.valeurs == [["x", "titre"], ["x", "18/12/2018"], ["x", "c"]]
    dites = " ".join(lu.description.phrases)
    assert "1\u00a0cellule calculée par une formule (la première en B2)" in dites
    assert "1\u00a0fusion de cellules" in dites


def test_a_formula_that_failed_is_no_value(tmp_path):
    tampon = io.BytesIO()
    classeur = xlsxwriter.Workbook(tampon)
    classeur.add_worksheet().write_formula("A1", "=NA()", None, "#N/A")
    classeur.close()
    assert Lu(tmp_path, tampon.getvalue()).valeurs == [[Erreur()]]


def test_an_ods_is_read_with_its_merges_its_repeats_and_its_formulas(tmp_path):
    lu = Lu(
        tmp_path,
        ods(
            '<table:table table:name="Un"><table:table-row>'
            '<table:table-cell office:value-type="string" table:number-columns-spanned="2"'
            ' table:number-rows-spanned="2">'
            "<text:p>x</text:p></table:table-cell><table:covered-table-cell/>"
            '<table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"><text:p>2</text:p>'
            "</table:table-cell></table:table-row><table:table-row><table:covered-table-cell"
            ' table:number-columns-repeated="2"/><table:table-cell office:value-type="date"'
            ' office:date-value="2018-12-18"><text:p>18/12/18</text:p></table:table-cell></table:table-row>'
            '<table:table-row table:number-rows-repeated="1048574"><table:table-cell'
            ' table:number-columns-repeated="16384"/></table:table-row></table:table>'
        ),
    )
    assert lu.valeurs == [["x", "x", 2], ["x", "x", dt.date(2018, 12, 18)]]
    assert "calculée" in " ".join(lu.description.phrases)


def _avec(octets: bytes, **parties: str) -> bytes:
    """A workbook with other parts, or parts replaced."""
    sortie = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(octets)) as source,
        zipfile.ZipFile(sortie, "w", zipfile.ZIP_DEFLATED) as neuve,
    ):
        for nom in source.namelist():
            if nom not in parties:
                neuve.writestr(nom, source.read(nom))
        for nom, texte in parties.items():
            neuve.writestr(nom, texte)
    return sortie.getvalue()


SIMPLE = xlsx({"Un": [["a"]]})
LIGNE_ODS = '<table:table table:name="Un"><table:table-row>{}</table:table-row></table:table>'
FEUILLE = "xl/worksheets/sheet1.xml"
XML = '<?xml version="1.0"?>{}<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>'
ENTITES = (
    '<!DOCTYPE w [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10 if i else "&a;" * 10}">' for i in range(9))
    + "]>"
)


@pytest.mark.parametrize(
    ("octets", "attendu"),
    [
        (b"%PDF-1.7 \n", "Déposez un classeur XLSX ou ODS"),
        (b"\x89PNG\r\n\x1a\n....", "Déposez un classeur"),
        (b"a;b\n1;\x002\n", "Déposez un classeur"),
        (b"a;b\n" * 5_000 + b"1;\x00\n", "Déposez un classeur"),
        (b"<html><table><tr><td>1</td></tr></table></html>", "Enregistrez-le en XLSX, ODS ou CSV"),
        (b"\xff\xfea\x00;\x00b", "nregistrez-le de nouveau"),
        (b"\n\n \n", "Vérifiez que vous avez choisi le bon"),
        ("é" * 40_000, "Raccourcissez-la"),
        (b"a;" * 300 + b"\n", "Gardez les colonnes utiles"),
        (SIMPLE[:-100], "nregistrez-le de nouveau"),
        (SIMPLE[: len(SIMPLE) // 2], "nregistrez-le de nouveau"),
        (b"PK\x03\x04" + bytes(5_000), "nregistrez-le de nouveau"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4_096), "Enregistrez-le en docx, xlsx"),
        (xlsx({"Un": [["a"] + [None] * 15_999 + ["b"]]}), "Gardez les colonnes utiles"),
        (xlsx({"Un": [["a"], *[[]] * 300_000, ["b"]]}), "Supprimez ce qui traîne sous le tableau"),
        (xlsx({str(i): [["a"]] for i in range(80)}), "feuilles"),
        (_avec(SIMPLE, **{"xl/externalLinks/externalLink1.xml": "<a/>"}), "collez-la en valeurs"),
        (_avec(SIMPLE, **{"xl/connections.xml": "<a/>"}), "collez-la en valeurs"),
        (
            _avec(SIMPLE, **{FEUILLE: XML.format(ENTITES, "<row><c><v>&a8;</v></c></row>")}),
            "Enregistrez-le de nouveau",
        ),
        (_avec(SIMPLE, **{FEUILLE: XML.format("", "<row>")}), "nregistrez-le de nouveau"),
        (
            ods(
                LIGNE_ODS.format(
                    '<table:table-cell office:value-type="string" table:number-columns-repeated="9999"/>'
                )
            ),
            "Gardez les colonnes utiles",
        ),
        (
            ods(
                LIGNE_ODS.replace("row>", 'row table:number-rows-repeated="999999">', 1).format(
                    '<table:table-cell office:value-type="float" office:value="1"/>'
                )
            ),
            "Supprimez ce qui traîne sous le tableau",
        ),
        (
            ods(
                '<table:table table:name="Un"><table:table-source xlink:href="file:///etc/passwd"/></table:table>'
            ),
            "collez-la en valeurs",
        ),
        (
            ods(LIGNE_ODS.format("<table:table-cell table:formula=\"of:='file:///a.ods'#$A.A1\"/>")),
            "collez-la en valeurs",
        ),
        (ods("", **{"Basic/script-lc.xml": "<a/>"}), "sans macros"),
    ],
)
def test_a_hostile_file_is_refused_with_what_to_do(tmp_path, octets, attendu):
    assert attendu in refus(tmp_path, octets.encode() if isinstance(octets, str) else octets)


def test_a_million_formatted_rows_that_hold_nothing_are_read_as_nothing(tmp_path):
    tampon = io.BytesIO()
    classeur = xlsxwriter.Workbook(tampon, {"constant_memory": True})
    page, gras = classeur.add_worksheet(), classeur.add_format({"bold": True})
    page.write(0, 0, "a")
    for rang in range(1, 200_000):
        page.write_blank(rang, 0, None, gras)
    classeur.close()
    assert Lu(tmp_path, tampon.getvalue()).valeurs == [["a"]]


def test_a_bomb_is_refused_before_it_unfolds(tmp_path):
    contenu = _avec(SIMPLE, **{FEUILLE: XML.format("", " " * 150_000_000)})
    assert "beaucoup trop de place" in refus(tmp_path, contenu)


@pytest.mark.parametrize("graine", GRAINES)
def test_files_altered_at_random_are_read_or_refused_and_nothing_else(tmp_path, graine):
    hasard, dites = random.Random(f"mutations {graine}"), []
    for _ in range(4):
        debut = time.monotonic()
        try:
            Lu(tmp_path, muter(GRAINES[graine], hasard))
        except FichierRefuse as raison:
            dites.append(str(raison))
        assert time.monotonic() - debut < BORNE
    assert all(phrase.endswith((".", "?")) for phrase in dites)
