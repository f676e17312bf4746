"""The whole public content, to be taken away: what the archive holds, and the archive."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from echelons.publication.donnees import LICENCE, TABLES, archive_a_jour, derniere_archive
from echelons.socle.horloge import aujourdhui
from echelons.web.public.page import page_publique


@page_publique
def donnees(requete: HttpRequest) -> HttpResponse:
    """What the archive last made holds, its licence, its dates and its size; whether a newer one is to come."""
    archive = derniere_archive(aujourdhui())
    prete = archive is not None and archive.jour == aujourdhui() and archive.a_jour
    contexte = {
        "archive": archive,
        "prete": prete,
        "jour": aujourdhui(),
        "tables": [(table, archive.nombres.get(table.code) if archive else None) for table in TABLES],
        "licence": LICENCE,
        "echelon": "Données",
        "nav": "sources",
    }
    reponse = render(requete, "public/donnees.html", contexte)
    if not prete:
        # It will say otherwise as soon as the archive is made, which changes nothing in the data.
        reponse["Cache-Control"] = "no-store"
    return reponse


@csrf_exempt  # nothing is written: a POST is answered « method not allowed »
@require_safe
def archive(requete: HttpRequest) -> HttpResponse:
    """The archive as the data are now, or « not modified » while the reader's is the same."""
    gardee, contenu = archive_a_jour(aujourdhui())
    etiquette = f'"{gardee.empreinte[:40]}"'
    if etiquette in requete.META.get("HTTP_IF_NONE_MATCH", ""):
        reponse: HttpResponse = HttpResponseNotModified()
    else:
        reponse = HttpResponse(contenu, content_type="application/zip")
        reponse["Content-Disposition"] = f'attachment; filename="echelons-{gardee.jour.isoformat()}.zip"'
    reponse["ETag"] = etiquette
    reponse["Cache-Control"] = "no-cache"
    patch_vary_headers(reponse, ("Cookie",))
    return reponse
