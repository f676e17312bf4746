"""The rights, as the reviewed document says them: every address, every act, every function, and nothing besides."""

import pytest
from django.db import transaction
from django.urls import reverse

from echelons.acteurs.droits import COTES
from echelons.acteurs.models import SessionOuverte
from echelons.contrats.circuit import CIRCUIT
from tests.droits import constats, document
from tests.droits.adresses import ACTE, ADRESSES, rangees
from tests.droits.jugement import matrice
from tests.droits.monde import CAPACITES, CHEMINS, CHEMINS_SIGNES, SOURCES, pret
from tests.navigateur.exemples import noms_des_adresses
from tests.web.pages import Page


def rien_a_dire(defauts) -> None:
    """Fail with every sentence, or pass."""
    if tous := list(defauts):
        pytest.fail("\n".join([f"{len(tous)} défauts", *tous[:60]]), pytrace=False)


def test_every_address_has_a_row_and_every_row_an_address():
    assert {*ADRESSES, ACTE} == noms_des_adresses()


def test_every_capability_of_a_row_is_in_the_document():
    assert {a.capacite for _, a in rangees()} - {""} <= set(document.droits())


def test_every_act_of_the_circuit_is_in_the_document_and_can_be_tried_from_each_of_its_states():
    assert {t.libelle for t in CIRCUIT.transitions} == set(document.actes())
    assert {pret(acte, etat) for acte, etats in SOURCES.items() for etat in etats} <= {
        *CHEMINS,
        *CHEMINS_SIGNES,
        "vote-partiel",
    }
    assert set(CAPACITES.values()) <= set(document.droits())


def test_no_function_does_an_act_of_the_other_side(monde):
    assert {str(c): cote for c, cote in COTES.items()} == document.cotes()
    assert [
        (capacite, fonction)
        for capacite, cote in document.cotes().items()
        for fonction in document.droits()[capacite]
        if monde.fonctions[fonction].cote != cote
    ] == []


def test_every_function_of_the_house_is_in_the_document(monde):
    assert set(monde.fonctions) == set(document.fonctions())


def test_each_address_answers_each_reader_as_the_document_says(monde):
    rien_a_dire(matrice(monde))


def test_each_act_is_allowed_from_each_state_exactly_to_those_who_hold_it(monde):
    rien_a_dire(constats.actes_du_circuit(monde))


def test_what_a_page_shows_and_offers_follows_the_rights(monde):
    rien_a_dire(constats.marques(monde))


def test_a_draft_is_read_by_the_side_that_writes_it_until_it_is_shared(monde):
    rien_a_dire(constats.brouillon(monde))


def test_an_office_that_is_vacant_blocks_nothing_and_one_that_is_held_keeps_its_rights(monde):
    rien_a_dire(constats.vacance(monde))


def test_a_lowered_mandate_loses_every_right_at_once_in_the_same_session(monde):
    rien_a_dire(constats.mandat_abaisse(monde))


def test_the_rights_reach_as_far_as_the_document_says_also_where_another_right_hides_it(monde):
    rien_a_dire(constats.portees(monde))


def test_nobody_out_of_scope_reads_anything_of_a_dossier_at_any_address(monde):
    rien_a_dire(constats.canaris(monde))


def test_e_mails_and_agendas_carry_nothing_out_of_scope(monde):
    rien_a_dire(constats.courriels_et_agendas(monde))


def test_nobody_closes_the_session_of_another(monde):
    mien, autre = monde.ici("charge-de-mission"), monde.ici("instructeur")
    page = Page(monde.client(autre).get(reverse("mon_compte")).content)
    repere = page.soupe.select_one("input[name=session]")["value"]
    session = SessionOuverte.objects.get(compte=autre.compte)
    with transaction.atomic():
        reponse = monde.client(mien).post(reverse("sessions_fermer"), {"session": repere})
        assert reponse.status_code == 404
        assert SessionOuverte.objects.filter(pk=session.pk).exists()
        transaction.set_rollback(True)
