"""ProConnect: what an honest provider says is believed, anything else opens nothing and is told in French.

The provider is played here answer by answer, so as to lie in every way; an honest one is met in the browser tests.
"""

import base64
import json
import time
from urllib.parse import parse_qs, urlsplit

import jwt
import pytest
import requests
from cryptography.hazmat.primitives.asymmetric import rsa
from django.test import Client

from echelons.acteurs.models import Compte
from tests.web.compte.fabrique import est_connecte, installer_second_facteur, ouvrir_compte, se_connecter

pytestmark = pytest.mark.django_db
EMETTEUR = "https://proconnect.test/api/v2"
CLE, AUTRE_CLE = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def _jwk() -> dict:
    publique = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(CLE.public_key()))
    return {**publique, "kid": "cle", "alg": "RS256", "use": "sig"}


class Reponse:
    """An answer of the provider."""

    def __init__(self, corps, statut=200, genre="application/json"):
        self.status_code, self.url = statut, EMETTEUR
        self.text = corps if isinstance(corps, str) else json.dumps(corps)
        self.headers = {"content-type": genre}

    def json(self):
        return json.loads(self.text)

    def raise_for_status(self):
        if self.status_code >= 400:
            raise requests.HTTPError(str(self.status_code))


class Fournisseur:
    """A provider: honest until a test changes what it says."""

    def __init__(self):
        self.jeton = {"iss": EMETTEUR, "aud": "echelons", "sub": "sub-1", "exp": int(time.time()) + 60}
        self.identite = {
            "iss": EMETTEUR, "aud": "echelons", "sub": "sub-1", "email": "agent@exemple.test",
            "email_verified": True, "given_name": "Essai", "usual_name": "Agent",
        }  # fmt: skip
        self.cle, self.alg, self.genre, self.panne = CLE, "RS256", "application/jwt", None
        self.posts = []

    def signer(self, contenu):
        return jwt.encode(contenu, self.cle, algorithm=self.alg, headers={"kid": "cle"})

    def post(self, url, data, **_):
        if self.panne:
            raise self.panne
        self.posts.append(data)
        return Reponse({"access_token": "acces", "id_token": self.signer(self.jeton)})

    def get(self, url, **_):
        if url.endswith("/jwks"):
            return Reponse({"keys": [_jwk()]})
        corps = self.signer(self.identite) if self.genre == "application/jwt" else self.identite
        return Reponse(corps, genre=self.genre)


@pytest.fixture
def fournisseur(settings, monkeypatch):
    """ProConnect set, and played by a ``Fournisseur``."""
    settings.PROCONNECT, settings.PROCONNECT_EMETTEUR = True, EMETTEUR
    settings.OIDC_RP_CLIENT_ID, settings.OIDC_RP_CLIENT_SECRET = "echelons", "secret"
    for nom, chemin in {
        "AUTHORIZATION": "authorize", "TOKEN": "token", "USER": "userinfo", "JWKS": "jwks", "LOGOUT": "session/end",
    }.items():  # fmt: skip
        setattr(settings, f"OIDC_OP_{nom}_ENDPOINT", f"{EMETTEUR}/{chemin}")
    settings.AUTHENTICATION_BACKENDS = [
        "echelons.web.compte.portes.ParMotDePasse",
        "echelons.web.compte.proconnect.ParProConnect",
    ]
    joue = Fournisseur()
    monkeypatch.setattr(requests, "post", joue.post)
    monkeypatch.setattr(requests, "get", joue.get)
    return joue


def partir(client: Client, fournisseur: Fournisseur, depart: str = "/compte/proconnect/") -> dict[str, str]:
    """Leave for the provider, which notes the nonce; what was asked of it."""
    adresse = client.get(depart).headers["Location"]
    demande = {cle: valeur[0] for cle, valeur in parse_qs(urlsplit(adresse).query).items()}
    assert adresse.startswith(f"{EMETTEUR}/authorize?")
    fournisseur.jeton.setdefault("nonce", demande["nonce"])
    return demande


def revenir(client: Client, demande: dict[str, str]):
    """Come back with a code."""
    return client.get("/compte/proconnect/retour/", {"code": "c" * 20, "state": demande["state"]})


def entrer(client: Client, fournisseur: Fournisseur):
    """Leave, and come back."""
    return revenir(client, partir(client, fournisseur))


def test_nothing_is_there_when_it_is_not_set(client):
    for chemin in ("", "retour/", "sortie/"):
        assert client.get(f"/compte/proconnect/{chemin}").status_code == 404
    assert "ProConnect" not in client.get("/compte/connexion/").content.decode()


def test_the_request_bears_pkce_state_nonce_and_asks_how_one_signs_in(client, fournisseur):
    demande = partir(client, fournisseur)
    assert demande["code_challenge_method"] == "S256"
    assert len(base64.urlsafe_b64decode(demande["code_challenge"] + "=")) == 32
    assert min(len(demande["state"]), len(demande["nonce"])) >= 32
    assert demande["redirect_uri"] == "http://testserver/compte/proconnect/retour/"
    assert json.loads(demande["claims"])["id_token"]["amr"] == {"essential": True}
    revenir(client, demande)
    assert len(fournisseur.posts[0]["code_verifier"]) >= 43


def test_a_verified_address_links_the_account_once_then_sub_alone_counts(client, fournisseur):
    compte = ouvrir_compte("instructeur", courriel="agent@exemple.test")
    assert entrer(client, fournisseur).headers["Location"] == "/accueil/"
    compte.refresh_from_db()
    assert compte.sub_proconnect == "sub-1"
    fournisseur.identite["email"] = "autre@exemple.test"
    ouvrir_compte("instructeur", courriel="autre@exemple.test")
    fournisseur.jeton.pop("nonce")
    autre = Client()
    entrer(autre, fournisseur)
    assert compte.courriel in autre.get("/compte/").content.decode()


@pytest.mark.parametrize("verifie", [False, None, "true", 1])
def test_an_address_that_is_not_verified_links_nothing(client, fournisseur, verifie):
    ouvrir_compte("instructeur", courriel="agent@exemple.test")
    fournisseur.identite["email_verified"] = verifie
    reponse = entrer(client, fournisseur)
    assert reponse.status_code == 403
    assert "Aucun compte ne correspond" in reponse.content.decode()
    assert not Compte.objects.exclude(sub_proconnect="").exists()


def test_an_instance_may_vouch_for_addresses_that_come_without_the_mark(client, fournisseur, settings):
    settings.PROCONNECT_COURRIELS_VERIFIES = True
    ouvrir_compte("instructeur", courriel="agent@exemple.test")
    del fournisseur.identite["email_verified"]
    assert entrer(client, fournisseur).status_code == 302


def test_no_account_is_ever_opened_by_itself(client, fournisseur):
    reponse = entrer(client, fournisseur)
    assert reponse.status_code == 403
    assert "demandez une invitation" in reponse.content.decode()
    assert not Compte.objects.exists()
    assert not est_connecte(client)


def test_an_account_linked_to_somebody_else_is_not_taken_over(client, fournisseur):
    compte = ouvrir_compte("instructeur", courriel="agent@exemple.test")
    Compte.objects.update(sub_proconnect="sub-0")
    assert entrer(client, fournisseur).status_code == 403
    compte.refresh_from_db()
    assert compte.sub_proconnect == "sub-0"


def test_one_links_ones_own_account_while_signed_in(client, fournisseur):
    compte = ouvrir_compte("instructeur")
    se_connecter(client, compte)
    adresse = client.post("/compte/proconnect/").headers["Location"]
    demande = {cle: valeur[0] for cle, valeur in parse_qs(urlsplit(adresse).query).items()}
    fournisseur.jeton["nonce"] = demande["nonce"]
    assert revenir(client, demande).headers["Location"] == "/compte/"
    compte.refresh_from_db()
    assert compte.sub_proconnect == "sub-1"
    assert "ProConnect est relié" in client.get("/compte/").content.decode()


def test_linking_cannot_be_triggered_from_another_site(fournisseur):
    client = Client(enforce_csrf_checks=True)
    assert client.post("/compte/proconnect/").status_code == 403


# Each changes what the provider says: its ID token, its signed identity, or how it signs.
MENSONGES = {
    "nonce": lambda f: f.jeton.update(nonce="n" * 32),
    "sans nonce": lambda f: f.jeton.pop("nonce"),
    "émetteur": lambda f: f.jeton.update(iss="https://ailleurs.test"),
    "destinataire": lambda f: f.jeton.update(aud="un-autre"),
    "périmé": lambda f: f.jeton.update(exp=int(time.time()) - 60),
    "sans échéance": lambda f: f.jeton.pop("exp"),
    "signature": lambda f: setattr(f, "cle", AUTRE_CLE),
    "HS256": lambda f: f.__dict__.update(cle="secret" * 10, alg="HS256"),
    "identité en clair": lambda f: setattr(f, "genre", "application/json"),
    "identité d’un autre": lambda f: f.identite.update(sub="sub-2"),
    "identité pour un autre": lambda f: f.identite.update(aud="un-autre"),
    "identifiant vide": lambda f: (f.jeton.update(sub=""), f.identite.update(sub="")),
    "identifiant sans fin": lambda f: (f.jeton.update(sub="s" * 300), f.identite.update(sub="s" * 300)),
    "identité d’un autre émetteur": lambda f: f.identite.update(iss="https://ailleurs.test"),
}


@pytest.mark.parametrize("mensonge", MENSONGES)
def test_a_provider_that_lies_opens_nothing(client, fournisseur, mensonge):
    Compte.objects.filter(pk=ouvrir_compte("instructeur").pk).update(sub_proconnect="sub-1")
    demande = partir(client, fournisseur)
    MENSONGES[mensonge](fournisseur)
    reponse = revenir(client, demande)
    assert reponse.status_code in {400, 502}
    assert "Connexion par ProConnect impossible" in reponse.content.decode()
    assert not est_connecte(client)


@pytest.mark.parametrize("panne", [requests.ConnectTimeout("lent"), requests.ConnectionError("coupé")])
def test_a_provider_that_does_not_answer_is_said(client, fournisseur, panne):
    fournisseur.panne = panne
    reponse = entrer(client, fournisseur)
    assert reponse.status_code == 502
    assert "ProConnect ne répond pas" in reponse.content.decode()


def test_an_answer_serves_once_and_only_in_the_browser_that_asked(client, fournisseur):
    Compte.objects.filter(pk=ouvrir_compte("instructeur").pk).update(sub_proconnect="sub-1")
    demande = partir(client, fournisseur)
    assert revenir(Client(), demande).status_code == 400
    assert revenir(client, demande).status_code == 302
    assert revenir(client, demande).status_code == 400


def test_a_refusal_at_the_provider_is_told_and_signs_nobody_out(client, fournisseur):
    se_connecter(client, ouvrir_compte("instructeur"))
    reponse = client.get("/compte/proconnect/retour/?error=access_denied&error_description=<script>&state=x")
    assert reponse.status_code == 400
    assert "refusée ou interrompue" in reponse.content.decode()
    assert "<script>&" not in reponse.content.decode()
    assert est_connecte(client)


@pytest.mark.parametrize(
    ("preuve", "arrivee"),
    [
        ({}, "/compte/second-facteur/"),
        ({"acr": "eidas1", "amr": ["pwd"]}, "/compte/second-facteur/"),
        ({"acr": "https://proconnect.gouv.fr/assurance/self-asserted"}, "/compte/second-facteur/"),
        ({"amr": "mfa"}, "/compte/second-facteur/"),
        ({"acr": ["eidas2"], "amr": 3}, "/compte/second-facteur/"),
        ({"amr": ["pwd", "otp", "mfa"]}, "/accueil/"),
        ({"acr": "eidas2"}, "/accueil/"),
        ({"acr": "https://proconnect.gouv.fr/assurance/consistency-checked-2fa"}, "/accueil/"),
    ],
)
def test_two_factors_given_there_stand_for_ours_and_one_does_not(client, fournisseur, preuve, arrivee):
    compte = ouvrir_compte("commissaire")
    installer_second_facteur(compte)
    Compte.objects.update(sub_proconnect="sub-1")
    fournisseur.jeton.update(preuve)
    assert entrer(client, fournisseur).headers["Location"] == arrivee


def test_one_comes_back_to_our_own_pages_only(client, fournisseur):
    Compte.objects.filter(pk=ouvrir_compte("instructeur").pk).update(sub_proconnect="sub-1")
    demande = partir(client, fournisseur, "/compte/proconnect/?next=https://ailleurs.test/")
    assert revenir(client, demande).headers["Location"] == "/accueil/"


def test_signing_out_signs_out_at_the_provider_and_comes_back(client, fournisseur):
    Compte.objects.filter(pk=ouvrir_compte("instructeur").pk).update(sub_proconnect="sub-1")
    entrer(client, fournisseur)
    adresse = client.post("/compte/deconnexion/").headers["Location"]
    demande = parse_qs(urlsplit(adresse).query)
    assert adresse.startswith(f"{EMETTEUR}/session/end?")
    assert demande["post_logout_redirect_uri"] == ["http://testserver/compte/proconnect/sortie/"]
    assert demande["id_token_hint"]
    assert not est_connecte(client)
    client.get("/compte/proconnect/sortie/", {"state": demande["state"][0]})
    assert "d’Échelons et de ProConnect" in client.get("/compte/connexion/").content.decode()


def test_a_password_never_goes_through_that_door(client, fournisseur):
    Compte.objects.filter(pk=ouvrir_compte("instructeur").pk).update(sub_proconnect="sub-1")
    client.post(
        "/compte/connexion/?state=x&code=y",
        {"courriel": "agent@exemple.test", "mot_de_passe": "autre chose de long"},
    )
    assert fournisseur.posts == []
