"""How the figures of an indicator are put together, over territories and over time, and what must never be.

A pair is refused when the figure it would give is false (the sum of rates, the maximum of medians), or when it would
depend on which is done first, territories or time.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db import models


class Nature(models.TextChoices):
    """What is measured; it decides how it may be put together."""

    FLUX = "flux", "nombre sur une période"
    STOCK = "stock", "nombre à une date"
    TAUX = "taux", "part (numérateur sur dénominateur)"
    MOYENNE = "moyenne", "moyenne (total sur effectif)"
    QUANTILE = "quantile", "médiane ou autre quantile"


class Operateur(models.TextChoices):
    """How several figures make one."""

    SOMME = "somme", "somme"
    RAPPORT = "rapport_de_sommes", "rapport des sommes"
    DERNIER = "dernier", "dernière valeur"
    MAXIMUM = "maximum", "plus grande valeur"
    AUCUN = "aucun", "ne se calcule pas"


#: Natures that are a numerator over a denominator.
RAPPORTS = frozenset({Nature.TAUX, Nature.MOYENNE})
_O = Operateur
TERRITOIRE: Mapping[Nature, frozenset[Operateur]] = {
    Nature.FLUX: frozenset({_O.SOMME, _O.MAXIMUM, _O.AUCUN}),
    Nature.STOCK: frozenset({_O.SOMME, _O.MAXIMUM, _O.AUCUN}),
    Nature.TAUX: frozenset({_O.RAPPORT, _O.AUCUN}),
    Nature.MOYENNE: frozenset({_O.RAPPORT, _O.AUCUN}),
    Nature.QUANTILE: frozenset({_O.AUCUN}),
}
TEMPS: Mapping[Nature, frozenset[Operateur]] = {
    Nature.FLUX: frozenset({_O.SOMME, _O.DERNIER, _O.MAXIMUM, _O.AUCUN}),
    Nature.STOCK: frozenset({_O.DERNIER, _O.MAXIMUM, _O.AUCUN}),
    Nature.TAUX: frozenset({_O.RAPPORT, _O.DERNIER, _O.AUCUN}),
    Nature.MOYENNE: frozenset({_O.RAPPORT, _O.DERNIER, _O.AUCUN}),
    Nature.QUANTILE: frozenset({_O.DERNIER, _O.AUCUN}),
}
#: Pairs (territory, time) whose result depends on what is done first.
SANS_ORDRE = frozenset({(_O.SOMME, _O.MAXIMUM), (_O.MAXIMUM, _O.SOMME)})
POURQUOI = {
    (
        Nature.TAUX,
        _O.SOMME,
    ): "des parts ne s’additionnent pas : on divise la somme des numérateurs par celle des dénominateurs",
    (
        Nature.MOYENNE,
        _O.SOMME,
    ): "des moyennes ne s’additionnent pas : on divise la somme des totaux par celle des effectifs",
    (
        Nature.QUANTILE,
        _O.SOMME,
    ): "des médianes ne s’additionnent pas et ne se déduisent pas les unes des autres",
    (
        Nature.STOCK,
        _O.SOMME,
    ): "un nombre à une date, additionné d’une date à l’autre, compte plusieurs fois les mêmes",
}


def refus_des_operateurs(nature: Nature, territoire: Operateur, temps: Operateur) -> str:
    """Why this pair cannot be, in French with what is expected; nothing when it can."""
    for quoi, operateur, admis in (
        ("entre territoires", territoire, TERRITOIRE[nature]),
        ("dans le temps", temps, TEMPS[nature]),
    ):
        if operateur not in admis:
            raison = POURQUOI.get((nature, operateur), f"cela n’a pas de sens pour « {nature.label} »")
            attendus = ", ".join(o.value for o in Operateur if o in admis)
            return f"L’opérateur « {operateur.value} » {quoi} est refusé : {raison}. Attendu : {attendus}."
    if (territoire, temps) in SANS_ORDRE:
        return (
            f"Les opérateurs « {territoire.value} » entre territoires et « {temps.value} » dans le temps ne vont pas "
            "ensemble : le résultat changerait selon ce que l’on calcule d’abord. Prenez le même des deux côtés, "
            "« dernier » ou « aucun »."
        )
    return ""
