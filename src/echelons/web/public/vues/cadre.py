"""What machines ask: is the house standing, what may be crawled."""

from __future__ import annotations

from django.conf import settings
from django.db import Error as ErreurDeBase
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from echelons import __version__
from echelons.contrats.gardes import gardes_absentes
from echelons.socle import gardes, journal, revision
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.models import Revision


@require_safe
@never_cache
def sante(requete: HttpRequest) -> HttpResponse:
    """200 with version and state when the house can serve, 503 and what is wrong otherwise."""
    etat: dict[str, object] = {
        "version": __version__,
        "base": connection.vendor,
        "demonstration": settings.DEMONSTRATION,
        "date_metier": aujourdhui().isoformat(),
        "instant": maintenant().isoformat(),
    }
    anomalies = _anomalies(etat)
    etat["etat"] = "en panne" if anomalies else "en service"
    if anomalies:
        etat["anomalies"] = anomalies
    return JsonResponse(etat, status=503 if anomalies else 200, json_dumps_params={"ensure_ascii": False})


def _anomalies(etat: dict[str, object]) -> list[str]:
    try:
        executeur = MigrationExecutor(connection)
        if executeur.migration_plan(executeur.loader.graph.leaf_nodes()):
            return ["La base n’est pas à jour : lancez « echelons preparer »."]
        # As text: a program that reads numbers as JavaScript does would round it.
        etat["revision"] = str(revision.courante())
        if absents := revision.declencheurs_absents():
            return [f"Déclencheurs de révision absents : {', '.join(absents)}. Lancez « echelons preparer »."]
        if absentes := [*gardes_absentes(), *gardes.gardes_absentes()]:
            return [
                f"Gardes de la base absentes ou modifiées : {', '.join(absentes)}. Lancez « echelons preparer »."
            ]
        if anomalie := journal.anomalie_visible():
            return [f"{anomalie} Lancez «\u00a0echelons verifier-journal\u00a0»."]
    except ErreurDeBase:
        return ["La base de données ne répond pas."]
    except Revision.DoesNotExist:
        return ["La base n’est pas préparée : lancez « echelons preparer »."]
    return []


@require_safe
def robots(requete: HttpRequest) -> HttpResponse:
    """A demonstration is not for search engines; an instance is, but for its searches."""
    regle = "Disallow: /" if settings.DEMONSTRATION else "Disallow: /recherche/"
    return HttpResponse(f"User-agent: *\n{regle}\n", content_type="text/plain; charset=utf-8")
