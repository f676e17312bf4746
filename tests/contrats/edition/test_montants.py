"""The same money everywhere, to the cent: on the PDF, in the spreadsheets, in the editable drafts, in the JSON."""

import io
import re
from decimal import Decimal

import docx
import pytest
from django.template.loader import render_to_string
from hypothesis import given, settings
from python_calamine import CalamineWorkbook

from echelons.contrats.contenu.forme import lire
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.edition import tableurs
from echelons.contrats.edition.bureautique import docx_de
from echelons.contrats.edition.donnees import Edition, Piece
from echelons.contrats.edition.production import produire
from echelons.contrats.edition.tableaux import plan_de_financement
from echelons.contrats.models import Sceau
from echelons.contrats.sceaux.lecture import contenu_du_sceau
from echelons.pilotage.montants import grille_du_contenu
from echelons.socle.nombres import euros_au_centime
from tests.conftest import EPREUVES
from tests.contrats.contenu.exemples import contenus
from tests.contrats.edition.contenus import JOUR, garni, local
from tests.contrats.edition.lecture import propre, texte

MONTANT = re.compile(r"\d{1,3}(?:\u202f\d{3})*,\d{2}\u00a0€")


def montants(lu):
    return [Decimal(m[:-2].replace("\u202f", "").replace(",", ".")) for m in MONTANT.findall(lu)]


def du_tableur(octets):
    """The amounts of the sheet of money, by fiche, financeur and exercice."""
    feuille = CalamineWorkbook.from_filelike(io.BytesIO(octets)).get_sheet_by_name("Financement")
    titres, *lignes = feuille.to_python()
    prevu = titres.index("Montant prévu")
    return sorted(Decimal(str(ligne[prevu])).quantize(Decimal("0.01")) for ligne in lignes)


def du_docx(octets):
    """What the tables of the report say in the corner of their totals."""
    tables = docx.Document(io.BytesIO(octets)).tables
    return [montants(t.rows[-1].cells[-1].text) for t in tables if t.rows[0].cells[-1].text == "Total"]


@settings(max_examples=25 if EPREUVES else 6)
@given(contenu=contenus(fiches_max=4))
def test_the_totals_are_the_same_to_the_cent_wherever_they_are_read(contenu):
    t = totaliser(contenu)
    ensemble = t.ensemble
    pdf = produire(contenu, piece=Piece.FINANCEMENT, projet=True, jour=JOUR)
    lu = propre(texte(pdf))
    attendus = [
        m
        for tableau in plan_de_financement(contenu)
        for ligne in (*tableau.lignes, tableau.total)
        for m in ligne
    ]
    assert montants(lu)[: len(montants(" ".join(attendus)))] == montants(" ".join(attendus))
    if contenu.lignes:
        assert f"Total du plan\u00a0: {euros_au_centime(ensemble)}" in lu
        rapport = docx_de(Edition(contenu, Piece.RAPPORT, True, JOUR))
        assert du_docx(rapport) == [[ensemble]] * 3
    for sommes in (t.par_financeur, t.par_axe, t.par_exercice, t.par_fiche):
        assert sum(sommes.values()) == ensemble
        assert {v for v in sommes.values() if v} <= set(montants(lu))
    siens = sorted(ligne.montant for ligne in contenu.lignes)
    assert du_tableur(tableurs.xlsx(contenu, JOUR)) == siens
    assert du_tableur(tableurs.ods(contenu, JOUR)) == siens
    assert lire(contenu.json).lignes == contenu.lignes
    scelle = contenu_du_sceau(Sceau(contenu=contenu.octets.decode()))
    assert totaliser(scelle) == t
    publique = render_to_string(
        "composants/grille.html", {"grille": grille_du_contenu(scelle), "id_grille": "g"}
    )
    dits = [m for m in montants(publique) if m]
    par_axe = [*t.par_axe_exercice.values(), *t.par_axe.values(), *t.par_exercice.values()]
    assert sorted(dits) == sorted(m for m in (*par_axe, ensemble) if m)


def test_the_plan_of_many_exercices_is_cut_and_loses_none():
    contenu = local()
    tableaux = [t for t in plan_de_financement(contenu) if "par financeur" in t.titre]
    assert [t.titre[-11:] for t in tableaux] == ["(2019-2022)", "(2023-2024)"]
    annees = [c.titre for t in tableaux for c in t.colonnes if c.titre.isdigit()]
    assert annees == [str(an) for an in contenu.exercices]
    assert tableaux[-1].total[-1] == euros_au_centime(totaliser(contenu).ensemble)
    assert tableaux[0].colonnes[-1].titre == "2022"


@pytest.mark.parametrize("faire", [tableurs.xlsx, tableurs.ods])
def test_the_workbook_has_its_sheets_its_types_and_nothing_that_runs(faire):
    contenu = lire(garni(cibles=4).json)
    valeurs = contenu.json
    valeurs["fiches"][0]["intitule"] = '=HYPERLINK("x")'
    contenu = lire(valeurs)
    octets = faire(contenu, JOUR)
    assert octets == faire(contenu, JOUR)
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(octets))
    assert classeur.sheet_names == ["Fiches", "Financement", "Cibles", "À propos"]
    fiches, argent, cibles, notice = (classeur.get_sheet_by_name(n).to_python() for n in classeur.sheet_names)
    assert len(fiches) == 4
    assert fiches[1][1] == '\'=HYPERLINK("x")'
    debut = fiches[0].index("Début")
    assert fiches[1][debut] == contenu.fiches[0].debut
    assert len(argent) == 1 + len(contenu.lignes)
    assert argent[1][:6] == ["1.1", '\'=HYPERLINK("x")', "L’État", "État", 2019, "crédit"]
    assert len(cibles) == 1 + 4 * 4
    par_titre = dict(zip(cibles[0], cibles[2], strict=True))
    assert par_titre["État de la cible"] == "non disponible"
    assert (par_titre["Cible"], par_titre["Motif"]) == ("", "enquête en cours")
    assert ["Total du plan de financement", "5\u202f927\u202f375,28\u00a0€"] in [
        ligne[:2] for ligne in notice
    ]


@pytest.mark.parametrize("piece", [Piece.CONVENTION, Piece.RAPPORT, Piece.DELIBERATION])
def test_an_editable_draft_has_real_headings_and_tables_and_says_what_it_is(piece):
    octets = docx_de(Edition(garni(), piece, True, JOUR))
    assert octets == docx_de(Edition(garni(), piece, True, JOUR))
    document = docx.Document(io.BytesIO(octets))
    styles = {p.style.name for p in document.paragraphs}
    assert {"Title", "Heading 1"} <= styles
    assert document.core_properties.language == "fr-FR"
    assert document.core_properties.created.date() == JOUR
    assert document.sections[0].header.paragraphs[0].text.endswith("PROJET · FICTIF")
    for table in document.tables:
        assert "w:tblHeader" in table.rows[0]._tr.xml
    if piece is Piece.CONVENTION:
        assert {"Heading 2", "Heading 3"} <= styles
        dit = "\n".join(p.text for p in document.paragraphs)
        assert "Article 1er – Objet" in dit
        assert "Total de la fiche\u00a0: 1\u202f975\u202f631,76\u00a0€." in dit
