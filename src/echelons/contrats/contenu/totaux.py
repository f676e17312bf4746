"""The money of an instrument added up: the one function that pages, documents and spreadsheets take totals from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from echelons.contrats.contenu.forme import Contenu, Ligne

ZERO = Decimal("0.00")
#: What a fiche without a volet is counted under.
SANS_AXE = ""
K = TypeVar("K")


@dataclass(frozen=True)
class Totaux:
    """Euros, by what they are asked for: each mapping sums up to ``ensemble``, its keys in the order of the content.

    A fiche is named by its reference, an axis and a financeur by their code, an exercice by its year.
    """

    ensemble: Decimal
    par_fiche: Mapping[str, Decimal]
    par_axe: Mapping[str, Decimal]
    par_financeur: Mapping[str, Decimal]
    par_cote: Mapping[str, Decimal]
    par_exercice: Mapping[int, Decimal]
    par_fiche_financeur_exercice: Mapping[tuple[str, str, int], Decimal]
    par_fiche_exercice: Mapping[tuple[str, int], Decimal]
    par_fiche_cote: Mapping[tuple[str, str], Decimal]
    par_financeur_exercice: Mapping[tuple[str, int], Decimal]
    par_axe_exercice: Mapping[tuple[str, int], Decimal]
    par_axe_cote: Mapping[tuple[str, str], Decimal]
    par_cote_exercice: Mapping[tuple[str, int], Decimal]


def totaliser(contenu: Contenu) -> Totaux:
    """The totals of a content. Raises ``KeyError`` for a row of an unknown fiche or financeur: it would be lost."""
    axes = {f.reference: f.axe.code if f.axe else SANS_AXE for f in contenu.fiches}
    cotes = {f.code: f.cote for f in contenu.financeurs}

    def par(cle: Callable[[Ligne], K], connues: Iterable[K] = ()) -> dict[K, Decimal]:
        sommes = dict.fromkeys(connues, ZERO)
        for ligne in contenu.lignes:
            sommes[cle(ligne)] = sommes.get(cle(ligne), ZERO) + ligne.montant
        return sommes

    return Totaux(
        ensemble=sum((ligne.montant for ligne in contenu.lignes), ZERO),
        par_fiche=par(lambda x: x.fiche, axes),
        par_axe=par(lambda x: axes[x.fiche], axes.values()),
        par_financeur=par(lambda x: x.financeur, cotes),
        par_cote=par(lambda x: cotes[x.financeur], cotes.values()),
        par_exercice=par(lambda x: x.exercice, contenu.exercices),
        par_fiche_financeur_exercice=par(lambda x: (x.fiche, x.financeur, x.exercice)),
        par_fiche_exercice=par(lambda x: (x.fiche, x.exercice)),
        par_fiche_cote=par(lambda x: (x.fiche, cotes[x.financeur])),
        par_financeur_exercice=par(lambda x: (x.financeur, x.exercice)),
        par_axe_exercice=par(lambda x: (axes[x.fiche], x.exercice)),
        par_axe_cote=par(lambda x: (axes[x.fiche], cotes[x.financeur])),
        par_cote_exercice=par(lambda x: (cotes[x.financeur], x.exercice)),
    )
