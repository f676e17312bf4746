"""Money adds up the same whichever way it is looked at, and the canonical JSON of a content is one."""

import json
import random
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echelons.contrats.contenu import forme
from echelons.contrats.contenu.manques import Circonstances, verdicts_de
from echelons.contrats.contenu.mentions import en_toutes_lettres
from echelons.contrats.contenu.totaux import totaliser
from echelons.strategie.regles.parametres import LECTEUR
from echelons.strategie.regles.verdict import Gravite, RegleLue
from tests.contrats.contenu.exemples import contenus, identite

CONTROLES = (
    {"genre": "cofinancement", "niveau": "action", "cote": "etat", "base": "conjoint", "maximum": "0.5"},
    {"genre": "cofinancement", "niveau": "contrat", "cote": "etat", "base": "cout_total", "maximum": "0.5"},
    {"genre": "plafond_annuel", "cote": "etat", "montant": "1000"},
    {"genre": "plancher", "cote": "collectivite", "montant": "1000"},
    {"genre": "action_par_axe", "axes": ["axe-1", "axe-2"]},
)


@given(contenus())
def test_every_way_of_adding_up_gives_the_same_total(contenu):
    totaux = totaliser(contenu)
    attendu = sum((ligne.montant for ligne in contenu.lignes), Decimal(0))
    assert totaux.ensemble == attendu
    for nom, valeurs in vars(totaux).items():
        if nom != "ensemble":
            assert sum(valeurs.values(), Decimal(0)) == attendu, nom


@given(contenus(), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_no_total_and_no_verdict(contenu, hasard: random.Random):
    lignes, fiches = list(contenu.lignes), list(contenu.fiches)
    hasard.shuffle(lignes)
    hasard.shuffle(fiches)
    autre = contenu.model_copy(update={"lignes": tuple(lignes), "fiches": tuple(fiches)})
    ici, la = totaliser(contenu), totaliser(autre)
    assert vars(ici) == vars(la)
    regles = [
        RegleLue(
            code="essai", libelle="Essai", controle=LECTEUR.validate_python(c), gravite=Gravite.BLOQUANTE
        )
        for c in CONTROLES
    ]
    assert [(v.etat, v.bloque) for v in verdicts_de(contenu, regles, Circonstances())] == [
        (v.etat, v.bloque) for v in verdicts_de(autre, regles, Circonstances())
    ]


@given(contenus())
def test_a_content_read_back_from_its_json_is_the_same_to_the_byte(contenu):
    relu = forme.lire(json.loads(contenu.octets))
    assert relu == contenu
    assert relu.octets == contenu.octets
    assert relu.empreinte == contenu.empreinte


@given(st.decimals("-99999", "99999", places=4))
def test_a_figure_is_written_one_way_whatever_zeros_the_database_adds(nombre):
    cible = forme.Visee(exercice=2024, etat="chiffree", valeur=nombre)
    autre = forme.Visee(exercice=2024, etat="chiffree", valeur=nombre.quantize(Decimal("0.000000")))
    assert cible.model_dump(mode="json") == autre.model_dump(mode="json")


def test_a_row_of_an_unknown_fiche_is_never_left_out_in_silence():
    contenu = forme.Contenu(
        instrument=identite(),
        exercices=(2019,),
        financeurs=(forme.FinanceurDit(code="1", libelle="État", cote="etat"),),
        lignes=(
            forme.Ligne(fiche="nulle", financeur="1", exercice=2019, nature="credit", montant=Decimal(1)),
        ),
    )
    with pytest.raises(KeyError):
        totaliser(contenu)


@pytest.mark.parametrize(
    ("montant", "dit"),
    [
        ("0.01", "zéro euro et un centime"),
        ("1", "un euro"),
        ("80", "quatre-vingts euros"),
        ("1125000.10", "un million cent vingt-cinq mille euros et dix centimes"),
        ("2000000", "deux millions d’euros"),
    ],
)
def test_an_amount_is_said_in_letters(montant, dit):
    assert en_toutes_lettres(Decimal(montant)) == dit
