"""Handing an office over: no day without anybody, nothing lost, and nothing said of accounts elsewhere."""

import datetime as dt

import pytest
from django.core import mail
from django.core.exceptions import ValidationError

from echelons.acteurs.actes import ActeRefuse, Identite, ouvrir_compte_invite
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Invitation, Mandat
from echelons.acteurs.passation import passer_la_main
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle.horloge import a_la_date, aujourdhui
from echelons.socle.journal import Objet, histoire
from tests.web.compte.fabrique import donner_mandat, ouvrir_compte

pytestmark = pytest.mark.django_db
NORD = Cible(territoires=frozenset({"59D"}), regions=frozenset({"R32"}))
LE = dt.timedelta(days=7)


def passer(par, mandat, courriel, le=None, **choix):
    return passer_la_main(
        par=Acteur.de(par),
        mandat=mandat,
        courriel=courriel,
        le=le or aujourdhui() + LE,
        adresse=lambda secret: f"http://testserver/compte/invitation/{secret}/",
        **choix,
    )


def test_a_colleague_receives_the_office_the_day_after_it_is_left(poste, django_capture_on_commit_callbacks):
    part, suit = ouvrir_compte("instructeur"), ouvrir_compte("observateur", courriel="suit@exemple.test")
    mandat = Mandat.objects.get(personne=part.personne)
    with django_capture_on_commit_callbacks(execute=True):
        faite = passer(ouvrir_compte("sgar"), mandat, "Suit@exemple.test")
    assert faite.mandat.personne == suit.personne
    assert mail.outbox[-1].to == ["suit@exemple.test"]
    for jour, qui in ((LE - dt.timedelta(days=1), part), (LE, suit)):
        with a_la_date(aujourdhui() + jour):
            instruisent = {c for c in (part, suit) if Acteur.de(c).peut(Capacite.INSTRUIRE, NORD)}
        assert instruisent == {qui}
    assert [x.acte for x in histoire(Objet("mandat", str(mandat.pk)))] == ["passer_la_main"]
    assert [x.acte for x in histoire(Objet("mandat", str(faite.mandat.pk)))] == ["prendre_la_suite"]


def test_somebody_from_elsewhere_is_invited_whether_or_not_they_have_an_account(poste):
    ouvrir_compte("conseiller-territoires", courriel="ailleurs@exemple.test")
    par = ouvrir_compte("sgar")
    for courriel in ("ailleurs@exemple.test", "inconnue@exemple.test"):
        mandat = donner_mandat(ouvrir_compte(), "instructeur")
        faite = passer(par, mandat, courriel)
        assert (faite.mandat, faite.invitation.courriel) == (None, courriel)
        mandat.refresh_from_db()
        assert mandat.fin == aujourdhui() + LE - dt.timedelta(days=1)


def test_who_is_invited_finds_the_rights_on_accepting(inviter, poste, django_capture_on_commit_callbacks):
    mandat = donner_mandat(ouvrir_compte(), "instructeur")
    with django_capture_on_commit_callbacks(execute=True):
        passer(ouvrir_compte("sgar"), mandat, "nouvelle@exemple.test", le=aujourdhui())
    secret = mail.outbox[-1].body.split("/invitation/")[1].split("/")[0]
    compte = ouvrir_compte_invite(secret=secret, identite=Identite("A", "B"))
    assert Acteur.de(compte).peut(Capacite.INSTRUIRE, NORD)


@pytest.mark.parametrize(
    ("changement", "champ"),
    [
        ({"le": dt.date(2000, 1, 1)}, "le"),
        ({"courriel": "part@exemple.test"}, "courriel"),
        ({"courriel": "tient@exemple.test"}, "courriel"),
        ({"titre": "delegation"}, None),
    ],
)
def test_a_handing_over_that_makes_no_sense_changes_nothing(poste, changement, champ):
    part = ouvrir_compte("instructeur", courriel="part@exemple.test")
    ouvrir_compte("instructeur", courriel="tient@exemple.test")
    ouvrir_compte("observateur", courriel="suit@exemple.test")
    mandat = Mandat.objects.get(personne=part.personne)
    with pytest.raises(ValidationError) as refus:
        passer(ouvrir_compte("sgar"), mandat, **{"courriel": "suit@exemple.test", **changement})
    assert champ is None or champ in refus.value.message_dict
    mandat.refresh_from_db()
    assert mandat.fin is None
    assert not Invitation.objects.exists()


@pytest.mark.parametrize("fonction", ["commissaire", "prefet", "charge-de-mission", "observateur"])
def test_it_takes_the_right_to_end_and_the_right_to_invite(fonction):
    mandat = donner_mandat(ouvrir_compte(), "instructeur")
    with pytest.raises(ActeRefuse):
        passer(ouvrir_compte(fonction), mandat, "suit@exemple.test")


def test_what_is_over_is_not_handed_over():
    mandat = donner_mandat(ouvrir_compte(), "instructeur", fin=aujourdhui() - dt.timedelta(days=1))
    with pytest.raises(ValidationError, match="déjà pris fin"):
        passer(ouvrir_compte("sgar"), mandat, "suit@exemple.test")
