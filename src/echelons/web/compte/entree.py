"""Coming in and going out: one place decides whether a second factor is due, opens the session and closes it.

Between the first and the second factor nobody is signed in: the session only remembers, for a quarter of an hour,
which account is expected. So no page can mistake half a sign-in for a whole one.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
from dataclasses import dataclass
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import login, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, resolve_url
from django.utils.dateparse import parse_datetime
from django.utils.http import url_has_allowed_host_and_scheme

from echelons.acteurs import second_facteur
from echelons.acteurs.models import Compte, SecondFacteur
from echelons.acteurs.pouvoirs import Acteur
from echelons.acteurs.sessions import ADRESSE, NAVIGATEUR, OUVERTE_LE, SessionStore
from echelons.socle.horloge import maintenant
from echelons.web.compte.portes import peut_entrer

ATTENTE, SECOND_FACTEUR, AVIS, JETON = "attente", "second_facteur", "avis", "oidc_id_token"
DERNIERE_VISITE = "derniere_visite"
DUREE_DE_L_ATTENTE = dt.timedelta(minutes=15)


@dataclass(frozen=True)
class Attente:
    """An account that gave its first factor and owes the second."""

    compte: Compte
    porte: str
    suite: str


def adresse_de(requete: HttpRequest) -> str:
    """The reader's network address: what is counted by the brakes and told in the list of sessions.

    Behind ``MANDATAIRES`` proxies it is the one that the farthest of ours saw; an IPv6 address counts by its /64.
    """
    vue = requete.META.get("REMOTE_ADDR", "")
    if settings.MANDATAIRES:
        relais = [a.strip() for a in requete.headers.get("X-Forwarded-For", "").split(",") if a.strip()]
        vue = relais[-settings.MANDATAIRES] if len(relais) >= settings.MANDATAIRES else vue
    try:
        adresse = ipaddress.ip_address(vue)
    except ValueError:
        return ""
    if adresse.version == 6:
        return str(ipaddress.ip_network((adresse, 64), strict=False).network_address)
    return str(adresse)


def suite_de(requete: HttpRequest) -> str:
    """Where the reader was going, if it is one of our own pages; else their account."""
    suite = requete.POST.get("next") or requete.GET.get("next") or ""
    sure = url_has_allowed_host_and_scheme(
        suite, allowed_hosts={requete.get_host()}, require_https=requete.is_secure()
    )
    return suite if sure and "\x00" not in suite else resolve_url(settings.LOGIN_REDIRECT_URL)


def entrer(
    requete: HttpRequest, compte: Compte, *, porte: str, suite: str, deux_facteurs: bool = False
) -> HttpResponse:
    """Let in an account that proved its first factor; ``deux_facteurs``: the door proved the second as well."""
    facteur = SecondFacteur.objects.filter(compte=compte).exists()
    if deux_facteurs or not (facteur or second_facteur.exige(Acteur.de(compte))):
        ouvrir(requete, compte, porte=porte, deux_facteurs=deux_facteurs)
        return redirect(suite)
    mettre_en_attente(requete, compte, porte=porte, suite=suite)
    return redirect("second_facteur" if facteur else "second_facteur_installer")


def mettre_en_attente(requete: HttpRequest, compte: Compte, *, porte: str, suite: str) -> None:
    """Close what is open, and remember who is expected."""
    jeton = requete.session.get(JETON)
    logout(requete)
    requete.session[ATTENTE] = {
        "compte": compte.pk,
        "mot_de_passe": compte.get_session_auth_hash(),
        "porte": porte,
        "suite": suite,
        "depuis": maintenant().isoformat(),
    }
    if jeton:
        requete.session[JETON] = jeton


def attente(requete: HttpRequest) -> Attente | None:
    """Who is expected, if they still are: the password changed meanwhile sends back to the door."""
    lue = requete.session.get(ATTENTE)
    if not lue:
        return None
    depuis = cast("dt.datetime", parse_datetime(lue["depuis"]))
    compte = Compte.objects.select_related("personne").filter(pk=lue["compte"]).first()
    if (
        compte is None
        or not peut_entrer(compte)
        or maintenant() - depuis > DUREE_DE_L_ATTENTE
        or compte.get_session_auth_hash() != lue["mot_de_passe"]
    ):
        del requete.session[ATTENTE]
        return None
    return Attente(compte, lue["porte"], lue["suite"])


def ouvrir(requete: Any, compte: Compte, *, porte: str, deux_facteurs: bool) -> None:
    """Open the session, under a new key."""
    jeton = requete.session.get(JETON)
    visite = compte.last_login
    login(requete, compte, backend=porte)
    if visite:
        requete.session[DERNIERE_VISITE] = visite.isoformat()
    requete.session.cycle_key()
    requete.session.pop(ATTENTE, None)
    if jeton:
        requete.session[JETON] = jeton
    requete.session[SECOND_FACTEUR] = deux_facteurs
    requete.session[OUVERTE_LE] = maintenant().isoformat()
    requete.session[ADRESSE] = adresse_de(requete)
    requete.session[NAVIGATEUR] = requete.headers.get("User-Agent", "").replace("\x00", "")[:200]
    requete.session.save()
    requete.acteur = Acteur.de(compte)
    SessionStore.clear_expired()


def sortir(requete: Any, avis: str) -> None:
    """Close the session and leave a sentence for the next page."""
    logout(requete)
    requete.acteur = Acteur(None)
    requete.session[AVIS] = avis
