"""Every act on a mandate or an account leaves one row, which says all by references and names nobody."""

import datetime as dt
import json

import pytest

from echelons.acteurs import actes, comptes, second_facteur
from echelons.acteurs.models import Invitation, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Objet, histoire, verifier
from echelons.socle.models import Ecriture
from tests.web.compte.fabrique import donner_mandat, installer_second_facteur, ouvrir_compte

pytestmark = pytest.mark.django_db
PERSONNELS = ("invite@exemple.test", "Zéphirine", "Lampourde")


def actes_de(genre: str, ref: object) -> list[str]:
    return [ligne.acte for ligne in histoire(Objet(genre, str(ref)))]


@pytest.fixture
def accepte(inviter):
    """Somebody invited by the SGAR, who opened their account."""
    par = ouvrir_compte("sgar")
    invitation, secret = inviter(par, "instructeur", prenom="Zéphirine", nom="Lampourde")
    identite = actes.Identite("Zéphirine", "Lampourde", mot_de_passe="quatre chevaux")
    return par, invitation, actes.ouvrir_compte_invite(secret=secret, identite=identite)


def test_an_invitation_its_acceptance_and_the_account_are_three_chains_that_name_nobody(accepte):
    par, invitation, compte = accepte
    mandat = Mandat.objects.get(personne=compte.personne)
    assert actes_de("invitation", invitation.pk) == ["inviter", "accepter"]
    assert actes_de("mandat", mandat.pk) == ["accepter"]
    assert actes_de("personne", compte.personne.reference) == ["ouvrir_un_compte"]
    premiere = histoire(Objet("invitation", str(invitation.pk)))[0]
    assert premiere.donnees["fonction"] == "instructeur"
    assert premiere.donnees["organisation"] == "ddets-59"
    assert premiere.personnel["courriel"] == "invite@exemple.test"
    assert premiere.auteur.compte == str(par.pk)
    assert premiere.auteur.mandat == str(Mandat.objects.get(personne=par.personne).pk)
    lignes = json.dumps(list(Ecriture.objects.values("donnees")), ensure_ascii=False, default=str)
    assert not [mot for mot in PERSONNELS if mot in lignes]
    assert verifier().anomalies == ()


def test_the_person_who_was_invited_is_the_one_who_has_the_account(accepte):
    _, invitation, compte = accepte
    assert Invitation.objects.get(pk=invitation.pk).reference_personne == compte.personne.reference


def test_withdrawing_ending_and_renewing_are_written_with_their_dates(inviter):
    par = ouvrir_compte("sgar")
    invitation, _ = inviter(par, "instructeur")
    actes.retirer_invitation(par=Acteur.de(par), invitation=invitation)
    assert actes_de("invitation", invitation.pk) == ["inviter", "retirer"]
    jour = aujourdhui()
    mandat = donner_mandat(ouvrir_compte(), "instructeur", fin=jour + dt.timedelta(days=10))
    actes.renouveler_mandat(par=Acteur.de(par), mandat=mandat, fin=None)
    actes.terminer_mandat(par=Acteur.de(par), mandat=mandat, fin=jour)
    renouveler, terminer = histoire(Objet("mandat", str(mandat.pk)))
    assert renouveler.donnees == {"fin": None, "ancienne_fin": (jour + dt.timedelta(days=10)).isoformat()}
    assert terminer.donnees == {"fin": jour.isoformat(), "ancienne_fin": None}


def test_a_refused_act_leaves_no_row(inviter):
    mandat = donner_mandat(ouvrir_compte(), "instructeur")
    avant = Ecriture.objects.count()
    with pytest.raises(actes.ActeRefuse):
        actes.terminer_mandat(par=Acteur.de(ouvrir_compte("prefet")), mandat=mandat, fin=aujourdhui())
    with pytest.raises(actes.ActeRefuse):
        inviter("charge-de-mission", "president")
    assert Ecriture.objects.count() == avant


def test_the_first_administrator_is_written_as_the_act_of_the_system():
    compte = actes.installer_administrateur(
        courriel="admin@exemple.test",
        identite=actes.Identite("Zéphirine", "Lampourde"),
        organisation=Organisation.objects.get(code="dgcs"),
    )
    (ligne,) = histoire(Objet("mandat", str(Mandat.objects.get(personne=compte.personne).pk)))
    assert (ligne.acte, ligne.auteur.compte) == ("installer", "")


def test_what_protects_an_account_is_written_without_any_secret():
    compte = ouvrir_compte("instructeur")
    installer_second_facteur(compte)
    second_facteur.renouveler_codes(compte=compte)
    comptes.changer_mot_de_passe(compte=compte, mot_de_passe="cinq juments dorment", par_lien=False)
    second_facteur.retirer(compte=compte)
    lignes = histoire(Objet("personne", str(compte.personne.reference)))
    assert [ligne.acte for ligne in lignes] == [
        "installer_second_facteur",
        "renouveler_codes_de_secours",
        "changer_mot_de_passe",
        "retirer_second_facteur",
    ]
    assert [dict(ligne.donnees) for ligne in lignes] == [{}, {}, {"par_lien": False}, {}]
    assert all(not ligne.personnel for ligne in lignes)
