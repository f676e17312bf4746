"""Dates as people and data files write them, and what is answered when they cannot be read."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from echelons.socle.dates import (
    DateRefusee,
    DateSource,
    Precision,
    en_lettres,
    lire_date_iso,
    lire_date_source,
)

JOURS = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


@pytest.mark.parametrize("texte", ["2019-06-30", " 2019-06-30\n", "30/06/2019", "30/6/2019"])
def test_a_day_is_read_as_one_writes_it(texte):
    assert lire_date_iso(texte) == dt.date(2019, 6, 30)


@pytest.mark.parametrize(
    ("texte", "bout"),
    [
        ("0000-01-01", "L’année 0 est hors des limites"),
        ("1899-12-31", "entre 1900 et 2100"),
        ("2101-01-01", "entre 1900 et 2100"),
        ("2019-02-30", "« 2019-02-30 » n’existe pas au calendrier"),
        ("2019-13-01", "n’existe pas au calendrier"),
        ("31/04/2019", "n’existe pas au calendrier"),
        ("9999999-99-99", "n’est pas une date. Écrivez-la comme 2019-06-30 ou 30/06/2019."),
        ("demain", "« demain » n’est pas une date"),
        ("", "n’est pas une date"),
        ("2019-06-30 ou après", "n’est pas une date"),
        ("２０１９-06-30", "n’est pas une date"),
        ("x" * 500, "« " + "x" * 40 + "… » n’est pas une date"),
    ],
)
def test_a_day_that_cannot_be_read_is_refused_in_words_that_say_what_to_write(texte, bout):
    with pytest.raises(DateRefusee) as refus:
        lire_date_iso(texte)
    assert bout in str(refus.value)


@given(st.text(max_size=30))
def test_any_text_is_a_date_or_a_refusal_in_french(texte):
    for lire in (lire_date_iso, lire_date_source):
        try:
            lire(texte)
        except DateRefusee as erreur:
            refus = str(erreur)
        else:
            refus = "."
        assert refus.endswith((".", "inconnue."))


@pytest.mark.parametrize(
    ("texte", "tot", "tard", "dite"),
    [
        ("2018-12-18", dt.date(2018, 12, 18), dt.date(2018, 12, 18), "le 18 décembre 2018"),
        ("2019-03-01", dt.date(2019, 3, 1), dt.date(2019, 3, 1), "le 1er mars 2019"),
        ("2020-02", dt.date(2020, 2, 1), dt.date(2020, 2, 29), "en février 2020"),
        (
            "<=2020-07-03",
            dt.date.min,
            dt.date(2020, 7, 3),
            "à une date inconnue, au plus tard le 3 juillet 2020",
        ),
        ("inconnue", dt.date.min, dt.date.max, "à une date inconnue"),
    ],
)
def test_a_source_dates_an_act_by_an_interval_and_it_is_said_in_french(texte, tot, tard, dite):
    date = lire_date_source(texte)
    assert (date.au_plus_tot, date.au_plus_tard) == (tot, tard)
    assert str(date).replace("\xa0", " ") == dite


@pytest.mark.parametrize("texte", ["2019", "<2019-01-01", "<=2019-06", "2019-00", "Inconnue", "vers 2019"])
def test_another_form_is_refused_with_the_forms_that_exist(texte):
    with pytest.raises(DateRefusee):
        lire_date_source(texte)


@given(JOURS, st.sampled_from([p for p in Precision if p is not Precision.INCONNUE]))
def test_the_interval_of_a_date_holds_its_day(jour, precision):
    date = DateSource(jour, precision)
    assert date.au_plus_tot <= jour <= date.au_plus_tard


def test_a_date_without_its_precision_cannot_be():
    for jour, precision in ((None, Precision.JOUR), (dt.date(2019, 1, 1), Precision.INCONNUE)):
        with pytest.raises(DateRefusee):
            DateSource(jour, precision)


def test_a_day_in_letters_never_breaks_over_two_lines():
    assert en_lettres(dt.date(2019, 8, 1)) == "1er\xa0août\xa02019"
