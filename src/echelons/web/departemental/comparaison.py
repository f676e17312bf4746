"""Two texts side by side, paragraph by paragraph, with the words that changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

#: Beyond, comparing word by word costs more than it tells.
MOTS_MAX = 2_000


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
    for acte, i, j, k, m in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if acte == "equal":
            continue
        for rang in range(max(j - i, m - k)):
            ancien = a[i + rang] if i + rang < j else ""
            nouveau = b[k + rang] if k + rang < m else ""
            changements.append(_changement(ancien, nouveau))
    return changements


def _paragraphes(texte: str) -> list[str]:
    return [ligne.strip() for ligne in texte.replace("\r\n", "\n").split("\n") if ligne.strip()]


def _changement(ancien: str, nouveau: str) -> Changement:
    if not ancien:
        return Changement("ajouté", SafeString(""), _marquer([nouveau], "ins"))
    if not nouveau:
        return Changement("retiré", _marquer([ancien], "del"), SafeString(""))
    mots_a, mots_b = re.findall(r"\S+|\s+", ancien), re.findall(r"\S+|\s+", nouveau)
    if len(mots_a) + len(mots_b) > MOTS_MAX:
        return Changement("modifié", _marquer([ancien], "del"), _marquer([nouveau], "ins"))
    gauche, droite = "", ""
    for acte, i, j, k, m in SequenceMatcher(None, mots_a, mots_b, autojunk=False).get_opcodes():
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
