"""Search by name or code, and « près de chez moi » by commune; instant as one types when scripts run."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echelons.territoires.models import Territoire
from echelons.web.public.page import page_publique
from echelons.web.templatetags.echelons import adresse_des_choix

LONGUEUR_MAX = 100


@page_publique
def recherche(requete: HttpRequest) -> HttpResponse:
    """The territories that answer ``q``."""
    texte = requete.GET.get("q", "").strip()
    trop_long = len(texte) > LONGUEUR_MAX
    lieux = Territoire.objects.select_related("departement", "region")
    resultats = list(lieux.rechercher(texte[:LONGUEUR_MAX])) if texte else []
    contexte = {
        "q": texte,
        "trop_long": trop_long,
        "resultats": resultats,
        "echelon": "Recherche",
        "suite": adresse_des_choix(requete.GET),
    }
    partiel = getattr(requete, "htmx", False)
    return render(requete, "public/_resultats.html" if partiel else "public/recherche.html", contexte)
