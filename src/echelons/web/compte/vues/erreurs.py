"""A form that came back too late, or from elsewhere."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from echelons.web.public.vues.erreurs import page_d_erreur


def formulaire_perime(requete: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form does not bear the mark of the page it should come from."""
    return page_d_erreur(
        requete,
        403,
        "Formulaire périmé",
        "Cette page était ouverte depuis longtemps, ou votre navigateur refuse les témoins (« cookies »). "
        "Revenez en arrière, rechargez la page, puis recommencez.",
    )
