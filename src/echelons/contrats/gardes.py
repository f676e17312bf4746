"""What SQL itself refuses of a fact: the instrument, the party or the replaced fact of another contract.

A check constraint reads one row only, hence triggers. They are taken off before migrations, which rebuild tables
on SQLite, and put back after. They raise ``IntegrityError``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection

#: Column of a fact → the table it leads to.
LIENS = {
    "instrument_id": "contrats_instrument",
    "partie_id": "contrats_partie",
    "remplace_id": "contrats_fait",
}
TABLES_FIXES = ("contrats_instrument", "contrats_partie", "contrats_fait")
AILLEURS = "Un fait, son instrument, sa partie et ce qu’il remplace sont du même contrat."
FIXE = "Un fait, un instrument ou une partie ne change pas de contrat."
ETRANGER = " OR ".join(
    f"EXISTS (SELECT 1 FROM {table} AS lie WHERE lie.id = NEW.{colonne} AND lie.contrat_id <> NEW.contrat_id)"  # noqa: S608 - constants
    for colonne, table in LIENS.items()
)


def _gardes() -> Iterator[tuple[str, str, str, str, str]]:
    """Name, table, event, condition and message of each trigger."""
    yield "garde_fait_ajoute", "contrats_fait", "INSERT", ETRANGER, AILLEURS
    yield (
        *("garde_fait_modifie", "contrats_fait"),
        f"UPDATE OF contrat_id, {', '.join(LIENS)}",
        *(ETRANGER, AILLEURS),
    )
    for table in TABLES_FIXES:
        yield f"garde_{table}", table, "UPDATE OF contrat_id", "NEW.contrat_id <> OLD.contrat_id", FIXE


def _ordres(nom: str, table: str, acte: str, condition: str, message: str) -> Iterator[str]:
    if connection.vendor == "postgresql":
        # A trigger's WHEN may not look up other tables there: the function does.
        yield (
            f"CREATE OR REPLACE FUNCTION {nom}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN IF {condition} THEN "
            f"RAISE EXCEPTION '{message}' USING ERRCODE = 'integrity_constraint_violation'; "
            "END IF; RETURN NEW; END $$"
        )
        yield f"CREATE OR REPLACE TRIGGER {nom} BEFORE {acte} ON {table} FOR EACH ROW EXECUTE FUNCTION {nom}()"
    else:
        yield (
            f"CREATE TRIGGER {nom} BEFORE {acte} ON {table} WHEN {condition} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        )


def installer_gardes(**kwargs: Any) -> None:
    """(Re)install the triggers if the tables exist; safe to repeat."""
    if not set(TABLES_FIXES) <= set(connection.introspection.table_names()):
        return
    retirer_gardes()
    with connection.cursor() as curseur:
        for garde in _gardes():
            for ordre in _ordres(*garde):
                curseur.execute(ordre)


def retirer_gardes(**kwargs: Any) -> None:
    """Take the triggers off; safe to repeat."""
    presentes = set(connection.introspection.table_names())
    with connection.cursor() as curseur:
        for nom, table, *_ in _gardes():
            if connection.vendor == "sqlite":
                curseur.execute(f"DROP TRIGGER IF EXISTS {nom}")
            elif table in presentes:
                curseur.execute(f"DROP TRIGGER IF EXISTS {nom} ON {table}")


def gardes_absentes() -> list[str]:
    """The triggers that are missing: what they refuse would enter."""
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute("SELECT tgname FROM pg_trigger WHERE NOT tgisinternal AND tgenabled <> 'D'")
        else:
            curseur.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        presentes = {nom for (nom,) in curseur.fetchall()}
    return [nom for nom, *_ in _gardes() if nom not in presentes]
