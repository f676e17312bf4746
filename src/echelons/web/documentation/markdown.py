"""The little Markdown that the generated pages need."""

from __future__ import annotations

import inspect
from collections.abc import Iterable, Sequence

from echelons.socle.nombres import insecables

COMMANDE = "./echelons documenter"
AVERTISSEMENT = f"Produit par « {COMMANDE} » : ne pas modifier à la main."


def entete(titre: str, chapo: str) -> list[str]:
    """The first lines of a generated page."""
    return [f"# {titre}", "", f"<!-- {AVERTISSEMENT} -->", "", chapo, ""]


def tableau(titres: Sequence[str], rangees: Iterable[Sequence[str]]) -> list[str]:
    """A table, and the empty line that closes it."""
    lignes = [_rangee(titres), _rangee(["---"] * len(titres))]
    return [*lignes, *(_rangee([cellule(c) for c in rangee]) for rangee in rangees), ""]


def _rangee(cellules: Sequence[str]) -> str:
    return f"| {' | '.join(cellules)} |"


def cellule(texte: str) -> str:
    """Text that stays in its cell."""
    return " ".join(texte.split()).replace("|", "\\|")


def francais(texte: str) -> str:
    """The non-breaking spaces of French around its punctuation, left alone between backquotes."""
    morceaux = texte.split("`")
    for i in range(0, len(morceaux), 2):
        morceaux[i] = insecables(morceaux[i])
    return "`".join(morceaux)


def premiere_phrase(objet: object) -> str:
    """The first sentence of a docstring, without the double backquotes of code."""
    paragraphe = " ".join((inspect.getdoc(objet) or "").split("\n\n")[0].split())
    phrase, point, _ = paragraphe.partition(". ")
    return (phrase + "." if point else phrase).replace("``", "`")
