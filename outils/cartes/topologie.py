"""Plane geometry that makes neighbouring outlines meet: displacement, welding, simplification.

Coordinates are those of the source drawing (about one unit for 2 km in the hexagone). A *figure* is the list
of rings of one département; a ring is a list of points, not closed (the last point is not the first again).
Everything is deterministic: no set is iterated, ties are broken by the code of the département.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator

Point = tuple[float, float]
Anneau = list[Point]
Figure = list[Anneau]

CASE = 3.0  # side of a cell of the search grid, larger than every distance looked for


class Grille:
    """Vertices filed by cell, to find those near a point without comparing every pair."""

    def __init__(self, figures: dict[str, Figure]) -> None:
        self._cases: dict[tuple[int, int], list[tuple[str, Point]]] = defaultdict(list)
        for code in sorted(figures):
            for anneau in figures[code]:
                for point in anneau:
                    self._cases[self._case(point)].append((code, point))

    @staticmethod
    def _case(point: Point) -> tuple[int, int]:
        return math.floor(point[0] / CASE), math.floor(point[1] / CASE)

    def proches(self, point: Point, rayon: float) -> Iterator[tuple[str, Point]]:
        """Vertices at most `rayon` away from the point, the point's own included."""
        i, j = self._case(point)
        for di in (-1, 0, 1):
            for dj in (-1, 0, 1):
                for code, autre in self._cases.get((i + di, j + dj), ()):
                    if math.dist(point, autre) <= rayon:
                        yield code, autre


def recaler(figures: dict[str, Figure], depart: str) -> dict[str, Figure]:
    """Undo the whole-unit displacements of the source, whose eastern part overlaps the rest by one unit.

    For each pair of neighbours the most frequent whole-unit displacement between their common vertices is
    taken, then spread from `depart` along the best supported borders. What touches nothing stays in place.
    Raises ValueError when two chains of borders contradict each other.
    """
    grille = Grille(figures)
    votes: dict[tuple[str, str], Counter[tuple[int, int]]] = defaultdict(Counter)
    for code in sorted(figures):
        for x, y in (point for anneau in figures[code] for point in anneau):
            vus = {(d, round(u - x), round(v - y)) for d, (u, v) in grille.proches((x, y), 1.4) if d != code}
            for autre, dx, dy in vus:
                votes[code, autre][dx, dy] += 1
    ecarts = {
        paire: max(compte.items(), key=lambda vote: (vote[1], vote[0])) for paire, compte in votes.items()
    }

    places = {depart: (0, 0)}
    while candidats := [
        (nombre, a, b, d) for (a, b), (d, nombre) in ecarts.items() if a in places and b not in places
    ]:
        _, a, b, (dx, dy) = max(candidats)
        places[b] = (places[a][0] - dx, places[a][1] - dy)
    for (a, b), ((dx, dy), nombre) in sorted(ecarts.items()):
        if a in places and nombre > 2 and places[b] != (places[a][0] - dx, places[a][1] - dy):
            raise ValueError(f"Décalages contradictoires entre {a} et {b}.")
    return {
        code: [[(x + dx, y + dy) for x, y in anneau] for anneau in figure]
        for code, figure in figures.items()
        for dx, dy in [places.get(code, (0, 0))]
    }


def souder(figures: dict[str, Figure], tolerance: float) -> dict[str, Figure]:
    """Merge the vertices closer than `tolerance` into one position, so that neighbours share a border."""
    grille = Grille(figures)
    fusion: dict[Point, Point] = {}
    for code in sorted(figures):
        for point in (p for anneau in figures[code] for p in anneau):
            if point in fusion:
                continue
            voisins = [p for _, p in grille.proches(point, tolerance) if p not in fusion]
            commun = (sum(x for x, _ in voisins) / len(voisins), sum(y for _, y in voisins) / len(voisins))
            fusion.update(dict.fromkeys(voisins, commun))
    return {
        code: [[fusion[point] for point in anneau] for anneau in figure] for code, figure in figures.items()
    }


def plaquer(figures: dict[str, Figure], contour: Figure, tolerance: float) -> dict[str, Figure]:
    """Bring the vertices closer than `tolerance` to the outline onto it (the nearest point of its sides)."""
    cotes = [(a, b) for anneau in contour for a, b in zip(anneau, anneau[1:] + anneau[:1], strict=True)]

    def plaque(point: Point) -> Point:
        distance, pied = min((math.dist(point, p), p) for p in (_pied(point, a, b) for a, b in cotes))
        return pied if distance <= tolerance else point

    return {
        code: [[plaque(point) for point in anneau] for anneau in figure] for code, figure in figures.items()
    }


def _pied(point: Point, a: Point, b: Point) -> Point:
    """Nearest point of the segment [a, b]."""
    (x, y), (ax, ay), (bx, by) = point, a, b
    carre = (bx - ax) ** 2 + (by - ay) ** 2
    t = 0.0 if carre == 0 else max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / carre))
    return ax + t * (bx - ax), ay + t * (by - ay)


def simplifier(anneau: Anneau, tolerance: float) -> Anneau:
    """Ramer-Douglas-Peucker on a ring, cut at its first point and the point farthest from it."""
    if len(anneau) < 5:
        return anneau
    loin = max(range(len(anneau)), key=lambda i: math.dist(anneau[0], anneau[i]))
    return _ligne(anneau[: loin + 1], tolerance)[:-1] + _ligne([*anneau[loin:], anneau[0]], tolerance)[:-1]


def _ligne(points: list[Point], tolerance: float) -> list[Point]:
    if len(points) < 3:
        return points
    ecart, milieu = max(
        (math.dist(p, _pied(p, points[0], points[-1])), i) for i, p in enumerate(points[1:-1], start=1)
    )
    if ecart <= tolerance:
        return [points[0], points[-1]]
    return _ligne(points[: milieu + 1], tolerance)[:-1] + _ligne(points[milieu:], tolerance)


def ebarber(anneau: Anneau, longueur: float) -> Anneau:
    """The ring without its spurs: points where the line turns back on itself over less than `longueur`."""
    garde = list(anneau)
    for point in anneau:
        i = garde.index(point)
        (ax, ay), (bx, by), (cx, cy) = garde[i - 1], garde[i], garde[(i + 1) % len(garde)]
        avant, apres = math.dist((ax, ay), (bx, by)), math.dist((bx, by), (cx, cy))
        cosinus = (bx - ax) * (cx - bx) + (by - ay) * (cy - by)
        if min(avant, apres) < longueur and cosinus < -0.8 * avant * apres:
            del garde[i]
    return garde


def aire(anneau: Anneau) -> float:
    """Area of a ring, without sign."""
    cotes = zip(anneau, anneau[1:] + anneau[:1], strict=True)
    return abs(sum(ax * by - bx * ay for (ax, ay), (bx, by) in cotes)) / 2


def boite(figure: Figure) -> tuple[float, float, float, float]:
    """Bounding box: left, top, right, bottom."""
    xs = [x for anneau in figure for x, _ in anneau]
    ys = [y for anneau in figure for _, y in anneau]
    return min(xs), min(ys), max(xs), max(ys)
