"""The public addresses, from the URLconf and the docstrings of the views."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.urls import URLPattern, URLResolver, get_resolver

from echelons.web.compte.intergiciels import DOMAINES_PRIVES
from echelons.web.documentation.markdown import entete, premiere_phrase, tableau
from echelons.web.public.formulaires import TRIS, FormulaireLecture

CHAPO = "Addresses are stable. Those of the first table are readable without an account."
PUBLIQUES = (
    "They answer GET and HEAD only. Pages carry an "
    "`ETag` and are asked again each time (`Cache-Control: no-cache`): the answer is « not modified » while neither "
    "the data nor the date has changed."
)
PRIVEES = (
    "What follows is for those who sign in, or lets them in. Rows come from the rights of the reader (see "
    "`droits.md`): out of scope an address answers 404, in scope without the capability 403. Nothing is kept by the "
    "browser."
)
PARAMETRES = (
    "The national page, its exports, régions, départements and territories read these parameters. A value that "
    "cannot be understood is answered 400, with what to write instead; any other parameter is ignored."
)


def adresses() -> str:
    """``docs/reference/adresses.md``."""
    champs = FormulaireLecture.base_fields
    motifs = list(_motifs(get_resolver(), "/"))
    lignes = [
        *entete("Addresses", CHAPO),
        "## Without an account",
        "",
        PUBLIQUES,
        "",
        *_table(m for m in motifs if not m[0].startswith(DOMAINES_PRIVES)),
        "## With an account",
        "",
        PRIVEES,
        "",
        *_table(m for m in motifs if m[0].startswith(DOMAINES_PRIVES)),
        "## What a page may be asked",
        "",
        PARAMETRES,
        "",
        *tableau(
            ("Parameter", "French name", "Value"),
            ((f"`{nom}`", str(champ.label), _valeur(nom)) for nom, champ in champs.items()),
        ),
    ]
    return "\n".join(lignes)


def _table(motifs: Iterable[tuple[str, Any]]) -> list[str]:
    return tableau(
        ("Address", "Name", "What it answers"),
        [(f"`{chemin}`", f"`{motif.name}`", premiere_phrase(motif.callback)) for chemin, motif in motifs],
    )


def _motifs(resolveur: URLResolver, debut: str) -> Iterator[tuple[str, Any]]:
    for motif in resolveur.url_patterns:
        chemin = debut + str(motif.pattern)
        if isinstance(motif, URLResolver):
            yield from _motifs(motif, chemin)
        elif isinstance(motif, URLPattern):
            yield chemin.replace("<str:", "<").replace("<slug:", "<"), motif


def _valeur(nom: str) -> str:
    return {
        "dispositif": "code of a dispositif, such as `calpae`",
        "au": "a date, `2019-06-30` or `30/06/2019`, between 1900 and 2100",
        "connu": "a date; only what was public on that day is used",
        "region": "code of a région, such as `R32`",
        "classe": "code of a class, such as `signee`",
        "tri": ", ".join(f"`{tri}`" for tri in TRIS),
    }[nom]
