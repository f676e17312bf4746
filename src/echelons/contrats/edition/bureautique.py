"""The editable documents (DOCX): the words of the PDF, in real headings, paragraphs and tables, to be worked on.

Whoever changes one changes a draft: nothing of it comes back by itself.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Iterable
from typing import Any

import docx
from docx.document import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from echelons.contrats.edition.donnees import Edition, donnees_de
from echelons.socle.archives import sans_dates
from echelons.socle.edition import montrer

POLICE = "Arial"
ENCRE = RGBColor(0x16, 0x26, 0x4A)
#: Of a page between its margins, of the margins of a cell, of a sign at 9 points: millimetres.
LARGEUR, MARGE, SIGNE = 166.0, 5.0, 1.9
TAILLES = {"Title": 22, "Heading 1": 15, "Heading 2": 12.5, "Heading 3": 11}


def docx_de(edition: Edition) -> bytes:
    """The piece as a DOCX: the report, the deliberation, or the whole convention with its annexes.

    The same bytes for the same content and day.
    """
    donnees = donnees_de(edition)
    document = docx.Document()
    _preparer(document, donnees, edition.jour)
    document.add_paragraph(montrer(donnees["surtitre"]))
    document.add_paragraph(montrer(donnees["titre"]), style="Title")
    _paragraphes(document, [donnees["soustitre"], *donnees["avis"]])
    _traits(document, donnees.get("resume", ()))
    _paragraphes(document, [*donnees.get("preambule", ()), *donnees.get("texte", ())])
    for article in donnees.get("articles", ()):
        document.add_heading(montrer(article["titre"]), 1)
        _paragraphes(document, article["lignes"])
    for section in donnees.get("sections", ()):
        _section(document, section)
    if "signatures" in donnees:
        signatures = donnees["signatures"]
        document.add_heading(signatures["titre"], 1)
        _paragraphes(document, signatures["formule"])
        for partie in signatures["parties"]:
            _paragraphes(document, [partie, signatures["consigne"], "", ""], vides=True)
    for annexe in donnees.get("annexes", ()):
        document.add_page_break()  # type: ignore[no-untyped-call]
        _section(document, annexe)
    tampon = io.BytesIO()
    document.save(tampon)
    return sans_dates(tampon.getvalue())


def _preparer(document: Document, donnees: dict[str, Any], jour: dt.date) -> None:
    """The page, the language, the styles, the marks and what the file says of itself."""
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(22)
    page.top_margin = page.bottom_margin = Mm(25)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = POLICE, Pt(10.5)
    langue = OxmlElement("w:lang")
    langue.set(qn("w:val"), "fr-FR")
    normal.element.get_or_add_rPr().append(langue)
    for nom, taille in TAILLES.items():
        police = document.styles[nom].font
        police.name, police.size, police.color.rgb = POLICE, Pt(taille), ENCRE
        for jeu in ("w:asciiTheme", "w:hAnsiTheme", "w:eastAsiaTheme", "w:cstheme"):
            document.styles[nom].element.rPr.rFonts.attrib.pop(qn(jeu), None)
    marques = ["PROJET"] * donnees["projet"] + ["FICTIF"] * donnees["fictif"]
    page.header.paragraphs[0].text = montrer(" · ".join([donnees["courant"], donnees["reference"], *marques]))
    page.footer.paragraphs[0].text = montrer(donnees["mention"])
    proprietes = document.core_properties
    instant = dt.datetime.combine(jour, dt.time(12))
    proprietes.created = proprietes.modified = instant
    proprietes.title, proprietes.language = montrer(donnees["titre"])[:255], "fr-FR"
    proprietes.author = proprietes.last_modified_by = montrer(", ".join(donnees["auteurs"]))[:255]
    proprietes.comments = ""


def _section(document: Document, section: dict[str, Any]) -> None:
    """A heading, its paragraphs, its fiches, its tables."""
    document.add_heading(montrer(section["titre"]), 1)
    _paragraphes(document, section["lignes"])
    for fiche in section.get("fiches", ()):
        document.add_heading(montrer(fiche["titre"]), 2)
        _traits(document, fiche["traits"])
        for texte in fiche["textes"]:
            document.add_heading(montrer(texte["nom"]), 3)
            _paragraphes(document, texte["lignes"])
        if fiche["tableaux"]:
            document.add_heading(fiche["titre_tableaux"], 3)
        _paragraphes(document, fiche["notes"])
        _tableaux(document, fiche["tableaux"])
    _tableaux(document, section["tableaux"])
    _paragraphes(document, section.get("notes", ()))


def _paragraphes(document: Document, lignes: Iterable[str], *, vides: bool = False) -> None:
    for ligne in lignes:
        if ligne or vides:
            document.add_paragraph(montrer(ligne))


def _traits(document: Document, traits: Iterable[dict[str, Any]]) -> None:
    """« Pilote : Direction de l’insertion », the name in bold."""
    for trait in traits:
        paragraphe = document.add_paragraph()
        paragraphe.paragraph_format.space_after = Pt(2)
        paragraphe.add_run(f"{montrer(trait['nom'])}\u00a0: ").bold = True
        paragraphe.add_run(montrer("\n".join(trait["lignes"])))


def _tableaux(document: Document, tableaux: Iterable[dict[str, Any]]) -> None:
    """Each with its title, and its heading row repeated on each page."""
    for tableau in tableaux:
        document.add_paragraph(montrer(tableau["titre"]), style="Caption")
        rangees = [[c["titre"] for c in tableau["colonnes"]], *tableau["lignes"]]
        if tableau["total"]:
            rangees.append(tableau["total"])
        table = document.add_table(len(rangees), len(tableau["colonnes"]), style="Table Grid")
        table.autofit = False
        largeurs = _largeurs(tableau["colonnes"], rangees)
        for colonne, largeur in zip(table.columns, largeurs, strict=True):
            colonne.width = largeur
        for rang, (ligne, valeurs) in enumerate(zip(table.rows, rangees, strict=True)):
            for cellule, valeur, colonne, largeur in zip(
                ligne.cells, valeurs, tableau["colonnes"], largeurs, strict=True
            ):
                cellule.width = largeur
                paragraphe = cellule.paragraphs[0]
                texte = paragraphe.add_run(montrer(valeur))
                texte.font.size = Pt(9)
                texte.bold = rang == 0 or bool(tableau["total"] and rang == len(rangees) - 1)
                if colonne["droite"]:
                    paragraphe.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        entete = OxmlElement("w:tblHeader")
        table.rows[0]._tr.get_or_add_trPr().append(entete)  # noqa: SLF001 - python-docx has no other door
        document.add_paragraph()


def _largeurs(colonnes: list[dict[str, Any]], rangees: list[list[str]]) -> list[Mm]:
    """Amounts are as wide as they read, on one line; the other columns share what is left, as in the PDF."""
    exactes = [
        0.0 if c["part"] else MARGE + SIGNE * max(len(ligne[rang]) for ligne in rangees)
        for rang, c in enumerate(colonnes)
    ]
    reste = max(LARGEUR - sum(exactes), 0.0) / max(sum(c["part"] for c in colonnes), 1)
    return [Mm(c["part"] * reste or exacte) for c, exacte in zip(colonnes, exactes, strict=True)]
