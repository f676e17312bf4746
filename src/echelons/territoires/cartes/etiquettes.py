"""Texts on a map: breaking a name into lines that fit a département, finding them a place, writing them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import combinations, pairwise

from echelons.territoires.cartes.fond import Forme
from echelons.territoires.cartes.texte import attribut, nombre

# Font size (pixels) and number of lines, in the order they are tried.
ESSAIS = ((14, 1), (14, 2), (12.5, 1), (12.5, 2), (12.5, 3), (11, 2), (11, 3))
TAILLE_NUMERO = 12.5
CHASSE = 0.54  # mean width of a character, in font sizes, for the usual sans serif typefaces
INTERLIGNE = 1.12
PAS_ECART = 0.2  # in font sizes, the steps by which a name is moved away from a mark
DEBORD = 1.1  # a name may cross the border a little: its white edge keeps it readable

Rectangle = tuple[float, float, float, float]  # left, top, right, bottom


@dataclass(frozen=True, slots=True)
class Etiquette:
    """Lines of text around a point: y is the middle of the block, x its start, middle or end (`ancre`)."""

    lignes: tuple[str, ...]
    x: float
    y: float
    police: float
    ancre: str = "middle"

    def rectangle(self, graisse: float = 1) -> Rectangle:
        """About the room that the text takes."""
        largeur = max(map(len, self.lignes)) * CHASSE * self.police * graisse
        gauche = self.x - {"start": 0.0, "middle": largeur / 2, "end": largeur}[self.ancre]
        demie = len(self.lignes) * INTERLIGNE * self.police / 2
        return gauche, self.y - demie, gauche + largeur, self.y + demie

    def svg(self) -> str:
        """One `<text>` a line."""
        base = self.y + (0.35 - (len(self.lignes) - 1) * INTERLIGNE / 2) * self.police
        return "".join(
            f'<text class="carte-nom" x="{nombre(self.x)}"'
            f' y="{nombre(base + rang * INTERLIGNE * self.police)}" font-size="{nombre(self.police)}"'
            f' text-anchor="{self.ancre}">{attribut(texte)}</text>'
            for rang, texte in enumerate(self.lignes)
        )

    def ecartee(self, obstacles: Iterable[Rectangle], dessus: float, dessous: float) -> Etiquette:
        """The same moved up or down, within this room, to the nearest place free of obstacles if there is one."""
        gauche, haut, droite, bas = self.rectangle()
        genants = [(o[1], o[3]) for o in obstacles if o[0] < droite and o[2] > gauche]
        # Like its width, its height may cross the border a little.
        pas, demie = PAS_ECART * self.police, (bas - haut) / 2 / DEBORD
        rangs = range(int((demie - dessus) / pas), int((dessous - demie) / pas) + 1)
        for rang in sorted({0, *rangs}, key=lambda rang: (abs(rang), rang)):
            if all(bas + rang * pas <= o_haut or haut + rang * pas >= o_bas for o_haut, o_bas in genants):
                return replace(self, y=self.y + rang * pas)
        return self


def nommer(forme: Forme, code: str, nom: str, px: float) -> Etiquette:
    """The name of a département on its shape, or its number when the name does not fit. `px`: units a pixel."""
    lignes, police = _ajuster(nom, code, forme.largeur / px, 2 * min(forme.dessus, forme.dessous) / px)
    return Etiquette(lignes, forme.x, forme.y, police * px)


@lru_cache(maxsize=2048)
def _ajuster(nom: str, numero: str, largeur: float, hauteur: float) -> tuple[tuple[str, ...], float]:
    """Lines and font size with which the name fits a width and a height (pixels), else the number."""
    for police, combien in ESSAIS:
        lignes = _couper(nom, combien)
        large = max(map(len, lignes)) * CHASSE * police
        if len(lignes) == combien and large <= largeur * DEBORD and combien * INTERLIGNE * police <= hauteur:
            return lignes, police
    return (numero,), TAILLE_NUMERO


def _couper(nom: str, combien: int) -> tuple[str, ...]:
    """The name in at most so many lines, cut after spaces and hyphens, the longest as short as can be."""
    mots = re.findall(r"[^\s-]+-?|-", nom) or [nom]
    combien = min(combien, len(mots))

    def lignes(coupes: tuple[int, ...]) -> tuple[str, ...]:
        bornes = [0, *coupes, len(mots)]
        return tuple(" ".join(mots[a:b]).replace("- ", "-") for a, b in pairwise(bornes))

    essais = (lignes(coupes) for coupes in combinations(range(1, len(mots)), combien - 1))
    return min(essais, key=lambda essai: (max(map(len, essai)), essai))
