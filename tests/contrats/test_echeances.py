"""What is owed and by when: rules, moves, proofs; then the same read from the database."""

import datetime as dt

import pytest

from echelons.contrats.echeances import (
    FaitSuivi,
    InstrumentSuivi,
    RedatageLu,
    RegleLue,
    Situation,
    Suivi,
    TexteCite,
    decaler,
    echeances_de,
)
from echelons.contrats.models import Contrat, VersionDuTexte
from echelons.contrats.regles import InstrumentLu
from echelons.contrats.suivis import echeances_des
from echelons.socle.dates import lire_date_source
from echelons.socle.horloge import a_la_date, maintenant
from echelons.socle.revision import lecture
from tests.contrats.scene import Scene
from tests.fabriques import contrat_lu, signatures

TEXTE = TexteCite("instruction", "Instruction d’essai", dt.date(2020, 10, 20))
PLUS_TARD = TexteCite("autre", "Autre instruction d’essai", dt.date(2021, 2, 1))


def j(texte: str) -> dt.date:
    return dt.date.fromisoformat(texte)


def regle(nature: str = "execution", **champs) -> RegleLue:
    valeurs = {"date": j("2020-12-31"), "exercice": 2020, "dues_par": (("charge-de-mission", "Chargé"),)}
    return RegleLue(
        code="essai", libelle="Essai", nature=nature, instrument="convention", **(valeurs | champs)
    )


def fait(type_: str, date: str, partie: int | None = None, id_: int = 1) -> FaitSuivi:
    return FaitSuivi(type_, lire_date_source(date), partie, id_)


def instrument(id_: int = 1, type_: str = "convention", *faits: FaitSuivi, **champs) -> InstrumentSuivi:
    valeurs = {"debut": j("2019-01-01"), "fin": j("2021-12-31"), "etat": "en_vigueur"}
    return InstrumentSuivi(
        id_, f"{type_}-{id_}", type_, type_.capitalize(), faits=faits, **(valeurs | champs)
    )


def suivi(*instruments: InstrumentSuivi, signee: str | None = "2019-06-18", **champs) -> Suivi:
    instruments = instruments or (instrument(),)
    lus = [InstrumentLu(i.id, i.type, i.debut, i.fin) for i in instruments]
    lu = contrat_lu(signatures(signee) if signee else [], instruments=lus)
    return Suivi(lu, "Contrat d’essai", 1, "collectivite", instruments=instruments, **champs)


def seule(regle_: RegleLue, suivi_: Suivi, jour: str):
    echeances = echeances_de(suivi_, [regle_], j(jour))
    assert len(echeances) <= 1
    return echeances[0] if echeances else None


# --- Dates and what moves them ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("jour", "date", "anciennes"),
    [
        ("2020-10-19", "2020-12-31", []),
        ("2020-10-20", "2021-06-30", [("2020-12-31", "instruction")]),
        ("2021-02-01", "2021-09-30", [("2020-12-31", "instruction"), ("2021-06-30", "autre")]),
    ],
)
def test_a_text_moves_a_date_from_its_own_day_and_the_former_dates_stay_with_it(jour, date, anciennes):
    r = regle(redatages=(RedatageLu(j("2021-06-30"), TEXTE), RedatageLu(j("2021-09-30"), PLUS_TARD)))
    echeance = seule(r, suivi(), jour)
    assert str(echeance.date) == date
    assert [(str(a.date), a.texte.code) for a in echeance.anciennes] == anciennes
    assert echeance.jours == (j(date) - j(jour)).days


def test_a_date_to_be_confirmed_says_so_whoever_moved_it():
    r = regle(a_confirmer=True, redatages=(RedatageLu(j("2021-06-30"), TEXTE),))
    assert seule(r, suivi(), "2020-01-01").a_confirmer
    assert not seule(r, suivi(), "2020-12-01").a_confirmer


def test_the_end_of_a_period_is_moved_by_a_signed_prorogation_and_by_texts_that_go_further():
    r = regle(
        "fin", ancre="fin_de_periode", date=None, exercice=None,
        redatages=(RedatageLu(j("2022-06-30"), TEXTE), RedatageLu(j("2020-01-31"), PLUS_TARD)),
    )  # fmt: skip
    prorogation = instrument(
        2, "prorogation", fait("signature", "2021-05-01", 1), fait("signature", "2021-05-03", 2),
        fin=j("2022-12-31"),
    )  # fmt: skip
    contrat = suivi(instrument(), prorogation)
    assert str(seule(r, contrat, "2020-10-01").date) == "2021-12-31"
    assert str(seule(r, contrat, "2021-05-02").date) == "2022-06-30"
    echeance = seule(r, contrat, "2021-05-03")
    assert str(echeance.date) == "2022-12-31"
    assert [a.instrument.cle if a.instrument else a.texte.code for a in echeance.anciennes] == [
        "instruction",
        "prorogation-2",
    ]


@pytest.mark.parametrize(
    ("ancre", "type_fait"), [("signature", "signature"), ("deliberation", "deliberation")]
)
def test_a_date_may_be_counted_from_an_event_once_it_happened(ancre, type_fait):
    r = regle("transmission", ancre=ancre, date=None, exercice=None, jours=15)
    votee = instrument(1, "convention", fait(type_fait, "2019-06-01", 1), fait(type_fait, "2019-06-10", 2))
    assert seule(r, suivi(votee), "2019-06-09") is None or ancre == "deliberation"
    assert str(seule(r, suivi(votee), "2019-06-18").date) == "2019-06-25"


def test_an_offset_in_months_keeps_to_the_month():
    assert str(decaler(j("2019-01-31"), 1, 0)) == "2019-02-28"
    assert str(decaler(j("2019-12-31"), 3, 0)) == "2020-03-31"
    assert str(decaler(j("2020-03-31"), -13, 1)) == "2019-03-01"


# --- Done, late, not documented -----------------------------------------------------------------------


def test_the_signature_of_the_contract_is_the_one_that_the_whole_house_reads():
    r = regle("convention", date=j("2019-06-30"), exercice=2019)
    assert seule(r, suivi(), "2019-06-17").situation is Situation.A_VENIR
    faite = seule(r, suivi(), "2019-06-18")
    assert faite.situation is Situation.FAITE
    assert faite.preuve.faits
    assert str(faite.preuve.date.jour) == "2019-06-18"
    assert seule(r, suivi(signee="2019-07-05"), "2019-07-01").situation is Situation.EN_RETARD


def test_nothing_recorded_of_a_contract_that_is_not_run_here_is_not_a_delay():
    r = regle("convention", date=j("2019-06-30"), exercice=2019)
    ailleurs = suivi(instrument(etat=""), signee=None)
    assert seule(r, ailleurs, "2019-06-30").situation is Situation.A_VENIR
    assert seule(r, ailleurs, "2019-07-01").situation is Situation.NON_DOCUMENTEE


def test_an_avenant_counts_once_every_party_signed_the_one_of_that_year():
    r = regle("avenant", date=j("2021-05-15"), exercice=2021, regime="civil")
    un = instrument(2, "avenant", fait("signature", "2021-05-12", 1), debut=j("2021-01-01"), etat="signee")
    assert seule(r, suivi(instrument(), un), "2021-05-13").situation is Situation.A_VENIR
    deux = instrument(
        2, "avenant", fait("signature", "2021-05-12", 1), fait("signature", "2021-05-14", 2, 9), debut=j("2021-01-01")
    )  # fmt: skip
    echeance = seule(r, suivi(instrument(), deux), "2021-05-14")
    assert (echeance.situation, echeance.preuve.instrument.cle) == (Situation.FAITE, "avenant-2")
    autre_annee = instrument(2, "avenant", *deux.faits, debut=j("2020-01-01"))
    assert seule(r, suivi(instrument(), autre_annee), "2021-05-16").situation is Situation.EN_RETARD


def test_a_sliding_year_has_its_own_date():
    civil, glissant = (
        regle("avenant", regime=regime, exercice=2021, date=j(date))
        for regime, date in (("civil", "2021-05-15"), ("glissant", "2021-09-30"))
    )
    en_juillet = instrument(2, "avenant", debut=j("2021-07-01"), etat="projet")
    assert [
        str(e.date) for e in echeances_de(suivi(instrument(), en_juillet), [civil, glissant], j("2021-01-01"))
    ] == ["2021-09-30"]
    assert len(echeances_de(suivi(), [civil, glissant], j("2021-01-01"))) == 1
    inconnu = suivi(instrument(debut=None, fin=None))
    assert len(echeances_de(inconnu, [civil, glissant], j("2021-01-01"))) == 2


def test_a_report_tells_of_the_year_before():
    r = regle("rapport", date=j("2020-03-31"), exercice=2019)
    rendu = suivi(instrument(1, "convention", fait("rapport", "2020-04-17")))
    assert seule(r, rendu, "2020-04-16").situation is Situation.NON_DOCUMENTEE
    assert seule(r, rendu, "2020-04-17").situation is Situation.FAITE
    assert seule(regle("rapport", date=j("2021-03-31")), rendu, "2020-04-18").situation is Situation.A_VENIR


def test_a_milestone_passes_without_being_owed():
    assert seule(regle(), suivi(), "2020-12-31").situation is Situation.A_VENIR
    assert seule(regle(), suivi(), "2021-01-01").situation is Situation.PASSEE


@pytest.mark.parametrize("nature", ["execution", "rapport", "avenant", "evaluation", "fin", "transmission"])
def test_nothing_but_the_vote_and_the_signature_is_owed_of_a_contract_that_is_not_signed(nature):
    assert seule(regle(nature), suivi(signee=None), "2020-01-01") is None


def test_a_rule_is_unknown_before_its_text_and_does_not_reach_other_perimeters_nor_earlier_years():
    assert seule(regle(texte=TEXTE), suivi(), "2020-10-19") is None
    assert seule(regle(texte=TEXTE), suivi(), "2020-10-20") is not None
    assert seule(regle(perimetre="region"), suivi(), "2020-10-20") is None
    assert seule(regle(exercice=2018), suivi(), "2020-10-20") is None
    assert seule(regle(), suivi(ne_le=j("2021-01-01")), "2020-10-20") is None


# --- From the database --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_votes_of_the_circuit_count_before_anything_is_public():
    scene = Scene()
    with a_la_date(j("2019-06-15")):
        convention = scene.mener(scene.ouvrir(), "accorder")
        assert _situations(convention.contrat)["deliberation"] is Situation.A_VENIR
        scene.faire(convention, "deliberer")
        assert _situations(convention.contrat) == {
            "deliberation": Situation.FAITE,
            "convention": Situation.A_VENIR,
        }
        # The text changes: the vote was on another one.
        scene.faire(convention, "rediger", texte="Autre chose.")
        assert _situations(convention.contrat)["deliberation"] is Situation.A_VENIR


@pytest.mark.django_db
def test_a_text_changed_behind_the_back_of_the_circuit_is_seen_at_once():
    scene = Scene()
    with a_la_date(j("2019-06-15")):
        convention = scene.mener(scene.ouvrir(), "deliberer")
        assert _situations(convention.contrat)["deliberation"] is Situation.FAITE
        VersionDuTexte.objects.create(
            instrument=convention, rang=9, texte="Autre chose.", empreinte="e", instant=maintenant()
        )
        assert _situations(convention.contrat)["deliberation"] is Situation.A_VENIR


def _situations(contrat: Contrat) -> dict[str, Situation]:
    echeances = echeances_des(Contrat.objects.filter(pk=contrat.pk).select_related("perimetre"))
    return {e.regle.nature: e.situation for e in echeances}


@pytest.mark.django_db
def test_reading_a_hundred_contracts_takes_the_same_queries_as_one(django_assert_max_num_queries):
    for n in range(6):
        with a_la_date(j("2019-06-15")):
            Scene(code=f"96{n}D").ouvrir()
    with lecture(), django_assert_max_num_queries(14):
        assert len({e.suivi.lu.code for e in echeances_des(Contrat.objects.select_related("perimetre"))}) == 6
