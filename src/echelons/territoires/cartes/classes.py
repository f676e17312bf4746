"""The classes of a map: a colour and a pattern each, so that they are told apart in black and white.

A class is what its caller says it is (this room knows nothing of contracts); here are only how it is drawn
and what makes a set of classes readable: five at most, each with a pattern of its own, marks that stand out
at 3:1 or more from their background.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from echelons.territoires.cartes.texte import attribut

Motif = Literal["plein", "hachures", "contre_hachures", "points", "croise", "lignes"]

NOMBRE_MAXIMAL = 5
CONTRASTE_MINIMAL = 3.0
COTE = 8  # side of the tile of a pattern, in pixels at the map's reference width

# Marks of each pattern on its tile: (x, y, relative path from there) and the thickness of the stroke.
_MARQUES: dict[Motif, tuple[tuple[tuple[int, int, str], ...], float]] = {
    "plein": ((), 0),
    "hachures": (((-2, 2, "l4-4"), (0, 8, "l8-8"), (6, 10, "l4-4")), 1.9),
    "contre_hachures": (((-2, 6, "l4 4"), (0, 0, "l8 8"), (6, -2, "l4 4")), 1),
    "points": (((2, 2, "h0"), (6, 6, "h0")), 3),
    "croise": (((4, 0, "v8"), (0, 4, "h8")), 1),
    "lignes": (((0, 2, "h8"), (0, 6, "h8")), 1.6),
}


def contraste(une: str, autre: str) -> float:
    """Contrast ratio of two colours #rrggbb, from 1 to 21 (WCAG 2.2, relative luminance)."""
    claire, sombre = sorted((_luminance(une), _luminance(autre)), reverse=True)
    return (claire + 0.05) / (sombre + 0.05)


def _luminance(couleur: str) -> float:
    canaux = [int(couleur[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    rouge, vert, bleu = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in canaux]
    return 0.2126 * rouge + 0.7152 * vert + 0.0722 * bleu


@dataclass(frozen=True, slots=True)
class Classe:
    """One class of a map: key, label for the reader, fill, pattern and colour of its marks (both #rrggbb)."""

    cle: str
    libelle: str
    remplissage: str
    motif: Motif = "plein"
    couleur_trait: str = "#161616"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[a-z][a-z0-9_-]*", self.cle):
            raise ValueError(f"Clé de classe invalide\u00a0: «\u00a0{self.cle}\u00a0».")
        if self.motif not in _MARQUES:
            raise ValueError(
                f"Motif inconnu\u00a0: «\u00a0{self.motif}\u00a0» (classe «\u00a0{self.cle}\u00a0»)."
            )
        for couleur in (self.remplissage, self.couleur_trait):
            if not re.fullmatch(r"#[0-9a-fA-F]{6}", couleur):
                raise ValueError(
                    f"Couleur invalide pour la classe «\u00a0{self.cle}\u00a0»\u00a0: {couleur}, attendu #rrggbb."
                )
        if self.motif != "plein" and contraste(self.remplissage, self.couleur_trait) < CONTRASTE_MINIMAL:
            raise ValueError(
                f"Le motif de la classe «\u00a0{self.cle}\u00a0» ne se distingue pas assez de son fond."
            )


NON_DOCUMENTE = Classe("non_documente", "Non documenté", "#e1e1e1", "contre_hachures", "#787878")
"""What a map says of a département nothing is known of: never a blank, never « unsigned »."""

# Looks that go together, strongest first, for the classes a caller names: Classe("signee", "Signée", *FORTE).
FORTE: tuple[str, Motif, str] = ("#1f4e79", "plein", "#1f4e79")
MOYENNE: tuple[str, Motif, str] = ("#a9c9e2", "points", "#1f4e79")
INCERTAINE: tuple[str, Motif, str] = ("#d3e2ee", "hachures", "#1f4e79")
CONTRAIRE: tuple[str, Motif, str] = ("#f3d3ca", "lignes", "#a63d33")


def verifier(classes: Iterable[Classe]) -> dict[str, Classe]:
    """Classes by key, « non documenté » added when it is missing; ValueError when they cannot share a map."""
    par_cle: dict[str, Classe] = {}
    for classe in classes:
        if classe.cle in par_cle:
            raise ValueError(f"La classe «\u00a0{classe.cle}\u00a0» est donnée deux fois.")
        par_cle[classe.cle] = classe
    par_cle.setdefault(NON_DOCUMENTE.cle, NON_DOCUMENTE)
    if len(par_cle) > NOMBRE_MAXIMAL:
        raise ValueError(
            f"{len(par_cle)} classes sur une carte\u00a0: au plus {NOMBRE_MAXIMAL},"
            " «\u00a0non documenté\u00a0» comprise."
        )
    motifs: dict[str, str] = {}
    for classe in par_cle.values():
        autre = motifs.setdefault(classe.motif, classe.cle)
        if autre != classe.cle:
            raise ValueError(
                f"Les classes «\u00a0{autre}\u00a0» et «\u00a0{classe.cle}\u00a0» ont le même motif, {classe.motif}."
            )
    return par_cle


def remplissage(classe: Classe, prefixe: str) -> str:
    """Value of `fill` for an area of the class: its colour, or a reference to its pattern."""
    return classe.remplissage if classe.motif == "plein" else f"url(#{prefixe}-{classe.cle})"


def definition(classe: Classe, prefixe: str, echelle: float) -> str:
    """The `<pattern>` of the class, empty for a plain one. `echelle`: user units in a reference pixel."""
    if classe.motif == "plein":
        return ""
    return (
        f'<pattern id="{prefixe}-{classe.cle}" width="{COTE}" height="{COTE}" patternUnits="userSpaceOnUse"'
        f' patternTransform="scale({echelle:.4g})">'
        f'<path fill="{classe.remplissage}" d="M0 0h{COTE}v{COTE}H0z"/>'
        f"{_marques(classe, 1, 1)}</pattern>"
    )


def pastille(classe: Classe) -> str:
    """Swatch of the class for a row of the legend, decorative: the row says the label.

    It bears no id, so that the same swatch may appear any number of times in a page.
    """
    largeur, hauteur = 3 * COTE, 2 * COTE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="carte-pastille" viewBox="0 0 {largeur} {hauteur}"'
        f' width="{largeur}" height="{hauteur}" aria-hidden="true" focusable="false"'
        f' data-classe="{attribut(classe.cle)}">'
        f'<path fill="{classe.remplissage}" d="M0 0h{largeur}v{hauteur}H0z"/>{_marques(classe, 3, 2)}'
        f'<path fill="none" stroke="#6a6a6a" d="M.5.5h{largeur - 1}v{hauteur - 1}H.5z"/></svg>'
    )


def _marques(classe: Classe, colonnes: int, rangs: int) -> str:
    """The marks of the pattern over so many tiles."""
    marques, epaisseur = _MARQUES[classe.motif]
    if not marques:
        return ""
    trace = "".join(
        f"M{x + COTE * colonne} {y + COTE * rang}{suite}"
        for rang in range(rangs)
        for colonne in range(colonnes)
        for x, y, suite in marques
    )
    return (
        f'<path fill="none" stroke="{classe.couleur_trait}" stroke-width="{epaisseur}" stroke-linecap="round"'
        f' d="{trace}"/>'
    )
