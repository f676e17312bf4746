"""Workbooks as people change them: read as sheets of cells, changed, written again in either format."""

from __future__ import annotations

import datetime as dt
import io
from typing import Any

import xlsxwriter
from python_calamine import CalamineWorkbook

from echelons.contrats.contenu.instantane import Origine
from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.edition import tableurs
from echelons.contrats.models import Instrument
from echelons.socle.ods import Ods
from tests.contrats.scene import JOUR

EXPORTS = {"xlsx": tableurs.xlsx, "ods": tableurs.ods}


def telecharger(instrument: Instrument, extension: str = "xlsx") -> bytes:
    """The workbook of an instrument, as its page gives it."""
    instrument.refresh_from_db()
    return EXPORTS[extension](contenu_de(instrument), JOUR, Origine.de(instrument))


class Classeur:
    """A workbook opened in a spreadsheet."""

    def __init__(self, octets: bytes) -> None:
        lu = CalamineWorkbook.from_filelike(io.BytesIO(octets))
        self.feuilles: dict[str, list[list[Any]]] = {
            nom: lu.get_sheet_by_name(nom).to_python(skip_empty_area=False) for nom in lu.sheet_names
        }

    def rangs(self, feuille: str) -> range:
        """The rows of a sheet under its headings, counted from 1."""
        return range(1, len(self.feuilles[feuille]))

    def colonne(self, feuille: str, titre: str) -> int:
        """Where a heading is."""
        return self.feuilles[feuille][0].index(titre)

    def lire(self, feuille: str, rang: int, titre: str) -> Any:
        """A cell."""
        return self.feuilles[feuille][rang][self.colonne(feuille, titre)]

    def changer(self, feuille: str, rang: int, **cellules: Any) -> None:
        """Type in cells; a heading's spaces are written as underscores."""
        for titre, valeur in cellules.items():
            self.feuilles[feuille][rang][self.colonne(feuille, titre.replace("_", " "))] = valeur

    def ajouter(self, feuille: str, **cellules: Any) -> int:
        """One more row; its rank."""
        self.feuilles[feuille].append([""] * len(self.feuilles[feuille][0]))
        rang = len(self.feuilles[feuille]) - 1
        self.changer(feuille, rang, **cellules)
        return rang

    def retirer(self, feuille: str, rang: int) -> None:
        """Delete a row."""
        del self.feuilles[feuille][rang]

    def octets(self, extension: str = "xlsx") -> bytes:
        """Saved."""
        return self._ods() if extension == "ods" else self._xlsx()

    def _xlsx(self) -> bytes:
        tampon = io.BytesIO()
        with xlsxwriter.Workbook(tampon, {"in_memory": True}) as sortie:
            date = sortie.add_format({"num_format": "dd/mm/yyyy"})
            for nom, lignes in self.feuilles.items():
                page = sortie.add_worksheet(nom)
                for i, ligne in enumerate(lignes):
                    for j, valeur in enumerate(ligne):
                        if isinstance(valeur, dt.date):
                            page.write_datetime(i, j, dt.datetime.combine(valeur, dt.time()), date)
                        elif isinstance(valeur, str) and not valeur.startswith("=="):
                            page.write_string(i, j, valeur)
                        elif isinstance(valeur, str):
                            page.write_formula(i, j, valeur[1:], None, "#DIV/0!")
                        elif valeur is not None:
                            page.write(i, j, valeur)
        return tampon.getvalue()

    def _ods(self) -> bytes:
        from decimal import Decimal

        def simple(valeur: Any) -> Any:
            if valeur == "":
                return None
            return Decimal(repr(valeur)) if isinstance(valeur, float) else valeur

        with Ods() as sortie:
            for nom, lignes in self.feuilles.items():
                sortie.feuille(nom)
                for ligne in lignes:
                    sortie.ligne([simple(v) for v in ligne])
            return sortie.octets()
