"""The state of a contract at a date: each class, each precision, each kind of disagreement."""

import datetime as dt

import pytest

from echelons.contrats.regles import Classe, ContratLu, InstrumentLu, PartieLue, Signature
from echelons.socle.dates import lire_date_iso, lire_date_source
from tests.fabriques import contrat_lu, fait_lu, signatures

LE_30_JUIN = "2019-06-30"


def classe(contrat: ContratLu, jour: str = LE_30_JUIN, connu: str | None = None) -> Classe:
    return contrat.etat_au(lire_date_iso(jour), lire_date_iso(connu) if connu else None).classe


def signature(contrat: ContratLu, jour: str = LE_30_JUIN) -> Signature:
    return contrat.etat_au(lire_date_iso(jour)).signature


# --- One signature, each precision ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("date", "jour", "attendue"),
    [
        ("2019-06-28", "2019-06-27", Classe.PAS_ENCORE),
        ("2019-06-28", "2019-06-28", Classe.SIGNEE),
        ("2019-06-28", "2024-01-01", Classe.SIGNEE),
        ("2019-06", "2019-05-31", Classe.PAS_ENCORE),
        ("2019-06", "2019-06-01", Classe.PEUT_ETRE),
        ("2019-06", "2019-06-29", Classe.PEUT_ETRE),
        ("2019-06", "2019-06-30", Classe.SIGNEE),
        ("2020-02", "2020-02-28", Classe.PEUT_ETRE),
        ("2020-02", "2020-02-29", Classe.SIGNEE),
        ("<=2020-07-03", "2018-01-01", Classe.PEUT_ETRE),
        ("<=2020-07-03", "2020-07-02", Classe.PEUT_ETRE),
        ("<=2020-07-03", "2020-07-03", Classe.SIGNEE),
        ("inconnue", "2018-01-01", Classe.PEUT_ETRE),
        ("inconnue", "2100-12-31", Classe.PEUT_ETRE),
    ],
)
def test_a_signature_is_read_as_precisely_as_its_source_dates_it(date, jour, attendue):
    assert classe(contrat_lu(signatures(date)), jour) is attendue


@pytest.mark.parametrize("date", ["2021-12-31", "2021-12", "<=2021-12-31"])
def test_a_collective_statement_proves_from_its_date_on_and_says_nothing_before(date):
    contrat = contrat_lu(signatures(date, collectif=True))
    assert classe(contrat, "2021-12-31") is Classe.SIGNEE
    avant = contrat.etat_au(lire_date_iso("2019-06-30"))
    assert (avant.classe, avant.signature) == (Classe.NON_DOCUMENTEE, Signature.INCONNUE)
    assert not avant.pour | avant.contre | avant.possibles


def test_an_undated_collective_statement_never_says_anything():
    assert classe(contrat_lu(signatures("inconnue", collectif=True)), "2100-01-01") is Classe.NON_DOCUMENTEE


def test_nothing_known_is_not_documented_and_never_unsigned():
    for contrat in (contrat_lu(), contrat_lu(fait_lu("montant", "2019-01-01")), contrat_lu(instruments=())):
        etat = contrat.etat_au(lire_date_iso(LE_30_JUIN))
        assert (etat.classe, etat.signature, etat.dates) == (Classe.NON_DOCUMENTEE, Signature.INCONNUE, ())


def test_nothing_is_signed_before_the_dispositif_opens():
    contrat = contrat_lu(signatures("<=2024-09-30"), ouverture="2024-01-01")
    assert classe(contrat, "2023-12-31") is Classe.PAS_ENCORE
    assert classe(contrat, "2024-01-01") is Classe.PEUT_ETRE
    assert classe(contrat, "2024-09-30") is Classe.SIGNEE


# --- What is not a signature ----------------------------------------------------------------------------


@pytest.mark.parametrize("type_", ["engagement", "deliberation"])
def test_a_vote_or_a_public_commitment_engages_from_its_day_and_signs_nothing(type_):
    contrat = contrat_lu(fait_lu(type_, "2018-12-17"))
    assert classe(contrat, "2018-12-16") is Classe.NON_DOCUMENTEE
    etat = contrat.etat_au(lire_date_iso("2018-12-17"))
    assert (etat.classe, etat.signature, etat.protocole_seul) == (Classe.ENGAGEE, Signature.INCONNUE, False)
    assert etat.appuis == {contrat.faits[0].id}


def test_a_vote_of_unknown_date_engages_on_no_given_day():
    assert classe(contrat_lu(fait_lu("deliberation", "inconnue"))) is Classe.NON_DOCUMENTEE


@pytest.mark.parametrize("type_", ["transmission", "publication", "entree_en_vigueur", "montant", "rapport"])
def test_other_facts_give_no_class(type_):
    assert classe(contrat_lu(fait_lu(type_, "2019-01-01"))) is Classe.NON_DOCUMENTEE


def test_a_protocole_signed_by_all_is_never_counted_as_a_signature():
    contrat = contrat_lu(signatures("2019-02-21", instrument=2))
    assert classe(contrat, "2019-02-20") is Classe.NON_DOCUMENTEE
    etat = contrat.etat_au(lire_date_iso("2100-01-01"))
    assert (etat.classe, etat.signature, etat.protocole_seul) == (Classe.ENGAGEE, Signature.INCONNUE, True)
    assert etat.appuis == {f.id for f in contrat.faits}
    assert not etat.pour


def test_an_avenant_or_another_kind_of_instrument_signs_nothing():
    avenant = InstrumentLu(3, "avenant")
    contrat = contrat_lu(signatures("2019-01-01", instrument=3), instruments=(avenant,))
    assert classe(contrat) is Classe.NON_DOCUMENTEE


# --- Several parties ---------------------------------------------------------------------------------


def test_the_convention_is_signed_when_the_last_party_has_signed():
    contrat = contrat_lu(signatures("2019-06-13", parties=[2]), signatures("2019-06-18", parties=[1]))
    assert classe(contrat, "2019-06-12") is Classe.PAS_ENCORE
    assert classe(contrat, "2019-06-17") is Classe.PAS_ENCORE
    etat = contrat.etat_au(lire_date_iso("2019-06-18"))
    assert (etat.classe, etat.divergente) == (Classe.SIGNEE, False)
    assert etat.dates == (lire_date_source("2019-06-18"),)


def test_a_party_whose_signature_nobody_tells_leaves_the_convention_unsigned_but_engaged():
    contrat = contrat_lu(signatures("2019-06-13", parties=[2]))
    assert classe(contrat, "2019-06-12") is Classe.PAS_ENCORE
    etat = contrat.etat_au(lire_date_iso("2100-01-01"))
    assert (etat.classe, etat.signature) == (Classe.ENGAGEE, Signature.INCONNUE)
    assert etat.appuis == etat.pour == {f.id for f in contrat.faits}


def test_a_doubtful_signature_beside_a_silent_party_is_no_better_than_a_certain_one():
    for date in ("<=2020-01-01", "inconnue"):
        assert classe(contrat_lu(signatures(date, parties=[2]))) is Classe.NON_DOCUMENTEE
    contredite = contrat_lu(signatures("2019-02-01", parties=[2]), signatures("2019-12-01", parties=[2]))
    assert classe(contredite) is Classe.ENGAGEE


@pytest.mark.parametrize(
    ("troisieme", "attendue"),
    [
        (None, Classe.ENGAGEE),
        ("2019-06-30", Classe.SIGNEE),
        ("2019-07-01", Classe.PAS_ENCORE),
        ("2019-06", Classe.SIGNEE),
        ("<=2019-12-31", Classe.PEUT_ETRE),
        ("inconnue", Classe.PEUT_ETRE),
    ],
)
def test_three_parties_must_sign_and_the_weakest_decides(troisieme, attendue):
    contrat = contrat_lu(
        signatures("2019-05-01"),
        signatures(troisieme, parties=[3]) if troisieme else [],
        parties=(PartieLue(1), PartieLue(2), PartieLue(3)),
    )
    assert classe(contrat) is attendue


def test_only_the_parties_of_the_day_must_have_signed():
    toulouse = PartieLue(3, debut=dt.date(2020, 1, 1))
    contrat = contrat_lu(signatures("2019-05-01"), parties=(PartieLue(1), PartieLue(2), toulouse))
    assert classe(contrat, "2019-12-31") is Classe.SIGNEE
    assert classe(contrat, "2020-01-01") is Classe.ENGAGEE
    partie = PartieLue(3, fin=dt.date(2019, 12, 31))
    contrat = contrat_lu(signatures("2019-05-01"), parties=(PartieLue(1), PartieLue(2), partie))
    assert classe(contrat, "2019-12-31") is Classe.ENGAGEE
    assert classe(contrat, "2020-01-01") is Classe.SIGNEE


# --- Disagreements -------------------------------------------------------------------------------------


def pas_de_calais() -> ContratLu:
    """Three sources, three dates."""
    return contrat_lu(
        signatures("2018-12-18", connu="2018-12-20"),
        signatures("2018-12-21", connu="2019-01-10"),
        signatures("2019-01-23", connu="2019-02-01"),
    )


def test_three_sources_three_dates_live_side_by_side():
    contrat = pas_de_calais()
    assert classe(contrat, "2018-12-17") is Classe.PAS_ENCORE
    assert classe(contrat, "2019-01-23") is Classe.SIGNEE
    for jour in ("2018-12-18", "2018-12-31", "2019-01-22"):
        etat = contrat.etat_au(lire_date_iso(jour))
        assert (etat.classe, etat.signature, etat.divergente) == (
            Classe.PEUT_ETRE,
            Signature.CONTREDITE,
            True,
        )
        assert [str(d.jour) for d in etat.dates] == ["2018-12-18", "2018-12-21", "2019-01-23"]
        assert etat.pour
        assert etat.contre
        assert etat.pour | etat.contre == {f.id for f in contrat.faits}


def test_before_the_contradiction_was_known_the_first_source_was_believed():
    contrat = pas_de_calais()
    assert classe(contrat, "2018-12-31", connu="2018-12-19") is Classe.NON_DOCUMENTEE
    assert classe(contrat, "2018-12-31", connu="2018-12-20") is Classe.SIGNEE
    assert classe(contrat, "2018-12-31", connu="2019-02-01") is Classe.PEUT_ETRE


@pytest.mark.parametrize(
    ("dates", "retenue"),
    [
        (("2019-06", "2019-06-28"), "2019-06-28"),
        (("<=2020-07-03", "2019-06"), "2019-06"),
        (("<=2020-07-03", "<=2019-12-31"), "<=2019-12-31"),
        (("inconnue", "<=2020-07-03"), "<=2020-07-03"),
        (("inconnue",), "inconnue"),
    ],
)
def test_sources_that_agree_give_the_narrowest_date(dates, retenue):
    etat = contrat_lu(*(signatures(d) for d in dates)).etat_au(lire_date_iso("2021-01-01"))
    assert (etat.dates, etat.divergente) == ((lire_date_source(retenue),), False)


def test_parties_that_sign_on_different_days_do_not_disagree_but_two_dates_for_one_do():
    contrat = contrat_lu(
        signatures("2019-06-13", parties=[2]),
        signatures("2019-06-14", parties=[2]),
        signatures("2019-06-18", parties=[1]),
    )
    assert contrat.etat_au(lire_date_iso("2019-12-31")).divergente


def test_a_collective_statement_is_no_date_beside_an_individual_one():
    contrat = contrat_lu(signatures("2019-06-28"), signatures("<=2021-12-31", collectif=True))
    etat = contrat.etat_au(lire_date_iso("2022-01-01"))
    assert (etat.dates, etat.divergente) == ((lire_date_source("2019-06-28"),), False)


# --- Absence, end, replacement --------------------------------------------------------------------------


def test_an_attested_absence_lasts_for_its_period_only():
    contrat = contrat_lu(fait_lu("non_signataire", "2019-01-01", jusqu_au="2021-12-31"))
    assert classe(contrat, "2018-12-31") is Classe.NON_DOCUMENTEE
    for jour in ("2019-01-01", "2021-12-31"):
        etat = contrat.etat_au(lire_date_iso(jour))
        assert (etat.classe, etat.signature) == (Classe.NON_SIGNATAIRE, Signature.NON)
        assert etat.appuis == {contrat.faits[0].id}
    assert classe(contrat, "2022-01-01") is Classe.NON_DOCUMENTEE


@pytest.mark.parametrize("date", ["inconnue", "<=2021-12-31"])
def test_an_absence_that_is_not_dated_yet_makes_nobody_unsigned(date):
    assert classe(contrat_lu(fait_lu("non_signataire", date))) is Classe.NON_DOCUMENTEE


def test_an_absence_settles_a_doubt_and_contradicts_a_certainty():
    absence = fait_lu("non_signataire", "2019-01-01", jusqu_au="2019-12-31")
    assert classe(contrat_lu(signatures("<=2020-07-03"), absence)) is Classe.NON_SIGNATAIRE
    assert classe(contrat_lu(signatures("2020-07-03"), absence)) is Classe.PAS_ENCORE
    etat = contrat_lu(signatures("2019-03-01"), absence).etat_au(lire_date_iso(LE_30_JUIN))
    assert (etat.classe, etat.signature) == (Classe.PEUT_ETRE, Signature.CONTREDITE)
    assert etat.appuis == {absence.id}


def test_a_territory_that_voted_is_engaged_even_when_its_absence_is_attested():
    contrat = contrat_lu(fait_lu("deliberation", "2019-02-01"), fait_lu("non_signataire", "2019-01-01"))
    assert classe(contrat) is Classe.ENGAGEE
    assert signature(contrat) is Signature.NON


def test_a_convention_that_was_ended_stays_signed_and_says_so():
    contrat = contrat_lu(signatures("2019-03-01"), fait_lu("denonciation", "2019-10-01"))
    assert not contrat.etat_au(lire_date_iso("2019-09-30")).denoncee
    etat = contrat.etat_au(lire_date_iso("2019-10-01"))
    assert (etat.classe, etat.denoncee) == (Classe.SIGNEE, True)


def test_a_replaced_fact_counts_until_its_correction_is_known():
    annonce = signatures("2019-05-28", connu="2019-05-28", parties=[2])[0]
    correction = signatures("2019-06-13", connu="2019-06-21", parties=[2], remplace=annonce)
    contrat = contrat_lu(annonce, correction, signatures("2019-05-01", parties=[1]))
    assert classe(contrat, "2019-06-01", connu="2019-06-20") is Classe.SIGNEE
    for connu in ("2019-06-21", None):
        etat = contrat.etat_au(lire_date_iso("2019-06-01"), lire_date_iso(connu) if connu else None)
        assert (etat.classe, etat.divergente) == (Classe.PAS_ENCORE, False)
        assert annonce.id not in etat.pour


def test_a_correction_of_a_correction_leaves_the_last_only():
    premiere = signatures("2019-05-28", parties=[2])[0]
    seconde = signatures("2019-06-13", parties=[2], remplace=premiere)[0]
    derniere = signatures("2019-06-14", parties=[2], remplace=seconde)[0]
    contrat = contrat_lu(premiere, seconde, derniere, signatures("2019-01-01", parties=[1]))
    assert contrat.etat_au(lire_date_iso("2020-01-01")).dates == (lire_date_source("2019-06-14"),)


# --- Several conventions ----------------------------------------------------------------------------------

SECONDE = InstrumentLu(3, "convention", debut=dt.date(2022, 1, 1))
DEUX_CONVENTIONS = (InstrumentLu(1, "convention"), SECONDE)


def test_one_convention_signed_is_enough():
    contrat = contrat_lu(signatures("2019-03-01"), instruments=DEUX_CONVENTIONS)
    assert classe(contrat) is Classe.SIGNEE
    assert classe(contrat, "2023-01-01") is Classe.SIGNEE


def test_a_later_convention_never_shows_a_territory_as_unsigned_when_the_first_is_undated():
    contrat = contrat_lu(signatures("2022-05-10", instrument=3), instruments=DEUX_CONVENTIONS)
    etat = contrat.etat_au(lire_date_iso(LE_30_JUIN))
    assert (etat.classe, etat.signature) == (Classe.PEUT_ETRE, Signature.POSSIBLE)
    assert classe(contrat, "2022-05-10") is Classe.SIGNEE


def test_a_convention_whose_period_has_not_begun_leaves_the_first_one_say_not_yet():
    contrat = contrat_lu(signatures("2019-07-01"), instruments=DEUX_CONVENTIONS)
    assert classe(contrat) is Classe.PAS_ENCORE


# --- Known on a day ---------------------------------------------------------------------------------------


def test_a_fact_is_read_from_the_day_it_was_known():
    contrat = contrat_lu(signatures("2018-12-18", connu="2019-01-23"))
    assert classe(contrat, "2019-01-01", connu="2019-01-22") is Classe.NON_DOCUMENTEE
    assert classe(contrat, "2019-01-01", connu="2019-01-23") is Classe.SIGNEE
    assert classe(contrat, "2018-12-01", connu="2018-12-01") is Classe.NON_DOCUMENTEE


def test_the_state_says_which_dates_it_answers_for():
    etat = contrat_lu(signatures("2019-03-01")).etat_au(dt.date(2019, 6, 30), dt.date(2020, 1, 1))
    assert (etat.date, etat.connu_le) == (dt.date(2019, 6, 30), dt.date(2020, 1, 1))
