"""How figures are put together: what would be false, or would depend on the order, is refused with its reason."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echelons.strategie.operateurs import Nature, Operateur, refus_des_operateurs

CALCULS = {Operateur.SOMME: sum, Operateur.MAXIMUM: max, Operateur.DERNIER: lambda suite: list(suite)[-1]}


@pytest.mark.parametrize(
    ("nature", "territoire", "temps", "raison"),
    [
        ("taux", "somme", "dernier", "des parts ne s’additionnent pas"),
        ("taux", "rapport_de_sommes", "somme", "des parts ne s’additionnent pas"),
        ("moyenne", "somme", "dernier", "des moyennes ne s’additionnent pas"),
        ("quantile", "somme", "dernier", "des médianes ne s’additionnent pas"),
        ("quantile", "rapport_de_sommes", "dernier", "n’a pas de sens"),
        ("quantile", "aucun", "maximum", "n’a pas de sens"),
        ("stock", "somme", "somme", "compte plusieurs fois"),
        ("flux", "rapport_de_sommes", "somme", "n’a pas de sens"),
        ("flux", "dernier", "dernier", "n’a pas de sens"),
        ("flux", "somme", "maximum", "changerait selon ce que l’on calcule d’abord"),
        ("flux", "maximum", "somme", "changerait selon ce que l’on calcule d’abord"),
    ],
)
def test_a_pair_that_lies_is_refused_with_its_reason_and_what_is_expected(nature, territoire, temps, raison):
    refus = refus_des_operateurs(Nature(nature), Operateur(territoire), Operateur(temps))
    assert raison in refus
    assert "Attendu" in refus or "Prenez" in refus


@pytest.mark.parametrize("nature", Nature)
def test_every_nature_has_pairs_and_may_always_be_left_alone(nature):
    legales = [p for p in itertools.product(Operateur, repeat=2) if not refus_des_operateurs(nature, *p)]
    assert (Operateur.AUCUN, Operateur.AUCUN) in legales
    assert len(legales) > 1


@given(st.lists(st.lists(st.integers(0, 99), min_size=3, max_size=3), min_size=1, max_size=4))
def test_what_is_admitted_of_counts_gives_the_same_figure_whichever_is_done_first(valeurs):
    for nature in (Nature.FLUX, Nature.STOCK):
        for territoire, temps in itertools.product(CALCULS, repeat=2):
            if not refus_des_operateurs(nature, territoire, temps):
                par_temps = CALCULS[territoire]([CALCULS[temps](ligne) for ligne in valeurs])
                par_lieu = CALCULS[temps]([CALCULS[territoire](c) for c in zip(*valeurs, strict=True)])
                assert par_temps == par_lieu, (nature, territoire, temps)
