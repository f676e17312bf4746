"""Old commune codes resolve to today's communes, and what is not known is said."""

import datetime as dt

import pytest

from echelons.territoires.communes import Constat, resoudre_commune
from echelons.territoires.models import AncienCode

pytestmark = pytest.mark.django_db

AUJOURD_HUI = dt.date(2026, 6, 1)


def codes(resolution):
    return [commune.code for commune in resolution.communes]


def test_a_commune_of_today_is_itself():
    resolution = resoudre_commune(" 59350 ", AUJOURD_HUI)
    assert (resolution.constat, codes(resolution)) == (Constat.ACTUELLE, ["59350"])


def test_an_associated_commune_leads_to_the_one_it_joined_with_the_date():
    resolution = resoudre_commune("59355", AUJOURD_HUI)
    assert (resolution.constat, codes(resolution)) == (Constat.ANCIENNE, ["59350"])
    assert resolution.depuis == dt.date(2000, 2, 27)
    assert "Lomme (59355) n’est plus une commune" in resolution.phrase
    assert "Lille (59350)" in resolution.phrase


@pytest.mark.parametrize(
    ("ancien", "actuel"),
    [("78001", "91001"), ("20001", "2A001"), ("14011", "14581"), ("2a001", "2A001"), ("76601", "76601")],
)
def test_codes_that_changed_with_the_map_of_france_are_followed_to_the_end(ancien, actuel):
    assert codes(resoudre_commune(ancien, AUJOURD_HUI)) == [actuel]


def test_a_code_is_read_at_its_date():
    assert resoudre_commune("12076", dt.date(2019, 1, 1)).constat is Constat.ACTUELLE
    assert codes(resoudre_commune("12076", AUJOURD_HUI)) == ["12218"]
    trop_tot = resoudre_commune("12218", dt.date(2019, 1, 1))
    assert trop_tot.constat is Constat.HORS_DATE
    assert "découpage au 1er janvier 2019" in trop_tot.phrase.replace("\u00a0", " ")


def test_a_municipal_arrondissement_leads_to_its_city():
    resolution = resoudre_commune("13201", AUJOURD_HUI)
    assert (resolution.constat, codes(resolution)) == (Constat.ARRONDISSEMENT, ["13055"])


def test_when_sources_disagree_every_answer_is_given_and_the_reader_is_told():
    resolution = resoudre_commune("55273", AUJOURD_HUI)
    assert codes(resolution) == ["55245", "55386"]
    assert resolution.discordante
    assert "Les sources divergent" in resolution.phrase


def test_a_code_without_lineage_is_reported_and_not_guessed():
    AncienCode.objects.create(code="99998", nom="Commune perdue", origine="declaree")
    resolution = resoudre_commune("99998", AUJOURD_HUI)
    assert (resolution.constat, codes(resolution)) == (Constat.SANS_FILIATION, [])
    assert "sans filiation connue" in resolution.phrase


@pytest.mark.parametrize("code", ["", "00000", "Lille", "59350\x00", "9" * 10_000, "💥"])
def test_a_code_that_never_was_gets_a_plain_answer(code):
    resolution = resoudre_commune(code, AUJOURD_HUI)
    assert resolution.constat is (Constat.ACTUELLE if "59350" in code else Constat.INCONNUE)
    assert len(resolution.phrase) < 200


def test_every_old_code_resolves_to_a_commune_of_today():
    assert not AncienCode.objects.filter(actuel=None).exists()
    assert not AncienCode.objects.exclude(actuel__fin=None).exists()
