"""Documents out of the house: a Typst template filled with plain data becomes a PDF that is read, kept and heard.

Every PDF is PDF/UA-1 and PDF/A-2a at once. Data go in as JSON, never as source text; fonts are those that typst
carries, never those of the machine; the date is given. So the same template and data give the same bytes.

A character that no font of the house can draw is written « [U+6F22] », as are those that show nothing or turn the
reading round: nothing disappears in silence, nothing stops the production.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache, partial
from pathlib import Path
from threading import Lock
from typing import Any, Final, Literal

import typst

NORMES: Final[tuple[Literal["ua-1"], Literal["a-2a"]]] = ("ua-1", "a-2a")
#: Compilers kept ready, all templates together; each remembers what it last laid out.
COMPILATEURS_MAX = 12
ESSAIS = 4
#: No word is longer than this without a place where the line may break.
MOT_MAX = 48
COUPURE = "\u200b"
#: Controls, halves of characters, private use, what is no character, and what reverses the reading.
INVISIBLES = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ue000-\uf8ff\ufdd0-\ufdef\ufff9-\uffff"
    "\U000e0000-\U0010ffff]"
)
#: What the text font may not draw.
INCERTAINS = re.compile("[^\n\t -~\u00a0-\u017f\u2010-\u2027\u202f\u2030-\u203a\u20ac\u200b]")
_MANQUE = re.compile(r'the text `"(.*?)"` could not be displayed', re.DOTALL)
_CODE = re.compile(r"\\u\{([0-9a-f]+)\}")


class EditionImpossible(RuntimeError):
    """The template cannot be laid out with these data; the message is typst's own, for the journal."""


class CaracteresAbsents(EditionImpossible):
    """No font draws these texts, most often of one character each."""

    def __init__(self, dit: str) -> None:
        super().__init__(dit)
        textes = {_CODE.sub(_caractere, texte) for texte in _MANQUE.findall(dit)}
        self.motif = re.compile("|".join(sorted(map(re.escape, textes - {""}), key=len, reverse=True)))


def composer(modele: Path, donnees: Mapping[str, Any], jour: dt.date, images: Sequence[str] = ()) -> bytes:
    """The PDF of a template (a ``.typ`` file beside those that it imports), dated ``jour``.

    The template reads ``sys.inputs.donnees`` (an object) and ``sys.inputs.images`` (a list of SVG), both JSON.
    Raises ``EditionImpossible``: the template is wrong, or lacks a value.
    """
    montrables = _partout(donnees, _montrable)
    for _ in range(ESSAIS):
        try:
            return _mettre_en_page(modele, montrables, jour, images)
        except CaracteresAbsents as absents:
            montrables = _partout(montrables, partial(absents.motif.sub, _nommer))
    # Accents piled on letters in a way that no font foresees: only what is certain remains.
    certains = _partout(montrables, partial(INCERTAINS.sub, _nommer))
    return _mettre_en_page(modele, certains, jour, images)


def _mettre_en_page(modele: Path, donnees: Any, jour: dt.date, images: Sequence[str]) -> bytes:
    """Once. Raises ``EditionImpossible``, ``CaracteresAbsents``."""
    instant = int(dt.datetime.combine(jour, dt.time(12), dt.UTC).timestamp())
    entrees = {"donnees": json.dumps(donnees), "images": json.dumps(images)}
    try:
        with _compilateur(modele) as compilateur:
            pdf = compilateur.compile(
                format="pdf",
                pdf_standards=[*NORMES],
                sys_inputs=entrees,
                timestamp=instant,
            )
    except typst.TypstError as erreur:
        dit = str(getattr(erreur, "diagnostic", "")) or str(erreur)
        raison = CaracteresAbsents if _MANQUE.search(dit) else EditionImpossible
        raise raison(f"{modele.name}\u00a0: {dit.strip()}") from erreur
    assert isinstance(pdf, bytes)
    return pdf


def montrer(texte: str) -> str:
    """A text without what shows nothing or reverses the reading: each is named instead."""
    return INVISIBLES.sub(_nommer, texte.replace("\r\n", "\n"))


def couper(texte: str, longueur: int) -> str:
    """A text whose words may break after this many characters, where the line needs it; nothing is shown there."""
    return re.sub(rf"[^\s{COUPURE}]{{{longueur}}}(?=[^\s{COUPURE}])", rf"\g<0>{COUPURE}", texte)


def _montrable(texte: str) -> str:
    return couper(montrer(texte), MOT_MAX)


def _nommer(trouve: re.Match[str]) -> str:
    return "".join(f"[U+{ord(c):04X}]" for c in trouve[0])


def _caractere(trouve: re.Match[str]) -> str:
    return chr(int(trouve[1], 16))


def _partout(valeur: Any, changer: Callable[[str], str]) -> Any:
    """The same value, its texts changed; keys are left alone."""
    if isinstance(valeur, str):
        return changer(valeur)
    if isinstance(valeur, Mapping):
        return {cle: _partout(v, changer) for cle, v in valeur.items()}
    if isinstance(valeur, list | tuple):
        return [_partout(v, changer) for v in valeur]
    return valeur


# --- The compilers ------------------------------------------------------------------------------------------
# One serves a single production at a time; several threads take several.
_libres: OrderedDict[Path, list[typst.Compiler]] = OrderedDict()
_verrou = Lock()


@cache
def _polices() -> typst.Fonts:
    """Those that typst carries, and no other."""
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)


@contextmanager
def _compilateur(modele: Path) -> Iterator[typst.Compiler]:
    with _verrou:
        prets = _libres.get(modele)
        compilateur = prets.pop() if prets else None
    if compilateur is None:
        compilateur = typst.Compiler(
            str(modele), root=str(modele.parent), font_paths=_polices(), ignore_system_fonts=True
        )
    try:
        yield compilateur
    finally:
        with _verrou:
            _libres.setdefault(modele, []).append(compilateur)
            _libres.move_to_end(modele)
            while sum(map(len, _libres.values())) > COMPILATEURS_MAX:
                ancien = next(m for m, prets in _libres.items() if prets)
                _libres[ancien].pop()
