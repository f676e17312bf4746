"""Tables out of the house: nothing runs in a spreadsheet, nothing is lost, types are kept."""

import csv
import datetime as dt
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from echelons.socle.exports import Colonne, ecrire_csv, ecrire_xlsx

COLONNES = [
    Colonne(titre, lambda ligne, i=i: ligne[i])
    for i, titre in enumerate(("Nom", "Date", "Nombre", "Montant"))
]
#: What a cell of a workbook can hold: XML forbids the other control characters.
TEXTES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
FORMULES = ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def lire_csv(lignes):
    return list(csv.reader(io.StringIO("".join(ecrire_csv(COLONNES, lignes)), newline="")))


def lire_xlsx(lignes, feuille="Signataires"):
    octets = ecrire_xlsx(COLONNES, lignes, feuille, [("Ce que c’est", "Un essai")])
    return CalamineWorkbook.from_filelike(io.BytesIO(octets))


@given(
    st.lists(st.tuples(TEXTES, st.dates() | st.none(), st.integers(-(10**9), 10**9), st.none()), max_size=5)
)
def test_a_csv_holds_every_row_as_it_was_given(lignes):
    lues = lire_csv(lignes)
    assert lues[0] == ["Nom", "Date", "Nombre", "Montant"]
    assert len(lues) == 1 + len(lignes)
    for lue, (nom, date, nombre, _) in zip(lues[1:], lignes, strict=True):
        assert lue[0].removeprefix("'") == nom.removeprefix("'")
        assert lue[1:] == [date.isoformat() if date else "", str(nombre), ""]


@pytest.mark.parametrize("formule", FORMULES)
def test_a_text_that_a_spreadsheet_would_run_is_shown_and_not_run(formule):
    ligne = (formule, None, 1, None)
    assert lire_csv([ligne])[1][0] == f"'{formule}"
    cellule = lire_xlsx([ligne]).get_sheet_by_index(0).to_python()[1][0]
    assert isinstance(cellule, str)
    assert cellule.startswith("'")


def test_a_negative_number_stays_a_number():
    assert lire_csv([("a", None, -3, Decimal("-1.50"))])[1][2:] == ["-3", "-1.50"]
    assert lire_xlsx([("a", None, -3, None)]).get_sheet_by_index(0).to_python()[1][2] == -3


def test_a_workbook_types_its_cells_and_says_what_it_is():
    lignes = [("Nord", dt.date(2018, 12, 18), 2, Decimal("1125000.50")), ("Sans date", None, 0, None)]
    classeur = lire_xlsx(lignes)
    assert classeur.sheet_names == ["Signataires", "À propos"]
    entete, nord, sans = classeur.get_sheet_by_index(0).to_python()
    assert entete == ["Nom", "Date", "Nombre", "Montant"]
    assert nord == ["Nord", dt.date(2018, 12, 18), 2, 1125000.5]
    assert sans == ["Sans date", "", 0, ""]
    assert classeur.get_sheet_by_index(1).to_python() == [
        ["Ce que c’est", "Un essai"],
        ["Nombre de lignes", "2"],
    ]


def test_a_table_without_rows_is_still_a_table():
    assert lire_csv([]) == [["Nom", "Date", "Nombre", "Montant"]]
    classeur = lire_xlsx([])
    assert classeur.get_sheet_by_index(0).to_python() == [["Nom", "Date", "Nombre", "Montant"]]
    assert classeur.get_sheet_by_index(1).to_python()[-1] == ["Nombre de lignes", "0"]
