"""Reading a table of any length in constant memory, in the order of its numbers, even where a row cannot be read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import DatabaseError
from django.db.models import QuerySet

PAGE = 2000
# What a column altered by hand can raise when it is read.
ILLISIBLE = (AttributeError, TypeError, ValueError, RecursionError, DatabaseError)


def par_pages(requete: QuerySet[Any, tuple[Any, ...]], apres: int = 0) -> Iterator[list[tuple[Any, ...]]]:
    """The rows whose number is above ``apres``, by lists; a row that cannot be read is reduced to its number.

    ``requete`` gives tuples that begin with the column ``numero``.
    """
    requete = requete.order_by("numero")
    while page := _page(requete.filter(numero__gt=apres)):
        yield page
        if len(page) < PAGE:
            return
        # A number altered by hand may be no whole number: reading goes on past it all the same.
        apres = max(int(page[-1][0]), apres + 1)


def _page(requete: QuerySet[Any, tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    try:
        return list(requete[:PAGE])
    except ILLISIBLE:
        numeros = list(requete.values_list("numero", flat=True)[:PAGE])
        return [_une_ligne(requete, numero) for numero in numeros]


def _une_ligne(requete: QuerySet[Any, tuple[Any, ...]], numero: Any) -> tuple[Any, ...]:
    try:
        return requete.get(numero=numero)
    except ILLISIBLE:
        return (numero,)
