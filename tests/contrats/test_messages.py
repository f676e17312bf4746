"""Who is told of what: after each act, in the reminders, and never out of scope nor after the thing is done."""

import datetime as dt

import pytest
from django.core import mail
from django.core.management import call_command

from echelons.acteurs.models import Fonction, Mandat, Personne
from echelons.contrats.messages import A_FAIRE, A_SAVOIR, apercu, rappels
from echelons.contrats.models import Instrument
from echelons.contrats.tour import attendus
from echelons.socle import envois
from echelons.socle.envois import prochain
from echelons.socle.horloge import a_la_date
from echelons.socle.models import Message
from tests.contrats.scene import CHEMIN, JOUR, QUI, Scene

pytestmark = pytest.mark.django_db
E = Instrument.Etat
CANARI = "Canari-hors-de-portée"
FONCTIONS = (
    "administrateur-national", "conseiller-territoires", "prefet-de-region", "sgar", "dreets", "prefet",
    "delegataire-etat", "instructeur", "president", "delegataire-collectivite", "charge-de-mission",
    "direction-operationnelle", "finances", "secretariat-assemblee", "operateur", "observateur",
)  # fmt: skip


@pytest.fixture(autouse=True)
def jour():
    with a_la_date(JOUR):
        yield


@pytest.fixture
def scene() -> Scene:
    scene = Scene()
    for fonction in FONCTIONS:
        scene.compte(fonction)
    return scene


def destinataires(scene: Scene, genre: str) -> set[str]:
    """The functions to which messages of this kind were written."""
    comptes = set(Message.objects.filter(genre=genre).values_list("destinataire", flat=True))
    return {f for f in FONCTIONS if str(scene.compte(f).pk) in comptes}


def lignes(scene: Scene, fonction: str) -> list[str]:
    return [ligne.phrase.replace("\xa0", " ") for ligne in prochain(str(scene.compte(fonction).pk)).lignes]


# --- After an act -------------------------------------------------------------------------------------

#: Act → who must act next (the author left out), who is told where it stands.
ANNONCES = {
    "soumettre": ({"instructeur"}, set()),
    "prendre_en_instruction": ({"prefet", "delegataire-etat"}, {"charge-de-mission"}),
    "accorder": ({"secretariat-assemblee"}, {"charge-de-mission", "instructeur"}),
    "deliberer": (set(), {"charge-de-mission", "instructeur"}),
    "rendre_executoire": (
        {"president", "delegataire-collectivite", "prefet", "delegataire-etat"},
        {"charge-de-mission", "instructeur"},
    ),
    "signer_etat": ({"instructeur"}, {"charge-de-mission"}),
    "entrer_en_vigueur": (
        set(),
        {
            "charge-de-mission", "president", "prefet", "delegataire-etat", "direction-operationnelle", "finances",
            "secretariat-assemblee", "sgar", "dreets",
        },
    ),
}  # fmt: skip


@pytest.mark.parametrize("acte", ANNONCES)
def test_those_whose_turn_it_is_are_told_then_those_who_follow(scene, acte):
    convention = scene.mener(scene.ouvrir(), CHEMIN[CHEMIN.index(acte) - 1])
    Message.objects.all().delete()
    scene.faire(convention, acte)
    assert (destinataires(scene, A_FAIRE), destinataires(scene, A_SAVOIR)) == ANNONCES[acte]


def test_writing_again_tells_nobody_again_and_a_second_give_back_does(scene):
    convention = scene.mener(scene.ouvrir(), "soumettre")
    scene.faire(convention, "demander_des_corrections")
    n = Message.objects.count()
    for _ in range(3):
        scene.faire(convention, "rediger", texte=f"Article {n}.")
        n += 1
    retours = Message.objects.filter(genre=A_FAIRE, destinataire=str(scene.compte("charge-de-mission").pk))
    assert retours.count() == 1
    assert retours.get().urgent
    scene.faire(convention, "soumettre")
    scene.faire(convention, "demander_des_corrections")
    assert retours.count() == 2


def test_a_comment_is_never_quoted(scene):
    convention = scene.mener(scene.ouvrir(), "soumettre")
    scene.faire(convention, "demander_des_corrections", commentaire="Le plan de financement secret manque.")
    call_command("envoyer_messages")
    recus = [m for m in mail.outbox if m.to == [scene.compte("charge-de-mission").courriel]]
    assert "Soumettre à l’État" in recus[0].body
    assert f"/contrats/{convention.contrat.code}/convention/" in recus[0].body
    for message in mail.outbox:
        assert "secret" not in message.body
        assert "Lieu" not in message.subject
        assert "onvention" not in message.subject


def test_a_line_is_dropped_once_it_is_no_longer_their_turn_or_their_mandate_ended(scene):
    convention = scene.mener(scene.ouvrir(), "soumettre")
    assert "À vous d’agir" in lignes(scene, "instructeur")[0]
    Mandat.objects.filter(personne=scene.compte("instructeur").personne).update(
        fin=JOUR - dt.timedelta(days=1)
    )
    assert lignes(scene, "instructeur") == []
    remplacant = scene.nommer("instructeur")
    scene._comptes["instructeur"] = remplacant
    scene.faire(convention, "prendre_en_instruction")
    assert any("À vous d’agir" in ligne for ligne in lignes(scene, "prefet"))
    scene.faire(convention, "accorder")
    assert not any("À vous d’agir" in ligne for ligne in lignes(scene, "prefet"))


def test_a_forgotten_person_and_a_closed_account_receive_nothing(scene):
    scene.mener(scene.ouvrir(), "soumettre")
    compte = scene.compte("instructeur")
    Personne.objects.filter(pk=compte.personne_id).update(nom="", prenom="", oubliee_le="2019-06-30T10:00Z")
    call_command("envoyer_messages")
    assert mail.outbox == []
    assert set(Message.objects.filter(destinataire=compte.pk).values_list("ecarte", flat=True)) == {"compte"}


def test_the_office_is_vacant_and_who_stands_in_reads_the_contract(scene):
    assert prochain(str(scene.compte("sgar").pk)).lignes == ()


@pytest.mark.parametrize("acte", [a for a in CHEMIN if a != "rediger"])
def test_whoever_is_told_was_announced_before_the_act(scene, acte):
    convention = scene.mener(scene.ouvrir(), CHEMIN[CHEMIN.index(acte) - 1])
    Message.objects.all().delete()
    par = scene.acteur(QUI[acte])
    annonces = {a.etat: a for a in apercu(acte, Instrument.objects.get(pk=convention.pk), par=par)}
    assert Message.objects.count() == 0
    scene.faire(convention, acte)
    annonce = annonces[convention.etat]
    for genre, annonces_de_ce_genre in ((A_FAIRE, annonce.a_faire), (A_SAVOIR, annonce.pour_information)):
        prevus = {nom.partition(",")[0] for nom in annonces_de_ce_genre}
        dits = {str(scene.compte(f).personne) for f in destinataires(scene, genre)}
        assert dits <= prevus, genre
        assert genre != A_SAVOIR or dits == prevus or convention.etat in {E.EXECUTOIRE, E.SIGNEE}


# --- Reminders: every state × every function × before, after ------------------------------------------

COLLECTIVITE, ETAT = {"president", "delegataire-collectivite"}, {"prefet", "delegataire-etat"}
#: Who is reminded of the signature of the convention while the instrument is in that state.
ATTENDUS = {
    E.PROJET: {"charge-de-mission"},
    E.EN_NEGOCIATION: {"charge-de-mission"},
    E.A_CORRIGER: {"charge-de-mission"},
    E.SOUMISE: {"instructeur"},
    E.EN_INSTRUCTION: {"instructeur", *ETAT},
    E.ACCORDEE: set(),  # the assembly: it owes the vote, not the signature
    E.DELIBEREE: set(),
    E.EXECUTOIRE: {*COLLECTIVITE, *ETAT},
    E.SIGNEE: set(),
    E.EN_VIGUEUR: set(),
    E.ABANDONNEE: {"charge-de-mission", "instructeur"},  # who may open another one
    E.DENONCEE: set(),
}
VERS = {
    E.PROJET: ("rediger",),
    E.EN_NEGOCIATION: ("rediger", "partager"),
    E.A_CORRIGER: ("rediger", "soumettre", "demander_des_corrections"),
    E.SOUMISE: CHEMIN[:2],
    E.EN_INSTRUCTION: CHEMIN[:3],
    E.ACCORDEE: CHEMIN[:4],
    E.DELIBEREE: CHEMIN[:5],
    E.EXECUTOIRE: CHEMIN[:6],
    E.SIGNEE: CHEMIN[:8],
    E.EN_VIGUEUR: CHEMIN,
    E.ABANDONNEE: ("rediger", "abandonner"),
    E.DENONCEE: (*CHEMIN, "denoncer"),
}
ECHEANCE = dt.date(2019, 6, 30)


def rappeles(scene: Scene, jour: dt.date, libelle: str = "Signature") -> set[str]:
    with a_la_date(jour):
        return {
            fonction
            for fonction in FONCTIONS
            if any(libelle in r.ligne.phrase for r in rappels(str(scene.compte(fonction).pk)))
        }


def test_every_state_of_the_circuit_is_tried_here():
    assert set(ATTENDUS) == set(VERS) == set(E)
    assert set(FONCTIONS) | {"commissaire"} == set(Fonction.objects.values_list("code", flat=True))


@pytest.mark.parametrize("etat", ATTENDUS, ids=str)
def test_a_reminder_goes_to_those_who_still_have_something_to_do_and_to_nobody_else(scene, etat):
    convention = scene.ouvrir()
    for acte in VERS[etat]:
        scene.faire(convention, acte)
    assert convention.etat == etat
    # Far from the date, nobody; the facts of a signed contract are those of its own days.
    dates = {-40: set(), -7: ATTENDUS[etat], 0: ATTENDUS[etat], 12: ATTENDUS[etat], 400: ATTENDUS[etat]}
    if etat in {E.SIGNEE, E.EN_VIGUEUR, E.DENONCEE}:
        del dates[-40]
    trouves = {jours: rappeles(scene, ECHEANCE + dt.timedelta(days=jours)) for jours in dates}
    assert trouves == dates


@pytest.mark.parametrize("etat", [e for e, qui in ATTENDUS.items() if qui], ids=str)
def test_whoever_lost_the_right_is_reminded_of_nothing(scene, etat):
    convention = scene.ouvrir()
    for acte in VERS[etat]:
        scene.faire(convention, acte)
    Mandat.objects.update(fin=ECHEANCE - dt.timedelta(days=8))
    assert rappeles(scene, ECHEANCE - dt.timedelta(days=8)) == ATTENDUS[etat]
    assert rappeles(scene, ECHEANCE - dt.timedelta(days=7)) == set()


def test_the_vote_is_reminded_to_the_assembly_once_the_text_is_agreed_and_no_longer_once_it_is_given(scene):
    convention = scene.mener(scene.ouvrir(), "accorder")
    assert rappeles(scene, ECHEANCE, "Délibération") == {"secretariat-assemblee"}
    scene.faire(convention, "deliberer")
    assert rappeles(scene, ECHEANCE, "Délibération") == set()


def test_a_reminder_is_told_at_each_stage_and_once_a_stage(scene):
    scene.mener(scene.ouvrir(), "soumettre")
    Message.objects.all().delete()
    recus = []
    for jours in (-40, -30, -29, -8, -7, -1, 0, 1, 2, 29, 30, 31, 61):
        with a_la_date(ECHEANCE + dt.timedelta(days=jours)):
            mail.outbox.clear()
            envois.expedition.Envoi.objects.update(jour="2000-01-01")  # another real day each time
            envois.expedition.Envoi.objects.filter(jour="2000-01-01").update(urgent=True)
            call_command("envoyer_messages")
            if mail.outbox:
                recus.append(jours)
    assert recus == [-30, -7, -1, 1, 30, 61]


def test_a_reminder_says_the_date_the_delay_and_what_is_not_sure(scene):
    scene.mener(scene.ouvrir(), "entrer_en_vigueur")
    with a_la_date(dt.date(2020, 3, 24)):
        (rappel,) = [
            r for r in rappels(str(scene.compte("charge-de-mission").pk)) if "Rapport" in r.ligne.phrase
        ]
    phrase = rappel.ligne.phrase.replace("\xa0", " ")
    assert phrase.endswith(": 31 mars 2020 (dans 7 jours, date à confirmer).")
    assert rappel.ligne.lien == "/echeances/?contrat=calpae-997d"


# --- Scope --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "acte", ["soumettre", "demander_des_corrections", "deliberer", "signer_etat", "denoncer"]
)
def test_nothing_of_a_contract_is_ever_said_out_of_its_scope(scene, acte):
    voisine = Scene(code="998D", region_code="R98T")
    for fonction in FONCTIONS:
        if Fonction.objects.get(code=fonction).echelon != "national":
            voisine.compte(fonction)
    convention = scene.ouvrir()
    convention.intitule = convention.contrat.intitule = CANARI
    convention.save()
    convention.contrat.save()
    suite = ("rediger", "soumettre", acte) if acte.startswith("demander") else VERS[E.EN_VIGUEUR]
    for pas in (*suite, *((acte,) if acte not in suite else ())):
        scene.faire(convention, pas)
        if pas == acte:
            break
    call_command("envoyer_messages")
    siens = {scene.compte(f).courriel for f in FONCTIONS}
    assert any(CANARI in m.body for m in mail.outbox)
    for message in mail.outbox:
        assert CANARI not in message.subject
        assert CANARI not in message.body or set(message.to) <= siens
    for fonction in voisine._comptes:
        contenu = prochain(str(voisine.compte(fonction).pk))
        assert CANARI not in str(contenu)
        assert CANARI not in str(rappels(str(voisine.compte(fonction).pk)))
    assert attendus(convention) is not None
