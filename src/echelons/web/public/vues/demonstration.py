"""The banner of the demonstration: read the house on another date."""

from __future__ import annotations

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from echelons.socle.dates import DateRefusee, lire_date_iso
from echelons.web.intergiciels import TEMOIN_DATE, deposer_date
from echelons.web.public.vues.erreurs import requete_refusee


@require_safe
@never_cache
def choisir_date(requete: HttpRequest) -> HttpResponse:
    """Remember the chosen date in a cookie, then go back; it changes what is shown, and nothing that is stored."""
    if not settings.DEMONSTRATION:
        raise Http404
    retour = requete.GET.get("retour", "/")
    if not url_has_allowed_host_and_scheme(retour, allowed_hosts=None):
        retour = "/"
    reponse = HttpResponseRedirect(retour)
    texte = requete.GET.get("date", "")
    if not texte:
        reponse.delete_cookie(TEMOIN_DATE)
        return reponse
    try:
        jour = lire_date_iso(texte)
    except DateRefusee as erreur:
        return requete_refusee(requete, message=str(erreur))
    deposer_date(reponse, jour)
    return reponse
