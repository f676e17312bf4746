"""The page that a secret link opens."""

import datetime as dt
import secrets

import pytest

from echelons.acteurs.actes import empreinte
from echelons.acteurs.models import Compte, Fonction, Invitation, Mandat, Organisation
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.territoires.models import Territoire
from tests.web.compte.fabrique import LIEUX, est_connecte, ouvrir_compte, se_connecter

pytestmark = pytest.mark.django_db
DONNEES = {
    "prenom": "Essai",
    "nom": "Invité",
    "nouveau": "quatre chevaux sur la Lys",
    "confirmation": "quatre chevaux sur la Lys",
}


def inviter(fonction: str, courriel: str = "invite@exemple.test") -> str:
    """An invitation sent a moment ago; the path of its page."""
    secret = secrets.token_urlsafe(32)
    par = Mandat.objects.get(personne=ouvrir_compte("sgar").personne)
    organisation, territoire = LIEUX[fonction]
    Invitation.objects.create(
        courriel=courriel,
        fonction=Fonction.objects.get(code=fonction),
        organisation=Organisation.objects.get(code=organisation),
        territoire=Territoire.objects.get(code=territoire) if territoire else None,
        debut=aujourdhui(),
        empreinte_du_secret=empreinte(secret),
        envoyee_le=maintenant(),
        expire_le=maintenant() + dt.timedelta(days=1),
        par=par,
    )
    return f"/compte/invitation/{secret}/"


def test_somebody_new_says_who_they_are_chooses_a_password_and_is_in(client):
    chemin = inviter("instructeur")
    page = client.get(chemin).content.decode()
    assert "Instructeur ou instructrice" in page
    assert "invite@exemple.test" in page
    assert client.post(chemin, DONNEES).headers["Location"] == "/accueil/"
    assert "Direction départementale" in client.get("/compte/").content.decode()
    assert client.get(chemin).status_code == 410


def test_a_function_that_reaches_far_sets_up_its_second_factor_first(client):
    reponse = client.post(inviter("commissaire"), DONNEES)
    assert reponse.headers["Location"] == "/compte/second-facteur/installer/"
    assert not est_connecte(client)


def test_what_is_typed_stays_when_it_is_refused(client):
    reponse = client.post(inviter("instructeur"), {**DONNEES, "confirmation": "autre"})
    assert reponse.status_code == 422
    assert 'value="Invité"' in reponse.content.decode()
    assert DONNEES["nouveau"] not in reponse.content.decode()
    assert not Compte.objects.filter(courriel="invite@exemple.test").exists()


def test_somebody_who_has_an_account_signs_in_then_accepts(client):
    compte = ouvrir_compte("instructeur", courriel="invite@exemple.test")
    chemin = inviter("prefet")
    assert "Se connecter pour accepter" in client.get(chemin).content.decode()
    assert client.post(chemin, DONNEES).status_code == 409
    assert se_connecter(client, compte, next=chemin).headers["Location"] == chemin
    client.post(chemin)
    assert Mandat.objects.filter(personne=compte.personne, fonction__code="prefet").exists()


def test_somebody_else_accepts_nothing(client):
    chemin = inviter("prefet")
    autre = ouvrir_compte("instructeur")
    se_connecter(client, autre)
    assert "s’adresse à une autre adresse" in client.get(chemin).content.decode()
    assert client.post(chemin).status_code == 409
    assert not Mandat.objects.filter(fonction__code="prefet").exists()


@pytest.mark.parametrize("secret", ["rien", "é" * 40, "%00", "x" * 3000])
def test_a_link_that_opens_nothing_is_a_page_not_found(client, secret):
    assert client.get(f"/compte/invitation/{secret}/").status_code in {400, 404}


def test_an_invitation_that_expired_says_so(client):
    chemin = inviter("instructeur")
    Invitation.objects.update(expire_le=maintenant(), envoyee_le=maintenant() - dt.timedelta(days=1))
    assert client.post(chemin, DONNEES).status_code == 410
    assert "Cette invitation a expiré" in client.get(chemin).content.decode()
