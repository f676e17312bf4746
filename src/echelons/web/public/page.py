"""How a public page answers: fast, compressed once, and never stale.

A page is kept for a revision of the data, a business date and an address; the reader's browser asks again each
time and gets « not modified » while nothing changed. What is kept is the page of an anonymous reader: somebody
signed in, whose name is in the header, gets a page made for them, which nothing keeps.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_safe

from echelons import __version__
from echelons.socle import revision
from echelons.socle.horloge import aujourdhui, reelle

DUREE = 3600
Vue = Callable[..., HttpResponse]


def page_publique(vue: Vue) -> Vue:
    """Serve ``vue`` from memory while the data, the date and the address are the same."""

    @require_safe
    @functools.wraps(vue)
    def servir(requete: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with revision.lecture() as numero:
            if requete.user.is_authenticated:
                return vue(requete, *args, **kwargs)
            etiquette = _etiquette(requete, numero)
            if requete.headers.get("If-None-Match", "").removeprefix("W/") == etiquette:
                return _entetes(HttpResponseNotModified(), etiquette)
            gardee = cache.get(etiquette)
            if gardee is None:
                reponse = vue(requete, *args, **kwargs)
                if reponse.status_code != 200 or reponse.streaming:
                    return reponse
                gardee = (reponse.content, gzip.compress(reponse.content, 6, mtime=0), dict(reponse.items()))
                cache.set(etiquette, gardee, DUREE)
            return _entetes(_reponse(requete, *gardee), etiquette)

    return servir


def _etiquette(requete: HttpRequest, numero: int) -> str:
    elements = (
        __version__,
        settings.THEME,
        str(settings.DEMONSTRATION),
        str(numero),
        aujourdhui().isoformat(),
        reelle().isoformat(),
        str(bool(getattr(requete, "htmx", False))),
        requete.get_full_path(),
    )
    return f'"{hashlib.sha256("|".join(elements).encode()).hexdigest()[:40]}"'


def _reponse(requete: HttpRequest, corps: bytes, comprime: bytes, entetes: dict[str, str]) -> HttpResponse:
    accepte = "gzip" in requete.headers.get("Accept-Encoding", "")
    reponse = HttpResponse(comprime if accepte else corps)
    for nom, valeur in entetes.items():
        reponse[nom] = valeur
    if accepte:
        reponse["Content-Encoding"] = "gzip"
    return reponse


def _entetes(reponse: HttpResponse, etiquette: str) -> HttpResponse:
    reponse["ETag"] = etiquette
    reponse["Cache-Control"] = "no-cache"
    patch_vary_headers(reponse, ("Accept-Encoding", "Cookie", "HX-Request"))
    return reponse
