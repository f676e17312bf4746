"""Who contains whom at a date."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echelons.territoires.geographie import Geographie
from echelons.territoires.millesimes import decoupage_lu, millesime_lu
from echelons.territoires.models import Territoire, TypeTerritoire

pytestmark = pytest.mark.django_db

EN_2019 = dt.date(2019, 6, 30)
EN_2026 = dt.date(2026, 6, 30)
JOURS = st.dates(dt.date(2015, 1, 1), dt.date(2030, 12, 31))


@pytest.fixture
def geographie():
    return Geographie.courante()


@pytest.mark.parametrize(
    ("contenant", "contenu"),
    [
        ("59D", "245900410"),  # the métropole of Lille, wholly in the Nord
        ("R32", "59D"),
        ("R32", "245900410"),
        ("59D", "59"),
        ("69M", "200046977"),
        ("R84", "69D"),
        ("R84", "69"),
        ("59D", "59350"),
        ("R93", "200054807"),  # Aix-Marseille-Provence crosses three départements of one région
        ("R32", "P-sambre-avesnois-thierache"),
        ("R32", "P-bassin-minier"),
        ("20R", "2A004"),
    ],
)
def test_a_territory_covers_what_lies_wholly_in_it(geographie, contenant, contenu):
    assert geographie.couvre(contenant, contenu, EN_2019)
    assert contenant in geographie.contenants(contenu, EN_2019)


@pytest.mark.parametrize(
    ("contenant", "contenu"),
    [
        ("69D", "69"),
        ("69M", "69"),
        ("69D", "200046977"),
        ("13D", "200054807"),
        ("59D", "P-bassin-minier"),
        ("59D", "P-sambre-avesnois-thierache"),
        ("245900410", "59D"),
        ("62D", "59350"),
    ],
)
def test_a_partial_membership_never_covers(geographie, contenant, contenu):
    assert not geographie.couvre(contenant, contenu, EN_2019)


def test_what_crosses_a_limit_is_told_to_lie_partly_on_each_side(geographie):
    assert geographie.contenants_partiels("200054807", EN_2019) == ("13", "13D", "83", "83D", "84", "84D")
    assert geographie.contenants_partiels("P-bassin-minier", EN_2019) == ("59", "59D", "62", "62D")
    assert geographie.contenants_partiels("P-sambre-avesnois-thierache", EN_2019) == (
        "02",
        "02D",
        "59",
        "59D",
    )
    assert geographie.contenants_partiels("69", EN_2019) == ("69D", "69M")
    assert geographie.contenants_partiels("59350", EN_2019) == ()


def test_a_commune_is_near_its_epci_its_signatory_its_region_and_its_project_perimeter(geographie):
    assert geographie.contenants("59036", EN_2019) == (
        "200043263",
        "59",
        "59D",
        "P-sambre-avesnois-thierache",
        "R32",
    )


def test_memberships_are_read_in_the_picture_of_their_time(geographie):
    assert "245900410" in geographie.contenants("59350", EN_2019)
    assert "200093201" in geographie.contenants("59350", EN_2026)
    assert not geographie.couvre("200093201", "59350", EN_2019)


@pytest.mark.parametrize(
    ("jour", "lu"),
    [
        (dt.date(2015, 5, 1), "découpage au 1er janvier 2019"),
        (dt.date(2019, 1, 1), "découpage au 1er janvier 2019"),
        (dt.date(2025, 12, 31), "découpage au 1er janvier 2019"),
        (dt.date(2026, 1, 1), "découpage au 1er janvier 2026"),
    ],
)
def test_the_reader_is_told_which_picture_is_read(jour, lu):
    assert decoupage_lu(jour).replace("\u00a0", " ") == lu
    assert str(millesime_lu(jour).year) in lu


def test_the_counts_of_each_picture_are_found_again_at_its_date():
    for jour, epci, communes in ((EN_2019, 1259, 34970), (EN_2026, 1255, 34875)):
        reels = Territoire.objects.valides(jour).filter(fictif=False)
        assert reels.filter(type=TypeTerritoire.REGION).count() == 18
        assert reels.filter(type=TypeTerritoire.DEPARTEMENT).count() == 101
        assert reels.filter(type=TypeTerritoire.EPCI).count() == epci
        assert reels.filter(type=TypeTerritoire.COMMUNE).count() == communes
        assert reels.filter(nature__in=("METRO", "MET69")).count() == 22


def test_a_perimeter_says_how_its_composition_is_known(geographie):
    minier = Territoire.objects.get(code="P-bassin-minier")
    assert minier.composition == "non_documentee"
    assert not minier.contenus.exists()
    sambre = Territoire.objects.get(code="P-sambre-avesnois-thierache")
    assert sambre.composition == "reconstituee"
    assert sambre.contenus.count() == 8
    communes = [
        code
        for code, lieu in geographie.lieux.items()
        if lieu.type == TypeTerritoire.COMMUNE and geographie.couvre(sambre.code, code, EN_2019)
    ]
    assert len(communes) == 311


@given(st.data(), JOURS)
def test_covering_is_reflexive_and_transitive_and_never_partial(data, jour):
    geographie = Geographie.courante()
    code = data.draw(st.sampled_from(sorted(geographie.lieux)))
    entiers = set(geographie.contenants(code, jour))
    assert geographie.couvre(code, code, jour)
    assert code not in entiers
    assert entiers.isdisjoint(geographie.contenants_partiels(code, jour))
    for contenant in entiers:
        assert geographie.couvre(contenant, code, jour)
        assert set(geographie.contenants(contenant, jour)) <= entiers
        assert not geographie.couvre(code, contenant, jour) or geographie.lieux[code].type == "perimetre"


def test_the_reading_is_kept_until_territories_are_loaded_again(django_assert_num_queries):
    premiere = Geographie.courante()
    with django_assert_num_queries(1):
        assert Geographie.courante() is premiere
    with django_assert_num_queries(3):
        assert Geographie.lire() == premiere
