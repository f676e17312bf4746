"""Undoing an import of facts: all that it wrote, unless something recorded since rests on it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import Model

from echelons.contrats.models import Contrat, Fait, Instrument
from echelons.socle.models import Source

LOT = 400


def defaire(cles: Mapping[str, Sequence[int]], par: Any) -> list[str]:
    """Remove the facts, then the instruments, contracts and sources made for them that serve nothing else.

    Returns what prevents it, in French; nothing is then removed. To be called in a transaction.
    """
    faits = cles.get("contrats_fait", ())
    siens = set(faits)
    corriges = [
        pk
        for lot in _lots(faits)
        for pk in Fait.objects.filter(remplace__in=lot).values_list("pk", flat=True)
        if pk not in siens
    ]
    if corriges:
        combien = "un fait" if len(corriges) == 1 else f"{len(corriges)}\u00a0faits"
        return [
            f"Cet import ne peut plus être annulé\u00a0: ce qu’il a écrit est corrigé depuis par {combien}."
        ]
    for lot in _lots(faits):
        Fait.objects.filter(pk__in=lot).delete()
    for table, modele in (
        ("contrats_instrument", Instrument),
        ("contrats_contrat", Contrat),
        ("socle_source", Source),
    ):
        for lot in _lots(cles.get(table, ())):
            for objet in modele._default_manager.filter(pk__in=lot):
                if not _sert(objet):
                    objet.delete()
    return []


def _lots(cles: Sequence[int]) -> Iterator[Sequence[int]]:
    for debut in range(0, len(cles), LOT):
        yield cles[debut : debut + LOT]


def _sert(objet: Model) -> bool:
    """Whether something refers to a row, the parties of a contract left out: they are made with it."""
    return any(
        lien.related_model._base_manager.filter(**{lien.field.name: objet.pk}).exists()
        for lien in objet._meta.related_objects
        if lien.related_model._meta.db_table != "contrats_partie"
    )
