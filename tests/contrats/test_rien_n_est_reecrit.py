"""What an instance has recorded: a later file adds to it, corrects it in the open, and never rewrites it in silence."""

import datetime as dt

import pytest
from django.db import IntegrityError, transaction
from django.db.models import ProtectedError

from echelons.contrats.models import Contrat, Fait
from echelons.contrats.regles import Classe
from echelons.contrats.requetes import faits_sans_date_de_publication
from echelons.socle.models import Source
from echelons.strategie.models import Dispositif
from tests.contrats.conftest import contenu
from tests.fabriques import ENTETE_DE_FAITS, dossier, faits_du_nord

VOTE = "{type: deliberation, date: 2018-12-17, texte: Le département vote., sources: [prefecture]}"
ANNONCE = "{cle: annonce, type: signature, date: 2019-05-28, sources: [prefecture]}"
CORRECTION = "{cle: correction, type: signature, date: 2019-06-13, remplace: annonce, sources: [prefecture]}"
MONTANT = """
    {type: montant, date: 2018-12-18, montant: 1000, nature: exact, couverture: etat, exercices: 2019-2021,
     texte: Insertion., sources: [prefecture]}"""


@pytest.mark.parametrize(
    ("avant", "apres", "ligne", "phrase"),
    [
        (
            "exemple.invalid/nord",
            "exemple.invalid/autre",
            6,
            ("la source « prefecture » existe déjà avec une autre adresse : "
            "trouvé « https://exemple.invalid/autre », enregistré « https://exemple.invalid/nord ». "
            "Prenez une autre clé, ou corrigez celle-ci."),
        ),
        ("titre: Signature de la convention", "titre: Autre", 4, "existe déjà avec un autre titre"),
        ("    publiee_le: 2018-12-18\n", "", 3, "existe déjà avec une autre date de publication"),
        (
            "intitule: Convention du Nord",
            "intitule: Convention de Lille",
            11,
            ("le contrat « essai-59d » existe déjà avec un autre intitulé : trouvé « Convention de Lille », "
            "enregistré « Convention du Nord ». Prenez un autre code, ou corrigez celui-ci."),
        ),
        ("perimetre: 59D", "perimetre: 62D", 12, "existe déjà avec un autre périmètre"),
        ("libelle: État", "libelle: Préfet", 13, "existe déjà avec d’autres parties (enregistré : « État », « Nord »)"),
        ("role: etat", "role: ars", 14, "la partie « État » existe déjà avec un autre rôle"),
        ("type: convention", "type: avenant", 18, "l’instrument « convention » existe déjà avec un autre type"),
        (
            "Le département vote.",
            "Le département vote !",
            21,
            ("ce fait est déjà connu avec un autre texte : trouvé « Le département vote ! », enregistré "
            "« Le département vote. ». Un fait ne se réécrit pas : donnez le nouveau sous une autre « cle », "
            "avec « remplace »."),
        ),
        ("date: 2019-05-28", "date: 2019-05-29", 22, "le fait « annonce » existe déjà et dit autre chose : « date »"),
    ],
)  # fmt: skip
def test_a_file_that_tells_otherwise_what_is_recorded_is_refused(
    charger, refuser, avant, apres, ligne, phrase
):
    texte = faits_du_nord(VOTE, ANNONCE)
    charger(texte)
    assert texte.count(avant) == 1
    messages = refuser(texte.replace(avant, apres))
    assert all(m.startswith(f"faits.yaml:{ligne} :") and phrase in m for m in messages), messages


def test_a_contract_cannot_be_given_one_more_party_by_another_file(charger, refuser):
    charger(faits_du_nord(VOTE))
    de_plus = "- {role: autre, libelle: Une autre}\n      - {role: collectivite"
    messages = refuser(faits_du_nord(VOTE).replace("- {role: collectivite", de_plus))
    assert "existe déjà avec d’autres parties" in messages[0]


def test_synchronising_corrects_in_place_what_the_file_tells_otherwise(charger):
    charger(faits_du_nord(VOTE, ANNONCE))
    faits = set(Fait.objects.values_list("pk", flat=True))
    autre = faits_du_nord(VOTE.replace("vote.", "vote !"), ANNONCE.replace("05-28", "05-29"))
    bilan = charger(
        autre.replace("Préfecture du Nord", "Préfecture").replace("du Nord", "de Lille"), synchroniser=True
    )
    assert (bilan.faits_nouveaux, bilan.faits_retires) == (0, 0)
    assert set(Fait.objects.values_list("pk", flat=True)) == faits
    assert set(Fait.objects.values_list("texte", "jour")) == {
        ("Le département vote !", dt.date(2018, 12, 17)),
        ("", dt.date(2019, 5, 29)),
    }
    assert Source.objects.get(cle="prefecture").editeur == "Préfecture"
    assert Contrat.objects.get().intitule == "Convention de Lille"


def test_a_file_without_any_contract_removes_nothing(charger):
    charger(faits_du_nord(VOTE, ANNONCE))
    avant = contenu()
    charger("releve_le: 2024-01-15\n")
    assert contenu() == avant


# --- Corrections from one file to the next ---------------------------------------------------------------


def test_a_later_file_replaces_a_fact_that_an_earlier_one_gave(charger):
    charger(faits_du_nord(ANNONCE))
    charger(faits_du_nord(CORRECTION))
    assert Fait.objects.count() == 4
    for fait in Fait.objects.filter(cle="correction"):
        assert (fait.remplace.cle, fait.remplace.partie) == ("annonce", fait.partie)
    assert Contrat.objects.get().etat_au(dt.date(2019, 6, 1)).classe is Classe.PAS_ENCORE


def test_a_key_may_be_given_to_a_known_fact_so_that_it_can_be_replaced(charger):
    charger(faits_du_nord(VOTE))
    cle = VOTE.replace("{", "{cle: vote, ")
    neuf = cle.replace("vote,", "vote-corrige, remplace: vote,").replace("vote.", "vote enfin.")
    bilan = charger(faits_du_nord(cle, neuf))
    assert (bilan.faits_nouveaux, bilan.faits_deja_connus) == (1, 1)
    assert dict(Fait.objects.values_list("cle", "remplace__cle")) == {"vote": None, "vote-corrige": "vote"}


def test_a_circle_closed_over_two_files_is_refused(charger, refuser):
    charger(faits_du_nord(ANNONCE, CORRECTION))
    messages = refuser(faits_du_nord(ANNONCE.replace("cle: annonce,", "cle: annonce, remplace: correction,")))
    assert "se remplacer lui-même" in messages[0]


def test_a_fact_that_replaces_one_cannot_be_made_to_replace_another(charger, refuser):
    charger(faits_du_nord(ANNONCE, CORRECTION, ANNONCE.replace("annonce", "rumeur").replace("28", "20")))
    messages = refuser(faits_du_nord(CORRECTION.replace("remplace: annonce", "remplace: rumeur")))
    assert "ce fait en remplace déjà un autre que « rumeur »" in messages[0]


def test_two_amounts_that_only_their_prose_tells_apart_each_bear_a_key(charger, refuser):
    deux = MONTANT, MONTANT.replace("Insertion", "Accueil")
    assert "avec deux textes" in refuser(faits_du_nord(*deux))[0]
    charger(faits_du_nord(*(m.replace("{", f"{{cle: m{i}, ") for i, m in enumerate(deux))))
    assert set(Fait.objects.values_list("cle", "texte")) == {("m0", "Insertion."), ("m1", "Accueil.")}


def test_an_amount_is_the_same_however_its_decimals_are_written_and_another_when_it_is_yearly(charger):
    charger(faits_du_nord(MONTANT))
    charger(faits_du_nord(MONTANT.replace("montant: 1000", "montant: 1000.00")))
    assert Fait.objects.get().exercices_en_clair == "exercices\u00a02019\u00a0à\u00a02021"
    charger(faits_du_nord(MONTANT.replace("exercices", "par_an: true, exercices")))
    assert [f.exercices_en_clair for f in Fait.objects.order_by("pk")] == [
        "exercices\u00a02019\u00a0à\u00a02021",
        "par\u00a0an, exercices\u00a02019\u00a0à\u00a02021",
    ]


# --- Collective statements --------------------------------------------------------------------------------

CONSTAT = """\
constats_collectifs:
  - dispositif: essai
    type: signature
    date: "<=2021-12-31"
    signataires_au: 2019-01-01
    sauf: [78D]
    texte: Tous sauf un.
    sources: [prefecture]
"""


def test_a_collective_statement_does_not_sign_for_a_metropole_that_signs_beside(charger):
    joint = faits_du_nord(VOTE).replace(
        "- {role: collectivite, territoire: 59D}",
        "- {role: collectivite, territoire: 59D}\n      - {role: collectivite, territoire: 59D, libelle: Métropole}",
    ).replace("territoire: 59D, libelle: Métropole", "territoire: '245900410', libelle: Métropole")  # fmt: skip
    charger(joint + CONSTAT)
    contrat = Contrat.objects.get(perimetre__code="59D")
    assert set(contrat.faits.filter(portee="collective").values_list("partie__libelle", flat=True)) == {
        "État",
        "Nord",
    }
    assert contrat.etat_au(dt.date(2021, 12, 31)).classe is Classe.ENGAGEE


# --- What SQL refuses ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("lien", ["instrument", "partie", "remplace"])
@pytest.mark.parametrize("ajout", [True, False])
def test_a_fact_cannot_be_tied_to_another_contract_by_any_door(db, lien, ajout):
    nord, pas_de_calais = dossier("59D"), dossier("62D")
    etranger = {
        "instrument": nord.instrument(),
        "partie": nord.parties["Nord"],
        "remplace": nord.fait("rapport", "2019-01-01"),
    }[lien]
    fait = pas_de_calais.fait("deliberation", "2019-01-01")
    setattr(fait, lien, etranger)
    if ajout:
        fait.pk, fait.empreinte = None, "autre"
    with pytest.raises(IntegrityError, match="du même contrat"), transaction.atomic():
        fait.save()
    with pytest.raises(IntegrityError, match="ne change pas de contrat"), transaction.atomic():
        nord.instrument()._meta.model.objects.update(contrat=pas_de_calais.contrat)


def test_what_bears_facts_cannot_be_deleted_under_them(db):
    nord = dossier("59D")
    nord.signature("2019-01-01")
    for objet in (nord.contrat, nord.instrument(), nord.parties["Nord"]):
        with pytest.raises(ProtectedError):
            objet.delete()


# --- What a date of knowledge leaves out ---------------------------------------------------------------------


def test_statements_known_from_the_survey_only_are_counted_once_each(charger):
    sans_date = ENTETE_DE_FAITS.replace("    publiee_le: 2018-12-18\n", "")
    dit = VOTE.replace("{type", "{connu_le: 2018-12-20, type")
    charger(faits_du_nord(ANNONCE, dit, entete=sans_date))
    essai = Dispositif.objects.get(code="essai")
    assert faits_sans_date_de_publication(essai.pk) == 1
    source = Source.objects.par_editeur().get(cle="prefecture")
    assert (source.nombre_de_faits, source.nombre_d_appuis) == (2, 2)
