"""Leaving for ProConnect, coming back, signing out there."""

from __future__ import annotations

import logging
from typing import Any

import jwt
import requests
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.views.decorators.http import require_safe
from mozilla_django_oidc.views import OIDCAuthenticationCallbackView, OIDCAuthenticationRequestView

from echelons.web.compte import entree
from echelons.web.compte.proconnect import DEMANDE, INTENTION, EchecProConnect
from echelons.web.compte.vues.connexion import SORTIE

journal = logging.getLogger(__name__)
PORTE = "echelons.web.compte.proconnect.ParProConnect"
RECOMMENCER = "Cette connexion a déjà servi, a expiré, ou vient d’une autre fenêtre. Recommencez."
REPONSE_REFUSEE = (
    "La réponse de ProConnect n’a pas pu être vérifiée : rien n’a été ouvert. Recommencez ; si cela persiste, "
    "prévenez l’administration de cette instance."
)
INJOIGNABLE = "ProConnect ne répond pas. Réessayez dans quelques minutes, ou connectez-vous par mot de passe."
INTERROMPUE = "La connexion par ProConnect a été refusée ou interrompue. Recommencez quand vous le voulez."


def _exiger_proconnect() -> None:
    if not settings.PROCONNECT:
        raise Http404


class Depart(OIDCAuthenticationRequestView):  # type: ignore[misc]
    """Send to the provider: GET to sign in; POST, from one of our own pages, to link or to accept an invitation."""

    http_method_names = ["get", "post"]

    def dispatch(self, requete: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is there when ProConnect is not set."""
        _exiger_proconnect()
        reponse: HttpResponse = super().dispatch(requete, *args, **kwargs)
        return reponse

    def get(self, requete: Any) -> HttpResponse:
        """An ordinary sign-in, whatever was meant before."""
        requete.session.pop(INTENTION, None)
        reponse: HttpResponse = super().get(requete)
        return reponse

    def post(self, requete: Any) -> HttpResponse:
        """With an intention, which the mark of the form proves to come from us."""
        reponse = self.get(requete)
        if secret := requete.POST.get("invitation"):
            requete.session[INTENTION] = {"invitation": secret[:100]}
        elif requete.user.is_authenticated and not requete.user.de_demonstration:
            requete.session[INTENTION] = {"relier": requete.user.pk}
        return reponse

    def get_extra_params(self, requete: Any) -> dict[str, str]:
        """How the person signed in must be told."""
        return {"claims": DEMANDE}


class Retour(OIDCAuthenticationCallbackView):  # type: ignore[misc]
    """What the provider sends back; whatever it is, the reader is told in French what to do."""

    def dispatch(self, requete: Any, *args: Any, **kwargs: Any) -> HttpResponse:
        """Nothing is there when ProConnect is not set."""
        _exiger_proconnect()
        reponse: HttpResponse = super().dispatch(requete, *args, **kwargs)
        return reponse

    def get(self, requete: Any) -> HttpResponse:
        """Verify, then let in."""
        if requete.GET.get("error"):
            requete.session.pop(INTENTION, None)
            return _echec(requete, INTERROMPUE)
        try:
            reponse: HttpResponse = super().get(requete)
        except EchecProConnect as echec:
            return _echec(requete, str(echec), 403)
        except requests.RequestException:
            journal.warning("ProConnect n’a pas répondu.", exc_info=True)
            return _echec(requete, INJOIGNABLE, 502)
        except SuspiciousOperation:
            return _echec(requete, RECOMMENCER)
        except (jwt.PyJWTError, ValueError, KeyError, TypeError):
            journal.warning("La réponse de ProConnect est refusée.", exc_info=True)
            return _echec(requete, REPONSE_REFUSEE, 502)
        return reponse

    def login_success(self) -> HttpResponse:
        """The session opens at the same door as with a password: a second factor may be due."""
        intention = self.request.session.pop(INTENTION, None) or {}
        if "relier" in intention:
            self.request.session[entree.AVIS] = "ProConnect est relié à votre compte."
            return redirect("mon_compte")
        suite = self.request.session.pop("oidc_login_next", None) or reverse(settings.LOGIN_REDIRECT_URL)
        return entree.entrer(
            self.request, self.user, porte=PORTE, suite=suite, deux_facteurs=self.request.deux_facteurs
        )

    def login_failure(self) -> HttpResponse:
        """Nothing to verify, or nobody to let in."""
        return _echec(self.request, RECOMMENCER)


def _echec(requete: Any, message: str, statut: int = 400) -> HttpResponse:
    return render(requete, "compte/echec_proconnect.html", {"message": message}, status=statut)


@require_safe
def sortie(requete: Any) -> HttpResponse:
    """Back from the sign-out of the provider, with the mark given when leaving."""
    _exiger_proconnect()
    attendu = requete.session.pop(SORTIE, "")
    if attendu and constant_time_compare(attendu, requete.GET.get("state", "")):
        requete.session[entree.AVIS] = "Vous êtes déconnecté, d’Échelons et de ProConnect."
    return redirect("connexion")
