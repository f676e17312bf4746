"""The table of signatories: who is in it, what each is, and that nobody is lost nor counted twice."""

import datetime as dt
import random

import pytest

from echelons.contrats.regles import Classe, Signature
from echelons.pilotage.tableau import contrats_a_montrer, decompter, lire_courbe, lire_ligne_de, lire_tableau
from echelons.territoires.chargement import charger_fictifs
from tests.fabriques import FICTIFS, dispositif, dossier

pytestmark = pytest.mark.django_db

JUIN, ALSACE = dt.date(2019, 6, 30), dt.date(2021, 1, 1)
UN_JOUR = dt.timedelta(days=1)


def tableau(jour=JUIN, connu=None):
    return lire_tableau(dispositif().pk, jour, connu)


def classe(code, jour=JUIN, connu=None):
    return lire_ligne_de(dispositif().pk, code, jour, connu).classe


def test_every_signatory_of_the_day_is_there_once_and_the_others_apart():
    lu = tableau()
    assert len(lu.lignes) == len({ligne.territoire.code for ligne in lu.lignes}) == 101
    assert {ligne.classe for ligne in lu.lignes} == {Classe.NON_DOCUMENTEE}
    assert len(tableau(ALSACE).lignes) == 100
    assert len(tableau(ALSACE - UN_JOUR).lignes) == 101
    assert all(ligne.territoire.type == "epci" for ligne in lu.metropoles)
    assert len(lu.regions) == 18


def test_a_territory_is_what_its_contract_says_and_without_one_is_not_documented():
    dossier("59D").signature("2018-12-18")
    assert classe("59D") is Classe.SIGNEE
    assert classe("62D") is Classe.NON_DOCUMENTEE
    ligne = tableau().ligne("59D")
    assert ligne.classe is Classe.SIGNEE
    assert len(ligne.faits) == 2
    assert tableau().ligne("62D").faits == frozenset()
    assert tableau().ligne("990D") is None


def test_the_best_attested_of_two_contracts_speaks_for_a_territory():
    dossier("59D").fait("deliberation", "2018-12-17")
    dossier("59D", code="autre").signature("2018-12-18")
    assert classe("59D") is Classe.SIGNEE


def test_a_contract_dated_later_does_not_make_unsigned_a_territory_whose_other_contract_is_undated():
    dossier("59D").fait("montant", "2019-01-01", montant=1)
    dossier("59D", code="autre").signature("2022-05-10")
    ligne = lire_ligne_de(dispositif().pk, "59D", JUIN, None)
    assert (ligne.classe, ligne.signature) == (Classe.NON_DOCUMENTEE, Signature.INCONNUE)


def test_a_contract_on_a_part_of_a_territory_does_not_speak_for_the_whole():
    dossier("P-bassin-minier", avec=["59D", "62D"]).signature("2019-01-01")
    assert classe("59D") is Classe.NON_DOCUMENTEE
    assert classe("P-bassin-minier") is Classe.SIGNEE
    assert contrats_a_montrer(dispositif().pk, "59D", JUIN)


def test_a_contract_of_a_region_speaks_for_the_departements_that_are_parties_to_it_only():
    dossier("R32", avec=["R32", "59D", "62D"]).signature("2019-01-01")
    assert {code: classe(code) for code in ("59D", "62D", "02D", "R32")} == {
        "59D": Classe.SIGNEE,
        "62D": Classe.SIGNEE,
        "02D": Classe.NON_DOCUMENTEE,
        "R32": Classe.SIGNEE,
    }


# --- Alsace --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("bas_rhin", "haut_rhin", "attendue"),
    [
        ("2018-12-20", "2019-06-25", Classe.SIGNEE),
        ("2018-12-20", "<=2021-12-31", Classe.PEUT_ETRE),
        ("2018-12-20", None, Classe.NON_DOCUMENTEE),
        ("2021-06-01", "2018-12-20", Classe.PAS_ENCORE),
    ],
)
def test_alsace_is_as_signed_as_the_less_advanced_of_those_it_succeeds(bas_rhin, haut_rhin, attendue):
    for code, date in (("67D", bas_rhin), ("68D", haut_rhin)):
        if date:
            dossier(code).signature(date)
    ligne = tableau(ALSACE).ligne("6AE")
    assert ligne.classe is attendue
    assert [t.code for t in ligne.herite_de] == ["67D", "68D"]
    assert tableau(ALSACE).ligne("67D") is None
    assert tableau(ALSACE - UN_JOUR).ligne("6AE") is None


def test_alsace_without_any_contract_of_anybody_inherits_nothing():
    assert tableau(ALSACE).ligne("6AE").herite_de == ()


def test_what_alsace_will_sign_itself_later_does_not_unsign_what_it_took_over():
    for code in ("67D", "68D"):
        dossier(code).signature("2018-12-20")
    dossier("6AE").signature("2022-06-01")
    assert tableau(ALSACE).ligne("6AE").classe is Classe.SIGNEE
    assert tableau(ALSACE).ligne("6AE").herite_de
    assert tableau(dt.date(2022, 6, 1)).ligne("6AE").herite_de == ()


def test_what_alsace_signs_itself_speaks_for_it_and_a_silent_contract_of_its_own_does_not():
    dossier("67D").signature("2018-12-20")
    dossier("68D").signature("2019-06-25")
    propre = dossier("6AE")
    propre.fait("rapport", "2021-05-31")
    assert tableau(ALSACE).ligne("6AE").classe is Classe.SIGNEE
    assert tableau(ALSACE).ligne("6AE").herite_de
    propre.signature("2022-06-01", portee="collective")
    assert tableau(ALSACE).ligne("6AE").classe is Classe.SIGNEE
    assert tableau(dt.date(2022, 6, 1)).ligne("6AE").herite_de == ()


# --- Collective statements, fiction ------------------------------------------------------------------------


@pytest.mark.parametrize("date", ["2021-12-31", "<=2021-12-31", "2021-12"])
def test_a_collective_statement_says_nothing_before_its_date(date):
    dossier("59D").signature(date, portee="collective")
    for jour in (JUIN, dt.date(2021, 12, 30)):
        decompte = decompter(tableau(jour).lignes)
        assert (decompte.signees, decompte.au_plus) == (0, decompte.total)
        assert classe("59D", jour) is Classe.NON_DOCUMENTEE
    assert decompter(tableau(dt.date(2021, 12, 31)).lignes).signees == 1


def test_a_fictional_territory_is_in_no_total_and_has_its_own_state():
    charger_fictifs(FICTIFS)
    avant = [decompter(tableau(j).lignes) for j in (JUIN, ALSACE)]
    courbe = lire_courbe(dispositif().pk, dt.date(2018, 9, 13), ALSACE, None)
    dossier("990D").signature("2019-01-01")
    assert classe("990D") is Classe.SIGNEE
    assert [decompter(tableau(j).lignes) for j in (JUIN, ALSACE)] == avant
    assert lire_courbe(dispositif().pk, dt.date(2018, 9, 13), ALSACE, None) == courbe
    lu = tableau()
    assert not [x for x in lu.lignes + lu.metropoles + lu.regions if x.territoire.fictif]


# --- Counts and curve, whatever the dates ---------------------------------------------------------------------

DATES = ("2018-12-18", "2019-03", "<=2020-07-03", "inconnue", "2021-02-10", "2022-06", "2019-06-30")


@pytest.fixture
def hasardeux():
    """Contracts of every kind, drawn at random, always the same."""
    tirage = random.Random(20190630)
    codes = [ligne.territoire.code for ligne in tableau().lignes]
    for code in tirage.sample(codes, 30):
        contrat = dossier(code)
        for _ in range(tirage.randint(1, 3)):
            connu = f"{tirage.randint(2018, 2023)}-0{tirage.randint(1, 9)}-15"
            genre = tirage.choice(["signature", "signature", "collective", "vote", "absence", "une partie"])
            if genre == "vote":
                contrat.fait("deliberation", tirage.choice(DATES), connu=connu)
            elif genre == "absence":
                contrat.fait("non_signataire", "2019-01-01", jusqu_au="2020-12-31", connu=connu)
            elif genre == "une partie":
                contrat.signature(tirage.choice(DATES), par=["État"], connu=connu)
            else:
                portee = {"portee": "collective"} if genre == "collective" else {}
                contrat.signature(tirage.choice(DATES), connu=connu, **portee)
    return tirage


def jours(tirage, combien):
    return [dt.date(2018, 6, 1) + dt.timedelta(days=tirage.randint(0, 2500)) for _ in range(combien)]


def test_the_counts_of_the_classes_always_sum_to_the_signatories_of_the_day(hasardeux):
    for jour in [*jours(hasardeux, 60), ALSACE, ALSACE - UN_JOUR]:
        for connu in (None, *jours(hasardeux, 2)):
            decompte = decompter(tableau(jour, connu).lignes)
            attendu = 100 if jour >= ALSACE else 101
            if jour >= dt.date(2019, 1, 1):
                assert decompte.total == attendu
            assert sum(decompte.par_classe.values()) == decompte.total
            assert decompte.signees <= decompte.au_plus <= decompte.total


def test_the_curve_says_on_every_day_what_the_table_of_that_day_says(hasardeux):
    debut, fin = dt.date(2018, 9, 13), dt.date(2024, 3, 1)
    for connu in (None, dt.date(2020, 6, 1)):
        points = lire_courbe(dispositif().pk, debut, fin, connu)
        assert (points[0].date, points[-1].date) == (debut, fin)
        assert [p.date for p in points] == sorted({p.date for p in points})
        for jour in {*jours(hasardeux, 40), *(p.date for p in points), *(p.date - UN_JOUR for p in points)}:
            if debut <= jour <= fin:
                point = [p for p in points if p.date <= jour][-1]
                decompte = decompter(tableau(jour, connu).lignes)
                assert (point.signees, point.au_plus, point.total) == (
                    decompte.signees,
                    decompte.au_plus,
                    decompte.total,
                ), jour
