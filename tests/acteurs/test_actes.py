"""Inviting, accepting, ending and renewing: within one's reach, once, and never more than one holds."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from echelons.acteurs import actes
from echelons.acteurs.models import Compte, Invitation, Mandat
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui, maintenant
from tests.web.compte.fabrique import donner_mandat, ouvrir_compte

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("par", "fonction"),
    [
        ("administrateur-national", "conseiller-territoires"),
        ("administrateur-national", "president"),
        ("sgar", "instructeur"),
        ("commissaire", "prefet"),
        ("charge-de-mission", "charge-de-mission"),
        ("instructeur", "instructeur"),
    ],
)
def test_one_invites_within_ones_reach_and_the_secret_is_only_in_the_email(inviter, par, fonction):
    invitation, secret = inviter(par, fonction)
    assert mail.outbox[0].to == ["invite@exemple.test"]
    assert secret not in str(Invitation.objects.values())
    assert actes.invitation_de(secret) == invitation


@pytest.mark.parametrize(
    ("par", "fonction", "lieu"),
    [
        ("president", "charge-de-mission", None),
        ("charge-de-mission", "president", None),
        ("charge-de-mission", "instructeur", None),
        ("charge-de-mission", "instructeur", ("departement-59", "59D")),
        ("charge-de-mission", "administrateur-national", ("departement-59", None)),
        ("charge-de-mission", "charge-de-mission", ("departement-59", "62D")),
        ("instructeur", "prefet", ("ddets-59", "59D")),
        ("instructeur", "conseiller-territoires", ("ddets-59", "59D")),
        ("sgar", "administrateur-national", None),
        ("sgar", "administrateur-national", ("prefecture-r32", "R32")),
        ("sgar", "instructeur", ("ddets-59", "33D")),
        ("conseiller-territoires", "instructeur", None),
    ],
)
def test_nobody_gives_what_is_not_theirs_to_give(inviter, par, fonction, lieu):
    with pytest.raises(actes.ActeRefuse):
        inviter(par, fonction, lieu=lieu)
    assert not Invitation.objects.exists()
    assert mail.outbox == []


def test_an_ended_mandate_invites_nobody(inviter):
    compte = ouvrir_compte("sgar", fin=aujourdhui() - dt.timedelta(days=1))
    with pytest.raises(actes.ActeRefuse):
        inviter(compte, "instructeur")


def test_a_new_person_accepts_once(inviter):
    _, secret = inviter("sgar", "instructeur")
    identite = actes.Identite("Essai", "Invité", mot_de_passe="quatre chevaux")
    compte = actes.ouvrir_compte_invite(secret=secret, identite=identite)
    assert [m.fonction.code for m in Acteur.de(compte).mandats] == ["instructeur"]
    with pytest.raises(actes.InvitationInutilisable, match="déjà été acceptée"):
        actes.accepter_invitation(secret=secret, compte=compte)
    assert Mandat.objects.filter(personne=compte.personne).count() == 1


def test_an_account_that_exists_receives_the_mandate_if_it_is_the_one_invited(inviter):
    compte = ouvrir_compte("instructeur", courriel="invite@exemple.test")
    _, secret = inviter("sgar", "prefet")
    with pytest.raises(actes.InvitationInutilisable, match="Un compte existe déjà"):
        actes.ouvrir_compte_invite(secret=secret, identite=actes.Identite("A", "B"))
    with pytest.raises(actes.InvitationInutilisable, match="adressée à invite@exemple"):
        actes.accepter_invitation(secret=secret, compte=ouvrir_compte())
    actes.accepter_invitation(secret=secret, compte=compte)
    assert {m.fonction.code for m in Acteur.de(compte).mandats} == {"instructeur", "prefet"}


@pytest.mark.parametrize("fin", ["expirée", "retirée"])
def test_an_invitation_that_expired_or_was_withdrawn_opens_nothing(inviter, fin):
    invitation, secret = inviter("sgar", "instructeur")
    if fin == "expirée":
        instant = maintenant()
        Invitation.objects.update(envoyee_le=instant - dt.timedelta(days=15), expire_le=instant)
    else:
        actes.retirer_invitation(par=Acteur.de(ouvrir_compte("commissaire")), invitation=invitation)
    with pytest.raises(actes.InvitationInutilisable):
        actes.ouvrir_compte_invite(secret=secret, identite=actes.Identite("A", "B"))
    assert not Compte.objects.filter(courriel="invite@exemple.test").exists()


def test_only_who_could_invite_withdraws(inviter):
    invitation, _ = inviter("sgar", "prefet")
    for fonction in ("instructeur", "charge-de-mission", "president"):
        with pytest.raises(actes.ActeRefuse):
            actes.retirer_invitation(par=Acteur.de(ouvrir_compte(fonction)), invitation=invitation)


def test_ending_a_mandate_takes_its_rights_at_once(inviter):
    compte = ouvrir_compte("charge-de-mission")
    mandat = Mandat.objects.get(personne=compte.personne)
    hier = aujourdhui() - dt.timedelta(days=1)
    with pytest.raises(actes.ActeRefuse) as refus:
        actes.terminer_mandat(par=Acteur.de(ouvrir_compte("prefet")), mandat=mandat, fin=hier)
    assert "Vos fonctions ne permettent pas de mettre fin à un mandat" in str(refus.value)
    actes.terminer_mandat(par=Acteur.de(ouvrir_compte("sgar")), mandat=mandat, fin=hier)
    assert Acteur.de(compte).mandats == ()


def test_a_mandate_does_not_end_before_it_began():
    mandat = donner_mandat(ouvrir_compte(), "instructeur")
    with pytest.raises(ValidationError, match="ne finit pas avant"):
        actes.terminer_mandat(
            par=Acteur.de(ouvrir_compte("sgar")), mandat=mandat, fin=mandat.debut - dt.timedelta(days=1)
        )


def test_renewing_carries_the_end_further_only():
    jour = aujourdhui()
    par = Acteur.de(ouvrir_compte("sgar"))
    mandat = donner_mandat(ouvrir_compte(), "instructeur", fin=jour + dt.timedelta(days=10))
    with pytest.raises(ValidationError, match="doit suivre"):
        actes.renouveler_mandat(par=par, mandat=mandat, fin=jour + dt.timedelta(days=5))
    actes.renouveler_mandat(par=par, mandat=mandat, fin=jour + dt.timedelta(days=400))
    mandat.refresh_from_db()
    assert mandat.fin == jour + dt.timedelta(days=400)
    fini = donner_mandat(ouvrir_compte(), "instructeur", fin=jour - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="déjà pris fin"):
        actes.renouveler_mandat(par=par, mandat=fini, fin=None)


def test_a_refusal_reads_as_french_whatever_the_verb():
    from echelons.acteurs.droits import Capacite
    from echelons.acteurs.pouvoirs import Refus

    assert "pas d’inviter à une fonction" in Refus(Capacite.MANDAT_INVITER, False).phrase
    assert "pas de signer pour l’État" in Refus(Capacite.SIGNER_ETAT, False).phrase


def test_nobody_is_invited_twice_nor_to_what_they_hold(inviter):
    inviter("sgar", "instructeur")
    with pytest.raises(ValidationError, match="attend déjà"):
        inviter("sgar", "instructeur")
    ouvrir_compte("instructeur", courriel="tient@exemple.test")
    with pytest.raises(ValidationError, match="tient déjà"):
        inviter("sgar", "instructeur", courriel="tient@exemple.test")


@pytest.mark.parametrize(
    ("fonction", "lieu"), [("sgar", ("prefecture-r32", "59D")), ("prefet", ("prefecture-r32", "R32"))]
)
def test_a_function_is_held_on_a_territory_of_its_echelon(inviter, fonction, lieu):
    with pytest.raises(ValidationError, match="Cette fonction s’exerce dans"):
        inviter("administrateur-national", fonction, lieu=lieu)


def test_a_vacant_office_falls_to_those_who_stand_in_that_very_day_and_comes_back_with_its_holder(inviter):
    from echelons.acteurs.droits import Capacite
    from echelons.acteurs.pouvoirs import Cible
    from echelons.socle.horloge import a_la_date

    nord = Cible(territoires=frozenset({"59D"}), regions=frozenset({"R32"}))
    jour = aujourdhui()
    comptes = {f: ouvrir_compte(f) for f in ("commissaire", "sgar", "dreets", "administrateur-national")}

    def donnent_un_avis(quand):
        with a_la_date(quand):
            return {f for f, c in comptes.items() if Acteur.de(c).peut(Capacite.AVIS, nord)}

    assert donnent_un_avis(jour) == {"commissaire"}
    mandat = Mandat.objects.get(personne=comptes["commissaire"].personne)
    actes.terminer_mandat(par=Acteur.de(comptes["administrateur-national"]), mandat=mandat, fin=jour)
    lendemain = jour + dt.timedelta(days=1)
    assert donnent_un_avis(jour) == {"commissaire"}
    assert donnent_un_avis(lendemain) == {"sgar", "dreets"}
    _, secret = inviter(comptes["sgar"], "commissaire", debut=lendemain)
    assert donnent_un_avis(lendemain) == {"sgar", "dreets"}
    comptes["nouveau"] = actes.ouvrir_compte_invite(secret=secret, identite=actes.Identite("A", "B"))
    assert donnent_un_avis(lendemain) == {"nouveau"}


def test_an_office_whose_holder_is_shut_out_is_vacant_and_they_are_no_longer_named():
    from echelons.acteurs.droits import Capacite
    from echelons.acteurs.pouvoirs import Cible, titulaires

    nord = Cible(territoires=frozenset({"59D"}), regions=frozenset({"R32"}))
    commissaire, sgar = ouvrir_compte("commissaire"), ouvrir_compte("sgar")
    assert not Acteur.de(sgar).peut(Capacite.AVIS, nord)
    assert str(commissaire.personne) in str(titulaires([Capacite.AVIS], nord, aujourdhui()))
    commissaire.is_active = False
    commissaire.save(update_fields=["is_active"])
    assert Acteur.de(sgar).peut(Capacite.AVIS, nord)
    assert str(commissaire.personne) not in str(titulaires([Capacite.AVIS], nord, aujourdhui()))
