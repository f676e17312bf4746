"""Which column of a file is which column of a destination: the row of headings found, the match proposed.

A heading is compared without accents nor case; what an organisation chose once is proposed first.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from echelons.socle.imports.champs import LONGUEUR_D_EXEMPLE, Champ
from echelons.socle.tableurs import Classeur, Ligne
from echelons.socle.textes import normaliser

#: The headings are looked for in so many rows, under a title or a notice.
RANGS_REGARDES = 30
PROCHE = 0.86
EXEMPLES = 3
LONGUEUR_D_ENTETE = 120


@dataclass
class FeuilleVue:
    """A sheet as the page of columns shows it: its headings (by column from 0), a few values under each."""

    rang: int
    nom: str
    entete: int = 0
    intitules: dict[int, str] = field(default_factory=dict)
    exemples: dict[int, list[str]] = field(default_factory=dict)
    lignes: int = 0

    def en_json(self) -> dict[str, Any]:
        """To be kept."""
        return {
            "rang": self.rang,
            "nom": self.nom,
            "entete": self.entete,
            "intitules": {str(c): t for c, t in self.intitules.items()},
            "exemples": {str(c): v for c, v in self.exemples.items()},
            "lignes": self.lignes,
        }


def regarder(classeur: Classeur, champs: Sequence[Champ], retenues: Mapping[str, str]) -> list[FeuilleVue]:
    """Every sheet of a file, its headings found; to be called once, when it is received."""
    vues = [FeuilleVue(rang, feuille.nom) for rang, feuille in enumerate(classeur.description.feuilles)]
    debuts: dict[int, list[Ligne]] = {vue.rang: [] for vue in vues}
    for ligne in classeur.lignes():
        vues[ligne.feuille].lignes += 1
        if len(debuts[ligne.feuille]) < RANGS_REGARDES + EXEMPLES:
            debuts[ligne.feuille].append(ligne)
    for vue in vues:
        _trouver_entete(vue, debuts[vue.rang], champs, retenues)
    return vues


def _trouver_entete(
    vue: FeuilleVue, debut: Sequence[Ligne], champs: Sequence[Champ], retenues: Mapping[str, str]
) -> None:
    """The row with the most columns recognised, the first of them; else the first row with two texts or more."""
    meilleure, note = None, (0, 0)
    for rang, ligne in enumerate(debut[:RANGS_REGARDES]):
        intitules = _intitules(ligne)
        reconnus = len(proposer(intitules.values(), champs, retenues))
        candidate = (reconnus, 0) if reconnus else (0, min(len(set(intitules.values())), 2))
        if candidate > note:
            meilleure, note = rang, candidate
    if meilleure is None:
        return
    vue.entete, vue.intitules = debut[meilleure].numero, _intitules(debut[meilleure])
    vue.lignes -= meilleure + 1
    for ligne in debut[meilleure + 1 : meilleure + 1 + EXEMPLES]:
        for colonne in vue.intitules:
            if (valeur := ligne.valeur(colonne)) is not None:
                vue.exemples.setdefault(colonne, []).append(str(valeur)[:LONGUEUR_D_EXEMPLE])


def _intitules(ligne: Ligne) -> dict[int, str]:
    """The texts of a row, by column; of merged headings, the first one only."""
    lus: dict[int, str] = {}
    for colonne, valeur in enumerate(ligne.valeurs):
        if isinstance(valeur, str) and normaliser(valeur):
            intitule = " ".join(valeur.split())[:LONGUEUR_D_ENTETE]
            if intitule not in lus.values():
                lus[colonne] = intitule
    return lus


def proposer(
    intitules: Any,
    champs: Sequence[Champ],
    retenues: Mapping[str, str],
    exemples: Mapping[str, Sequence[str]] | None = None,
) -> dict[str, str]:
    """By heading (normalised): the code of the column it most resembles, each column once.

    ``exemples``: the first values under each (normalised) heading; None while they are not known.
    """
    notes: list[tuple[float, int, str, str]] = []
    for rang, intitule in enumerate(dict.fromkeys(normaliser(i) for i in intitules)):
        for champ in champs:
            if retenues.get(intitule) == champ.code:
                note = 3.0
            elif intitule in map(normaliser, champ.homonymes):
                note = 2.0 * _reconnus(champ, intitule, exemples)
            else:
                note = ressemblance(intitule, champ)
            if note and (intitule not in retenues or note == 3.0):
                notes.append((note, -rang, intitule, champ.code))
    choisis: dict[str, str] = {}
    for _, _, intitule, code in sorted(notes, reverse=True):
        if intitule not in choisis and code not in choisis.values():
            choisis[intitule] = code
    return choisis


def _reconnus(champ: Champ, intitule: str, exemples: Mapping[str, Sequence[str]] | None) -> bool:
    """Whether the values under a heading of several meanings are those of this column; so be it, when none is known."""
    if exemples is None or champ.reconnait is None:
        return True
    return champ.reconnait(exemples.get(intitule, ()))


def ressemblance(intitule: str, champ: Champ) -> float:
    """How much a heading looks like a column: 2 for the same, under 2 for the words of it among others, 0 for not."""
    meilleure = 0.0
    mots = set(intitule.split())
    for nom in (champ.libelle, *champ.synonymes):
        attendu = normaliser(nom)
        if intitule == attendu:
            return 2.0
        communs = set(attendu.split())
        if communs <= mots:
            meilleure = max(meilleure, 1.0 + len(communs) / (len(mots) + 1))
        elif (proche := difflib.SequenceMatcher(None, intitule, attendu).ratio()) >= PROCHE:
            meilleure = max(meilleure, proche)
    return meilleure
