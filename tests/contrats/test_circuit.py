"""An instrument from the first draft to the act in force, and every way back."""

import datetime as dt

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, transaction

from echelons.acteurs.models import Mandat
from echelons.contrats import actes
from echelons.contrats.models import Deliberation, Fait, Instrument, SignatureDePartie, VersionDuTexte
from echelons.contrats.regles import Classe
from echelons.socle.circuit import (
    ActeIncomplet,
    ActeInterdit,
    ActeRefuse,
    CommentaireManquant,
    ConflitDActe,
    EtatRefuse,
)
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import verifier
from echelons.strategie.models import Dispositif
from tests.contrats.scene import CHEMIN, JOUR, Scene

pytestmark = pytest.mark.django_db
E = Instrument.Etat


@pytest.fixture(autouse=True)
def jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_convention_goes_from_the_first_draft_to_the_act_in_force(scene):
    convention = scene.ouvrir()
    etats = [convention.etat]
    for acte in CHEMIN:
        scene.faire(convention, acte)
        etats.append(convention.etat)
    assert etats == [
        E.PROJET, E.PROJET, E.SOUMISE, E.EN_INSTRUCTION, E.ACCORDEE, E.DELIBEREE, E.EXECUTOIRE, E.EXECUTOIRE,
        E.SIGNEE, E.SIGNEE, E.EN_VIGUEUR,
    ]  # fmt: skip
    assert verifier().anomalies == ()
    histoire = actes.histoire_de(convention.contrat)
    assert [e.acte for e in histoire] == ["ouvrir", *CHEMIN]


def test_nothing_is_public_before_the_last_signature_and_the_contract_is_then_signed(scene):
    convention = scene.mener(scene.ouvrir(), "signer_collectivite")
    contrat = convention.contrat
    assert not Fait.objects.filter(contrat=contrat).exists()
    assert contrat.etat_au(JOUR).classe is Classe.NON_DOCUMENTEE
    scene.faire(convention, "signer_etat")
    assert contrat.etat_au(dt.date(2019, 6, 11)).classe is not Classe.SIGNEE
    assert contrat.etat_au(dt.date(2019, 6, 12)).classe is Classe.SIGNEE
    types = set(Fait.objects.filter(contrat=contrat).values_list("type", flat=True))
    assert types == {"deliberation", "transmission", "publication", "signature"}
    assert all(f.sources.exists() and f.ecriture for f in Fait.objects.filter(contrat=contrat))


def test_giving_back_asks_for_a_reason_and_the_text_can_be_written_again(scene):
    convention = scene.mener(scene.ouvrir(), "prendre_en_instruction")
    with pytest.raises(CommentaireManquant):
        scene.faire(convention, "demander_des_corrections", commentaire="  ")
    scene.faire(convention, "demander_des_corrections")
    assert convention.etat == E.A_CORRIGER
    scene.faire(convention, "rediger", texte="Article 1er. Corrigé.")
    scene.faire(convention, "soumettre")
    assert convention.etat == E.SOUMISE
    assert VersionDuTexte.objects.filter(instrument=convention).count() == 2


@pytest.mark.parametrize(
    ("issue", "etat"),
    [("ajournee", E.ACCORDEE), ("rejetee", E.EN_NEGOCIATION), ("modifiee", E.EN_NEGOCIATION)],
)
def test_an_assembly_may_adjourn_reject_or_modify(scene, issue, etat):
    convention = scene.mener(scene.ouvrir(), "accorder")
    scene.faire(convention, "deliberer", issue=issue)
    assert convention.etat == etat
    assert Deliberation.objects.get(instrument=convention).issue == issue


def test_changing_an_agreed_text_cancels_the_vote_and_the_signatures_given_on_it(scene):
    convention = scene.mener(scene.ouvrir(), "signer_collectivite")
    scene.faire(convention, "rediger", texte="Article 1er. Autre chose.")
    assert convention.etat == E.EN_NEGOCIATION
    for acte in ("soumettre", "prendre_en_instruction", "accorder"):
        scene.faire(convention, acte)
    with pytest.raises(ActeIncomplet, match="Aucune délibération adoptée"):
        scene.faire(convention, "rendre_executoire")
    with pytest.raises(EtatRefuse, match="Il faut d’abord"):
        scene.faire(convention, "notifier")
    scene.faire(convention, "deliberer", numero="2019-061", date_deliberation=dt.date(2019, 6, 24))
    for acte, quand in (
        (
            "rendre_executoire",
            {"date_transmission": dt.date(2019, 6, 25), "date_publication": dt.date(2019, 6, 25)},
        ),
        ("signer_etat", {"date_signature": dt.date(2019, 6, 26)}),
    ):
        scene.faire(convention, acte, **quand)
    assert convention.etat == E.EXECUTOIRE
    scene.faire(convention, "signer_collectivite", date_signature=dt.date(2019, 6, 27))
    assert convention.etat == E.SIGNEE
    assert SignatureDePartie.objects.filter(instrument=convention).count() == 3


def test_signing_before_the_vote_is_executory_is_refused_unless_a_reason_is_written(scene):
    convention = scene.mener(scene.ouvrir(), "accorder")
    with pytest.raises(ActeIncomplet, match="n’est pas exécutoire"):
        scene.faire(convention, "signer_collectivite")
    scene.faire(convention, "signer_collectivite", commentaire="Signature avec le ministre.")
    scene.faire(convention, "signer_etat")
    assert convention.etat == E.SIGNEE
    scene.faire(convention, "notifier")
    with pytest.raises(ActeIncomplet, match="pas encore exécutoire"):
        scene.faire(convention, "entrer_en_vigueur")
    with pytest.raises(ActeIncomplet, match="seule une adoption"):
        scene.faire(convention, "deliberer", issue="rejetee")
    scene.faire(convention, "deliberer")
    scene.faire(convention, "rendre_executoire")
    scene.faire(convention, "entrer_en_vigueur")
    assert convention.etat == E.EN_VIGUEUR
    signature = next(e for e in actes.histoire_de(convention.contrat) if e.acte == "signer_collectivite")
    assert signature.personnel["commentaire"] == "Signature avec le ministre."


def test_a_signature_by_delegation_names_the_act_that_gives_it(scene):
    scene._comptes["prefet"] = scene.nommer(
        "delegataire-etat", titre=Mandat.Titre.DELEGATION, acte_de_delegation="Arrêté fictif n° 12"
    )
    convention = scene.mener(scene.ouvrir(), "signer_etat")
    assert (
        SignatureDePartie.objects.get(instrument=convention, partie__role="etat").delegation
        == "Arrêté fictif n° 12"
    )


@pytest.mark.parametrize(
    ("acte", "donnees", "phrase"),
    [
        ("deliberer", {"date_deliberation": dt.date(2019, 7, 2)}, "après aujourd’hui"),
        ("deliberer", {"date_deliberation": dt.date(2017, 7, 2)}, "avant le début du dispositif"),
        ("rendre_executoire", {"date_transmission": dt.date(2019, 5, 2)}, "précède la délibération"),
        ("signer_collectivite", {"date_signature": dt.date(2019, 5, 21)}, "précède le jour"),
        ("notifier", {"date_notification": dt.date(2019, 6, 2)}, "précède la dernière signature"),
        ("entrer_en_vigueur", {"date_entree": dt.date(2019, 6, 2)}, "précède la notification"),
    ],
)
def test_dates_follow_each_other(scene, acte, donnees, phrase):
    convention = scene.ouvrir()
    avant = CHEMIN[CHEMIN.index(acte) - 1]
    scene.mener(convention, avant)
    etat, version = convention.etat, convention.version
    with pytest.raises(ActeIncomplet, match=phrase):
        scene.faire(convention, acte, **donnees)
    convention.refresh_from_db()
    assert (convention.etat, convention.version) == (etat, version)


def test_who_has_not_the_right_is_told_who_has(scene):
    convention = scene.mener(scene.ouvrir(), "soumettre")
    scene.acteur("instructeur")
    with pytest.raises(ActeInterdit, match="instructeur 997D"):
        scene.faire(convention, "prendre_en_instruction", par="charge-de-mission")


def test_a_colleague_of_another_departement_can_do_nothing(scene):
    convention = scene.mener(scene.ouvrir(), "soumettre")
    voisin = Scene(code="998D")
    for acte in ("prendre_en_instruction", "demander_des_corrections"):
        with pytest.raises(ActeInterdit) as refus:
            actes.agir(par=voisin.acteur("instructeur"), instrument=convention, acte=acte, commentaire="x")
        assert "997D" not in str(refus.value)
    assert not type(convention).objects.for_user(voisin.acteur("instructeur")).exists()
    assert type(convention).objects.for_user(scene.acteur("instructeur")).get() == convention


def test_two_people_acting_at_once_one_wins_and_the_other_is_told_who_did_what(scene):
    convention = scene.mener(scene.ouvrir(), "prendre_en_instruction")
    lue = convention.version
    scene.faire(convention, "demander_des_corrections", version_lue=lue)
    with pytest.raises(ConflitDActe, match=r"Essai instructeur 997D.*Demander des corrections"):
        scene.faire(Instrument.objects.get(pk=convention.pk), "accorder", version_lue=lue)


def test_the_regional_opinion_is_required_only_where_the_dispositif_says_so(scene):
    convention = scene.mener(scene.ouvrir(), "prendre_en_instruction")
    dispositif = convention.contrat.dispositif
    dispositif.avis_regional_depuis = JOUR
    dispositif.save()
    with pytest.raises(ActeIncomplet, match="avis du niveau régional"):
        scene.faire(Instrument.objects.get(pk=convention.pk), "accorder")
    # Before its first day the office does not exist: what is asked of it falls to the SGAR.
    scene.faire(convention, "donner_avis", par="sgar")
    scene.faire(convention, "accorder")
    assert convention.etat == E.ACCORDEE


def test_one_instrument_of_a_kind_at_a_time(scene):
    convention = scene.ouvrir()
    with pytest.raises(ValidationError, match="déjà en cours"):
        scene.ouvrir()
    scene.faire(convention, "abandonner")
    assert scene.ouvrir().cle == "convention-2"


def test_in_the_demonstration_nobody_acts_on_a_real_territory(scene, settings):
    settings.DEMONSTRATION = True
    scene.lieu.fictif = False
    scene.lieu.save()
    with pytest.raises(ValidationError, match="territoires fictifs"):
        scene.ouvrir()
    assert not Instrument.objects.nes_ici().exists()


def test_an_end_is_an_end(scene):
    convention = scene.mener(scene.ouvrir(), "entrer_en_vigueur")
    scene.faire(convention, "denoncer")
    assert convention.etat == E.DENONCEE
    assert Fait.objects.filter(contrat=convention.contrat, type="denonciation").count() == 1
    assert convention.contrat.etat_au(JOUR).denoncee
    with pytest.raises(ActeRefuse):
        scene.faire(convention, "rediger")


def test_sql_refuses_to_rewrite_what_was_voted_or_signed(scene):
    convention = scene.mener(scene.ouvrir(), "signer_etat")
    for modele, changement in (
        (VersionDuTexte, {"texte": "autre"}),
        (SignatureDePartie, {"date": dt.date(2019, 1, 1)}),
        (Deliberation, {"pour": 50}),
    ):
        lignes = modele.objects.filter(instrument=convention)
        assert lignes.exists()
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes.update(**changement)
        with pytest.raises(DatabaseError), transaction.atomic():
            lignes._raw_delete(lignes.db)


def test_a_contract_of_three_parties_waits_for_the_third(scene):
    with a_la_date(dt.date(2020, 10, 1)):
        enfance = Dispositif.objects.get(code="contrat-protection-enfance")
        instrument = actes.ouvrir(
            par=scene.acteur("charge-de-mission"),
            dispositif=enfance,
            territoire=scene.lieu,
            genre="contrat",
            intitule="Contrat de protection de l’enfance (fictif)",
        )
        assert [p.role for p in instrument.contrat.parties.all()] == ["etat", "collectivite", "ars"]
        mai = dt.date(2020, 5, 20)
        jours = {
            "deliberer": {"date_deliberation": mai},
            "rendre_executoire": {"date_transmission": mai, "date_publication": mai},
            "signer_collectivite": {"date_signature": mai},
            "signer_etat": {"date_signature": mai},
        }
        for acte in CHEMIN[: CHEMIN.index("signer_etat") + 1]:
            scene.faire(instrument, acte, **jours.get(acte, {}))
        assert instrument.etat == "deliberation_executoire"
        scene.faire(instrument, "signer_autre", date_signature=dt.date(2020, 10, 1))
        assert instrument.etat == "signee"
