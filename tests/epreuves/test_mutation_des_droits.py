"""The product with one right changed at a time: the trials of the rights must see every change.

Each cell of the table is removed, cells that are not there are added, each scope is widened, and each ``for_user``
gives all rows, then none. The checks run in this process, on what bears on the capability that was changed, by the
same rule for all. A cell must be seen by the rights themselves (``portees``); one that is removed or added must be
seen at the doors as well, by a page or an act. A widened one may be hidden there: out of scope the dossier itself is
not found. A ``for_user`` must be seen at the doors.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from echelons.acteurs.droits import TABLE, Capacite, Portee
from tests.droits.conftest import ouvrir_le_monde
from tests.droits.constats import TOUS, portees
from tests.droits.monde import Monde

Constat = Callable[[Monde, frozenset[str] | None], Iterator[str]]
PORTES = tuple(c for c in TOUS if c is not portees)
#: How many of the absent cells are added, at least.
AJOUTS = 60
#: Two processes share the changes.
PARTS = 2
#: Done on what one has read first: a function held in a département never reads what is addressed to its région.
LUES_AVANT = frozenset({Capacite.TEXTE_ACCUSER_REGION})
pytestmark = pytest.mark.une_base  # the table of the rights knows nothing of databases


@dataclass(frozen=True)
class Mutation:
    """One change of the product."""

    genre: str
    nom: str
    faire: Any
    capacites: frozenset[str] | None
    aux_portes: bool


@pytest.fixture(scope="module")
def monde(django_db_setup, django_db_blocker) -> Iterator[Monde]:
    with ouvrir_le_monde(django_db_blocker) as ouvert:
        yield ouvert


@contextmanager
def cellule(capacite: Capacite, fonction: str, portee: Portee | None) -> Iterator[None]:
    """The table with this cell as said, None without it."""
    avant = TABLE[capacite]
    apres = {f: p for f, p in avant.items() if f != fonction}
    TABLE[capacite] = apres if portee is None else {**apres, fonction: portee}  # type: ignore[index]
    try:
        yield
    finally:
        TABLE[capacite] = avant  # type: ignore[index]


@contextmanager
def for_user_faux(classe: type[models.QuerySet], tout: bool) -> Iterator[None]:
    """``for_user`` of this queryset, giving everything or nothing to anybody."""
    with pytest.MonkeyPatch.context() as rustine:
        rustine.setattr(classe, "for_user", lambda soi, *a, **k: soi.all() if tout else soi.none())
        yield


def changer(genre: str, capacite: Capacite, fonction: str, portee: Portee | None, portes: bool) -> Mutation:
    """One cell changed."""
    nom = f"{capacite} de {fonction}" + (f" ({portee})" if portee else "")
    return Mutation(
        genre, nom, lambda: cellule(capacite, fonction, portee), frozenset({str(capacite)}), portes
    )


def des_cellules(monde: Monde, hasard: random.Random) -> Iterator[Mutation]:
    """The removals, the additions, the widenings."""
    for capacite, cellules in list(TABLE.items()):
        for fonction, portee in list(cellules.items()):
            # No dossier is the action of an opérateur yet: only the rights themselves know that scope.
            yield changer("retirée", capacite, fonction, None, portee is not Portee.ACTION)
            if portee is not Portee.NATION:
                yield changer("élargie", capacite, fonction, Portee.NATION, False)
    absentes = [(c, f) for c in Capacite for f in sorted(monde.fonctions) if f not in TABLE[c]]
    naturelle = {"national": Portee.NATION, "regional": Portee.REGION}
    for capacite, fonction in hasard.sample(absentes, AJOUTS):
        portee = naturelle.get(monde.fonctions[fonction].echelon, Portee.TERRITOIRE)
        connues = set(TABLE[capacite].values())
        locale = portee is Portee.TERRITOIRE and connues <= {Portee.NATION, Portee.REGION}
        if connues == {Portee.NATION} or locale:
            portee = Portee.NATION  # asked of the nation, or of a région: a lesser scope would give nothing
        # Who reads no dossier is stopped before: only the rights themselves know what else they would have.
        lit = TABLE[Capacite.LIRE].get(fonction, Portee.ACTION) is not Portee.ACTION
        lit = lit and not (locale and capacite in LUES_AVANT)
        yield changer("ajoutée", capacite, fonction, portee, lit)


def des_for_user() -> Iterator[Mutation]:
    """Every queryset of the house that has one, found by looking at each model."""
    classes = {
        type(modele._default_manager.get_queryset())
        for config in apps.get_app_configs()
        if config.name.startswith("echelons.")
        for modele in config.get_models()
        if hasattr(modele._default_manager.get_queryset(), "for_user")
    }
    for classe, tout in itertools.product(sorted(classes, key=lambda c: c.__name__), (True, False)):
        nom = f"{classe.__name__}.for_user donne {'tout' if tout else 'rien'}"
        yield Mutation("for_user", nom, lambda c=classe, t=tout: for_user_faux(c, t), None, True)


def voir(monde: Monde, mutation: Mutation, constats: Iterable[Constat]) -> str:
    """The name of the first check that sees the mutation; empty when none does."""
    with mutation.faire():
        for constat in constats:
            if next(iter(constat(monde, mutation.capacites)), None) is not None:
                return constat.__name__
    return ""


@pytest.mark.parametrize("part", range(PARTS))
def test_every_right_that_is_changed_is_seen(monde, part, record_property, capsys):
    debut, essayees = time.monotonic(), Counter()
    aux_portes: Counter[str] = Counter()
    survivantes = []
    # A check that fails on the product as it is would see every change.
    assert voir(monde, Mutation("aucune", "", nullcontext, None, True), TOUS) == ""
    # The same draws in each part: together they try every change once.
    hasard = random.Random(os.environ.get("GRAINE", "0"))
    for mutation in [*des_for_user(), *des_cellules(monde, hasard)][part::PARTS]:
        essayees[mutation.genre] += 1
        porte = voir(monde, mutation, PORTES) if mutation.aux_portes else ""
        aux_portes[porte] += mutation.aux_portes
        if mutation.aux_portes and not porte:
            survivantes.append(f"aux portes : {mutation.genre} : {mutation.nom}")
        if mutation.capacites and not voir(monde, mutation, (portees,)):
            survivantes.append(f"{mutation.genre} : {mutation.nom}")
    bilan = (
        f"{essayees.total()} mutations en {time.monotonic() - debut:.0f} s, {len(survivantes)} survivantes. "
        f"Essayées : {dict(essayees)}. Vues aux portes, par : {dict(aux_portes)}."
    )
    record_property("bilan", bilan)
    with capsys.disabled():
        sys.stdout.write(f"\n{bilan}\n")
    assert essayees["for_user"] >= 10 // PARTS
    assert not survivantes, "\n".join([bilan, *survivantes])
