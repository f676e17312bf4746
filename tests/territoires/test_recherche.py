"""Finding a territory by what a person types."""

import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from echelons.socle.textes import normaliser
from echelons.territoires.models import Territoire

pytestmark = pytest.mark.django_db


def trouves(texte, limite=20):
    return [territoire.code for territoire in Territoire.objects.rechercher(texte, limite)]


@pytest.mark.parametrize(
    ("texte", "premier"),
    [
        ("nord", "59D"),
        ("59", "59D"),
        ("pas de calais", "62D"),
        ("PAS-DE-CALAIS", "62D"),
        ("hauts de france", "R32"),
        ("R32", "R32"),
        ("ile de france", "R11"),
        ("lille", "59350"),
        ("59350", "59350"),
        ("59000", "59350"),  # a postal code
        ("59355", "59350"),  # the old code of Lomme
        ("Lomme", "59350"),  # and its name
        ("alsace", "6AE"),
        ("métropole de lyon", "69M"),
        ("200046977", "69M"),  # the SIREN shared by the EPCI and the collectivité
        ("245900410", "245900410"),
        ("val d’oise", "95D"),
        ("val d'oise", "95D"),
        ("réunion", "R04"),
        ("mayotte", "R06"),
        ("bassin minier", "P-bassin-minier"),
        ("oeuilly", "51410"),
        ("saint denis 974", "97411"),
    ],
)
def test_the_territory_a_person_means_comes_first(texte, premier):
    assert trouves(texte)[0] == premier


def test_two_cities_of_one_name_both_come():
    assert {"93066", "97411"} <= set(trouves("saint denis")[:2])


def test_sixty_nine_shows_the_rhone_and_the_metropole_de_lyon():
    assert set(trouves("69")[:2]) == {"69D", "69M"}


def test_an_ended_collectivite_is_found_beside_the_one_that_replaced_it():
    assert set(trouves("bas-rhin")[:2]) == {"67D", "6AE"}


def test_a_departement_comes_once_as_its_signatory():
    assert "62" not in trouves("pas de calais")
    assert trouves("pas de calais").count("62D") == 1


def test_the_limit_is_kept():
    assert len(trouves("saint", 5)) == 5
    assert len(trouves("saint")) == 20


@pytest.mark.parametrize(
    "texte", ["", "   ", "%", "_", "\x00", "'", "💥🎉", "|", "%%%_%", "\ud800", "' OR 1=1 --zz"]
)
def test_what_names_nothing_finds_nothing(texte):
    assert trouves(texte) == []


def test_ten_thousand_characters_are_read_at_once():
    debut = time.perf_counter()
    assert "59350" in trouves("lille " * 2000)
    assert trouves("x" * 10_000) == []
    assert time.perf_counter() - debut < 0.5


@given(st.text(max_size=300))
def test_any_text_is_accepted(texte):
    assert len(trouves(texte)) <= 20


@given(st.data())
def test_a_territory_is_found_under_its_name_however_it_is_written(data):
    codes = [
        "59D",
        "62D",
        "93066",
        "94038",
        "2A004",
        "972R",
        "75C",
        "200043321",
        "P-sambre-avesnois-thierache",
    ]
    territoire = Territoire.objects.get(code=data.draw(st.sampled_from(codes)))
    ecrire = data.draw(st.sampled_from([str, str.upper, str.lower, normaliser, lambda nom: f"  {nom}  "]))
    assert territoire.code in trouves(ecrire(territoire.nom))


@given(st.text(max_size=80))
@example("\ua7f9")  # a small raised œ
def test_a_normalised_name_is_stable_and_plain(texte):
    normal = normaliser(texte)
    assert normaliser(normal) == normal
    assert normal == normal.strip()
    assert all(caractere.isalnum() or caractere == " " for caractere in normal)


@pytest.mark.parametrize(
    ("code", "complet", "avec_de"),
    [
        ("59D", "le Nord", "du Nord"),
        ("02D", "l’Aisne", "de l’Aisne"),
        ("974D", "La Réunion", "de La Réunion"),
        ("80D", "la Somme", "de la Somme"),
        ("22D", "les Côtes-d’Armor", "des Côtes-d’Armor"),
        ("69M", "la Métropole de Lyon", "de la Métropole de Lyon"),
        ("R06", "Mayotte", "de Mayotte"),
        ("67482", "Strasbourg", "de Strasbourg"),
        ("200043321", "la CC du Pays de Mormal", "de la CC du Pays de Mormal"),
    ],
)
def test_a_name_is_said_as_french_says_it(code, complet, avec_de):
    territoire = Territoire.objects.get(code=code)
    assert (territoire.nom_complet, territoire.nom_avec_de) == (complet, avec_de)
