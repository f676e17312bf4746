"""Forgetting a person: what will be erased, what will stay, and the one button that does it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat, Personne
from echelons.acteurs.oubli import oublier_personne, traces_de
from echelons.web.compte import entree
from echelons.web.compte.formulaires_equipe import FormulaireOubli
from echelons.web.compte.pages_equipe import exiger_la_nation, faire, page_de_formulaire, partir


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def oublier(requete: Any, reference: uuid.UUID) -> HttpResponse:
    """Say what will happen, then do it."""
    visibles = Mandat.objects.for_user(requete.acteur).filter(personne__oubliee_le=None)
    personne = get_object_or_404(Personne, reference=reference, pk__in=visibles.values("personne"))
    exiger_la_nation(requete.acteur, Capacite.PERSONNE_OUBLIER)
    formulaire = FormulaireOubli(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            oublier_personne(reference=reference, par=requete.acteur)
            return "La personne est oubliée. Ce qu’elle a fait reste, sans son nom."

        soi_meme = requete.user.personne_id == personne.pk
        if (avis := faire(formulaire, acte)) is not None:
            if soi_meme:
                entree.sortir(requete, avis)
                return redirect("connexion")
            return partir(requete, avis, "equipe")
    return page_de_formulaire(
        requete,
        formulaire,
        modele="equipe/oublier.html",
        titre=f"Oublier {personne}",
        traces=traces_de(reference),
        bouton="Oublier cette personne",
        retour=("Ne rien oublier", reverse("equipe")),
        fil=[("Mon équipe", reverse("equipe")), ("Oublier une personne", "")],
    )
