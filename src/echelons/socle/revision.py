"""The revision of the data: a number that SQL itself draws anew whenever a table read by the pages changes.

What is computed from the data can then be kept in memory and in the reader's browser without ever being stale:
it is kept *for a revision*. The triggers are in SQL, so that no door (a command, a shell, another process) can
forget them; on SQLite an ``ALTER`` rebuilds a table and drops its triggers, hence the reinstallation after every
migration. The number is drawn at random, not counted: a transaction given up, a base made again or restored
would count up to a number that readers already hold for other contents.

What is read from the reference tables alone (the territories, loaded once) can be kept longer: they have a number
of their own, which an act of the house leaves as it is.
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

#: Draws a number, between 0 and 9 × 10¹⁸.
TIRAGE = {"sqlite": "abs(random() % 9000000000000000000)", "postgresql": "floor(random() * 9e18)::bigint"}
#: How many revisions a reading is kept for: the current one, and the one of requests begun just before a write.
REVISIONS_GARDEES = 2
#: Which database is read, its revision, and that of its reference tables.
Etat = tuple[str, int, int | None]
_lu: ContextVar[Etat | None] = ContextVar("etat_lu", default=None)


def tables_suivies() -> dict[str, bool]:
    """The tables whose writes change the revision: every model of the house and its many-to-many tables, but for
    the models that say ``hors_revision`` because no page kept for a revision reads them (sessions…).

    With each, whether it is a reference table: its model says ``de_reference``.
    """
    return {
        modele._meta.db_table: getattr(modele, "de_reference", False)
        for config in apps.get_app_configs()
        if config.name.startswith("echelons.")
        for modele in config.get_models(include_auto_created=True)
        if modele is not Revision and modele._meta.managed and not getattr(modele, "hors_revision", False)
    }


def installer_declencheurs(**kwargs: Any) -> None:
    """(Re)install the triggers on every followed table that exists; safe to repeat."""
    presentes = set(connection.introspection.table_names())
    if Revision._meta.db_table not in presentes:
        return
    with connection.cursor() as curseur:
        curseur.execute(
            "INSERT INTO socle_revision (id, numero) SELECT 1, 0 WHERE NOT EXISTS (SELECT 1 FROM socle_revision)"
        )
        curseur.execute(_tirer(reference=True))
        if connection.vendor == "postgresql":
            for reference in (False, True):
                curseur.execute(
                    f"CREATE OR REPLACE FUNCTION {_FONCTIONS[reference]}() RETURNS trigger LANGUAGE plpgsql AS "
                    f"$$ BEGIN {_tirer(reference)}; RETURN NULL; END $$"
                )
        for table, reference in tables_suivies().items():
            if table in presentes:
                for ordre in _ordres(table, reference):
                    curseur.execute(ordre)


_FONCTIONS = {False: "echelons_revision", True: "echelons_revision_de_reference"}


def _tirer(reference: bool) -> str:
    """Draw the revision anew, and that of the reference tables when one of them is written."""
    tirage = TIRAGE[connection.vendor]
    autre = f", reference = {tirage}" if reference else ""
    return f"UPDATE socle_revision SET numero = {tirage}{autre}"  # noqa: S608 - our own words


def _ordres(table: str, reference: bool) -> Iterator[str]:
    if connection.vendor == "postgresql":
        yield (
            f'CREATE OR REPLACE TRIGGER revision_{table} AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON "{table}" '
            f"FOR EACH STATEMENT EXECUTE FUNCTION {_FONCTIONS[reference]}()"
        )
    else:
        for acte in ("INSERT", "UPDATE", "DELETE"):
            nom = f"revision_{table}_{acte.lower()}"
            yield f'DROP TRIGGER IF EXISTS "{nom}"'
            yield f'CREATE TRIGGER "{nom}" AFTER {acte} ON "{table}" BEGIN {_tirer(reference)}; END'


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
    return _lu.get() or _lire()


def _lire() -> Etat:
    numero, reference = Revision.objects.values_list("numero", "reference").get(pk=1)
    return str(connection.settings_dict["NAME"]), numero, reference


@contextmanager
def lecture() -> Iterator[int]:
    """Read the revision once for the whole block (a request): every page of it speaks of one state."""
    etat = _lire()
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


def memoire(places: int, *, reference: bool = False) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last ``places`` results of a pure reading, for a revision.

    ``reference``: it reads nothing but reference tables, and is kept while none of them is written.
    The result must be immutable, since every thread shares it. Threads that ask for the same result at the same
    time work it out once: after a write, the readers who wait all wait for the same work.
    """

    def decorer(fonction: Callable[P, R]) -> Callable[P, R]:
        tiroir = _Tiroir(places)

        @functools.wraps(fonction)
        def lire(*args: P.args, **kwargs: P.kwargs) -> R:
            nom, numero, de_reference = _etat()
            etat = (nom, -1, de_reference) if reference else (nom, numero, None)
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
