"""Inviting, accepting, ending and renewing: within one's reach, once, and never more than one holds."""

import datetime as dt
import re

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from echelons.acteurs import actes, messages
from echelons.acteurs.models import Compte, Fonction, Invitation, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.territoires.models import Territoire
from tests.web.compte.fabrique import LIEUX, donner_mandat, ouvrir_compte

pytestmark = pytest.mark.django_db


@pytest.fixture
def inviter(monkeypatch, django_capture_on_commit_callbacks):
    """``inviter(par, fonction, …)``: the invitation and the secret that travelled by e-mail."""
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))

    def invite(par: str | Compte, fonction: str, courriel="invite@exemple.test", **choix):
        organisation, territoire = choix.pop("lieu", None) or LIEUX[fonction]
        compte = ouvrir_compte(par) if isinstance(par, str) else par
        with django_capture_on_commit_callbacks(execute=True):
            invitation = actes.inviter(
                par=Acteur.de(compte),
                courriel=courriel,
                fonction=Fonction.objects.get(code=fonction),
                organisation=Organisation.objects.get(code=organisation),
                territoire=Territoire.objects.get(code=territoire) if territoire else None,
                debut=choix.pop("debut", aujourdhui()),
                adresse=lambda secret: f"http://testserver/compte/invitation/{secret}/",
                **choix,
            )
        return invitation, re.search(r"/invitation/([^/]+)/", mail.outbox[-1].body).group(1)

    return invite


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
