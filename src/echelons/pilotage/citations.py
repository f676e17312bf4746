"""Rows with the sources that they cite, in one query instead of two."""

from __future__ import annotations

from typing import Generic, NamedTuple, TypeVar

from django.db.models import F, Model, QuerySet

from echelons.socle.models import Source

M = TypeVar("M", bound=Model)


class Cite(NamedTuple, Generic[M]):
    """A row and its sources, by publisher."""

    objet: M
    sources: tuple[Source, ...]


def citer(requete: QuerySet[M]) -> list[Cite[M]]:
    """The rows of a queryset, in its order, with the sources of each (its field ``sources``)."""
    champs = [champ.attname for champ in Source._meta.concrete_fields]
    ordre = requete.query.order_by or requete.model._meta.ordering or ["pk"]
    objets: dict[int, M] = {}
    citees: dict[int, list[Source]] = {}
    sources: dict[int, Source] = {}
    for objet in (
        requete.prefetch_related(None)
        .annotate(**{f"source_{champ}": F(f"sources__{champ}") for champ in champs})
        .order_by(*ordre, "sources__editeur", "sources__titre", "sources__cle")
    ):
        objets.setdefault(objet.pk, objet)
        valeurs = {champ: getattr(objet, f"source_{champ}") for champ in champs}
        liste = citees.setdefault(objet.pk, [])
        if valeurs["id"] is not None:
            liste.append(sources.setdefault(valeurs["id"], Source(**valeurs)))
    return [Cite(objet, tuple(citees[pk])) for pk, objet in objets.items()]
