"""The rules, each at its boundary and to the cent: what it says, when it blocks, what it refuses to say."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from echelons.strategie.regles import CONTROLES, juger
from echelons.strategie.regles.enonces import ENONCES, enoncer
from echelons.strategie.regles.parametres import LECTEUR
from echelons.strategie.regles.projet import Action, Avis, Cible, Financement, Financeur, Projet
from echelons.strategie.regles.verdict import Etat, Gravite, RegleLue

ACTION = Action("1.1", "Premier accueil", axe="droits", nature="nouvelle", justification="Aucun accueil ici.")
PARITE = {"genre": "cofinancement", "niveau": "action", "cote": "etat", "base": "conjoint", "maximum": "0.5"}


def regle(controle, **champs):
    valeurs = {"gravite": Gravite.BLOQUANTE, "source": "Instruction d’essai", **champs}
    return RegleLue("essai", "Essai", LECTEUR.validate_python(controle), **valeurs)


def euros(*lignes, action="1.1", exercice=2024):
    """Money given as « etat 50.00 »; « etat! » is in own means."""
    return tuple(
        Financement(action, Financeur(cote.rstrip("!")), exercice, Decimal(montant), cote.endswith("!"))
        for cote, montant in (ligne.split() for ligne in lignes)
    )


def dire(controle, projet, **champs):
    verdict = juger(regle(controle, **champs), projet)
    assert verdict.phrase.endswith(").")
    assert verdict.phrase.count(". ") == 0
    return verdict.etat, verdict.phrase.replace("\u00a0", " ").replace("\u202f", " ")


# --- Parity -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lignes", "etat"),
    [
        (("etat 10000.00", "collectivite 10000.00"), Etat.RESPECTEE),
        (("etat 10000.01", "collectivite 10000.00"), Etat.RESPECTEE),  # the odd cent of 20 000,01 €
        (("etat 10000.01", "collectivite 9999.99"), Etat.ENFREINTE),
        (("etat 10000.02", "collectivite 10000.00"), Etat.ENFREINTE),
        (("etat 100.00", "collectivite 60.00", "autre 40.00"), Etat.ENFREINTE),
        (("collectivite 1.00",), Etat.RESPECTEE),
        (("autre 1.00",), Etat.INDECIDABLE),
        ((), Etat.INDECIDABLE),
    ],
)
def test_parity_of_an_action_holds_to_the_cent(lignes, etat):
    assert dire(PARITE, Projet((ACTION,), euros(*lignes)))[0] is etat


def test_a_broken_parity_says_where_how_much_and_on_what_it_rests():
    autre = Action("2.1", "Mobilité")
    projet = Projet(
        (ACTION, autre),
        euros("etat 60000", "collectivite 40000") + euros("etat 10000", "collectivite 10000", action="2.1"),
    )
    assert dire(PARITE, projet) == (
        Etat.ENFREINTE,
        (
            "Pour l’action « 1.1 Premier accueil », l’État apporte 60 000 € sur 100 000 € (60 %), "
            "alors qu’il en faut au plus 50 % (source : Instruction d’essai)."
        ),
    )


def test_the_base_may_be_the_whole_cost_the_level_the_contract_and_own_means_may_not_count():
    lignes = euros("etat 100", "collectivite 40", "collectivite! 60", "autre 100")
    projet = Projet((ACTION,), lignes)
    assert dire(PARITE, projet)[0] is Etat.RESPECTEE
    assert dire({**PARITE, "valorisation": "false"}, projet)[0] is Etat.ENFREINTE
    assert dire({**PARITE, "base": "cout_total", "maximum": "0.3333"}, projet)[0] is Etat.ENFREINTE
    assert dire({**PARITE, "base": "cout_total", "maximum": "0.3334"}, projet)[0] is Etat.RESPECTEE
    deux = Projet((ACTION, Action("2.1", "B")), lignes + euros("etat 10", "collectivite 10", action="2.1"))
    inegales = Projet(
        (ACTION, Action("2.1", "B")),
        euros("etat 20", "collectivite 0") + euros("collectivite 20", action="2.1"),
    )
    assert dire({**PARITE, "niveau": "contrat"}, deux)[0] is Etat.RESPECTEE
    assert dire({**PARITE, "niveau": "contrat"}, inegales)[0] is Etat.RESPECTEE
    assert dire(PARITE, inegales)[0] is Etat.ENFREINTE


def test_parity_may_be_asked_each_year():
    projet = Projet(
        (ACTION,),
        euros("etat 30", "collectivite 10") + euros("etat 10", "collectivite 30", exercice=2025),
    )
    assert dire(PARITE, projet)[0] is Etat.RESPECTEE
    etat, phrase = dire({**PARITE, "par_exercice": "true"}, projet)
    assert etat is Etat.ENFREINTE
    assert "en 2024" in phrase


def test_an_action_without_money_leaves_the_parity_undecided_unless_another_breaks_it():
    deux = (ACTION, Action("2.1", "Mobilité"))
    assert dire(PARITE, Projet(deux, euros("etat 1", "collectivite 1")))[0] is Etat.INDECIDABLE
    assert dire(PARITE, Projet(deux, euros("etat 2", "collectivite 1")))[0] is Etat.ENFREINTE


@given(st.integers(0, 10**11), st.integers(0, 10**11))
def test_a_ceiling_of_the_state_is_the_floor_of_the_collectivite(etat, collectivite):
    lignes = euros(f"etat {Decimal(etat) / 100}", f"collectivite {Decimal(collectivite) / 100}")
    plancher = {**PARITE, "cote": "collectivite", "minimum": "0.5", "maximum": None}
    projet = Projet((ACTION,), lignes)
    assert dire(PARITE, projet)[0] is dire(plancher, projet)[0]


# --- Ceiling and floor ---------------------------------------------------------------------------------

PLAFOND = {"genre": "plafond_annuel", "cote": "etat"}
PLANCHER = {"genre": "plancher", "cote": "etat", "montant": "50000.00", "axe": "initiatives"}


@pytest.mark.parametrize(
    ("montant", "plafonds", "etat"),
    [
        ("100000.00", {2024: "100000.00"}, Etat.RESPECTEE),
        ("100000.01", {2024: "100000.00"}, Etat.ENFREINTE),
        ("1.00", {}, Etat.INDECIDABLE),
        ("1.00", {2025: "9.00"}, Etat.INDECIDABLE),
    ],
)
def test_the_ceiling_of_a_contract_is_kept_to_the_cent_and_unknown_it_says_nothing(montant, plafonds, etat):
    projet = Projet(
        (ACTION,), euros(f"etat {montant}"), plafonds={an: Decimal(p) for an, p in plafonds.items()}
    )
    assert dire(PLAFOND, projet)[0] is etat


def test_a_ceiling_that_changes_is_told_when_it_must_be_constant():
    projet = Projet((ACTION,), euros("etat 1"), plafonds={2024: Decimal(10), 2025: Decimal("10.01")})
    assert dire(PLAFOND, projet)[0] is Etat.RESPECTEE
    etat, phrase = dire({**PLAFOND, "constant": "true"}, projet)
    assert etat is Etat.ENFREINTE
    assert "10 € en 2024, 10,01 € en 2025" in phrase


def test_a_ceiling_may_be_written_in_the_rule_and_says_the_excess():
    etat, phrase = dire({**PLAFOND, "montant": "10"}, Projet((ACTION,), euros("etat 12.50")))
    assert etat is Etat.ENFREINTE
    assert "12,50 €, soit 2,50 € de plus que le plafond de 10 €" in phrase


@pytest.mark.parametrize(("montant", "etat"), [("50000.00", Etat.RESPECTEE), ("49999.99", Etat.ENFREINTE)])
def test_the_floor_of_a_volet_is_kept_to_the_cent_and_only_its_actions_count(montant, etat):
    initiative = Action("I.1", "Initiative", axe="initiatives")
    projet = Projet((ACTION, initiative), euros("etat 90000") + euros(f"etat {montant}", action="I.1"))
    trouve, phrase = dire(PLANCHER, projet, libelles={"initiatives": "Volet initiatives"})
    assert trouve is etat
    assert "Volet initiatives" in phrase


def test_a_volet_without_any_money_is_below_its_floor():
    assert dire(PLANCHER, Projet((ACTION,), euros("etat 90000")))[0] is Etat.ENFREINTE


# --- Actions, opinions, dates ----------------------------------------------------------------------------

AXES = {"genre": "action_par_axe", "axes": ["enfance", "droits"]}
NATURES = {"genre": "justification_exigee", "natures": ["nouvelle", "renforcee"]}
AVIS = {"genre": "avis_exige", "de": "commissaire"}
DATES = {"genre": "dates_dans_l_ordre", "etapes": ["deliberation", "signature"], "actions": "true"}
JOUR = dt.date(2024, 3, 1)


def test_each_axis_has_its_actions_and_those_that_lack_are_named_with_their_count():
    etat, phrase = dire(AXES, Projet((ACTION,)), libelles={"enfance": "La pauvreté dès l’enfance"})
    assert etat is Etat.ENFREINTE
    assert "« La pauvreté dès l’enfance » (0)" in phrase
    enfance = Action("E", "Crèche", axe="enfance")
    assert dire(AXES, Projet((ACTION, enfance)))[0] is Etat.RESPECTEE
    assert dire({**AXES, "minimum": "2"}, Projet((ACTION, enfance)))[0] is Etat.ENFREINTE
    assert dire(AXES, Projet())[0] is Etat.INDECIDABLE


@pytest.mark.parametrize(
    ("nature", "justification", "etat"),
    [
        ("nouvelle", "Rien n’existait.", Etat.RESPECTEE),
        ("renforcee", "  ", Etat.ENFREINTE),
        ("habituelle", "Pourquoi pas.", Etat.ENFREINTE),
        ("", "", Etat.ENFREINTE),
    ],
)
def test_an_action_says_what_makes_it_new_or_reinforced(nature, justification, etat):
    action = Action("1", "A", nature=nature, justification=justification)
    assert dire(NATURES, Projet((action,)))[0] is etat


def test_each_action_aims_at_a_figure():
    cible = Cible("1.1", "orientation", JOUR, Decimal(80))
    assert dire({"genre": "cible_exigee"}, Projet((ACTION,)))[0] is Etat.ENFREINTE
    assert dire({"genre": "cible_exigee"}, Projet((ACTION,), cibles=(cible,)))[0] is Etat.RESPECTEE
    deux_fois = Projet((ACTION,), cibles=(cible, cible))
    assert dire({"genre": "cible_exigee", "minimum": "2"}, deux_fois)[0] is Etat.ENFREINTE


def test_the_last_opinion_counts_and_only_where_asked_must_it_be_favourable():
    contre, pour = Avis("commissaire", False, JOUR), Avis("commissaire", True, JOUR + dt.timedelta(days=1))
    exige = {**AVIS, "favorable": "true"}
    assert dire(AVIS, Projet(avis=(Avis("dreets", True, JOUR),)))[0] is Etat.ENFREINTE
    assert dire(AVIS, Projet(avis=(contre,)))[0] is Etat.RESPECTEE
    assert dire(exige, Projet(avis=(contre,)))[0] is Etat.ENFREINTE
    assert dire(exige, Projet(avis=(pour, contre)))[0] is Etat.RESPECTEE


@pytest.mark.parametrize(
    ("dates", "fin", "etat"),
    [
        ({"deliberation": JOUR, "signature": JOUR}, JOUR, Etat.RESPECTEE),
        ({"deliberation": JOUR, "signature": JOUR - dt.timedelta(days=1)}, JOUR, Etat.ENFREINTE),
        ({"deliberation": JOUR, "signature": JOUR}, JOUR - dt.timedelta(days=1), Etat.ENFREINTE),
        ({"deliberation": JOUR}, JOUR, Etat.INDECIDABLE),
        ({}, JOUR - dt.timedelta(days=1), Etat.ENFREINTE),
        ({"deliberation": JOUR, "signature": JOUR}, None, Etat.INDECIDABLE),
    ],
)
def test_dates_follow_each_other_the_same_day_admitted(dates, fin, etat):
    action = Action("1", "A", debut=JOUR, fin=fin)
    assert dire(DATES, Projet((action,), dates=dates))[0] is etat


# --- What holds for every kind ---------------------------------------------------------------------------

UN_DE_CHAQUE = [PARITE, PLAFOND, PLANCHER, AXES, NATURES, AVIS, DATES, {"genre": "cible_exigee"}]


def test_every_kind_is_tried_here_and_says_what_it_asks():
    assert {c["genre"] for c in UN_DE_CHAQUE} == CONTROLES.keys() == ENONCES.keys()


@pytest.mark.parametrize("controle", UN_DE_CHAQUE, ids=lambda c: c["genre"])
def test_a_rule_says_what_it_asks_with_its_source_and_answers_an_empty_project(controle):
    enonce = enoncer(regle(controle, exercice_debut=2024, exercice_fin=2027)).replace("\u00a0", " ")
    assert enonce[0].isupper()
    assert enonce.endswith("(exercices 2024 à 2027 ; source : Instruction d’essai).")
    assert dire(controle, Projet())[0] in {Etat.INDECIDABLE, Etat.ENFREINTE}


@pytest.mark.parametrize("controle", UN_DE_CHAQUE, ids=lambda c: c["genre"])
def test_a_rule_of_other_years_is_not_applicable(controle):
    etat, phrase = dire(controle, Projet(exercices=(2023,)), exercice_debut=2024)
    assert etat is Etat.SANS_OBJET
    assert "à partir de 2024" in phrase


def test_money_of_other_years_is_left_out():
    projet = Projet((ACTION,), euros("etat 9", exercice=2023) + euros("etat 1", "collectivite 1"))
    assert dire(PARITE, projet)[0] is Etat.ENFREINTE
    assert dire(PARITE, projet, exercice_debut=2024)[0] is Etat.RESPECTEE


@pytest.mark.parametrize(
    ("champs", "bloque"),
    [
        ({}, True),
        ({"gravite": Gravite.AVERTISSEMENT}, False),
        ({"a_confirmer": True}, False),
        ({"a_confirmer": True, "source": ""}, False),
    ],
)
def test_only_a_confirmed_blocking_rule_blocks_and_what_is_to_be_confirmed_says_so(champs, bloque):
    verdict = juger(regle(PARITE, **champs), Projet((ACTION,), euros("etat 2", "collectivite 1")))
    assert (verdict.etat, verdict.bloque) == (Etat.ENFREINTE, bloque)
    assert ("à confirmer" in verdict.phrase) == ("a_confirmer" in champs)
    assert not juger(regle(PARITE, **champs), Projet((ACTION,), euros("collectivite 1"))).bloque


@pytest.mark.parametrize(
    "controle",
    [
        {**PARITE, "minimum": "0.5"},
        {**PARITE, "maximum": None},
        {**PARITE, "maximum": "1.5"},
        {**PARITE, "niveau": "region"},
        {**AXES, "axes": []},
        {**DATES, "etapes": ["signature"], "actions": "false"},
        {**DATES, "etapes": ["signature", "signature"]},
        {**AVIS, "formule": "1 + 1"},
        {"genre": "expression"},
    ],
)
def test_parameters_that_mean_nothing_are_refused(controle):
    with pytest.raises(ValidationError):
        LECTEUR.validate_python(controle)
