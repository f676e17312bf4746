"""The calendar feed and the page that gives, replaces and revokes its secret link."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs import freins
from echelons.acteurs.pouvoirs import Acteur
from echelons.pilotage.agenda import compte_du_lien, creer_lien, flux, lien_en_service, revoquer_lien
from echelons.socle.horloge import maintenant
from echelons.web.compte import entree


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def abonnement(requete: Any) -> HttpResponse:
    """Make, replace or revoke my link.

    A new link is answered by the page itself, not by a redirection: its secret would have to wait in the session.
    """
    secret = ""
    if requete.method == "POST":
        if requete.POST.get("geste") == "revoquer":
            revoque = revoquer_lien(par=requete.acteur)
            requete.session[entree.AVIS] = (
                "Le lien est révoqué : les agendas abonnés ne reçoivent plus rien."
                if revoque
                else "Il n’y avait pas de lien en service."
            )
            return redirect("agenda_abonnement")
        secret = creer_lien(par=requete.acteur)
    contexte = {
        "lien": lien_en_service(requete.user),
        "adresse": f"{settings.ADRESSE}{reverse('agenda', args=[secret])}" if secret else "",
        "avis": requete.session.pop(entree.AVIS, "") if entree.AVIS in requete.session else "",
        "nav": "echeances",
        "fil": [("Échéances", reverse("echeances")), ("Dans mon agenda", "")],
    }
    return render(requete, "compte/agenda.html", contexte)


@require_safe
def flux_ical(requete: HttpRequest, secret: str) -> HttpResponse:
    """The feed. A wrong link says nothing of why it is wrong, and too many of them are no longer answered.

    Only wrong links count: an agenda that goes on asking for a revoked one takes nothing from its neighbours.
    """
    compte = compte_du_lien(secret)
    if compte is None:
        return _inconnu(requete)
    return HttpResponse(
        flux(Acteur.de(compte)),
        content_type="text/calendar; charset=utf-8",
        headers={
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
            "Content-Disposition": 'inline; filename="echeances.ics"',
        },
    )


def _inconnu(requete: HttpRequest) -> HttpResponse:
    """404, or 429 after too many. Raises ``Http404``."""
    try:
        freins.essayer(freins.Objet.LIEN_SECRET, entree.adresse_de(requete))
    except freins.TropDEssais as trop:
        attente = max(1, int((trop.jusqu_a - maintenant()).total_seconds()))
        return HttpResponse(
            "Trop de liens inconnus : réessayez plus tard.\n",
            status=429,
            content_type="text/plain; charset=utf-8",
            headers={"Retry-After": str(attente), "Cache-Control": "no-store"},
        )
    raise Http404("Aucun agenda à cette adresse. Créez un nouveau lien depuis vos échéances.")
