"""Signing in by password, signing out."""

from __future__ import annotations

import secrets
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import authenticate
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from echelons.acteurs import freins
from echelons.web.compte import entree
from echelons.web.compte.formulaires import IDENTIFIANTS_REFUSES, FormulaireConnexion, phrase_du_frein

PAR_MOT_DE_PASSE = "echelons.web.compte.portes.ParMotDePasse"
SORTIE = "proconnect_sortie"


@require_http_methods(["GET", "HEAD", "POST"])
def connexion(requete: Any) -> HttpResponse:
    """Sign in; whoever is signed in already goes on."""
    suite = entree.suite_de(requete)
    if requete.method != "POST":
        if requete.user.is_authenticated:
            return redirect(suite)
        return _page(requete, FormulaireConnexion(), suite)
    formulaire = FormulaireConnexion(requete.POST)
    if not formulaire.is_valid():
        return _page(requete, formulaire, suite, statut=422)
    courriel = formulaire.cleaned_data["courriel"].lower()
    adresse = entree.adresse_de(requete)
    try:
        prochains = [
            freins.essayer(freins.Objet.ADRESSE, adresse),
            freins.essayer(freins.Objet.COMPTE, courriel),
        ]
    except freins.TropDEssais as trop:
        formulaire.add_error(None, phrase_du_frein(trop.jusqu_a))
        return _page(requete, formulaire, suite, statut=429)
    compte = authenticate(requete, username=courriel, password=formulaire.cleaned_data["mot_de_passe"])
    if compte is None:
        formulaire.add_error(None, IDENTIFIANTS_REFUSES)
        if jusqu_a := max((p for p in prochains if p), default=None):
            formulaire.add_error(None, phrase_du_frein(jusqu_a))
        return _page(requete, formulaire, suite, statut=422)
    freins.liberer(freins.Objet.COMPTE, courriel)
    freins.rendre(freins.Objet.ADRESSE, adresse)
    return entree.entrer(requete, compte, porte=PAR_MOT_DE_PASSE, suite=suite)


def _page(requete: Any, formulaire: FormulaireConnexion, suite: str, statut: int = 200) -> HttpResponse:
    avis = requete.session.pop(entree.AVIS, "") if entree.AVIS in requete.session else ""
    contexte = {"formulaire": formulaire, "suite": suite, "avis": avis, "proconnect": settings.PROCONNECT}
    return render(requete, "compte/connexion.html", contexte, status=statut)


@require_POST
def deconnexion(requete: Any) -> HttpResponse:
    """Sign out here, then at the provider when ProConnect opened the session."""
    jeton = requete.session.get(entree.JETON)
    entree.sortir(requete, "Vous êtes déconnecté.")
    if not jeton or not settings.PROCONNECT:
        return redirect("connexion")
    requete.session[SORTIE] = secrets.token_urlsafe(32)
    parametres = {
        "id_token_hint": jeton,
        "state": requete.session[SORTIE],
        "post_logout_redirect_uri": requete.build_absolute_uri(reverse("proconnect_sortie")),
    }
    return HttpResponseRedirect(f"{settings.OIDC_OP_LOGOUT_ENDPOINT}?{urlencode(parametres)}")
