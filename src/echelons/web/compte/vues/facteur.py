"""The second factor: give it, set it up, renew its recovery codes."""

from __future__ import annotations

from typing import Any

import segno
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_http_methods

from echelons.acteurs import freins, second_facteur
from echelons.acteurs.models import Compte, SecondFacteur
from echelons.web.compte import entree
from echelons.web.compte.formulaires import (
    CODE_REFUSE,
    Formulaire,
    FormulaireCode,
    FormulaireInstallation,
    phrase_du_frein,
)

SECRET = "secret_propose"  # noqa: S105 -- the name of a key of the session


@require_http_methods(["GET", "HEAD", "POST"])
def donner(requete: Any) -> HttpResponse:
    """The second factor of somebody expected."""
    attente = entree.attente(requete)
    if attente is None:
        return redirect("mon_compte" if requete.user.is_authenticated else "connexion")
    if not SecondFacteur.objects.filter(compte=attente.compte).exists():
        return redirect("second_facteur_installer")
    formulaire = FormulaireCode(requete.POST if requete.method == "POST" else None)
    statut = 200
    if requete.method == "POST":
        statut = _essayer(formulaire, attente.compte, "code")
        if statut == 200:
            entree.ouvrir(requete, attente.compte, porte=attente.porte, deux_facteurs=True)
            return redirect(attente.suite)
    return render(
        requete, "compte/second_facteur.html", {"formulaire": formulaire, "attente": attente}, status=statut
    )


def _essayer(formulaire: Formulaire, compte: Compte, champ: str) -> int:
    """Check the code of this field under the brake; the status to answer with, 200 when accepted."""
    if not formulaire.is_valid():
        return 422
    objet = str(compte.pk)
    try:
        prochain = freins.essayer(freins.Objet.SECOND_FACTEUR, objet)
    except freins.TropDEssais as trop:
        formulaire.add_error(champ, phrase_du_frein(trop.jusqu_a))
        return 429
    if second_facteur.verifier(compte=compte, code=formulaire.cleaned_data[champ]):
        freins.liberer(freins.Objet.SECOND_FACTEUR, objet)
        return 200
    formulaire.add_error(champ, CODE_REFUSE)
    if prochain:
        formulaire.add_error(champ, phrase_du_frein(prochain))
    return 422


@require_http_methods(["GET", "HEAD", "POST"])
def installer(requete: Any) -> HttpResponse:
    """Set up an application: at the first sign-in of those who must, whenever they like for the others."""
    attente = entree.attente(requete)
    if attente is None and not requete.user.is_authenticated:
        return redirect("connexion")
    compte: Compte = attente.compte if attente else requete.user
    if compte.de_demonstration:
        return redirect("mon_compte")  # several people's: one telephone would shut the others out
    remplace = SecondFacteur.objects.filter(compte=compte).exists()
    if attente and remplace:
        return redirect("second_facteur")
    secret = requete.session.setdefault(SECRET, second_facteur.nouveau_secret())
    formulaire = FormulaireInstallation(requete.POST if requete.method == "POST" else None, remplace=remplace)
    statut = 200
    if requete.method == "POST":
        statut = _essayer(formulaire, compte, "actuel") if remplace else _valider(formulaire)
        if statut == 200:
            codes = second_facteur.activer(compte=compte, secret=secret, code=formulaire.cleaned_data["code"])
            if codes is not None:
                return _active(requete, compte, attente, codes)
            formulaire.add_error("code", CODE_REFUSE)
            statut = 422
    contexte = {
        "formulaire": formulaire,
        "secret": " ".join(secret[i : i + 4] for i in range(0, len(secret), 4)),
        "qr": _qr(second_facteur.adresse_otpauth(secret, compte)),
        "attente": attente,
        "remplace": remplace,
        "compte": compte,
    }
    return render(requete, "compte/second_facteur_installer.html", contexte, status=statut)


def _valider(formulaire: Formulaire) -> int:
    return 200 if formulaire.is_valid() else 422


def _active(requete: Any, compte: Compte, attente: entree.Attente | None, codes: list[str]) -> HttpResponse:
    """Open the session if it was expected, and show the recovery codes, in this answer only."""
    requete.session.pop(SECRET, None)
    if attente:
        entree.ouvrir(requete, compte, porte=attente.porte, deux_facteurs=True)
    else:
        requete.session[entree.SECOND_FACTEUR] = True
        requete.session.cycle_key()
    suite = attente.suite if attente else resolve_url("mon_compte")
    return render(requete, "compte/codes_de_secours.html", {"codes": codes, "suite": suite})


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def codes(requete: Any) -> HttpResponse:
    """New recovery codes, against a code of the moment."""
    if not SecondFacteur.objects.filter(compte=requete.user).exists():
        return redirect("second_facteur_installer")
    formulaire = FormulaireCode(requete.POST if requete.method == "POST" else None)
    statut = 200
    if requete.method == "POST":
        statut = _essayer(formulaire, requete.user, "code")
        if statut == 200:
            contexte = {
                "codes": second_facteur.renouveler_codes(compte=requete.user),
                "suite": resolve_url("mon_compte"),
            }
            return render(requete, "compte/codes_de_secours.html", contexte)
    restants = second_facteur.codes_restants(requete.user)
    return render(
        requete,
        "compte/codes_renouveler.html",
        {"formulaire": formulaire, "restants": restants},
        status=statut,
    )


def _qr(adresse: str) -> str:
    """The QR code as SVG, drawn here: no other server sees the secret."""
    svg = segno.make(adresse, error="m").svg_inline(scale=5, border=4, dark="#161616", light="#ffffff")
    return mark_safe(svg)  # noqa: S308 -- made of squares by a library, from no typed text
