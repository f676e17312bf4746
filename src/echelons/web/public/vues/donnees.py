"""The whole public content, to be taken away: what the archive holds, and the archive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from echelons.publication.donnees import lire_archive
from echelons.publication.donnees.archive import LICENCE
from echelons.socle import revision
from echelons.socle.horloge import aujourdhui
from echelons.web.public.page import page_publique


@page_publique
def donnees(requete: HttpRequest) -> HttpResponse:
    """What the archive holds, its licence, its date and its size."""
    contexte = {
        "archive": lire_archive(aujourdhui()),
        "licence": LICENCE,
        "echelon": "Données",
        "nav": "sources",
    }
    return render(requete, "public/donnees.html", contexte)


@csrf_exempt  # nothing is written: a POST is answered « method not allowed »
@require_safe
def archive(requete: HttpRequest) -> HttpResponse:
    """The archive, or « not modified » while the reader's is the same."""
    with revision.lecture():
        faite = lire_archive(aujourdhui())
    etiquette = f'"{faite.empreinte[:40]}"'
    if etiquette in requete.META.get("HTTP_IF_NONE_MATCH", ""):
        reponse: HttpResponse = HttpResponseNotModified()
    else:
        reponse = HttpResponse(faite.contenu, content_type="application/zip")
        reponse["Content-Disposition"] = f'attachment; filename="echelons-{faite.jour.isoformat()}.zip"'
    reponse["ETag"] = etiquette
    reponse["Cache-Control"] = "no-cache"
    patch_vary_headers(reponse, ("Cookie",))
    return reponse
