"""Communes on the map: a perimeter drawn by the places of its communes, over the outlines of the départements.

No outline of communes is at hand under a licence that the project may ship: a commune is the point of its town and a
pale disc around it, and the page says so. Fictional places are laid out in a disc of their own, which says nothing of
distances. Same SVG as ``rendu``: presentation attributes only, no script, no style.

The stylesheet may style ``carte``, ``carte-communes``, ``carte-nom``, and ``carte-point``: the button that stands on a
commune when the map is used to choose (with a pointer: the list beside is the way of the keyboard).
"""

from __future__ import annotations

import csv
import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Literal

from echelons.territoires.cartes.etiquettes import CHASSE
from echelons.territoires.cartes.fond import DEPARTEMENTS, Departement
from echelons.territoires.cartes.texte import attribut, nombre

CREDIT_DES_COMMUNES = (
    "Place des communes\u00a0: GeoNames, CC BY 4.0\u00a0; le point du chef-lieu, non le contour."
)
"""What a page that shows such a map must say, besides the credit of the outlines (PROVENANCE.md)."""

REFERENCE = 440  # pixels at which thicknesses and font sizes are what they say
LARGEUR_MIN = 240  # units of the sheet: about 40 km
COTE_DE_CASE = 120
NOMS_MAX = 14
TAILLE_DU_NOM = 12
ANGLE_D_OR = math.pi * (3 - math.sqrt(5))
PAS_FICTIF = 40.0
ENCRE, FORT, DOUX, RETIRE, GRIS = "#161616", "#1f4e79", "#dbe6f0", "#a63d33", "#767676"

EtatDessine = Literal["dedans", "ajoutee", "retiree", "dehors"]
Place = tuple[float, float]
Vue = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class CommuneDessinee:
    """A commune to draw. ``departement``: its code; ``geste``: what the button on it asks, blank for none."""

    code: str
    nom: str
    departement: str
    etat: EtatDessine
    population: int = 0
    fictive: bool = False
    geste: str = ""


@cache
def places() -> Mapping[str, Place]:
    """Where the town of each commune stands on the national sheet; a few very recent or very small ones are missing."""
    with files(__package__).joinpath("communes.csv").open(encoding="utf-8") as fichier:
        return MappingProxyType({c["code"]: (float(c["x"]), float(c["y"])) for c in csv.DictReader(fichier)})


@cache
def _cases() -> Mapping[tuple[int, int], tuple[str, ...]]:
    """The communes by square of the sheet, to find those of a window without going through all of them."""
    cases: dict[tuple[int, int], list[str]] = defaultdict(list)
    for code, (x, y) in places().items():
        cases[int(x) // COTE_DE_CASE, int(y) // COTE_DE_CASE].append(code)
    return MappingProxyType({case: tuple(codes) for case, codes in cases.items()})


@dataclass(frozen=True)
class CarteDeCommunes:
    """The drawing, and what it could not show. ``svg`` is empty when nothing can be drawn."""

    svg: str
    absentes: tuple[str, ...] = ()
    fictive: bool = False


def carte_des_communes(
    communes: Iterable[CommuneDessinee],
    titre: str,
    description: str,
    *,
    entiere: bool = False,
    alentour: bool = False,
    prefixe: str = "perimetre",
) -> CarteDeCommunes:
    """The map of these communes: framed on those within, if any, else (or when ``entiere``) on all.

    ``description`` is read aloud. ``alentour``: draw the other communes of the window too, as points without a name.
    """
    communes = list(communes)
    fictive = bool(communes) and all(c.fictive for c in communes)
    ou = _placer_les_fictives(communes) if fictive else places()
    dessinees = [(c, ou[c.code]) for c in communes if c.code in ou]
    absentes = tuple(c.nom for c in communes if c.code not in ou and c.etat != "dehors")
    if not dessinees:
        return CarteDeCommunes("", absentes, fictive)
    choisir = any(c.geste for c, _ in dessinees)
    entiere = entiere or fictive
    vises = [p for c, p in dessinees if entiere or c.etat != "dehors"] or [p for _, p in dessinees]
    vue = _cadrer(vises, 0.25 if fictive or (choisir and not entiere) else 0.09)
    px = vue[2] / REFERENCE
    visibles = [(c, p) for c, p in dessinees if _dans(p, vue)]
    fond = _disques(communes, ou, px) if fictive else _fond({c.departement for c in communes}, vue, px)
    deja = {commune.code for commune in communes}
    corps = [
        fond,
        _alentour(vue, deja, px) if alentour and not fictive else "",
        _halos(visibles, vue[2]),
        *(_point(c, p, px) for c, p in visibles),
        _noms(visibles, vue, px),
    ]
    if choisir:
        corps.append(_boutons(visibles, vue))
    lecture = (
        'aria-hidden="true"' if choisir else f'role="img" aria-labelledby="{prefixe}-titre {prefixe}-desc"'
    )
    boite = " ".join(nombre(v) for v in vue)
    return CarteDeCommunes(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="carte carte-communes" viewBox="{boite}" {lecture}>'
        f'<title id="{prefixe}-titre">{attribut(titre)}</title><desc id="{prefixe}-desc">{attribut(description)}</desc>'
        f"{''.join(corps)}</svg>",
        absentes,
        fictive,
    )


def _cadrer(points: Sequence[Place], part: float) -> Vue:
    """A window on these points with a margin (a part of their extent), neither too narrow nor much higher than wide."""
    gauche, haut = min(x for x, _ in points), min(y for _, y in points)
    droite, bas = max(x for x, _ in points), max(y for _, y in points)
    marge = max(24.0, part * max(droite - gauche, bas - haut))
    hauteur = max(bas - haut + 2 * marge, LARGEUR_MIN * 0.7)
    largeur = max(droite - gauche + 2 * marge, hauteur / 0.85, LARGEUR_MIN)
    hauteur = max(hauteur, largeur * 0.55)
    return (gauche + droite - largeur) / 2, (haut + bas - hauteur) / 2, largeur, hauteur


def _dans(point: Place, vue: Vue) -> bool:
    return vue[0] <= point[0] <= vue[0] + vue[2] and vue[1] <= point[1] <= vue[1] + vue[3]


# --- What is behind -----------------------------------------------------------------------------------
def _fond(regardes: set[str], vue: Vue, px: float) -> str:
    """The départements that show in the window, those of the communes clearer, with their numbers."""
    gauche, haut, largeur, hauteur = vue
    outre_mer = {c for c in regardes if c in DEPARTEMENTS and DEPARTEMENTS[c].zone == "outre-mer"}
    traces, numeros = {True: "", False: ""}, ""
    for code, departement in DEPARTEMENTS.items():
        forme = departement.en_region
        a, b, c, d = forme.boite
        if a >= gauche + largeur or c <= gauche or b >= haut + hauteur or d <= haut:
            continue
        if (departement.zone == "outre-mer" or outre_mer) and code not in outre_mer:
            continue
        traces[code in regardes] += forme.trace
        numeros += _numero(code, departement, vue, px)
    trait = nombre(1.4 * px)
    return (
        f'<path fill="#ebebeb" stroke="#fff" stroke-width="{trait}" d="{traces[False]}"/>'
        f'<path fill="#fafafa" stroke="#6a6a6a" stroke-width="{trait}" d="{traces[True]}"/>'
        f'<g fill="#6a6a6a" font-size="{nombre(13 * px)}" font-weight="700" text-anchor="middle">{numeros}</g>'
    )


def _numero(code: str, departement: Departement, vue: Vue, px: float) -> str:
    forme = departement.en_region
    if not _dans(
        (forme.x, forme.y), (vue[0] + 20 * px, vue[1] + 20 * px, vue[2] - 40 * px, vue[3] - 40 * px)
    ):
        return ""
    return f'<text class="carte-nom" x="{forme.x}" y="{forme.y}">{attribut(code)}</text>'


def _placer_les_fictives(communes: Sequence[CommuneDessinee]) -> dict[str, Place]:
    """Each fictional département is a disc of its communes, in the order of their codes."""
    groupes: dict[str, list[str]] = defaultdict(list)
    for commune in sorted(communes, key=lambda c: c.code):
        groupes[commune.departement].append(commune.code)
    ou: dict[str, Place] = {}
    gauche = 0.0
    for _, codes in sorted(groupes.items()):
        rayon = _rayon_du_disque(len(codes))
        for rang, code in enumerate(codes):
            distance, angle = PAS_FICTIF * math.sqrt(rang), rang * ANGLE_D_OR
            ou[code] = (gauche + rayon + distance * math.cos(angle), distance * math.sin(angle))
        gauche += 2 * rayon + PAS_FICTIF / 2
    return ou


def _rayon_du_disque(combien: int) -> float:
    return PAS_FICTIF * (math.sqrt(combien) + 0.4)


def _disques(communes: Sequence[CommuneDessinee], ou: Mapping[str, Place], px: float) -> str:
    """The outline of each fictional département, drawn dashed: it is nowhere."""
    groupes: dict[str, list[str]] = defaultdict(list)
    for commune in sorted(communes, key=lambda c: c.code):
        groupes[commune.departement].append(commune.code)
    cercles = "".join(
        f'<circle cx="{nombre(ou[codes[0]][0])}" cy="{nombre(ou[codes[0]][1])}"'
        f' r="{nombre(_rayon_du_disque(len(codes)))}"/>'
        for codes in groupes.values()
    )
    trait = nombre(1.4 * px)
    tirets = nombre(6 * px)
    return (
        f'<g fill="#fafafa" stroke="#6a6a6a" stroke-width="{trait}" stroke-dasharray="{tirets}">{cercles}</g>'
    )


def _alentour(vue: Vue, deja: Collection[str], px: float) -> str:
    """The other communes of the window: one path of points."""
    gauche, haut, largeur, hauteur = vue
    colonnes = range(int(gauche) // COTE_DE_CASE, int(gauche + largeur) // COTE_DE_CASE + 1)
    lignes = range(int(haut) // COTE_DE_CASE, int(haut + hauteur) // COTE_DE_CASE + 1)
    points = (
        places()[code]
        for colonne in colonnes
        for ligne in lignes
        for code in _cases().get((colonne, ligne), ())
        if code not in deja
    )
    trace = "".join(f"M{x:g} {y:g}h.01" for x, y in points if _dans((x, y), vue))
    return f'<path fill="none" stroke="{GRIS}" stroke-width="{nombre(3.8 * px)}" stroke-linecap="round" d="{trace}"/>'


# --- The communes ---------------------------------------------------------------------------------------
def _halos(visibles: Sequence[tuple[CommuneDessinee, Place]], largeur: float) -> str:
    """One pale shape made of a disc around each town within: a commune is about five kilometres wide."""
    rayon = nombre(max(13.0, largeur / 55))
    cercles = "".join(
        f'<circle cx="{nombre(x)}" cy="{nombre(y)}" r="{rayon}"/>'
        for c, (x, y) in visibles
        if c.etat in {"dedans", "ajoutee"}
    )
    return f'<g fill="{DOUX}">{cercles}</g>' if cercles else ""


def _point(commune: CommuneDessinee, place: Place, px: float) -> str:
    """A town: full within, ringed when added, hollow and dashed when taken off, small and grey when out."""
    rayon, aspect = {
        "dedans": (3.2, f'fill="{FORT}" stroke="#fff" stroke-width="{nombre(px)}"'),
        "ajoutee": (4.2, f'fill="#fff" stroke="{FORT}" stroke-width="{nombre(2.4 * px)}"'),
        "retiree": (
            4.2,
            f'fill="#fff" stroke="{RETIRE}" stroke-width="{nombre(1.5 * px)}" stroke-dasharray="{nombre(2 * px)}"',
        ),
        "dehors": (1.9, f'fill="{GRIS}"'),
    }[commune.etat]
    titre = "" if commune.geste else f"<title>{attribut(commune.nom)}</title>"
    x, y = place
    return f'<circle cx="{nombre(x)}" cy="{nombre(y)}" r="{nombre(rayon * px)}" {aspect}>{titre}</circle>'


def _noms(visibles: Sequence[tuple[CommuneDessinee, Place]], vue: Vue, px: float) -> str:
    """The names of the most populated that are not out, as many as there is room for."""
    police = TAILLE_DU_NOM * px
    pris: list[Vue] = []
    textes = ""
    dits = 0
    for commune, (x, y) in sorted(visibles, key=lambda v: (-v[0].population, v[0].code)):
        if commune.etat == "dehors" or dits == NOMS_MAX:
            continue
        largeur = CHASSE * police * len(commune.nom)
        for dx, dy in ((0.0, -7 * px), (0.0, 16 * px)):
            rectangle = (x + dx - largeur / 2, y + dy - police, largeur, police * 1.2)
            dedans = vue[0] <= rectangle[0] and rectangle[0] + largeur <= vue[0] + vue[2]
            if dedans and not any(_se_touchent(rectangle, autre) for autre in pris):
                pris.append(rectangle)
                dits += 1
                textes += f'<text x="{nombre(x + dx)}" y="{nombre(y + dy)}">{attribut(commune.nom)}</text>'
                break
    trait = nombre(3 * px)
    return (
        f'<g class="carte-nom" fill="{ENCRE}" stroke="#fff" stroke-width="{trait}" paint-order="stroke"'
        f' stroke-linejoin="round" font-size="{nombre(police)}" text-anchor="middle">{textes}</g>'
    )


def _se_touchent(a: Vue, b: Vue) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


def _boutons(visibles: Sequence[tuple[CommuneDessinee, Place]], vue: Vue) -> str:
    """A button on each town, for the pointer only; it belongs to the form that the map is in."""
    cote = min(24 * vue[2] / REFERENCE, 0.75 * math.sqrt(vue[2] * vue[3] / max(1, len(visibles))))
    taille = nombre(cote)
    return "".join(
        f'<foreignObject x="{nombre(x - cote / 2)}" y="{nombre(y - cote / 2)}" width="{taille}" height="{taille}">'
        f'<button class="carte-point" type="submit" name="geste" value="{attribut(c.geste)}" tabindex="-1"'
        f' title="{attribut(c.nom)}"></button></foreignObject>'
        for c, (x, y) in visibles
        if c.geste
    )
