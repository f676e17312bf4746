"""The door by ProConnect: OpenID Connect with PKCE, identity as a signed JWT, accounts found by ``sub``.

ProConnect opens no account by itself. The first time, an account is linked when its owner asks for it while signed
in, when an invitation is accepted this way, or when the provider vouches for an e-mail equal to the account's.
ProConnect itself sends no ``email_verified``: ``PROCONNECT_COURRIELS_VERIFIES=1`` says that the instance takes the
addresses of its provider as verified.
"""

from __future__ import annotations

from typing import Any

import jwt
import requests
from django.conf import settings
from django.db import IntegrityError, transaction
from django.http import HttpRequest
from mozilla_django_oidc.auth import OIDCAuthenticationBackend

from echelons.acteurs.actes import Identite, InvitationInutilisable, invitation_de, ouvrir_compte_invite
from echelons.acteurs.models import Compte
from echelons.web.compte.portes import peut_entrer

# Values documented by ProConnect under « Niveaux d’assurance » and « Double authentification ».
ACR_A_DEUX_FACTEURS = frozenset(
    {
        "eidas2",
        "eidas3",
        "https://proconnect.gouv.fr/assurance/self-asserted-2fa",
        "https://proconnect.gouv.fr/assurance/consistency-checked-2fa",
    }
)
AMR_A_DEUX_FACTEURS = "mfa"
# Asks to be told how the person signed in, without demanding anything.
DEMANDE = '{"id_token":{"amr":{"essential":true},"acr":null}}'
SUB_MAX = 200
MARGE = 10  # seconds between the provider's clock and ours
INTENTION = "proconnect_intention"


class EchecProConnect(Exception):
    """Why the sign-in did not succeed, in French and saying what to do."""


def deux_facteurs(jeton: dict[str, Any]) -> bool:
    """Whether the provider says that two factors were given."""
    acr, amr = jeton.get("acr"), jeton.get("amr")
    return (isinstance(acr, str) and acr in ACR_A_DEUX_FACTEURS) or (
        isinstance(amr, list) and AMR_A_DEUX_FACTEURS in amr
    )


class ParProConnect(OIDCAuthenticationBackend):  # type: ignore[misc]
    """Verifies what the provider says, and finds the account it speaks of."""

    def authenticate(
        self, request: HttpRequest, *, nonce: str, code_verifier: str | None = None
    ) -> Compte | None:
        """Named arguments: a sign-in by password never comes through here."""
        compte: Compte | None = super().authenticate(request, nonce=nonce, code_verifier=code_verifier)
        return compte

    def get_user(self, user_id: Any) -> Compte | None:
        """The account of a session, with its person."""
        compte = Compte.objects.select_related("personne").filter(pk=user_id).first()
        return compte if compte is not None and peut_entrer(compte) else None

    def _verify_jws(self, payload: str, key: Any) -> dict[str, Any]:
        lu: dict[str, Any] = jwt.decode(
            payload,
            key,
            algorithms=[settings.OIDC_RP_SIGN_ALGO],
            audience=settings.OIDC_RP_CLIENT_ID,
            issuer=settings.PROCONNECT_EMETTEUR,
            leeway=MARGE,
            options={"require": ["iss", "aud", "sub"]},
        )
        return lu

    def verify_token(self, token: str, **kwargs: Any) -> dict[str, Any]:
        """The ID token: signed by the provider, for us, in answer to our request, and not expired."""
        lu: dict[str, Any] = super().verify_token(token, **kwargs)
        if not kwargs.get("nonce") or "exp" not in lu:
            raise jwt.InvalidTokenError("sans nonce ou sans échéance")
        return lu

    def get_userinfo(self, access_token: str, id_token: str, payload: dict[str, Any]) -> dict[str, Any]:
        """The identity, which must be a JWT signed by the provider and about the same person."""
        reponse = requests.get(
            settings.OIDC_OP_USER_ENDPOINT,
            headers={"Authorization": f"Bearer {access_token}"},
            timeout=settings.OIDC_TIMEOUT,
        )
        reponse.raise_for_status()
        if not reponse.headers.get("content-type", "").lower().startswith("application/jwt"):
            raise jwt.InvalidTokenError("identité non signée")
        jeton = reponse.text.strip()
        lu = self._verify_jws(jeton, self.retrieve_matching_jwk(jeton))
        if lu["sub"] != payload["sub"]:
            raise jwt.InvalidTokenError("identité d’une autre personne")
        if not 0 < len(lu["sub"]) <= SUB_MAX or "\x00" in lu["sub"]:
            raise jwt.InvalidTokenError("identifiant impossible à garder")
        return lu

    def get_or_create_user(self, access_token: str, id_token: str, payload: dict[str, Any]) -> Compte:
        """The account, found or linked; never opened but by an invitation. Raises ``EchecProConnect``."""
        identite = self.get_userinfo(access_token, id_token, payload)
        self.request.deux_facteurs = deux_facteurs(payload)
        intention = self.request.session.get(INTENTION) or {}
        connu = Compte.objects.filter(sub_proconnect=identite["sub"]).first()
        if "relier" in intention:
            return _relier_a_sa_demande(intention["relier"], self.request, connu, identite["sub"])
        if connu is not None:
            return connu
        if "invitation" in intention:
            return _inviter(intention["invitation"], identite)
        return _relier_par_courriel(identite)


def _relier(compte: Compte, sub: str) -> Compte:
    """Link once; the constraint of the table refuses a ``sub`` that another account just took."""
    if compte.sub_proconnect and compte.sub_proconnect != sub:
        raise EchecProConnect(
            "Votre compte est déjà relié à une autre identité ProConnect. Connectez-vous par mot de passe."
        )
    try:
        with transaction.atomic():
            Compte.objects.filter(pk=compte.pk, sub_proconnect="").update(sub_proconnect=sub)
    except IntegrityError as erreur:
        raise EchecProConnect("Cette identité ProConnect est déjà reliée à un autre compte.") from erreur
    compte.refresh_from_db()
    if compte.sub_proconnect != sub:
        raise EchecProConnect("Votre compte vient d’être relié à une autre identité ProConnect.")
    return compte


def _relier_a_sa_demande(pk: int, requete: Any, connu: Compte | None, sub: str) -> Compte:
    if not requete.user.is_authenticated or requete.user.pk != pk:
        raise EchecProConnect("Votre session a changé pendant ce temps. Connectez-vous, puis recommencez.")
    if connu is not None and connu.pk != pk:
        raise EchecProConnect("Cette identité ProConnect est déjà reliée à un autre compte.")
    return _relier(requete.user, sub)


def _inviter(secret: str, identite: dict[str, Any]) -> Compte:
    invitee = invitation_de(secret)
    if invitee is None or _courriel_verifie(identite) != invitee.courriel:
        raise EchecProConnect(
            "L’adresse que donne ProConnect n’est pas celle de l’invitation. Rouvrez le lien reçu et choisissez un "
            "mot de passe : vous pourrez relier ProConnect ensuite."
        )
    try:
        return ouvrir_compte_invite(
            secret=secret,
            identite=Identite(
                prenom=_texte(identite, "given_name"),
                nom=_texte(identite, "usual_name") or _texte(identite, "family_name"),
                sub_proconnect=identite["sub"],
            ),
        )
    except InvitationInutilisable as refus:
        raise EchecProConnect(str(refus)) from refus


def _relier_par_courriel(identite: dict[str, Any]) -> Compte:
    courriel = _courriel_verifie(identite)
    compte = Compte.objects.filter(courriel=courriel).first() if courriel else None
    if compte is None or not peut_entrer(compte):
        raise EchecProConnect(
            "Aucun compte ne correspond à votre identité ProConnect. Si vous en avez un, connectez-vous par mot de "
            "passe, puis reliez ProConnect depuis « Mon compte ». Sinon, demandez une invitation."
        )
    return _relier(compte, identite["sub"])


def _courriel_verifie(identite: dict[str, Any]) -> str:
    """The e-mail that the provider vouches for, in lower case; empty when it does not."""
    verifie = identite.get("email_verified")
    if verifie is True or (verifie is None and settings.PROCONNECT_COURRIELS_VERIFIES):
        return _texte(identite, "email").lower()
    return ""


def _texte(identite: dict[str, Any], cle: str) -> str:
    valeur = identite.get(cle)
    return valeur.replace("\x00", "").strip()[:100] if isinstance(valeur, str) else ""
