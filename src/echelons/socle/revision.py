"""The revision of the data: a number that SQL itself draws anew whenever a table read by the pages changes.

What is computed from the data can then be kept in memory and in the reader's browser without ever being stale:
it is kept *for a revision*. The triggers are in SQL, so that no door (a command, a shell, another process) can
forget them; on SQLite an ``ALTER`` rebuilds a table and drops its triggers, hence the reinstallation after every
migration. The number is drawn at random, not counted: a transaction given up, a base made again or restored
would count up to a number that readers already hold for other contents.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection

from echelons.socle.models import Revision

P = ParamSpec("P")
R = TypeVar("R")

#: Draws a new revision, between 0 and 9 × 10¹⁸.
TIRAGE = {
    "sqlite": "UPDATE socle_revision SET numero = abs(random() % 9000000000000000000)",
    "postgresql": "UPDATE socle_revision SET numero = floor(random() * 9e18)::bigint",
}
#: How many revisions a reading is kept for: the current one, and the one of requests begun just before a write.
REVISIONS_GARDEES = 2
Etat = tuple[str, int]
_lu: ContextVar[Etat | None] = ContextVar("etat_lu", default=None)


def tables_suivies() -> list[str]:
    """The tables whose writes change the revision: every model of the house and its many-to-many tables, but for
    the models that say ``hors_revision`` because no page kept for a revision reads them (sessions…)."""
    return sorted(
        modele._meta.db_table
        for config in apps.get_app_configs()
        if config.name.startswith("echelons.")
        for modele in config.get_models(include_auto_created=True)
        if modele is not Revision and modele._meta.managed and not getattr(modele, "hors_revision", False)
    )


def installer_declencheurs(**kwargs: Any) -> None:
    """(Re)install the triggers on every followed table that exists; safe to repeat."""
    presentes = set(connection.introspection.table_names())
    if Revision._meta.db_table not in presentes:
        return
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO socle_revision (id, numero) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM socle_revision)"
        )
        curseur.execute(TIRAGE[connection.vendor])
        if connection.vendor == "postgresql":
            curseur.execute(
                "CREATE OR REPLACE FUNCTION echelons_revision() RETURNS trigger LANGUAGE plpgsql AS "
                f"$$ BEGIN {TIRAGE['postgresql']}; RETURN NULL; END $$"
            )
        for table in tables_suivies():
            if table in presentes:
                for ordre in _ordres(table):
                    curseur.execute(ordre)


def _ordres(table: str) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            f'CREATE OR REPLACE TRIGGER revision_{table} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION echelons_revision()"
        )
    else:
        for acte in ("INSERT", "UPDATE", "DELETE"):
            nom = f"revision_{table}_{acte.lower()}"
            yield f'DROP TRIGGER IF EXISTS "{nom}"'
            yield f'CREATE TRIGGER "{nom}" AFTER {acte} ON "{table}" BEGIN {TIRAGE[connection.vendor]}; END'


def declencheurs_absents() -> list[str]:
    """The followed tables whose triggers are missing: their changes would go unseen."""
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            curseur.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        presents = {nom for (nom,) in curseur.fetchall()}
    suffixes = ("",) if connection.vendor == "postgresql" else ("_insert", "_update", "_delete")
    return [
        table
        for table in tables_suivies()
        if not all(f"revision_{table}{suffixe}" in presents for suffixe in suffixes)
    ]


def courante() -> int:
    """The revision in force; read once a request (see ``lecture``), else from the database."""
    return _etat()[1]


def _etat() -> Etat:
    """Which database is read, and its revision."""
    return _lu.get() or (str(connection.settings_dict["NAME"]), _lire())


def _lire() -> int:
    return Revision.objects.values_list("numero", flat=True).get(pk=1)


@contextmanager
def lecture() -> Iterator[int]:
    """Read the revision once for the whole block (a request): every page of it speaks of one state."""
    etat = (str(connection.settings_dict["NAME"]), _lire())
    jeton = _lu.set(etat)
    try:
        yield etat[1]
    finally:
        _lu.reset(jeton)


class _Tiroir:
    """The results of one reading, for the last revisions asked for."""

    def __init__(self, places: int) -> None:
        self.places = places
        self.verrou = threading.Lock()
        self.revisions: dict[Etat, dict[Any, Future[Any]]] = {}

    def prendre(self, etat: Etat, cle: Any) -> tuple[Future[Any], bool]:
        """The result, perhaps still to come, and whether the caller is the one who must work it out."""
        with self.verrou:
            resultats = self.revisions.get(etat)
            if resultats is None:
                while len(self.revisions) >= REVISIONS_GARDEES:
                    self.revisions.pop(next(iter(self.revisions)))
                resultats = self.revisions[etat] = {}
            futur = resultats.get(cle)
            if futur is not None:
                return futur, False
            if len(resultats) >= self.places:
                resultats.pop(next(iter(resultats)))
            resultats[cle] = futur = Future()
            return futur, True

    def oublier(self, etat: Etat, cle: Any) -> None:
        """Forget a result that could not be worked out."""
        with self.verrou:
            self.revisions.get(etat, {}).pop(cle, None)


def memoire(places: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last ``places`` results of a pure reading, for a revision.

    The result must be immutable, since every thread shares it. Threads that ask for the same result at the same
    time work it out once: after a write, the readers who wait all wait for the same work.
    """

    def decorer(fonction: Callable[P, R]) -> Callable[P, R]:
        tiroir = _Tiroir(places)

        @functools.wraps(fonction)
        def lire(*args: P.args, **kwargs: P.kwargs) -> R:
            etat = _etat()
            cle = (args, tuple(sorted(kwargs.items()))) if kwargs else args
            futur, a_faire = tiroir.prendre(etat, cle)
            if a_faire:
                try:
                    futur.set_result(fonction(*args, **kwargs))
                except BaseException as erreur:
                    tiroir.oublier(etat, cle)
                    futur.set_exception(erreur)
                    raise
            resultat: R = futur.result()
            return resultat

        return lire

    return decorer
