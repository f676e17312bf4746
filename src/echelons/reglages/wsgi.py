"""The WSGI door."""

import gc
import os
from collections.abc import Callable, Iterable
from typing import Any

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "echelons.reglages.base")
_echelons = get_wsgi_application()


def application(environ: dict[str, Any], repondre: Callable[..., Any]) -> Iterable[bytes]:
    """Every request is read as UTF-8, whatever encoding it claims: Python knows some that read no text at all, with
    which the request fails before any page can say so.
    """
    genre, separateur, _ = environ.get("CONTENT_TYPE", "").partition(";")
    if separateur and "charset" in environ["CONTENT_TYPE"].lower():
        parametres = [p for p in environ["CONTENT_TYPE"].split(";")[1:] if "charset" not in p.lower()]
        environ["CONTENT_TYPE"] = ";".join([genre, *parametres])
    reponse: Iterable[bytes] = _echelons(environ, repondre)
    return reponse


# A full collection goes through every object of the process, in 50 ms or more, in the middle of any page: what is
# loaded for good is spared it, and the others are rarer than the default, made for programs of another size. A pause
# lasts as long as there are young objects to go through: collecting them at 5,000 makes more pauses, all short (see
# docs/explication/performances.md).
gc.collect()
gc.freeze()
gc.set_threshold(5_000, 5, 200)
