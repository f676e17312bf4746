"""How a public page answers: fast, compressed once, and never stale.

A page is kept for a revision of the data, a business date and an address; the reader's browser asks again each
time and gets « not modified » while nothing changed. What is kept is the page of an anonymous reader: somebody
signed in, whose name is in the header, gets a page made for them, which nothing keeps.
"""

from __future__ import annotations

import functools
import gzip
import hashlib
import re
import threading
from collections.abc import Callable

from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, HttpResponseNotModified
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from echelons import __version__
from echelons.socle import revision
from echelons.socle.horloge import aujourdhui, reelle
from echelons.web.templatetags.echelons import PARAMETRES

DUREE = 3600
#: 35 kB instead of 172 for the national page, in half the time that a closer compression takes.
COMPRESSION = 5
#: « gzip », but not « gzip;q=0 ».
GZIP_ACCEPTE = re.compile(r"\bgzip\b(?!\s*;\s*q=0(\.0*)?\s*(,|$))")
#: One of them is held while a page is made, so that those who ask for the same page together make it once.
VERROUS = tuple(threading.Lock() for _ in range(64))
Vue = Callable[..., HttpResponse]


def page_publique(vue: Vue) -> Vue:
    """Serve ``vue`` from memory while the data, the date and the address are the same."""

    @csrf_exempt  # nothing is written: a POST is answered « method not allowed »
    @require_safe
    @functools.wraps(vue)
    def servir(requete: HttpRequest, *args: object, **kwargs: object) -> HttpResponse:
        with revision.lecture() as numero:
            if requete.user.is_authenticated:
                return vue(requete, *args, **kwargs)
            etiquette = _etiquette(requete, numero)
            if etiquette in requete.META.get("HTTP_IF_NONE_MATCH", ""):
                return _entetes(HttpResponseNotModified(), etiquette)
            gardee = cache.get(etiquette)
            if gardee is None:
                with VERROUS[hash(etiquette) % len(VERROUS)]:
                    gardee = cache.get(etiquette)
                    if gardee is None:
                        reponse = vue(requete, *args, **kwargs)
                        if reponse.status_code != 200 or reponse.streaming or "no-store" in _cache(reponse):
                            reponse["Cache-Control"] = "no-store"
                            return reponse
                        gardee = (gzip.compress(reponse.content, COMPRESSION, mtime=0), dict(reponse.items()))
                        cache.set(etiquette, gardee, DUREE)
            return _entetes(_reponse(requete, *gardee), etiquette)

    return servir


def _cache(reponse: HttpResponse) -> str:
    """What a view says of keeping its page: one that will change while the data do not says « no-store »."""
    return reponse.get("Cache-Control", "")


def _etiquette(requete: HttpRequest, numero: int) -> str:
    elements = (
        __version__,
        settings.THEME,
        str(settings.DEMONSTRATION),
        str(numero),
        aujourdhui().isoformat(),
        reelle().isoformat(),
        str(bool(getattr(requete, "htmx", False))),
        requete.path,
        *(f"{cle}={requete.GET[cle]}" for cle in PARAMETRES if cle in requete.GET),
        *(f"colonne={titre}" for titre in requete.GET.getlist("colonne")),
    )
    return f'"{hashlib.sha256(repr(elements).encode()).hexdigest()[:40]}"'


def _reponse(requete: HttpRequest, comprime: bytes, entetes: dict[str, str]) -> HttpResponse:
    accepte = GZIP_ACCEPTE.search(requete.META.get("HTTP_ACCEPT_ENCODING", ""))
    reponse = HttpResponse(comprime if accepte else gzip.decompress(comprime), headers=entetes)
    if accepte:
        reponse["Content-Encoding"] = "gzip"
    return reponse


def _entetes(reponse: HttpResponse, etiquette: str) -> HttpResponse:
    reponse["ETag"] = etiquette
    reponse["Cache-Control"] = "no-cache"
    patch_vary_headers(reponse, ("Accept-Encoding", "Cookie", "HX-Request"))
    return reponse
