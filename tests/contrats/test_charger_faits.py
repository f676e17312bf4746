"""Taking in files of facts: once each, nothing overwritten, nothing lost, nothing left over."""

import datetime as dt

import pytest
from django.core.management import CommandError, call_command

from echelons.contrats.chargement import charger_faits
from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.contrats.regles import Classe
from echelons.socle.models import Source
from echelons.socle.yaml_situe import ErreurDeFichier
from tests.contrats.conftest import contenu
from tests.fabriques import (
    CONTRAT_DU_NORD,
    ENTETE_DE_FAITS,
    SIGNATURE_DU_NORD,
    dispositif,
    ecrire,
    faits_du_nord,
)

DELIBERATION = """
    type: deliberation
    date: 2018-12-17
    texte: Vote.
    sources: [prefecture]
"""
CONSTAT = """\
constats_collectifs:
  - dispositif: essai
    type: signature
    date: "<=2021-12-31"
    signataires_au: 2019-01-01
    sauf: [78D, 92D]
    connu_le: 2021-12-31
    texte: Tous sauf deux.
    sources: [prefecture]
"""


def etat(code: str = "essai-59d", jour: dt.date = dt.date(2019, 6, 30)) -> Classe:
    return Contrat.objects.get(code=code).etat_au(jour).classe


def test_a_file_gives_a_contract_its_parties_its_instrument_and_its_facts(charger):
    bilan = charger(faits_du_nord(DELIBERATION, SIGNATURE_DU_NORD))
    assert (bilan.contrats, bilan.faits_nouveaux, bilan.faits_deja_connus) == (1, 3, 0)
    contrat = Contrat.objects.get()
    assert list(contrat.parties.values_list("libelle", "territoire__code")) == [
        ("État", None),
        ("Nord", "59D"),
    ]
    assert sorted(Fait.objects.values_list("type", "partie__libelle", "jour")) == [
        ("deliberation", None, dt.date(2018, 12, 17)),
        ("signature", "Nord", dt.date(2018, 12, 18)),
        ("signature", "État", dt.date(2018, 12, 18)),
    ]
    assert set(Fait.objects.values_list("sources__cle", "connu_le")) == {
        ("prefecture", dt.date(2018, 12, 18))
    }
    assert etat() is Classe.SIGNEE


def test_loading_the_same_file_twice_changes_nothing(charger):
    texte = faits_du_nord(DELIBERATION, SIGNATURE_DU_NORD) + CONSTAT
    charger(texte)
    avant = contenu()
    for synchroniser in (False, True):
        bilan = charger(texte, synchroniser=synchroniser)
        assert (bilan.faits_nouveaux, bilan.faits_retires) == (0, 0)
        assert contenu() == avant


def test_a_new_fact_enters_beside_the_others_which_keep_their_instant_of_recording(charger):
    charger(faits_du_nord(SIGNATURE_DU_NORD))
    avant = contenu()["Fait"]
    bilan = charger(faits_du_nord(DELIBERATION, SIGNATURE_DU_NORD))
    assert (bilan.faits_nouveaux, bilan.faits_deja_connus) == (1, 2)
    assert contenu()["Fait"][:2] == avant


def test_what_a_file_no_longer_says_stays_unless_the_files_are_the_whole_truth(charger):
    charger(faits_du_nord(DELIBERATION, SIGNATURE_DU_NORD))
    assert charger(faits_du_nord(SIGNATURE_DU_NORD)).faits_retires == 0
    assert Fait.objects.count() == 3
    assert charger(faits_du_nord(SIGNATURE_DU_NORD), synchroniser=True).faits_retires == 1
    assert set(Fait.objects.values_list("type", flat=True)) == {"signature"}


def test_synchronising_removes_the_contract_the_party_and_the_instrument_that_are_no_longer_told(charger):
    avenant = "      - {cle: avenant-1, type: avenant, intitule: Avenant}\n"
    nord = faits_du_nord(SIGNATURE_DU_NORD) + avenant
    charger(nord + CONTRAT_DU_NORD.split("\n", 1)[1].replace("59", "62").replace("faits:", "faits: []"))
    assert set(Contrat.objects.values_list("code", flat=True)) == {"essai-59d", "essai-62d"}
    charger(nord.replace("libelle: État", "libelle: État (préfet)").replace(avenant, ""), synchroniser=True)
    assert list(Contrat.objects.values_list("code", flat=True)) == ["essai-59d"]
    assert set(Partie.objects.values_list("libelle", flat=True)) == {"État (préfet)", "Nord"}
    assert list(Instrument.objects.values_list("cle", flat=True)) == ["convention"]
    assert etat() is Classe.SIGNEE


def test_synchronising_a_contract_without_any_fact_yet_keeps_it(charger):
    charger(faits_du_nord(), synchroniser=True)
    avant = contenu()
    charger(faits_du_nord(), synchroniser=True)
    assert contenu() == avant
    assert avant["Contrat"]


def test_synchronising_a_corrected_source_corrects_it_everywhere(charger):
    charger(faits_du_nord(SIGNATURE_DU_NORD))
    faits = Fait.objects.count()
    corrigee = ENTETE_DE_FAITS.replace("Préfecture du Nord", "Préfecture de région").replace(
        "publiee_le: 2018-12-18", "publiee_le: 2018-12-20"
    )
    bilan = charger(faits_du_nord(SIGNATURE_DU_NORD, entete=corrigee), synchroniser=True)
    assert Source.objects.get(cle="prefecture").editeur == "Préfecture de région"
    assert (bilan.faits_nouveaux, Fait.objects.count()) == (0, faits)
    assert set(Fait.objects.values_list("connu_le", flat=True)) == {dt.date(2018, 12, 20)}


def test_a_later_survey_of_undated_sources_doubles_nothing_and_forgets_nothing(charger):
    sans_date = ENTETE_DE_FAITS.replace("    publiee_le: 2018-12-18\n", "")
    charger(faits_du_nord(SIGNATURE_DU_NORD, entete=sans_date))
    plus_tard = sans_date.replace("releve_le: 2024-01-15", "releve_le: 2025-06-01")
    bilan = charger(faits_du_nord(SIGNATURE_DU_NORD, DELIBERATION, entete=plus_tard))
    assert (bilan.faits_nouveaux, bilan.faits_deja_connus) == (1, 2)
    connus = dict(Fait.objects.values_list("type", "connu_le"))
    assert connus == {"signature": dt.date(2024, 1, 15), "deliberation": dt.date(2025, 6, 1)}
    charger(faits_du_nord(SIGNATURE_DU_NORD, DELIBERATION, entete=plus_tard), synchroniser=True)
    assert set(Fait.objects.values_list("connu_le", flat=True)) == {dt.date(2025, 6, 1)}


def test_each_party_may_sign_on_its_own_day(charger):
    charger(
        faits_du_nord(
            "{type: signature, date: 2019-06-13, parties: [Nord], sources: [prefecture]}",
            "{type: signature, date: 2019-06-18, parties: [État], sources: [prefecture]}",
        )
    )
    assert etat(jour=dt.date(2019, 6, 17)) is Classe.PAS_ENCORE
    assert etat(jour=dt.date(2019, 6, 18)) is Classe.SIGNEE


# --- Replacement ------------------------------------------------------------------------------------------

ANNONCE = "{cle: annonce, type: signature, date: 2019-05-28, sources: [prefecture]}"
CORRECTION = "{cle: correction, type: signature, date: 2019-06-13, remplace: annonce, sources: [prefecture]}"


def test_a_correction_replaces_a_fact_party_by_party_and_erases_nothing(charger):
    charger(faits_du_nord(ANNONCE, CORRECTION))
    assert Fait.objects.count() == 4
    for fait in Fait.objects.filter(jour=dt.date(2019, 6, 13)):
        assert (fait.remplace.jour, fait.remplace.partie) == (dt.date(2019, 5, 28), fait.partie)
    assert etat(jour=dt.date(2019, 6, 1)) is Classe.PAS_ENCORE


def test_a_correction_may_come_before_what_it_corrects_and_name_its_parties_in_any_order(charger):
    correction = CORRECTION.replace("sources", "parties: [Nord, État], sources")
    charger(faits_du_nord(correction, ANNONCE))
    for fait in Fait.objects.exclude(remplace=None):
        assert fait.remplace.partie == fait.partie


def test_a_correction_that_the_file_withdraws_is_withdrawn_by_synchronising_only(charger):
    charger(faits_du_nord(ANNONCE, CORRECTION))
    sans = faits_du_nord(ANNONCE, CORRECTION.replace("remplace: annonce, ", ""))
    charger(sans)
    assert Fait.objects.exclude(remplace=None).count() == 2
    charger(sans, synchroniser=True)
    assert not Fait.objects.exclude(remplace=None).exists()


def test_a_correction_is_turned_round_by_synchronising_only(charger):
    charger(faits_du_nord(ANNONCE, CORRECTION))
    inverse = faits_du_nord(
        ANNONCE.replace("type", "remplace: correction, type"), CORRECTION.replace("remplace: annonce, ", "")
    )
    with pytest.raises(ErreurDeFichier, match="se remplacer lui-même"):
        charger(inverse)
    charger(inverse, synchroniser=True)
    assert set(Fait.objects.exclude(remplace=None).values_list("jour", flat=True)) == {dt.date(2019, 5, 28)}


def test_synchronising_removes_a_replaced_fact_and_keeps_its_correction(charger):
    charger(faits_du_nord(ANNONCE, CORRECTION))
    seule = CORRECTION.replace("remplace: annonce, ", "")
    assert charger(faits_du_nord(seule), synchroniser=True).faits_retires == 2
    assert set(Fait.objects.values_list("jour", "remplace")) == {(dt.date(2019, 6, 13), None)}


# --- Collective statements ---------------------------------------------------------------------------------


def test_a_collective_statement_is_told_of_each_signatory_but_the_excepted(charger):
    charger(ENTETE_DE_FAITS + CONSTAT)
    assert Contrat.objects.count() == 99
    assert not Contrat.objects.filter(perimetre__code__in=["78D", "92D"]).exists()
    assert Fait.objects.filter(portee="collective").count() == 2 * 99
    assert etat("essai-59d") is Classe.NON_DOCUMENTEE
    assert etat("essai-59d", dt.date(2021, 12, 31)) is Classe.SIGNEE


@pytest.mark.parametrize("code", ["essai-59d", "convention-du-nord"])
def test_a_collective_statement_goes_to_the_declared_contract_whatever_was_loaded_before(charger, code):
    nord = (
        faits_du_nord(SIGNATURE_DU_NORD)
        .replace("essai-59d", code)
        .replace("libelle: État", "libelle: Préfet")
    )
    charger(ENTETE_DE_FAITS + CONSTAT, synchroniser=True)
    charger(nord + CONSTAT, synchroniser=True)
    contrat = Contrat.objects.get(perimetre__code="59D")
    assert contrat.code == code
    assert set(contrat.parties.values_list("libelle", flat=True)) == {"Préfet", "Nord"}
    assert contrat.faits.filter(portee="collective").count() == 2
    assert etat(code, dt.date(2019, 6, 30)) is Classe.SIGNEE


# --- Through the command ------------------------------------------------------------------------------------


def test_the_command_says_what_entered_and_takes_a_folder(tmp_path, db, capsys):
    dispositif()
    ecrire(tmp_path / "b.yaml", faits_du_nord(DELIBERATION))
    ecrire(tmp_path / "a.yaml", faits_du_nord(SIGNATURE_DU_NORD))
    call_command("charger_faits", str(tmp_path))
    assert capsys.readouterr().out == "3 faits nouveaux, 0 déjà connus, 1 contrats au total.\n"
    assert etat() is Classe.SIGNEE


def test_the_command_prints_every_error_one_a_line_and_writes_nothing(tmp_path, db):
    dispositif()
    ecrire(tmp_path / "a.yaml", faits_du_nord(SIGNATURE_DU_NORD))
    ecrire(tmp_path / "b.yaml", faits_du_nord("{type: vote, date: hier, sources: [prefecture]}"))
    with pytest.raises(CommandError) as erreur:
        call_command("charger_faits", str(tmp_path))
    lignes = str(erreur.value).splitlines()
    assert lignes[0] == "2 erreurs, rien n’a été enregistré :"
    assert len(lignes) == 3, lignes
    assert all(
        ligne.startswith("b.yaml:21 : clé « contrats.1.instruments.1.faits.1.") for ligne in lignes[1:]
    )
    assert not Contrat.objects.exists()
    assert not Source.objects.filter(cle="prefecture").exists()


def test_a_path_that_does_not_exist_is_said(tmp_path, db):
    with pytest.raises(CommandError, match=r"absent\.yaml : ce fichier n’existe pas"):
        call_command("charger_faits", str(tmp_path / "absent.yaml"))


def test_a_folder_loads_its_files_in_order_in_one_transaction(tmp_path, db):
    dispositif()
    ecrire(tmp_path / "a.yaml", faits_du_nord(SIGNATURE_DU_NORD))
    assert charger_faits(chemin=tmp_path).faits_nouveaux == 2
    assert len(set(Fait.objects.values_list("enregistre_le", flat=True))) == 1
