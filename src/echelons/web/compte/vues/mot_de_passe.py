"""The password: change it, or choose another through a link received by e-mail."""

from __future__ import annotations

from typing import Any

from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.decorators import login_required
from django.contrib.auth.tokens import default_token_generator
from django.contrib.auth.views import PasswordResetConfirmView
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.encoding import force_bytes
from django.utils.http import urlsafe_base64_encode
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs import freins, messages
from echelons.acteurs.comptes import changer_mot_de_passe
from echelons.acteurs.models import Compte
from echelons.web.compte import entree
from echelons.web.compte.formulaires import (
    FormulaireChangement,
    FormulaireNouveau,
    FormulaireOubli,
    phrase_du_frein,
)
from echelons.web.compte.portes import peut_entrer


@require_http_methods(["GET", "HEAD", "POST"])
def oublie(requete: Any) -> HttpResponse:
    """Ask for a link; the answer is the same whether the account exists or not, and takes as long."""
    formulaire = FormulaireOubli(requete.POST if requete.method == "POST" else None)
    if requete.method != "POST":
        return render(requete, "compte/mot_de_passe_oublie.html", {"formulaire": formulaire})
    if not formulaire.is_valid():
        return render(requete, "compte/mot_de_passe_oublie.html", {"formulaire": formulaire}, status=422)
    courriel = formulaire.cleaned_data["courriel"].lower()
    compte = Compte.objects.filter(courriel=courriel).first()
    existe = compte is not None and peut_entrer(compte) and not compte.a_une_adresse_de_demonstration
    lien = requete.build_absolute_uri(chemin_du_lien(compte or Compte(pk=0, courriel=courriel)))
    try:
        freins.essayer(freins.Objet.ADRESSE, entree.adresse_de(requete))
        freins.essayer(freins.Objet.COURRIEL, courriel)
        if existe:
            messages.envoyer(messages.reinitialisation(courriel, lien))
    except freins.TropDEssais:
        pass  # Said to nobody: a mailbox already received enough, or an address asked enough.
    return redirect("mot_de_passe_envoye")


def chemin_du_lien(compte: Compte) -> str:
    """The path, good for an hour and once, where this account chooses a password."""
    uid = urlsafe_base64_encode(force_bytes(compte.pk))
    return reverse("mot_de_passe_nouveau", args=[uid, default_token_generator.make_token(compte)])


@require_safe
def envoye(requete: Any) -> HttpResponse:
    """What to do now that the link may be on its way."""
    return render(requete, "compte/mot_de_passe_envoye.html")


class Nouveau(PasswordResetConfirmView):
    """Choose a new password: it unlocks the account and ends all its sessions. The link serves once."""

    template_name = "compte/mot_de_passe_nouveau.html"
    form_class = FormulaireNouveau

    def get_form_kwargs(self) -> dict[str, Any]:
        """Our form calls the account by its name."""
        arguments = super().get_form_kwargs()
        arguments["compte"] = arguments.pop("user")
        return arguments

    def form_valid(self, form: Any) -> HttpResponse:
        """Keep the password, then send to the door: a second factor may be due."""
        changer_mot_de_passe(compte=form.compte, mot_de_passe=form.cleaned_data["nouveau"], par_lien=True)
        freins.liberer(freins.Objet.COMPTE, form.compte.courriel)
        freins.liberer(freins.Objet.COURRIEL, form.compte.courriel)
        entree.sortir(self.request, "Votre mot de passe est changé. Connectez-vous avec le nouveau.")
        return redirect("connexion")

    def form_invalid(self, form: Any) -> HttpResponse:
        """The page again, with what to correct."""
        return self.render_to_response(self.get_context_data(form=form), status=422)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def changer(requete: Any) -> HttpResponse:
    """Change one's password; the other sessions end."""
    if requete.user.de_demonstration:
        return redirect("mon_compte")
    if not requete.user.has_usable_password():
        return redirect("mot_de_passe_oublie")
    formulaire = FormulaireChangement(requete.user, requete.POST if requete.method == "POST" else None)
    statut = 200
    if requete.method == "POST":
        statut = _verifier_l_actuel(formulaire, requete.user)
        if statut == 200:
            changer_mot_de_passe(
                compte=requete.user,
                mot_de_passe=formulaire.cleaned_data["nouveau"],
                par_lien=False,
                sauf=requete.session.session_key,
            )
            update_session_auth_hash(requete, requete.user)
            requete.session[entree.AVIS] = "Votre mot de passe est changé. Vos autres sessions sont fermées."
            return redirect("mon_compte")
    return render(requete, "compte/mot_de_passe_changer.html", {"formulaire": formulaire}, status=statut)


def _verifier_l_actuel(formulaire: FormulaireChangement, compte: Compte) -> int:
    if not formulaire.is_valid():
        return 422
    try:
        freins.essayer(freins.Objet.COMPTE, compte.courriel)
    except freins.TropDEssais as trop:
        formulaire.add_error("actuel", phrase_du_frein(trop.jusqu_a))
        return 429
    if not compte.check_password(formulaire.cleaned_data["actuel"]):
        formulaire.add_error("actuel", "Ce n’est pas votre mot de passe actuel. Retapez-le.")
        return 422
    freins.liberer(freins.Objet.COMPTE, compte.courriel)
    return 200
