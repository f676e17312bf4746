"""What holds of the state of every contract, whatever its facts.

The order of knowledge that ``etat_au`` keeps where nothing is superseded, for one day and K1 ≤ K2:

- the statements for, against and possible of K1 are among those of K2;
- « oui » stays, or becomes « contredite »;
- « possible » and « contredite » never become « inconnue »;
- « non » becomes « inconnue » only when a source now says that somebody signed;
- a class other than « non documentée » is never « non documentée » again;
- while the class stays, so do the facts it rests on.
"""

import datetime as dt
from dataclasses import replace
from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from echelons.contrats.regles import (
    PROTOCOLES,
    Classe,
    ContratLu,
    FaitLu,
    InstrumentLu,
    PartieLue,
    Signature,
)
from echelons.socle.dates import DateSource, Precision

DEBUT, FIN = dt.date(2018, 6, 1), dt.date(2020, 6, 1)
JOURS = st.dates(DEBUT, FIN)
UN_JOUR = dt.timedelta(days=1)
#: Pure and quick: more examples than the ordinary suite draws.
beaucoup = settings(max_examples=max(200, settings.default.max_examples))
TYPES = ("signature", "engagement", "deliberation", "non_signataire", "denonciation", "montant", "rapport")


@st.composite
def dates_de_source(tirer) -> DateSource:
    precision = tirer(st.sampled_from(Precision))
    return DateSource(None if precision is Precision.INCONNUE else tirer(JOURS), precision)


@st.composite
def faits(tirer, id_: int, parties: int, instruments: int) -> FaitLu:
    type_ = tirer(st.sampled_from(("signature",) * 6 + TYPES))
    date = tirer(dates_de_source())
    signe = type_ == "signature"
    duree = tirer(st.none() | st.integers(0, 300)) if type_ == "non_signataire" and date.jour else None
    return FaitLu(
        id=id_,
        type=type_,
        date=date,
        connu_le=tirer(JOURS),
        instrument=tirer(st.integers(1, instruments)) if signe else None,
        partie=tirer(st.integers(1, parties)) if signe else None,
        collectif=signe and tirer(st.sampled_from((False, False, False, True))),
        jusqu_au=date.jour + dt.timedelta(days=duree) if date.jour and duree is not None else None,
    )


@st.composite
def contrats(tirer, remplacements: bool = False) -> ContratLu:
    bornes = st.none() | JOURS
    parties = [
        PartieLue(i, *_dans_l_ordre(tirer(bornes), tirer(bornes))) for i in range(1, tirer(st.integers(2, 4)))
    ]
    types = tirer(
        st.lists(st.sampled_from(("convention", "convention", "protocole")), min_size=1, max_size=3)
    )
    instruments = [InstrumentLu(i, type_, tirer(st.none() | JOURS)) for i, type_ in enumerate(types, 1)]
    liste = [tirer(faits(i, len(parties), len(types))) for i in range(tirer(st.integers(0, 7)))]
    if remplacements:
        # A fact replaces an earlier one about the same act, so that nothing replaces itself.
        liste = [
            replace(f, remplace=tirer(st.sampled_from([None, *memes])))
            if (
                memes := [
                    g.id
                    for g in liste[:i]
                    if (g.type, g.partie, g.instrument) == (f.type, f.partie, f.instrument)
                ]
            )
            else f
            for i, f in enumerate(liste)
        ]
    return ContratLu(
        id=1,
        code="essai",
        type_signant="convention",
        parties=tuple(parties),
        instruments=tuple(instruments),
        faits=tuple(liste),
        ouverture=tirer(st.just(dt.date.min) | JOURS),
    )


def _dans_l_ordre(debut: dt.date | None, fin: dt.date | None) -> tuple[dt.date | None, dt.date | None]:
    return (fin, debut) if debut and fin and fin < debut else (debut, fin)


class Retournement:
    """The shuffling that turns the order round."""

    def shuffle(self, liste: list[FaitLu]) -> None:
        liste.reverse()


def neuf(contrat: ContratLu) -> ContratLu:
    """The same contract with nothing kept in memory: what is read of it is computed again."""
    return replace(contrat)


#: Of two conventions one is unknown; the other, dated after the day looked at, is then dated of that day too.
DEUX_CONVENTIONS = ContratLu(
    id=1,
    code="essai",
    type_signant="convention",
    parties=(PartieLue(1), PartieLue(2)),
    instruments=(InstrumentLu(1, "convention"), InstrumentLu(2, "convention")),
    faits=tuple(
        FaitLu(
            id=i,
            type="signature",
            date=DateSource(jour, Precision.JOUR),
            connu_le=connu_le,
            instrument=1,
            partie=1,
        )
        for i, (jour, connu_le) in enumerate([(DEBUT, DEBUT + UN_JOUR), (DEBUT + UN_JOUR, DEBUT)])
    ),
)

#: The same before the first convention begins, with two others of which nothing is known.
TROIS_CONVENTIONS = replace(
    DEUX_CONVENTIONS,
    instruments=(
        InstrumentLu(1, "convention", DEBUT + UN_JOUR),
        InstrumentLu(2, "convention"),
        InstrumentLu(3, "convention"),
    ),
)


@beaucoup
@example(DEUX_CONVENTIONS, DEBUT, DEBUT, None)
@example(TROIS_CONVENTIONS, DEBUT, DEBUT, None)
@given(contrats(), JOURS, JOURS, JOURS | st.none())
def test_knowing_more_never_unlearns_where_nothing_is_superseded(contrat, jour, connu, plus_tard):
    if plus_tard is not None:
        connu, plus_tard = sorted((connu, plus_tard))
    avant, apres = contrat.etat_au(jour, connu), contrat.etat_au(jour, plus_tard)
    assert avant.pour <= apres.pour
    assert avant.contre <= apres.contre
    assert avant.possibles <= apres.possibles
    if avant.signature is Signature.OUI:
        assert apres.signature in {Signature.OUI, Signature.CONTREDITE}
    if avant.signature in {Signature.POSSIBLE, Signature.CONTREDITE}:
        assert apres.signature is not Signature.INCONNUE
    if avant.signature is Signature.NON and apres.signature is Signature.INCONNUE:
        assert apres.pour > avant.pour
    if avant.classe is not Classe.NON_DOCUMENTEE:
        assert apres.classe is not Classe.NON_DOCUMENTEE
    if avant.classe is apres.classe:
        assert avant.appuis <= apres.appuis | apres.pour
    assert avant.denoncee <= apres.denoncee


@beaucoup
@given(contrats(remplacements=True), JOURS | st.none(), JOURS)
def test_the_state_is_constant_between_two_bounds(contrat, connu, jour):
    bornes = sorted(b for b in contrat.bornes(connu) if b <= jour)
    depuis = bornes[-1] if bornes else dt.date.min
    apres = [b for b in contrat.bornes(connu) if b > jour]
    jusqu_a = min(apres) - UN_JOUR if apres else dt.date.max
    etat = neuf(contrat).etat_au(jour, connu)
    for autre in (depuis, jusqu_a, depuis + (jusqu_a - depuis) // 2):
        assert replace(neuf(contrat).etat_au(autre, connu), date=jour) == etat


@beaucoup
@given(contrats(remplacements=True), JOURS, JOURS | st.none())
def test_the_steps_of_the_signature_say_what_the_state_says(contrat, jour, connu):
    savoir = contrat.savoir_au(connu)
    assert savoir.signature_au(jour) is contrat.etat_au(jour, connu).signature
    dits = [signature for _, signature in savoir.etapes]
    assert all(avant is not apres for avant, apres in pairwise(dits))


@beaucoup
@given(contrats(remplacements=True), JOURS, JOURS | st.none())
def test_the_classes_share_out_what_is_known_of_the_signature(contrat, jour, connu):
    etat = contrat.etat_au(jour, connu)
    attendues = {
        Classe.SIGNEE: {Signature.OUI},
        Classe.PEUT_ETRE: {Signature.POSSIBLE, Signature.CONTREDITE},
        Classe.ENGAGEE: {Signature.NON, Signature.INCONNUE},
        Classe.PAS_ENCORE: {Signature.NON},
        Classe.NON_SIGNATAIRE: {Signature.NON},
        Classe.NON_DOCUMENTEE: {Signature.INCONNUE},
    }
    assert set(attendues) == set(Classe)
    assert etat.signature in attendues[etat.classe]


@beaucoup
@given(contrats(remplacements=True), JOURS, JOURS | st.none())
def test_no_contract_is_shown_unsigned_for_lack_of_a_date(contrat, jour, connu):
    etat = contrat.etat_au(jour, connu)
    par_id = {f.id: f for f in contrat.faits}
    if etat.classe is Classe.PAS_ENCORE:
        assert etat.contre
        assert all(max(par_id[f].date.au_plus_tot, contrat.ouverture) > jour for f in etat.contre)
    if etat.classe is Classe.NON_SIGNATAIRE:
        assert etat.appuis
        for fait in (par_id[f] for f in etat.appuis):
            assert fait.date.au_plus_tard <= jour <= (fait.jusqu_au or dt.date.max)


@beaucoup
@given(contrats(remplacements=True), JOURS, JOURS | st.none())
def test_signed_means_that_every_party_of_the_day_signed_one_convention_and_nobody_says_otherwise(
    contrat, jour, connu
):
    connus = contrat.faits_connus(connu)
    presentes = [p.id for p in contrat.parties if p.presente(jour)] or [p.id for p in contrat.parties]

    def signe(instrument: int, partie: int) -> bool:
        dits = [f for f in connus if (f.type, f.instrument, f.partie) == ("signature", instrument, partie)]
        certains = [f for f in dits if f.date.au_plus_tard <= jour]
        contraires = [
            f for f in dits if not f.collectif and max(f.date.au_plus_tot, contrat.ouverture) > jour
        ]
        return bool(certains) and not [f for f in contraires if f not in certains]

    absente = any(
        f.type == "non_signataire" and f.date.au_plus_tard <= jour <= (f.jusqu_au or dt.date.max)
        for f in connus
    )
    attendue = not absente and any(
        all(signe(i.id, p) for p in presentes) for i in contrat.instruments if i.type == "convention"
    )
    assert (contrat.etat_au(jour, connu).classe is Classe.SIGNEE) == attendue


@beaucoup
@given(contrats(remplacements=True), JOURS, JOURS | st.none())
def test_a_protocole_never_changes_what_is_known_of_the_signature(contrat, jour, connu):
    protocoles = {i.id for i in contrat.instruments if i.type in PROTOCOLES}
    sans = replace(contrat, faits=tuple(f for f in contrat.faits if f.instrument not in protocoles))
    avec, autre = contrat.etat_au(jour, connu), sans.etat_au(jour, connu)
    assert (avec.signature, avec.pour, avec.contre, avec.dates) == (
        autre.signature,
        autre.pour,
        autre.contre,
        autre.dates,
    )


#: One signature told twice of the same month, by two of its days.
UN_MOIS_DEUX_FOIS = replace(
    DEUX_CONVENTIONS,
    faits=tuple(
        replace(fait, date=DateSource(fait.date.jour, Precision.MOIS)) for fait in DEUX_CONVENTIONS.faits
    ),
)


@beaucoup
@example(UN_MOIS_DEUX_FOIS, DEBUT, None, Retournement())
@given(contrats(remplacements=True), JOURS, JOURS | st.none(), st.randoms())
def test_the_order_in_which_facts_are_read_does_not_matter(contrat, jour, connu, hasard):
    melanges = list(contrat.faits)
    hasard.shuffle(melanges)
    autre = replace(contrat, faits=tuple(melanges))
    assert autre.etat_au(jour, connu) == contrat.etat_au(jour, connu)


@beaucoup
@given(contrats(remplacements=True), JOURS)
def test_nothing_told_after_the_last_day_of_knowledge_counts_and_no_day_means_all(contrat, jour):
    dernier = max((f.connu_le for f in contrat.faits), default=FIN)
    tout = contrat.etat_au(jour)
    assert replace(contrat.etat_au(jour, dernier), connu_le=None) == tout
    assert contrat.etat_au(jour, DEBUT - UN_JOUR).classe is Classe.NON_DOCUMENTEE


@beaucoup
@given(contrats(), JOURS, JOURS)
def test_with_the_same_parties_time_only_adds_to_what_is_signed(contrat, jour, autre):
    jour, autre = sorted((jour, autre))
    contrat = replace(contrat, parties=tuple(PartieLue(p.id) for p in contrat.parties))
    avant, apres = contrat.etat_au(jour), contrat.etat_au(autre)
    assert avant.pour <= apres.pour
    assert apres.contre <= avant.contre
