"""The curve of signatures: the certain ones as a line, what may be signed as a band, the calendar as marks.

Self-contained SVG (presentation attributes only), like the maps: the page's policy forbids inline styles, and the
same drawing can enter a PDF.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from django.utils.safestring import SafeString, mark_safe

from echelons.pilotage.tableau import PointDeCourbe
from echelons.socle.dates import en_lettres

LARGEUR, HAUTEUR = 960, 360
GAUCHE, DROITE, HAUT, BAS = 48, 20, 40, 44
MOIS_COURTS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)
ENCRE, GRILLE, TRAIT = "#3a3a3a", "#d6d6d6", "#1f4e79"


@dataclass(frozen=True)
class Repere:
    """A date of the calendar to mark: the objective, the date looked at."""

    date: dt.date
    libelle: str
    accent: bool = False


@dataclass(frozen=True)
class Compte:
    """An official count, as a point beside the curve."""

    date: dt.date
    valeur: int
    quoi: str
    libelle: str


def dessiner(
    points: Sequence[PointDeCourbe],
    reperes: Sequence[Repere],
    comptes: Sequence[Compte],
    titre: str,
    description: str,
) -> SafeString:
    """The curve as an SVG string; ``points`` are steps, the last one closes the window."""
    cadre = _Cadre(
        points[0].date, points[-1].date, max([p.total for p in points] + [c.valeur for c in comptes])
    )
    corps = [
        _grille(cadre),
        _bande(cadre, points),
        _ligne(cadre, points),
        *(_repere(cadre, r, i) for i, r in enumerate(sorted(reperes, key=lambda r: r.date))),
        *(_compte(cadre, c) for c in comptes if points[0].date <= c.date <= points[-1].date),
    ]
    return mark_safe(  # noqa: S308 - every text is escaped below
        f'<svg xmlns="http://www.w3.org/2000/svg" class="courbe" viewBox="0 0 {LARGEUR} {HAUTEUR}" role="img" '
        f'aria-labelledby="courbe-titre courbe-desc"><title id="courbe-titre">{escape(titre)}</title>'
        f'<desc id="courbe-desc">{escape(description)}</desc>'
        '<defs><pattern id="courbe-bande" width="8" height="8" patternUnits="userSpaceOnUse">'
        '<path d="M0 0h8v8H0z" fill="#e8f0f7"/><path d="M-2 2l4-4M0 8l8-8M6 10l4-4" stroke="#1f4e79" '
        'stroke-width="1.2"/></pattern></defs>'
        f'<g font-size="13" fill="{ENCRE}">{"".join(corps)}</g></svg>'
    )


@dataclass(frozen=True)
class _Cadre:
    debut: dt.date
    fin: dt.date
    maximum: int

    def x(self, jour: dt.date) -> float:
        etendue = max((self.fin - self.debut).days, 1)
        return round(GAUCHE + (LARGEUR - GAUCHE - DROITE) * (jour - self.debut).days / etendue, 1)

    def y(self, valeur: int) -> float:
        haut = max(self.maximum, 1) * 1.06
        return round(HAUTEUR - BAS - (HAUTEUR - BAS - HAUT) * valeur / haut, 1)


def _grille(cadre: _Cadre) -> str:
    pas = 25 if cadre.maximum > 40 else 5
    lignes = "".join(
        f'<path d="M{GAUCHE} {cadre.y(v)}H{LARGEUR - DROITE}" stroke="{GRILLE}"/>'
        f'<text x="{GAUCHE - 8}" y="{cadre.y(v) + 4}" text-anchor="end">{v}</text>'
        for v in range(0, cadre.maximum + 1, pas)
    )
    mois = (cadre.fin.year - cadre.debut.year) * 12 + cadre.fin.month - cadre.debut.month
    saut = next(s for s in (1, 2, 3, 6, 12, 24) if mois / s <= 9 or s == 24)
    graduations = []
    annee, m = cadre.debut.year, cadre.debut.month
    for _ in range(mois + 1):
        jour = dt.date(annee, m, 1)
        if jour >= cadre.debut and (m - 1) % saut == 0:
            texte = f"{MOIS_COURTS[m - 1]} {annee}" if saut < 12 else str(annee)
            ancre = "end" if cadre.x(jour) > LARGEUR - DROITE - 30 else "middle"
            graduations.append(
                f'<path d="M{cadre.x(jour)} {HAUTEUR - BAS}v5" stroke="{ENCRE}"/>'
                f'<text x="{cadre.x(jour)}" y="{HAUTEUR - BAS + 20}" text-anchor="{ancre}">{texte}</text>'
            )
        annee, m = (annee + 1, 1) if m == 12 else (annee, m + 1)
    return lignes + "".join(graduations)


def _marches(cadre: _Cadre, points: Sequence[PointDeCourbe], valeur: str) -> list[tuple[float, float]]:
    """The corners of a step line."""
    coins: list[tuple[float, float]] = []
    for point in points:
        x, y = cadre.x(point.date), cadre.y(getattr(point, valeur))
        if coins:
            coins.append((x, coins[-1][1]))
        coins.append((x, y))
    return coins


def _trace(coins: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:g} {y:g}" for x, y in coins)


def _bande(cadre: _Cadre, points: Sequence[PointDeCourbe]) -> str:
    contour = _marches(cadre, points, "au_plus") + _marches(cadre, points, "signees")[::-1]
    bord = _trace(_marches(cadre, points, "au_plus"))
    return (
        f'<path d="{_trace(contour)}z" fill="url(#courbe-bande)" fill-opacity="0.75"/>'
        f'<path d="{bord}" fill="none" stroke="{TRAIT}" stroke-width="1.2" stroke-dasharray="2 3"/>'
    )


def _ligne(cadre: _Cadre, points: Sequence[PointDeCourbe]) -> str:
    return f'<path d="{_trace(_marches(cadre, points, "signees"))}" fill="none" stroke="{TRAIT}" stroke-width="3.5"/>'


def _repere(cadre: _Cadre, repere: Repere, rang: int) -> str:
    x = cadre.x(min(max(repere.date, cadre.debut), cadre.fin))
    ancre = "end" if x > LARGEUR * 0.6 else "start"
    y = 15 + 17 * (rang % 2)
    couleur, tirets = ("#b5473c", "") if repere.accent else (ENCRE, ' stroke-dasharray="5 4"')
    return (
        f'<path d="M{x} {y - 10}V{HAUTEUR - BAS}" stroke="{couleur}" stroke-width="1.5"{tirets}/>'
        f'<text x="{x + (-6 if ancre == "end" else 6)}" y="{y}" text-anchor="{ancre}" fill="{couleur}" '
        f'stroke="#fff" stroke-width="4" paint-order="stroke" font-weight="bold">{escape(repere.libelle)}</text>'
    )


def _compte(cadre: _Cadre, compte: Compte) -> str:
    x, y = cadre.x(compte.date), cadre.y(compte.valeur)
    decalage, ancre = (-11, "end") if x > LARGEUR - DROITE - 120 else (11, "start")
    phrase = f"{compte.valeur} {compte.libelle}, {en_lettres(compte.date)}"
    return (
        f'<g><title>{escape(phrase)}</title><path d="M{x} {y - 7}l7 7l-7 7l-7-7z" fill="#fff" stroke="#b34000" '
        f'stroke-width="2.5"/><text x="{x + decalage}" y="{y + 5}" text-anchor="{ancre}" fill="#8a3200" '
        'font-weight="bold">'
        f"{compte.valeur} {escape(compte.quoi)}</text></g>"
    )
