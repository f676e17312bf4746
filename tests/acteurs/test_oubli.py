"""Forgetting a person: who may, what goes, what stays."""

import datetime as dt
import uuid

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command

from echelons.acteurs import freins, oubli
from echelons.acteurs.actes import ActeRefuse, Identite, InvitationInutilisable, ouvrir_compte_invite
from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.acteurs.models import Compte, Frein, Invitation, Mandat, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import OUBLIE, Auteur, Objet, histoire, verifier
from tests.web.compte.fabrique import donner_mandat, ouvrir_compte

pytestmark = pytest.mark.django_db


@pytest.fixture
def par():
    return Acteur.de(ouvrir_compte("administrateur-national"))


def test_what_she_did_stays_without_her_name(par, inviter):
    _, secret = inviter("sgar", "instructeur", prenom="Zéphirine", nom="Lampourde")
    compte = ouvrir_compte_invite(secret=secret, identite=Identite("Zéphirine", "Lampourde"))
    personne, mandat = compte.personne, Mandat.objects.get(personne=compte.personne)
    freins.essayer(freins.Objet.COMPTE, compte.courriel)
    traces = oubli.oublier_personne(reference=personne.reference, par=par)
    assert (traces.compte, traces.mandats, traces.en_cours, traces.invitations) == (True, 1, 1, 1)
    personne.refresh_from_db()
    mandat.refresh_from_db()
    assert (str(personne), mandat.fin) == ("Personne oubliée", aujourdhui())
    assert not Compte.objects.filter(courriel="invite@exemple.test").exists()
    assert not Frein.objects.exists()
    assert noms_des_auteurs([Auteur(mandat=str(mandat.pk))]) == {str(mandat.pk): "Personne oubliée"}
    invitation = Invitation.objects.get(mandat=mandat)
    assert (invitation.courriel, invitation.nom, invitation.prenom) == ("", "", "")
    assert histoire(Objet("invitation", str(invitation.pk)))[0].personnel["nom"] == OUBLIE
    assert verifier().anomalies == ()


def test_an_office_left_by_somebody_forgotten_is_vacant_at_once(par):
    from echelons.acteurs.droits import Capacite
    from echelons.acteurs.pouvoirs import Cible

    nord = Cible(territoires=frozenset({"59D"}), regions=frozenset({"R32"}))
    commissaire, sgar = ouvrir_compte("commissaire"), ouvrir_compte("sgar")
    assert not Acteur.de(sgar).peut(Capacite.AVIS, nord)
    oubli.oublier_personne(reference=commissaire.personne.reference, par=par)
    assert Acteur.de(sgar).peut(Capacite.AVIS, nord)


def test_an_act_of_delegation_no_longer_names_who_receives_it(par):
    compte = ouvrir_compte()
    Personne.objects.filter(pk=compte.personne_id).update(prenom="Zéphirine", nom="Lampourde")
    mandat = donner_mandat(
        compte,
        "delegataire-etat",
        titre="delegation",
        acte_de_delegation="Arrêté du 3 mars 2026 donnant délégation à Mme LAMPOURDE",
    )
    oubli.oublier_personne(reference=compte.personne.reference, par=par)
    mandat.refresh_from_db()
    assert mandat.acte_de_delegation == "Arrêté du 3 mars 2026 donnant délégation à Mme [oublié]"


def test_a_mandate_to_come_or_over_keeps_its_own_dates(par):
    compte, jour = ouvrir_compte(), aujourdhui()
    futur = donner_mandat(compte, "instructeur", debut=jour + dt.timedelta(days=30))
    fini = donner_mandat(compte, "observateur", fin=jour - dt.timedelta(days=3))
    oubli.oublier_personne(reference=compte.personne.reference, par=par)
    futur.refresh_from_db()
    fini.refresh_from_db()
    assert (futur.fin, fini.fin) == (futur.debut, jour - dt.timedelta(days=3))


def test_who_was_invited_and_never_came_is_forgotten_too(inviter):
    invitation, secret = inviter("sgar", "instructeur", nom="Lampourde")
    call_command("oublier_personne", "Invite@exemple.test", "--oui")
    invitation.refresh_from_db()
    assert (invitation.courriel, invitation.nom) == ("", "")
    with pytest.raises(InvitationInutilisable, match="retirée"):
        ouvrir_compte_invite(secret=secret, identite=Identite("A", "B"))
    with pytest.raises(CommandError, match="Personne n’est connu ici"):
        call_command("oublier_personne", "invite@exemple.test", "--oui")
    assert verifier().anomalies == ()


def test_the_command_asks_before_it_forgets(monkeypatch):
    compte = ouvrir_compte("instructeur")
    monkeypatch.setattr("builtins.input", lambda _: "non")
    with pytest.raises(CommandError, match="Rien n’a été oublié"):
        call_command("oublier_personne", str(compte.personne.reference))
    assert Compte.objects.filter(pk=compte.pk).exists()


@pytest.mark.parametrize("fonction", ["conseiller-territoires", "sgar", "instructeur"])
def test_only_the_national_administration_forgets(fonction):
    compte = ouvrir_compte("charge-de-mission")
    with pytest.raises(ActeRefuse):
        oubli.oublier_personne(reference=compte.personne.reference, par=Acteur.de(ouvrir_compte(fonction)))
    assert Compte.objects.filter(pk=compte.pk).exists()


def test_nobody_is_forgotten_twice(par):
    compte = ouvrir_compte("instructeur")
    oubli.oublier_personne(reference=compte.personne.reference, par=par)
    for reference in (compte.personne.reference, uuid.uuid4()):
        with pytest.raises(ValidationError, match="déjà oubliée"):
            oubli.oublier_personne(reference=reference, par=par)
