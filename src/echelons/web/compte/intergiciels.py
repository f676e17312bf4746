"""What every request of somebody signed in goes through: is the session still open, who acts, what may be kept."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY
from django.http import HttpRequest, HttpResponse

from echelons.acteurs import second_facteur
from echelons.acteurs.models import SessionOuverte
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import maintenant
from echelons.socle.revision import lecture
from echelons.web.compte import entree
from echelons.web.intergiciels import Suite

SESSION = settings.SESSION_COOKIE_NAME
ENTRE_DEUX_MARQUES = dt.timedelta(minutes=1)
DOMAINES_PRIVES = (
    "/accueil/",
    "/agenda/",
    "/circulaires/",
    "/compte/",
    "/contrats/",
    "/demonstration/comptes/",
    "/documents/",
    "/echeances/",
    "/equipe/",
    "/imports/",
    "/ma-region/",
    "/messages/",
    "/referentiels/",
    "/travaux/",
)


class Connexion:
    """Give ``requete.acteur``, end the sessions that lasted enough, ask for the second factor that became due."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, requete: Any) -> HttpResponse:
        if requete.method in {"GET", "HEAD"} and SESSION in requete.COOKIES:
            # What is read for somebody signed in speaks of one state of the data, whose number is asked once.
            with lecture():
                reponse = self._servir(requete)
        else:
            reponse = self._servir(requete)
        # What somebody signed in sees is theirs: neither a shared cache nor the next user of the machine keeps it.
        if requete.user.is_authenticated or requete.path.startswith(DOMAINES_PRIVES):
            reponse["Cache-Control"] = "no-store"
        return reponse

    def _servir(self, requete: Any) -> HttpResponse:
        requete.acteur = _acteur(requete)
        return self.suite(requete)


def _acteur(requete: Any) -> Acteur:
    if not requete.user.is_authenticated:
        return Acteur(None)
    acteur = Acteur.de(requete.user)
    exige = second_facteur.exige(acteur)
    if avis := _fin(requete.session.ligne, exige):
        entree.sortir(requete, avis)
        return Acteur(None)
    if exige and not requete.session.get(entree.SECOND_FACTEUR):
        porte = requete.session[BACKEND_SESSION_KEY]
        entree.mettre_en_attente(requete, requete.user, porte=porte, suite=_ici(requete))
        return Acteur(None)
    _marquer(requete.session.ligne)
    return acteur


def _fin(ligne: SessionOuverte | None, exige: bool) -> str:
    """Why the session is over, in French; empty while it is open."""
    if ligne is None or ligne.ouverte_le is None or ligne.vue_le is None:
        return ""
    instant = maintenant()
    if instant - ligne.ouverte_le > dt.timedelta(seconds=settings.SESSION_COOKIE_AGE):
        return "Votre session a duré huit heures : elle est terminée. Connectez-vous de nouveau."
    if exige and instant - ligne.vue_le > dt.timedelta(seconds=settings.SESSION_INACTIVITE_MAX):
        return "Votre session a pris fin après trente minutes sans activité. Connectez-vous de nouveau."
    return ""


def _marquer(ligne: SessionOuverte | None) -> None:
    """Note that the session is in use, without a write at every request."""
    instant = maintenant()
    if ligne is not None and (ligne.vue_le is None or instant - ligne.vue_le > ENTRE_DEUX_MARQUES):
        SessionOuverte.objects.filter(pk=ligne.pk).update(vue_le=instant)


def _ici(requete: HttpRequest) -> str:
    return requete.get_full_path() if requete.method == "GET" else "/"
