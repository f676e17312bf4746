"""The revision of the data: a number that SQL itself increases whenever a table read by the pages changes.

What is computed from the data can then be kept in memory and in the reader's browser without ever being stale:
it is kept *for a revision*. The triggers are in SQL, so that no door (a command, a shell, another process) can
forget them; on SQLite an ``ALTER`` rebuilds a table and drops its triggers, hence the reinstallation after every
migration.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, ParamSpec, TypeVar

from django.apps import apps
from django.db import connection

from echelons.socle.models import Revision

P = ParamSpec("P")
R = TypeVar("R")

_lue: ContextVar[int | None] = ContextVar("revision_lue", default=None)


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
        if connection.vendor == "postgresql":
            curseur.execute(
                "CREATE OR REPLACE FUNCTION echelons_revision() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN UPDATE socle_revision SET numero = numero + 1; RETURN NULL; END $$"
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
            hausse = "UPDATE socle_revision SET numero = numero + 1"
            yield f'CREATE TRIGGER IF NOT EXISTS {nom} AFTER {acte} ON "{table}" BEGIN {hausse}; END'


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
    lue = _lue.get()
    return _lire() if lue is None else lue


def _lire() -> int:
    return Revision.objects.values_list("numero", flat=True).get(pk=1)


@contextmanager
def lecture() -> Iterator[int]:
    """Read the revision once for the whole block (a request): every page of it speaks of one state."""
    numero = _lire()
    jeton = _lue.set(numero)
    try:
        yield numero
    finally:
        _lue.reset(jeton)


def memoire(places: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Keep the last ``places`` results of a pure reading, for the current revision only.

    The result must be immutable, since every thread shares it.
    """

    def decorer(fonction: Callable[P, R]) -> Callable[P, R]:
        verrou = threading.Lock()
        etat: dict[str, Any] = {"revision": None, "resultats": {}}

        @functools.wraps(fonction)
        def lire(*args: P.args, **kwargs: P.kwargs) -> R:
            revision = (connection.settings_dict["NAME"], courante())
            cle = (args, tuple(sorted(kwargs.items())))
            with verrou:
                if etat["revision"] != revision:
                    etat["revision"], etat["resultats"] = revision, {}
                if cle in etat["resultats"]:
                    return etat["resultats"][cle]  # type: ignore[no-any-return]
            resultat = fonction(*args, **kwargs)
            with verrou:
                if etat["revision"] == revision:
                    if len(etat["resultats"]) >= places:
                        etat["resultats"].pop(next(iter(etat["resultats"])))
                    etat["resultats"][cle] = resultat
            return resultat

        return lire

    return decorer
