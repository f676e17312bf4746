"""The server time of every page through the whole middleware stack, its queries and its size.

Three readings of the same addresses: *neuve* (an address nobody asked for yet, the readings of the data being in
memory), *relue* (the same again, the kept pages thrown away), *froide* (right after a write: nothing is left).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any

from django.core.cache import cache
from django.db import connection
from django.test import Client

from echelons.socle.models import Source

ECHAUFFEMENT = 6
ADRESSES = ECHAUFFEMENT + 40
FROIDES = 15
#: Answers that a page may give; anything else would make its time meaningless.
STATUTS = frozenset({200, 302, 404})


@dataclass(frozen=True)
class Temps:
    """Milliseconds over many addresses; ``cpu95`` leaves out the time during which others held the processor."""

    p50: float
    p95: float
    cpu95: float


@dataclass(frozen=True)
class MesureDePage:
    """What was measured of one page; ``octets`` is the largest compressed answer."""

    page: str
    adresses: int
    neuve: Temps
    relue: Temps
    froide: Temps
    requetes: int
    requetes_froide: int
    octets: int

    def dictionnaire(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


def centile(durees: list[float], part: float) -> float:
    """The duration under which this part of the measures lies (nearest rank)."""
    ordre = sorted(durees)
    return round(ordre[min(len(ordre) - 1, int(part * len(ordre)))], 2)


def temps(durees: list[tuple[float, float]]) -> Temps:
    """The centiles of real and of processor time."""
    reelles, processeur = zip(*durees, strict=True)
    return Temps(centile([*reelles], 0.5), centile([*reelles], 0.95), centile([*processeur], 0.95))


class _Compteur:
    """Counts the queries that go through it."""

    def __init__(self) -> None:
        self.nombre = 0

    def __call__(self, executer: Callable[..., Any], *requete: Any) -> Any:
        self.nombre += 1
        return executer(*requete)


class Lecteur:
    """Asks for pages and remembers how long they took, with how many queries and bytes."""

    def __init__(self) -> None:
        # The name under which an instance answers by default.
        self.client = Client(headers={"accept-encoding": "gzip", "host": "127.0.0.1"})
        self.requetes = 0
        self.octets = 0

    def lire(self, adresse: str) -> tuple[float, float]:
        """The milliseconds of one answer, and how many of them the processor worked."""
        compteur = _Compteur()
        with connection.execute_wrapper(compteur):
            debut, debut_processeur = time.perf_counter(), time.thread_time()
            reponse = self.client.get(adresse)
            duree = (time.perf_counter() - debut) * 1000, (time.thread_time() - debut_processeur) * 1000
        if reponse.status_code not in STATUTS:
            raise RuntimeError(f"{adresse} a répondu {reponse.status_code}.")
        self.requetes = max(self.requetes, compteur.nombre)
        self.octets = max(self.octets, len(reponse.content))
        return duree


def ecrire() -> None:
    """A write that the pages must see: it changes the revision of the data."""
    source = Source.objects.order_by("pk").first()
    assert source is not None
    Source.objects.filter(pk=source.pk).update(remarque=f"{time.time_ns()}")


def mesurer(page: str, adresses: list[str]) -> MesureDePage:
    """Measure one page on all its addresses but the first ones, which bring the readings into memory."""
    neuf, froid = Lecteur(), Lecteur()
    for adresse in adresses[:ECHAUFFEMENT]:
        neuf.lire(adresse)
    neuf.requetes = 0
    neuves: list[tuple[float, float]] = []
    relues: list[tuple[float, float]] = []
    for durees in (neuves, relues):
        for adresse in adresses[ECHAUFFEMENT:]:
            cache.clear()
            durees.append(neuf.lire(adresse))
    froides = []
    for adresse in adresses[:FROIDES]:
        ecrire()
        froides.append(froid.lire(adresse))
    return MesureDePage(
        page=page,
        adresses=len(neuves),
        neuve=temps(neuves),
        relue=temps(relues),
        froide=temps(froides),
        requetes=neuf.requetes,
        requetes_froide=froid.requetes,
        octets=max(neuf.octets, froid.octets),
    )
