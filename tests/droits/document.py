"""The reviewed documents of the repository, read as text: what the trials expect, independent of the code they try.

``make check`` keeps both in step with the code, so a cell added or removed in the table shows in a reviewed diff of
``docs/reference``; until the document follows, the product does not do what it says, and these trials fail.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

REFERENCE = Path(__file__).resolve().parents[2] / "docs" / "reference"
PORTEES = {
    "son action": "action",
    "son organisation": "organisation",
    "son territoire": "territoire",
    "sa région": "region",
    "la nation": "nation",
}
COTES = {"État": "etat", "collectivité": "collectivite"}
_TITRE = re.compile(r"^`(?P<capacite>[a-z_.]+)`\.(?: Acte du côté (?P<cote>.+)\.)?$")


@dataclass(frozen=True)
class Ligne:
    """An act of the circuit, as the document tells it."""

    libelle: str
    sources: tuple[str, ...]
    capacite: str
    commentaire: bool


@cache
def _lire() -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, str]]:
    droits: dict[str, dict[str, str]] = {}
    cotes: dict[str, str] = {}
    libelles: dict[str, str] = {}
    capacite = ""
    for ligne in (REFERENCE / "droits.md").read_text(encoding="utf-8").splitlines():
        if titre := _TITRE.match(ligne):
            capacite = titre["capacite"]
            assert capacite not in droits, f"« {capacite} » est écrite deux fois."
            droits[capacite] = {}
            if titre["cote"]:
                cotes[capacite] = COTES[titre["cote"]]
        elif ligne.startswith("| ") and "---" not in ligne and "| Code |" not in ligne:
            libelle, code, portee = (case.strip() for case in ligne.strip("|").split("|"))
            droits[capacite][code.strip("`")] = PORTEES[portee]
            libelles[code.strip("`")] = libelle
    return droits, cotes, libelles


def droits() -> dict[str, dict[str, str]]:
    """By capability, by function: how far it reaches."""
    return _lire()[0]


def cotes() -> dict[str, str]:
    """By capability that is an act of one side: that side."""
    return _lire()[1]


def fonctions() -> dict[str, str]:
    """Every function that has some right, with its name."""
    return _lire()[2]


def portee(capacite: str, fonction: str, vacants: frozenset[str] = frozenset()) -> str | None:
    """How far a function has a capability, its own or that of a vacant office it stands in for."""
    tenues = [fonction, *(office for office in vacants if fonction in SUPPLEES[office])]
    portees = [droits()[capacite][f] for f in tenues if f in droits()[capacite]]
    return portees[0] if portees else None


#: What the document says in words: the rights of a vacant office pass to those who stand in for it.
SUPPLEES = {"commissaire": ("sgar", "dreets")}


@cache
def actes() -> dict[str, Ligne]:
    """Every act of the circuit of an instrument, by its label."""
    lignes = (REFERENCE / "circuits.md").read_text(encoding="utf-8").splitlines()
    debut = next(rang for rang, ligne in enumerate(lignes) if ligne.startswith("| Acte |"))
    lus = {}
    for ligne in lignes[debut + 2 :]:
        if not ligne.startswith("|"):
            break
        libelle, sources, _, capacite, commentaire, _ = (case.strip() for case in ligne.strip("|").split("|"))
        lus[libelle] = Ligne(
            libelle, tuple(sources.split(", ")), capacite.strip("`"), commentaire == "obligatoire"
        )
    return lus
