"""The one-click accounts of the demonstration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from echelons.acteurs.demonstration import groupes_de_comptes
from echelons.acteurs.models import Compte, Mandat
from echelons.acteurs.models.personnes import DOMAINE_DE_DEMONSTRATION
from echelons.socle.horloge import a_la_date, aujourdhui
from echelons.web.compte import entree
from echelons.web.compte.vues.connexion import PAR_MOT_DE_PASSE
from echelons.web.intergiciels import deposer_date


@require_http_methods(["GET", "HEAD", "POST"])
def comptes(requete: Any) -> HttpResponse:
    """Who one can be, and what for; a click signs in. Anywhere else than in the demonstration, there is nothing."""
    if not settings.COMPTES_EN_UN_CLIC or not settings.DEMONSTRATION:
        raise Http404
    if requete.method == "POST":
        return _entrer(requete, requete.POST.get("compte", ""))
    jour = aujourdhui()
    mandats = {
        m.personne.compte.courriel: m
        for m in Mandat.objects.filter(personne__compte__courriel__endswith=f"@{DOMAINE_DE_DEMONSTRATION}")
        .select_related("personne__compte", "fonction", "organisation", "territoire")
        .prefetch_related("organisation__noms")
    }
    groupes = [
        {
            "titre": groupe.titre,
            "comptes": [
                {
                    "lu": lu,
                    "mandat": mandats[lu.courriel],
                    "organisation": mandats[lu.courriel].organisation.nom_au(max(jour, lu.debut)),
                    "a_venir": lu.debut > jour,
                }
                for lu in groupe.comptes
                if lu.courriel in mandats
            ],
        }
        for groupe in groupes_de_comptes(Path(settings.RACINE) / "demonstration" / "comptes.yaml")
    ]
    return render(requete, "compte/comptes_de_demonstration.html", {"groupes": groupes})


def _entrer(requete: Any, cle: str) -> HttpResponse:
    """Become that person; when their mandate has not begun, the demonstration moves to its first day."""
    cle = cle[:60].replace("\x00", "")
    compte = Compte.objects.filter(courriel=f"{cle}@{DOMAINE_DE_DEMONSTRATION}").first()
    if compte is None:
        raise Http404("Aucun compte de démonstration de ce nom.")
    suite = entree.suite_de(requete)
    premier = Mandat.objects.filter(personne=compte.personne_id).order_by("debut").first()
    if premier is None or premier.debut <= aujourdhui():
        return entree.entrer(requete, compte, porte=PAR_MOT_DE_PASSE, suite=suite)
    with a_la_date(premier.debut):
        entree.entrer(requete, compte, porte=PAR_MOT_DE_PASSE, suite=suite)
    reponse = redirect(suite)
    deposer_date(reponse, premier.debut)
    return reponse
