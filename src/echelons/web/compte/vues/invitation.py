"""The page that a secret link opens: accept to hold a function."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from echelons.acteurs.actes import (
    Identite,
    InvitationInutilisable,
    accepter_invitation,
    invitation_de,
    ouvrir_compte_invite,
)
from echelons.acteurs.models import Compte
from echelons.socle.horloge import maintenant
from echelons.web.compte import entree
from echelons.web.compte.formulaires import FormulaireInvite
from echelons.web.compte.vues.connexion import PAR_MOT_DE_PASSE


@require_http_methods(["GET", "HEAD", "POST"])
def invitation(requete: Any, secret: str) -> HttpResponse:
    """Accept with the account one is signed in with, or open one."""
    invitee = invitation_de(secret)
    if invitee is None:
        raise Http404("Aucune invitation à cette adresse. Vérifiez que le lien reçu est entier.")
    contexte = {
        "invitation": invitee,
        "organisation": invitee.organisation.nom_au(invitee.debut),
        "secret": secret,
        "ici": reverse("invitation", args=[secret]),
        "proconnect": settings.PROCONNECT,
        "a_un_compte": Compte.objects.filter(courriel=invitee.courriel).exists(),
        "bon_compte": requete.user.is_authenticated and requete.user.courriel == invitee.courriel,
    }
    if empechement := invitee.empechement(maintenant()):
        return render(requete, "compte/invitation.html", {**contexte, "empechement": empechement}, status=410)
    formulaire = FormulaireInvite(
        invitee.courriel,
        requete.POST if requete.method == "POST" else None,
        initial={"prenom": invitee.prenom, "nom": invitee.nom},
    )
    statut = 200
    if requete.method == "POST":
        try:
            if requete.user.is_authenticated:
                accepter_invitation(secret=secret, compte=requete.user)
                requete.session[entree.AVIS] = f"Vous tenez la fonction : {invitee.fonction.libelle}."
                return redirect("mon_compte")
            if formulaire.is_valid():
                return _ouvrir(requete, secret, formulaire)
            statut = 422
        except InvitationInutilisable as refus:
            contexte["refus"], statut = str(refus), 409
    return render(requete, "compte/invitation.html", {**contexte, "formulaire": formulaire}, status=statut)


def _ouvrir(requete: Any, secret: str, formulaire: FormulaireInvite) -> HttpResponse:
    donnees = formulaire.cleaned_data
    compte = ouvrir_compte_invite(
        secret=secret,
        identite=Identite(donnees["prenom"], donnees["nom"], mot_de_passe=donnees["nouveau"]),
    )
    return entree.entrer(requete, compte, porte=PAR_MOT_DE_PASSE, suite=reverse(settings.LOGIN_REDIRECT_URL))
