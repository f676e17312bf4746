"""Where to write the name of a département: the point with the most room around it, and that room."""

from __future__ import annotations

import heapq
import math

from topologie import Anneau, Figure, Point, aire, boite

# A name is wider than high: the figure is stretched downwards so that room to the sides counts more.
ETIREMENT = 1.6
PRECISION = 0.2


def etiquette(figure: Figure) -> tuple[float, float, float, float, float]:
    """Label point of the largest ring, then the width free around it and the room above and below."""
    anneau = max(figure, key=aire)
    x, y = _pole([(x, y * ETIREMENT) for x, y in anneau])
    y /= ETIREMENT
    _, haut, _, bas = boite([anneau])
    pas = (bas - haut) / 14
    largeur = 2 * min(min(_place(anneau, x, y + d)) for d in (-pas, 0, pas))
    dessus, dessous = _place([(v, u) for u, v in anneau], y, x)
    return x, y, largeur, dessus, dessous


def _pole(anneau: Anneau) -> Point:
    """Pole of inaccessibility: the point inside farthest from the ring, by splitting the promising cells."""
    gauche, haut, droite, bas = boite([anneau])
    cote = min(droite - gauche, bas - haut)
    file: list[tuple[float, float, float, float, float]] = []

    def ajoute(x: float, y: float, demi: float) -> None:
        distance = _distance(anneau, x, y)
        heapq.heappush(file, (-(distance + demi * math.sqrt(2)), distance, x, y, demi))

    for i in range(math.ceil((droite - gauche) / cote)):
        for j in range(math.ceil((bas - haut) / cote)):
            ajoute(gauche + (i + 0.5) * cote, haut + (j + 0.5) * cote, cote / 2)
    meilleur = (-math.inf, 0.0, 0.0)
    while file:
        promesse, distance, x, y, demi = heapq.heappop(file)
        meilleur = max(meilleur, (distance, x, y))
        if -promesse - meilleur[0] <= PRECISION:
            break
        for dx in (-demi / 2, demi / 2):
            for dy in (-demi / 2, demi / 2):
                ajoute(x + dx, y + dy, demi / 2)
    return meilleur[1], meilleur[2]


def _distance(anneau: Anneau, x: float, y: float) -> float:
    """Distance to the ring, negative outside."""
    dedans, carre = False, math.inf
    for (ax, ay), (bx, by) in zip(anneau, anneau[1:] + anneau[:1], strict=True):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            dedans = not dedans
        longueur = (bx - ax) ** 2 + (by - ay) ** 2
        t = (
            0.0
            if longueur == 0
            else max(0.0, min(1.0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / longueur))
        )
        carre = min(carre, (x - ax - t * (bx - ax)) ** 2 + (y - ay - t * (by - ay)) ** 2)
    return math.sqrt(carre) if dedans else -math.sqrt(carre)


def _place(anneau: Anneau, x: float, y: float) -> tuple[float, float]:
    """Distance from the point to the ring on its left and on its right, at its height (0, 0 outside)."""
    croisements = [
        ax + (y - ay) * (bx - ax) / (by - ay)
        for (ax, ay), (bx, by) in zip(anneau, anneau[1:] + anneau[:1], strict=True)
        if (ay > y) != (by > y)
    ]
    avant = [c for c in croisements if c <= x]
    apres = [c for c in croisements if c > x]
    if len(avant) % 2 == 0 or not apres:
        return 0.0, 0.0
    return x - max(avant), min(apres) - x
