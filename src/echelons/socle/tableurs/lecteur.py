"""Run as a script, alone: read a hostile spreadsheet on the standard input, say on the standard output what it holds.

Usage: ``python -I lecteur.py TEXTE|XLSX|ODS LIGNES COLONNES CELLULES < FILE``. Answers lines of JSON: what the file is,
then each row that holds something (sheet, row, cells), then how many rows. Workbooks were examined before (archives
that unfold too far, macros, passwords). Before it reads anything, it gives up opening files, connecting, starting
processes, and bounds its memory and time. It imports nothing of the house. Ends with 1 when it cannot start.
"""

import codecs
import csv
import datetime as dt
import io
import json
import re
import resource
import sys
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import isfinite
from typing import Any
from xml.parsers import expat

from python_calamine import CalamineWorkbook

MEMOIRE_MAX = 1024**3
SECONDES_MAX = 40
REPONSE_MAX = 400 * 1024**2
TEXTE_MAX = 32_767  # what a cell of a spreadsheet holds
FEUILLES_MAX = 60
ECHANTILLON = 200
SEPARATEURS = {";": "point-virgule", ",": "virgule", "\t": "tabulation", "|": "barre verticale"}
#: What French is written with besides ASCII, the most frequent first: small letters weigh twice the rest.
COURANTES, RARES = frozenset("éèêàâçùûôîïœ’«»"), frozenset("ëüöæÉÈÊËÀÂÇÙÛÜÔÖÎÏŒÆ‘“”–—…€°²")
ENREGISTRER = "Ouvrez-le, enregistrez-le de nouveau (XLSX, ODS ou CSV en UTF-8), puis déposez-le."
ABIME = f"Ce fichier est abîmé ou incomplet. {ENREGISTRER}"
PAS_UN_TEXTE = (
    "Ce fichier n’est pas un tableau\u00a0: il contient des caractères qu’aucun texte ne porte. "
    "Déposez un classeur XLSX ou ODS, ou un fichier CSV."
)
UNE_PAGE = "Ce fichier est une page web ou du XML, pas un tableau. Enregistrez-le en XLSX, ODS ou CSV."
LIENS = (
    "Ce classeur va chercher des valeurs dans d’autres fichiers ou sur un réseau. Copiez la feuille, collez-la en "
    "valeurs dans un classeur neuf, puis déposez celui-ci."
)
TROP_LONGUE = f"Une cellule dépasse {TEXTE_MAX}\u00a0caractères. Raccourcissez-la."
DOCTYPE = "Ce classeur contient une définition de document XML, ce qu’aucun tableur n’écrit. Enregistrez-le de nouveau."


class Refus(Exception):
    """Why the file is not read, and what to do."""


@dataclass(frozen=True)
class Bornes:
    """How much is read of a file."""

    lignes: int
    colonnes: int
    cellules: int


def trop_plein(bornes: Bornes) -> Refus:
    """Too many cells."""
    return Refus(
        f"Ce fichier a plus de {bornes.cellules}\u00a0cellules remplies. Déposez-le en plusieurs fichiers."
    )


def limiter() -> None:
    """Give up what a reader of files does not need."""
    # What would otherwise be loaded on the way, when nothing more can be opened.
    for codage in ("cp437", "cp1252", "mac_roman", "cp850", "utf-16", "utf-8-sig"):
        codecs.lookup(codage)
    csv.field_size_limit(TEXTE_MAX)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (REPONSE_MAX, REPONSE_MAX))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDES_MAX, SECONDES_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_MAX, MEMOIRE_MAX))


# --- Text ----------------------------------------------------------------------------------------------
def decoder(octets: bytes) -> tuple[str, str]:
    """The text and the name of its encoding: told by its mark, else UTF-8, else the one that gives French letters."""
    for marque, code, nom in (
        (codecs.BOM_UTF8, "utf-8-sig", "UTF-8"),
        (codecs.BOM_UTF16_LE, "utf-16", "UTF-16"),
        (codecs.BOM_UTF16_BE, "utf-16", "UTF-16"),
    ):
        if octets.startswith(marque):
            try:
                return octets.decode(code), nom
            except UnicodeDecodeError:
                raise Refus(ABIME) from None
    try:
        return octets.decode(), "UTF-8"
    except UnicodeDecodeError:
        pass
    candidats = [("cp1252", "Windows-1252"), ("mac_roman", "Mac OS Roman"), ("cp850", "DOS 850")]
    rares = bytes(o for o in octets if o > 127)[:100_000]
    notes = []
    for rang, (code, nom) in enumerate(candidats):
        lus = rares.decode(code, "replace")
        notes.append((sum(2 if c in COURANTES else 1 if c in RARES else -1 for c in lus), -rang, code, nom))
    _, _, code, nom = max(notes)
    return octets.decode(code, "replace"), nom


def verifier_texte(texte: str) -> None:
    """Refuse what no table in text form holds."""
    if re.search("[\x00-\x08\x0b\x0e-\x1f\x7f\ufffe\uffff]", texte):
        raise Refus(PAS_UN_TEXTE)
    if texte.lstrip()[:1] == "<":
        raise Refus(UNE_PAGE)


def deviner_separateur(texte: str) -> str:
    """The separator that cuts the first rows into the most columns, most often the same number."""
    echantillon = "\n".join(texte[:200_000].splitlines()[:ECHANTILLON])
    meilleur, note = ";", (0.0, 0)
    for separateur in SEPARATEURS:
        try:
            largeurs = Counter(
                len(r) for r in csv.reader(io.StringIO(echantillon), delimiter=separateur) if r
            )
        except csv.Error:
            continue
        if not largeurs:
            continue
        largeur, fois = max(largeurs.items(), key=lambda p: (p[1] * (p[0] > 1), p[0]))
        candidate = (fois / largeurs.total() * (largeur > 1), largeur)
        if candidate > note:
            meilleur, note = separateur, candidate
    return meilleur


def deviner_decimale(lignes: list[list[str]]) -> str:
    """« , » or « . », by the numbers of the first rows; blank when none has decimals."""
    vus: Counter[str] = Counter()
    for ligne in lignes:
        for case in ligne:
            if trouve := re.fullmatch(
                r"\s*-?\d{1,3}(?:[ \u00a0\u202f]?\d{3})*([.,])\d{1,2}\s*(?:€|%)?\s*", case
            ):
                vus[trouve[1]] += 1
    return max(vus, key=lambda signe: vus[signe], default="")


def lire_texte(octets: bytes, bornes: Bornes) -> Iterator[Any]:
    """A CSV."""
    texte, encodage = decoder(octets)
    verifier_texte(texte)
    separateur = deviner_separateur(texte)
    try:
        lecture = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur, strict=True)
        debut = [ligne for _, ligne in zip(range(ECHANTILLON), lecture, strict=False)]
    except csv.Error:
        debut = []
    yield {
        "encodage": encodage,
        "separateur": SEPARATEURS[separateur],
        "decimale": deviner_decimale(debut),
        "feuilles": [{"nom": "Feuille 1"}],
    }
    lignes = csv.reader(io.StringIO(texte, newline=""), delimiter=separateur)
    total = 0
    for numero, lue in enumerate(lignes, start=1):
        cases = [case.strip() or None for case in lue]
        while cases and cases[-1] is None:
            cases.pop()
        if not cases:
            continue
        total += len(cases)
        verifier_bornes("Feuille 1", numero, len(cases), bornes)
        if total > bornes.cellules:
            raise trop_plein(bornes)
        yield [0, numero, cases]


def verifier_bornes(feuille: str, ligne: int, colonne: int, bornes: Bornes) -> None:
    """Refuse a cell that lies too far (row and column counted from 1)."""
    if colonne > bornes.colonnes:
        raise Refus(
            f"La feuille «\u00a0{feuille}\u00a0» a {colonne}\u00a0colonnes remplies\u00a0: {bornes.colonnes} au plus. "
            "Gardez les colonnes utiles, puis recommencez."
        )
    if ligne > bornes.lignes:
        raise Refus(
            f"La feuille «\u00a0{feuille}\u00a0» va jusqu’à la ligne {ligne}\u00a0: {bornes.lignes} au plus. "
            "Supprimez ce qui traîne sous le tableau, ou déposez-le en plusieurs fichiers."
        )


# --- Workbooks -----------------------------------------------------------------------------------------
@dataclass
class Reperes:
    """What is seen of a sheet before its values are read; rows and columns are counted from 0."""

    nom: str
    bornes: Bornes
    ligne: int = -1
    colonne: int = -1
    cellules: int = 0
    formules: int = 0
    formule: tuple[int, int] | None = None
    erreurs: set[tuple[int, int]] = field(default_factory=set)
    fusions: list[tuple[int, int, int, int]] = field(default_factory=list)

    def remplie(self, ligne: int, colonne: int, fois: int = 1) -> None:
        """Something is there."""
        verifier_bornes(self.nom, ligne + 1, colonne + 1, self.bornes)
        self.ligne, self.colonne = max(self.ligne, ligne), max(self.colonne, colonne)
        self.cellules += fois
        if self.cellules > self.bornes.cellules:
            raise trop_plein(self.bornes)

    def calculee(self, ligne: int, colonne: int) -> None:
        """A formula is there."""
        self.formules += 1
        self.formule = self.formule or (ligne, colonne)

    def fusionner(self, haut: int, gauche: int, bas: int, droite: int) -> None:
        """Cells are merged, as far as there is something in the sheet."""
        self.fusions.append((haut, gauche, min(bas, self.ligne), min(droite, self.colonne)))
        if sum((b - h + 1) * (d - g + 1) for h, g, b, d in self.fusions[-1:]) > self.bornes.cellules:
            raise trop_plein(self.bornes)


def _local(nom: str) -> str:
    return nom.rpartition(":")[2]


def _refuser_doctype(*_: Any) -> None:
    raise Refus(DOCTYPE)


def parcourir(octets: bytes, debut: Any, fin: Any = None) -> None:
    """Every element of a part; a definition of document is refused before anything of it is read."""
    analyseur = expat.ParserCreate()
    analyseur.StartDoctypeDeclHandler = _refuser_doctype
    analyseur.StartElementHandler = debut
    if fin:
        analyseur.EndElementHandler = fin
    analyseur.Parse(octets, True)


def numero_de_colonne(lettres: str) -> int:
    """« A » → 0."""
    numero = 0
    for lettre in lettres:
        numero = numero * 26 + ord(lettre) - 64
    return numero - 1


def position(reference: str) -> tuple[int, int] | None:
    """« C12 » → (11, 2)."""
    trouve = re.fullmatch(r"([A-Z]{1,3})([1-9]\d{0,6})", reference)
    return (int(trouve[2]) - 1, numero_de_colonne(trouve[1])) if trouve else None


def reperer_xlsx(octets: bytes, nom: str, bornes: Bornes) -> Reperes:
    """Extent, formulas, errors and merges of one sheet."""
    reperes = Reperes(nom, bornes)
    ici = [0, -1]  # row and column of the cell being read
    fusions: list[tuple[int, int, int, int]] = []

    def debut(element: str, attributs: dict[str, str]) -> None:
        quoi = _local(element)
        if quoi == "c":
            trouve = position(attributs.get("r", ""))
            ici[0], ici[1] = trouve or (ici[0], ici[1] + 1)
            if attributs.get("t") == "e" and len(reperes.erreurs) < bornes.cellules:
                reperes.erreurs.add((ici[0], ici[1]))
        elif quoi in {"v", "is"}:
            reperes.remplie(ici[0], ici[1])
        elif quoi == "f":
            reperes.calculee(ici[0], ici[1])
        elif quoi == "row":
            rang = attributs.get("r", "")
            ici[0], ici[1] = (int(rang) - 1 if rang.isdecimal() and len(rang) < 8 else ici[0] + 1), -1
        elif quoi == "mergeCell":
            haut, _, bas = attributs.get("ref", "").partition(":")
            if (a := position(haut)) and (b := position(bas)):
                fusions.append((*a, *b))

    parcourir(octets, debut)
    for fusion in fusions:
        reperes.fusionner(*fusion)
    return reperes


def parties_xlsx(archive: zipfile.ZipFile) -> list[tuple[str, str]]:
    """The name of each sheet and the part that holds it, in the order of the workbook."""
    noms = archive.namelist()
    if any(n.startswith("xl/externalLinks/") or n == "xl/connections.xml" for n in noms):
        raise Refus(LIENS)
    cibles: dict[str, str] = {}
    feuilles: list[tuple[str, str]] = []

    def lien(element: str, attributs: dict[str, str]) -> None:
        if _local(element) == "Relationship":
            cibles[attributs.get("Id", "")] = attributs.get("Target", "")

    def feuille(element: str, attributs: dict[str, str]) -> None:
        if _local(element) == "sheet":
            reference = next((v for c, v in attributs.items() if _local(c) == "id"), "")
            feuilles.append((attributs.get("name", ""), reference))

    parcourir(archive.read("xl/_rels/workbook.xml.rels"), lien)
    parcourir(archive.read("xl/workbook.xml"), feuille)
    trouvees = []
    for nom, reference in feuilles:
        cible = cibles.get(reference, "")
        trouvees.append((nom, cible.removeprefix("/") if cible.startswith("/") else f"xl/{cible}"))
    return trouvees


class ParcoursOds:
    """The same of every sheet of an ODS, where cells and rows may say « and so on, n times »."""

    def __init__(self, bornes: Bornes) -> None:
        self.bornes = bornes
        self.feuilles: list[Reperes] = []
        self.ligne = self.colonne = 0
        self.repete = 1
        self.fusions: list[tuple[Reperes, tuple[int, int, int, int]]] = []

    def debut(self, element: str, attributs: dict[str, str]) -> None:
        """An element begins."""
        if element == "table:table":
            self.feuilles.append(Reperes(attributs.get("table:name", ""), self.bornes))
            self.ligne = self.colonne = 0
        elif element in {"table:table-source", "table:cell-range-source", "office:dde-source"}:
            raise Refus(LIENS)
        elif element == "table:table-row":
            self.colonne, self.repete = 0, nombre_dit(attributs, "number-rows-repeated")
        elif element in {"table:table-cell", "table:covered-table-cell"} and self.feuilles:
            self.cellule(attributs)

    def cellule(self, attributs: dict[str, str]) -> None:
        """A cell, and those that repeat it."""
        reperes, ligne, colonne = self.feuilles[-1], self.ligne, self.colonne
        fois = nombre_dit(attributs, "number-columns-repeated")
        formule = attributs.get("table:formula", "")
        if "office:value-type" in attributs or formule:
            reperes.remplie(ligne + self.repete - 1, colonne + fois - 1, fois * self.repete)
        if formule:
            if re.search(r"file:|https?:|DDE\(|WEBSERVICE", formule, re.IGNORECASE):
                raise Refus(LIENS)
            reperes.calculee(ligne, colonne)
        large = nombre_dit(attributs, "number-columns-spanned")
        haut = nombre_dit(attributs, "number-rows-spanned")
        if large * haut > 1:
            self.fusions.append((reperes, (ligne, colonne, ligne + haut - 1, colonne + large - 1)))
        self.colonne += fois

    def fin(self, element: str) -> None:
        """An element ends."""
        if element == "table:table-row":
            self.ligne += self.repete


def nombre_dit(attributs: dict[str, str], nom: str) -> int:
    """How many times a cell or a row is repeated, or how far it spreads."""
    valeur = attributs.get(f"table:{nom}", "1")
    return max(1, int(valeur)) if valeur.isdecimal() and len(valeur) < 8 else 1


def reperer_ods(octets: bytes, bornes: Bornes) -> list[Reperes]:
    """What is seen of every sheet of an ODS."""
    parcours = ParcoursOds(bornes)
    parcourir(octets, parcours.debut, parcours.fin)
    for reperes, fusion in parcours.fusions:
        reperes.fusionner(*fusion)
    return parcours.feuilles


def reperer(octets: bytes, genre: str, bornes: Bornes) -> list[Reperes]:
    """What is seen of every sheet."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        if genre == "ODS":
            return reperer_ods(archive.read("content.xml"), bornes)
        parties = parties_xlsx(archive)
        noms = set(archive.namelist())
        if len(parties) > FEUILLES_MAX:
            raise Refus(f"Ce classeur a {len(parties)}\u00a0feuilles\u00a0: {FEUILLES_MAX} au plus.")
        return [
            reperer_xlsx(archive.read(ou), nom, bornes) for nom, ou in parties if ou in noms and "sheet" in ou
        ]


def valeur(brute: Any) -> Any:
    """A value of the library as JSON can say it: text, number, truth, [« d », date] or [« h », instant]."""
    if isinstance(brute, str):
        if len(brute) > TEXTE_MAX:
            raise Refus(TROP_LONGUE)
        # XML keeps neither these nor lone halves of characters; a formula may make them.
        return brute.replace("\x00", "").encode("utf-8", "replace").decode().strip() or None
    if isinstance(brute, bool) or brute is None:
        return brute
    if isinstance(brute, float):
        return (
            int(brute) if brute.is_integer() and abs(brute) < 2**53 else (brute if isfinite(brute) else None)
        )
    if isinstance(brute, dt.datetime):
        return ["d", brute.date().isoformat()] if brute.time() == dt.time() else ["h", brute.isoformat()]
    if isinstance(brute, dt.date):
        return ["d", brute.isoformat()]
    return brute if isinstance(brute, int) else str(brute)


def lire_classeur(octets: bytes, genre: str, bornes: Bornes) -> Iterator[Any]:
    """An XLSX or an ODS."""
    reperes = {r.nom: r for r in reperer(octets, genre, bornes)}
    if sum(r.cellules for r in reperes.values()) > bornes.cellules:
        raise trop_plein(bornes)
    classeur = CalamineWorkbook.from_filelike(io.BytesIO(octets))
    lues = [m.name for m in classeur.sheets_metadata if m.name in reperes]
    visibles = {m.name for m in classeur.sheets_metadata if str(m.visible).endswith("Visible")}
    yield {
        "feuilles": [
            {
                "nom": nom,
                "masquee": nom not in visibles,
                "formules": reperes[nom].formules,
                "formule": reperes[nom].formule,
                "fusions": len(reperes[nom].fusions),
            }
            for nom in lues
        ]
    }
    for rang, nom in enumerate(lues):
        if reperes[nom].cellules:
            yield from lire_feuille(rang, classeur.get_sheet_by_name(nom), reperes[nom])


def lire_feuille(rang: int, feuille: Any, reperes: Reperes) -> Iterator[Any]:
    """The rows of a sheet that hold something, merged cells filled with what the first of them holds."""
    decalage = feuille.start[1] if feuille.start else 0
    coins = {(f[0], f[1]): f for f in reperes.fusions}
    en_cours: list[tuple[tuple[int, int, int, int], Any]] = []
    for numero, brutes in enumerate(feuille.iter_rows()):
        cases = [None] * decalage + [valeur(b) for b in brutes]
        for colonne in range(len(cases)):
            if (numero, colonne) in reperes.erreurs:
                cases[colonne] = ["e", ""]
        if coins or en_cours:
            en_cours = [f for f in en_cours if f[0][2] >= numero]
            en_cours += [
                (coins.pop((numero, c)), cases[c]) for c in range(len(cases)) if (numero, c) in coins
            ]
            for (_, gauche, _, droite), contenu in en_cours:
                cases += [None] * (droite + 1 - len(cases))
                cases[gauche : droite + 1] = [contenu] * (droite + 1 - gauche)
        while cases and cases[-1] is None:
            cases.pop()
        if cases:
            yield [rang, numero + 1, cases]


def repondre(lecture: Iterator[Any]) -> None:
    """Say what was read, or why it is refused: the last line says which."""
    sortie = io.TextIOWrapper(sys.stdout.buffer, encoding="utf-8")
    ecrire, encoder = sortie.write, json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    nombre, refus = -1, ""
    try:
        for ligne in lecture:
            ecrire(encoder(ligne) + "\n")
            nombre += 1
    except Refus as raison:
        refus = str(raison)
    except csv.Error:
        refus = TROP_LONGUE
    except MemoryError:
        refus = "Ce fichier demande trop de mémoire pour être lu. Déposez-le en plusieurs fichiers."
    except Exception:  # noqa: BLE001 - whatever a hostile file makes a library do
        refus = ABIME
    ecrire(encoder({"refus": refus, "lignes": max(nombre, 0)}) + "\n")
    sortie.flush()


def main() -> None:
    """Read the standard input."""
    genre, bornes = sys.argv[1], Bornes(*(int(a) for a in sys.argv[2:5]))
    limiter()
    octets = sys.stdin.buffer.read()
    repondre(lire_texte(octets, bornes) if genre == "TEXTE" else lire_classeur(octets, genre, bornes))


if __name__ == "__main__":
    main()
