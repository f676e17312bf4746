"""Tables out of the house: nothing runs in a spreadsheet, nothing is lost, types are kept."""

import csv
import datetime as dt
import io
import json
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from echelons.socle.exports import FORMATS, Colonne, Table, TableTronquee

COLONNES = [
    Colonne(titre, lambda ligne, i=i: ligne[i])
    for i, titre in enumerate(("Nom", "Date", "Nombre", "Montant"))
]
#: What a cell of a workbook can hold: XML forbids the other control characters.
TEXTES = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40)
FORMULES = ["=1+1", "+33", "-1", "@SUM(A1)", "\t=1", "\r=1"]


def table(lignes, nombre=None):
    nombre = len(lignes) if nombre is None else nombre
    return Table("Signataires", COLONNES, lignes, nombre, [("Ce que c’est", "Un essai")])


def octets(lignes, extension, nombre=None):
    return b"".join(FORMATS[extension].ecrire(table(lignes, nombre)))


def lire_csv(lignes):
    return list(csv.reader(io.StringIO(octets(lignes, "csv").decode("utf-8-sig"), newline="")))


def lire_classeur(lignes, extension="xlsx"):
    return CalamineWorkbook.from_filelike(io.BytesIO(octets(lignes, extension)))


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


@given(
    st.lists(
        st.tuples(
            TEXTES,
            st.dates(dt.date(1900, 3, 1)) | st.none(),
            st.integers(-(10**9), 10**9),
            st.decimals(-(10**6), 10**6, places=2),
        ),
        max_size=5,
    )
)
def test_the_same_table_says_the_same_in_every_format(lignes):
    objets = json.loads(octets(lignes, "json"), parse_float=Decimal)
    assert [tuple(o.values()) for o in objets] == [
        (nom, date.isoformat() if date else None, nombre, montant) for nom, date, nombre, montant in lignes
    ]
    classeurs = [lire_classeur(lignes, e).get_sheet_by_index(0).to_python() for e in ("xlsx", "ods")]
    for _, *rangs in classeurs:
        assert len(rangs) == len(lignes)
        for rang, (nom, date, nombre, montant) in zip(rangs, lignes, strict=True):
            assert " ".join(str(rang[0]).split()).removeprefix("'") == " ".join(nom.split()).removeprefix("'")
            assert (rang[1] or None, rang[2], round(Decimal(rang[3]), 2)) == (date, nombre, montant)


@pytest.mark.parametrize("extension", FORMATS)
@pytest.mark.parametrize("nombre", [1, 3])
def test_a_table_with_rows_missing_or_added_never_passes_for_the_whole(extension, nombre):
    with pytest.raises(TableTronquee):
        octets([("a", None, 1, None), ("b", None, 2, None)], extension, nombre)


def test_only_the_columns_asked_for_are_written():
    choisie = table([("a", None, 1, None)]).avec({"Nombre", "Inconnue"})
    assert b"".join(FORMATS["csv"].ecrire(choisie)).decode("utf-8-sig") == "Nombre\r\n1\r\n"


@pytest.mark.parametrize("formule", FORMULES)
def test_a_text_that_a_spreadsheet_would_run_is_shown_and_not_run(formule):
    ligne = (formule, None, 1, None)
    assert lire_csv([ligne])[1][0] == f"'{formule}"
    for extension in ("xlsx", "ods"):
        cellule = lire_classeur([ligne], extension).get_sheet_by_index(0).to_python()[1][0]
        assert isinstance(cellule, str)
        assert cellule.startswith("'")


def test_a_negative_number_stays_a_number():
    assert lire_csv([("a", None, -3, Decimal("-1.50"))])[1][2:] == ["-3", "-1.50"]
    assert lire_classeur([("a", None, -3, None)]).get_sheet_by_index(0).to_python()[1][2] == -3


def test_a_workbook_types_its_cells_and_says_what_it_is():
    lignes = [("Nord", dt.date(2018, 12, 18), 2, Decimal("1125000.50")), ("Sans date", None, 0, None)]
    classeur = lire_classeur(lignes)
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
    classeur = lire_classeur([])
    assert classeur.get_sheet_by_index(0).to_python() == [["Nom", "Date", "Nombre", "Montant"]]
    assert classeur.get_sheet_by_index(1).to_python()[-1] == ["Nombre de lignes", "0"]
