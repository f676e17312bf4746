"""Who is called to sign at a date, and what became of those who were."""

import datetime as dt

import pytest

from echelons.territoires.geographie import Geographie, TerritoireInconnu
from echelons.territoires.models import Succession, Territoire, TypeTerritoire

pytestmark = pytest.mark.django_db

LE_1ER_JANVIER_2019 = dt.date(2019, 1, 1)
LE_31_DECEMBRE_2020 = dt.date(2020, 12, 31)
LE_1ER_JANVIER_2021 = dt.date(2021, 1, 1)


@pytest.fixture
def geographie():
    return Geographie.courante()


@pytest.mark.parametrize(
    ("jour", "nombre"),
    [
        (LE_1ER_JANVIER_2019, 101),
        (dt.date(2019, 6, 30), 101),
        (LE_31_DECEMBRE_2020, 101),
        (LE_1ER_JANVIER_2021, 100),
        (dt.date(2026, 6, 1), 100),
    ],
)
def test_the_signatories_of_a_day_are_as_many_as_the_law_makes(geographie, jour, nombre):
    codes = list(Territoire.objects.signataires(jour).values_list("code", flat=True))
    assert len(codes) == nombre
    assert codes == sorted(codes)
    assert geographie.signataires(jour) == tuple(codes)


def test_the_two_departements_of_alsace_sign_until_2020_and_the_collectivite_from_2021(geographie):
    avant, apres = geographie.signataires(LE_31_DECEMBRE_2020), geographie.signataires(LE_1ER_JANVIER_2021)
    assert set(avant) - set(apres) == {"67D", "68D"}
    assert set(apres) - set(avant) == {"6AE"}
    assert geographie.departements_de("6AE") == ("67", "68")
    assert geographie.collectivite_de_commune("67482", LE_31_DECEMBRE_2020) == "67D"
    assert geographie.collectivite_de_commune("67482", LE_1ER_JANVIER_2021) == "6AE"


def test_alsace_succeeds_to_its_departements_on_the_day_the_law_says(geographie):
    assert geographie.predecesseurs("6AE", LE_1ER_JANVIER_2021) == ("67D", "68D")
    assert geographie.predecesseurs("6AE", LE_31_DECEMBRE_2020) == ()
    assert geographie.successeur("67D", LE_31_DECEMBRE_2020) == "67D"
    assert geographie.successeur("67D", LE_1ER_JANVIER_2021) == "6AE"
    succession = Succession.objects.get(avant__code="68D", apres__code="6AE")
    assert succession.date == LE_1ER_JANVIER_2021
    assert "2019-816" in succession.texte
    assert succession.adresse.startswith("https://www.legifrance.gouv.fr/")


def test_the_rhone_and_the_metropole_de_lyon_share_a_departement_and_none_replaces_the_other(geographie):
    signataires = geographie.signataires(LE_1ER_JANVIER_2019)
    assert {"69D", "69M"} <= set(signataires)
    assert geographie.departements_de("69M") == geographie.departements_de("69D") == ("69",)
    assert geographie.predecesseurs("69M", LE_1ER_JANVIER_2019) == ()
    assert geographie.successeur("69D", LE_1ER_JANVIER_2019) == "69D"
    assert geographie.collectivite_de_commune("69123", LE_1ER_JANVIER_2019) == "69M"
    assert geographie.collectivite_de_commune("69264", LE_1ER_JANVIER_2019) == "69D"
    assert (
        Territoire.objects.get(code="69M").contenus.filter(contenu__type=TypeTerritoire.COMMUNE).count() == 59
    )


@pytest.mark.parametrize(
    ("veille", "jour", "avant", "apres"),
    [
        (dt.date(2018, 12, 31), LE_1ER_JANVIER_2019, {"75D"}, {"75C"}),
        (dt.date(2017, 12, 31), dt.date(2018, 1, 1), {"2AD", "2BD"}, {"20R"}),
        (dt.date(2015, 12, 31), dt.date(2016, 1, 1), {"972D", "973D"}, {"972R", "973R"}),
    ],
)
def test_paris_corse_martinique_and_guyane_change_on_their_day(geographie, veille, jour, avant, apres):
    signaient, signent = set(geographie.signataires(veille)), set(geographie.signataires(jour))
    assert (signaient - signent, signent - signaient) == (avant, apres)
    assert {geographie.successeur(code, jour) for code in avant} == apres


def test_a_date_only_known_at_the_latest_says_so():
    assert Territoire.objects.get(code="972R").debut_precision == "au_plus_tard"
    assert Territoire.objects.get(code="6AE").debut_precision == "jour"


def test_mayotte_signs_as_a_departement_with_the_powers_of_a_region(geographie):
    mayotte = Territoire.objects.get(code="976D")
    assert mayotte.nature == "departement_region"
    assert mayotte.region.code == "R06"
    assert "976D" in geographie.signataires(LE_1ER_JANVIER_2019)


def test_every_commune_of_a_day_has_one_signatory_and_only_one(geographie):
    for jour in (LE_1ER_JANVIER_2019, LE_1ER_JANVIER_2021, dt.date(2026, 1, 1)):
        signataires = set(geographie.signataires(jour))
        for code, lieu in geographie.lieux.items():
            if lieu.type == TypeTerritoire.COMMUNE and lieu.valide_le(jour) and not lieu.fictif:
                assert len(signataires.intersection(geographie.contenants(code, jour))) == 1, code


def test_a_signatory_in_force_has_the_inhabitants_of_its_communes():
    populations = dict(
        Territoire.objects.filter(code__in=("69", "69D", "69M")).values_list("code", "population")
    )
    assert populations["69D"] + populations["69M"] == populations["69"]


def test_sirens_are_valid_or_absent_and_that_of_alsace_is_not_invented():
    for territoire in Territoire.objects.exclude(siren="").exclude(type=TypeTerritoire.COMMUNE):
        territoire.full_clean(
            exclude={"code", "nom_recherche"}, validate_unique=False, validate_constraints=False
        )
    assert Territoire.objects.get(code="6AE").siren == ""
    assert Territoire.objects.get(code="59D").siren == "225900018"


def test_a_territory_nobody_knows_is_refused_in_french(geographie):
    for appel in (
        lambda: geographie.region_de("00X"),
        lambda: geographie.predecesseurs("00X", LE_1ER_JANVIER_2019),
        lambda: geographie.couvre("59D", "00X", LE_1ER_JANVIER_2019),
        lambda: geographie.couvre("00X", "59D", LE_1ER_JANVIER_2019),
        lambda: geographie.departements_de("00X"),
    ):
        with pytest.raises(TerritoireInconnu, match="Aucun territoire ne porte le code «\u00a000X\u00a0»"):
            appel()
