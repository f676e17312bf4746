"""What every request goes through: a bounded address, the reader's business date."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.core.exceptions import TooManyFieldsSent
from django.db import DataError
from django.http import HttpRequest, HttpResponse, QueryDict

from echelons.socle.dates import DateRefusee, lire_date_iso
from echelons.socle.horloge import a_la_date

TEMOIN_DATE = "date_metier"
LONGUEUR_MAX = 4000
Suite = Callable[[HttpRequest], HttpResponse]


def deposer_date(reponse: HttpResponse, jour: dt.date) -> None:
    """Remember in the reader's browser, for a day, the date on which the house is read."""
    reponse.set_cookie(
        TEMOIN_DATE, jour.isoformat(), max_age=86_400, httponly=True, samesite="Lax", secure=settings.HTTPS
    )


class TailleDesRequetes:
    """Refuse an address that no reader wrote (too long, too many choices, a NUL) with a clear page.

    What was searched for is still in its field; the rest is left out of the page, whose links would carry it.
    """

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, requete: HttpRequest) -> HttpResponse:
        from echelons.web.public.vues.erreurs import requete_refusee

        adresse = requete.get_full_path()
        try:
            cherche = requete.GET.get("q", "")
        except TooManyFieldsSent:
            _garder(requete, "")
            return requete_refusee(requete, message="Cette adresse porte trop de choix. Gardez les premiers.")
        if len(adresse) > LONGUEUR_MAX:
            _garder(requete, cherche)
            return requete_refusee(
                requete, message="Cette adresse est trop longue. Raccourcissez votre recherche."
            )
        if "\x00" in requete.path or "%00" in adresse:
            return requete_refusee(requete, message="Cette adresse contient un caractère interdit.")
        return self.suite(requete)


class ChampsDesRequetes:
    """Refuse a form that holds a NUL where none of its fields did: PostgreSQL keeps none."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, requete: HttpRequest) -> HttpResponse:
        return self.suite(requete)

    def process_exception(self, requete: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What the database refused was written nowhere: its transaction is over."""
        from echelons.web.public.vues.erreurs import requete_refusee

        if isinstance(exception, DataError) and any(
            "\x00" in texte for nom, valeurs in requete.POST.lists() for texte in (nom, *valeurs)
        ):
            return requete_refusee(requete, message="Ce formulaire contient un caractère interdit.")
        return None


def _garder(requete: HttpRequest, cherche: str) -> None:
    """Make the parameters of the request what was searched for, and no more."""
    requete.GET = QueryDict(urlencode({"q": cherche}))


class DateMetier:
    """In the demonstration, read the house on the date the reader chose in the banner (a cookie)."""

    def __init__(self, suite: Suite) -> None:
        self.suite = suite

    def __call__(self, requete: HttpRequest) -> HttpResponse:
        if not settings.DEMONSTRATION:
            return self.suite(requete)
        try:
            jour = lire_date_iso(requete.COOKIES.get(TEMOIN_DATE, ""))
        except DateRefusee:
            jour = None
        with a_la_date(jour):
            return self.suite(requete)
