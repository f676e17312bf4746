"""Two texts side by side, paragraph by paragraph, with the words that changed."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from operator import eq

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

#: Beyond, comparing word by word costs more than it tells.
MOTS_MAX = 2_000
#: How many pairs of the same word two texts may make before only what they begin and end with is told apart: the
#: matcher looks at each of them again and again.
PAIRES_MAX = 20_000
#: What becomes of two stretches: « equal », « replace »…, from where to where in each.
Acte = tuple[str, int, int, int, int]


@dataclass(frozen=True)
class Changement:
    """One paragraph: ``genre`` is « ajouté », « retiré » or « modifié »; the marked words of each side."""

    genre: str
    avant: SafeString
    apres: SafeString


def comparer(avant: str, apres: str) -> list[Changement]:
    """The paragraphs that differ, in their order; nothing when the texts are the same."""
    a, b = _paragraphes(avant), _paragraphes(apres)
    changements: list[Changement] = []
    for acte, i, j, k, m in _actes(a, b):
        if acte == "equal":
            continue
        for rang in range(max(j - i, m - k)):
            ancien = a[i + rang] if i + rang < j else ""
            nouveau = b[k + rang] if k + rang < m else ""
            changements.append(_changement(ancien, nouveau))
    return changements


def _actes(a: list[str], b: list[str]) -> Sequence[Acte]:
    """How one becomes the other; coarsely, when both say the same thing over and over."""
    fois_a, fois_b = Counter(a), Counter(b)
    if sum(fois * fois_b[mot] for mot, fois in fois_a.items()) <= PAIRES_MAX:
        return SequenceMatcher(None, a, b, autojunk=False).get_opcodes()
    debut = _en_commun(a, b)
    fin = _en_commun(a[debut:][::-1], b[debut:][::-1])
    i, j = len(a) - fin, len(b) - fin
    return [("equal", 0, debut, 0, debut), ("replace", debut, i, debut, j), ("equal", i, len(a), j, len(b))]


def _en_commun(a: list[str], b: list[str]) -> int:
    """How many they begin with."""
    return sum(1 for _ in takewhile(bool, map(eq, a, b)))


def _paragraphes(texte: str) -> list[str]:
    return [ligne.strip() for ligne in texte.replace("\r\n", "\n").split("\n") if ligne.strip()]


def _changement(ancien: str, nouveau: str) -> Changement:
    if not ancien:
        return Changement("ajouté", SafeString(""), _marquer([nouveau], "ins"))
    if not nouveau:
        return Changement("retiré", _marquer([ancien], "del"), SafeString(""))
    mots_a, mots_b = re.findall(r"\S+\s*", ancien), re.findall(r"\S+\s*", nouveau)
    if len(mots_a) + len(mots_b) > MOTS_MAX:
        return Changement("modifié", _marquer([ancien], "del"), _marquer([nouveau], "ins"))
    gauche, droite = "", ""
    for acte, i, j, k, m in _actes(mots_a, mots_b):
        if acte == "equal":
            gauche += escape("".join(mots_a[i:j]))
            droite += escape("".join(mots_b[k:m]))
        else:
            gauche += _marquer(mots_a[i:j], "del")
            droite += _marquer(mots_b[k:m], "ins")
    return Changement("modifié", mark_safe(gauche), mark_safe(droite))  # noqa: S308 - escaped above


def _marquer(mots: list[str], balise: str) -> SafeString:
    texte = "".join(mots)
    return mark_safe(f"<{balise}>{escape(texte)}</{balise}>") if texte else SafeString("")  # noqa: S308 - escaped
