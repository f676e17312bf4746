"""What a page, a map, a curve and a file say, read as a reader or a program would."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bs4 import BeautifulSoup, Tag
from python_calamine import CalamineWorkbook

from echelons.pilotage.presentation import CLASSES, CLASSES_DE_CARTE
from echelons.socle.dates import MOIS

CLASSE_DU_LIBELLE = {p.libelle: classe.value for classe, p in CLASSES.items()}
CARTE_DE_LA_CLASSE = {classe.value: p.carte for classe, p in CLASSES.items()}


@dataclass(frozen=True)
class LigneLue:
    """A row of a table or of a file: the territory, its class, its date in words."""

    code: str
    nom: str
    classe: str
    date: str
    fictif: bool = False


def texte(element: Tag | None) -> str:
    """The words of an element, spaces made plain."""
    assert element is not None
    return " ".join(element.get_text(" ").replace("\xa0", " ").replace("\u202f", " ").split())


def texte_direct(element: Tag) -> str:
    """The words of an element itself, those of its children left out."""
    return " ".join("".join(element.find_all(string=True, recursive=False)).replace("\xa0", " ").split())


class Page:
    """A page of HTML."""

    def __init__(self, contenu: bytes) -> None:
        self.soupe = BeautifulSoup(contenu, "html.parser")

    @property
    def titre(self) -> str:
        """Its heading."""
        return texte(self.soupe.h1)

    @property
    def tout(self) -> str:
        """All its words."""
        return texte(self.soupe.body)

    # --- Tables ---------------------------------------------------------------------------------------
    def tableau(self, identifiant: str) -> list[LigneLue]:
        """The rows of the table of signatories whose caption bears this id."""
        legende = self.soupe.find(id=f"{identifiant}-titre")
        if legende is None:
            return []
        lignes = []
        for rang in legende.find_parent("table").tbody.find_all("tr"):
            lien = rang.th and rang.th.a
            if lien:
                cellules = rang.find_all("td")
                date = texte_direct(cellules[-2])
                lignes.append(
                    LigneLue(
                        code=lien["href"].split("?")[0].strip("/").split("/")[-1],
                        nom=texte(lien),
                        classe=CLASSE_DU_LIBELLE[texte(rang.find(class_="ec-situation"))],
                        date="" if date == "–" else date,
                        fictif=rang.find(class_="ec-fictif") is not None,
                    )
                )
        return lignes

    def nombres_par_classe(self) -> dict[str, int]:
        """The count of each class, above the map; each leads to its rows."""
        return {
            parse_qs(urlsplit(lien["href"]).query)["classe"][0]: int(
                texte(lien.find(class_="ec-classes__nombre"))
            )
            for lien in self.soupe.find_all("a", class_="ec-classes__lien")
        }

    def legende(self) -> dict[str, int]:
        """The count of each class of the map, in its legend."""
        return {
            self._classe_de_carte(ligne): int(texte(ligne.find(class_="ec-legende__nombre")))
            for ligne in self.soupe.find_all(class_="ec-legende__ligne")
        }

    @staticmethod
    def _classe_de_carte(ligne: Tag) -> str:
        libelle = texte_direct(ligne.find(class_="ec-legende__texte"))
        return next(cle for cle, dit in CLASSES_DE_CARTE.items() if dit == libelle)

    # --- Drawings ---------------------------------------------------------------------------------------
    def carte(self) -> dict[str, tuple[str, str]]:
        """What the map says of each territory: the fill of its area, and the sentence a reader hears."""
        zones = self.soupe.select("svg.carte [data-code]")
        dites = {z["data-code"]: (self._fond(z), z["aria-label"].replace("\xa0", " ")) for z in zones}
        assert len(dites) == len(zones)
        return dites

    @staticmethod
    def _fond(zone: Tag) -> str:
        disques = zone.find_all("circle")
        return disques[-1]["fill"] if disques else zone.find("g")["fill"]

    def aires_par_fond(self, codes: set[str]) -> Counter[str]:
        """How many of these territories bear each fill on the map."""
        return Counter(fond for code, (fond, _) in self.carte().items() if code in codes)

    def etapes(self) -> list[tuple[str, int, int, int]]:
        """The table beside the curve: day (ISO), certain, at most, total."""
        legende = self.soupe.find(id="courbe-table")
        return [
            (jour_iso(texte(rang.th)), *(int(texte(c)) for c in rang.find_all("td")))
            for rang in legende.find_parent("table").tbody.find_all("tr")
        ]

    def courbe(self) -> Courbe:
        """The curve, as it is drawn."""
        return Courbe(self.soupe.select_one("svg.courbe"))


class Courbe:
    """Reads numbers back from the drawing, by its own graduations."""

    def __init__(self, svg: Tag) -> None:
        self.svg = svg
        graduations = {
            int(t.string): float(t["y"]) - 4
            for t in svg.find_all("text", attrs={"text-anchor": "end", "x": "40"})
        }
        (self.bas, y_bas), (haut, y_haut) = min(graduations.items()), max(graduations.items())
        self.echelle = (y_bas - y_haut) / (haut - self.bas)
        self.y_bas = y_bas

    def _coins(self, **attributs: str) -> list[tuple[float, float]]:
        trace = self.svg.find("path", attrs=attributs)["d"]
        return [(float(x), float(y)) for x, y in re.findall(r"[ML]([\d.]+) ([\d.]+)", trace)]

    def _valeur(self, coins: list[tuple[float, float]], x: float) -> float:
        y = next(y for vu, y in reversed(coins) if vu <= x + 0.05)
        return self.bas + (self.y_bas - y) / self.echelle

    def jour_regarde(self) -> float:
        """The abscissa of the mark of the day looked at."""
        etiquette = self.svg.find("text", string=re.compile("^Jour regardé"))
        return float(re.match(r"M([\d.]+) ", etiquette.find_previous("path")["d"]).group(1))

    def signees(self, x: float) -> float:
        """The certain signatures there."""
        return self._valeur(self._coins(**{"stroke-width": "3.5"}), x)

    def au_plus(self, x: float) -> float:
        """The possible signatures there."""
        return self._valeur(self._coins(**{"stroke-dasharray": "2 3"}), x)


def jour_iso(lettres: str) -> str:
    """« 30 juin 2019 » → 2019-06-30."""
    jour, mois, annee = lettres.split()
    return f"{annee}-{MOIS.index(mois) + 1:02d}-{int(jour.removesuffix('er')):02d}"


def _ligne_de_fichier(rang: dict[str, object]) -> LigneLue:
    return LigneLue(
        code=str(rang["Code"]),
        nom=str(rang["Territoire"]),
        classe=CLASSE_DU_LIBELLE[str(rang["Situation"])],
        date=" ".join(str(rang["Date de signature selon les sources"]).replace("\xa0", " ").split()),
        fictif=rang["Territoire fictif"] == "oui",
    )


def lire_csv(contenu: bytes) -> list[LigneLue]:
    """The rows of the CSV."""
    return [
        _ligne_de_fichier(r) for r in csv.DictReader(io.StringIO(contenu.decode("utf-8-sig"), newline=""))
    ]


def lire_xlsx(contenu: bytes) -> list[LigneLue]:
    """The rows of the workbook, whose second sheet says how many there are."""
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(contenu))
    entete, *rangs = classeur.get_sheet_by_index(0).to_python()
    assert dict(classeur.get_sheet_by_name("À propos").to_python())["Nombre de lignes"] == str(len(rangs))
    return [_ligne_de_fichier(dict(zip(entete, rang, strict=True))) for rang in rangs]
