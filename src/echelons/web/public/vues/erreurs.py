"""Pages shown when something cannot be shown: what is wrong, and where to go from there."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

ABSENTE = (
    "L’adresse est peut-être mal recopiée, ou bien ce territoire, cette source ou cet article n’existe pas."
)


def page_d_erreur(requete: HttpRequest, code: int, titre: str, message: str) -> HttpResponse:
    """A page that says what is wrong."""
    reponse = render(
        requete,
        "public/erreur.html",
        {"titre": titre, "message": message, "q": requete.GET.get("q", "")},
        status=code,
    )
    reponse["Cache-Control"] = "no-store"
    return reponse


def requete_refusee(
    requete: HttpRequest, exception: Exception | None = None, message: str = "", statut: int = 400
) -> HttpResponse:
    """400: the request cannot be understood."""
    return page_d_erreur(
        requete, statut, "Demande incomprise", message or "Vérifiez l’adresse, puis recommencez."
    )


def acces_refuse(requete: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the request is understood and refused."""
    message = str(exception) if isinstance(exception, PermissionDenied) else ""
    return page_d_erreur(requete, 403, "Accès refusé", message or "Cette page n’est pas ouverte à tous.")


def page_absente(requete: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404: nothing at this address."""
    message = str(exception) if exception and str(exception).startswith("Aucun") else ABSENTE
    return page_d_erreur(requete, 404, "Page introuvable", message)


def panne(requete: HttpRequest) -> HttpResponse:
    """500: an error of ours; the page uses neither the database nor the frame's context."""
    return render(None, "public/panne.html", status=500)
