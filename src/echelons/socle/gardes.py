"""Tables whose rows, once written, stay: SQL itself refuses to change, delete, replace or truncate them.

The triggers are in SQL so that no door (a command, a shell, another program) can go round them by mistake. Who may
alter the schema may drop them: ``gardes_absentes`` compares the catalogue, name and text, with what is declared here,
and ``/sante`` answers 503 when one is missing or altered. They are laid again after every migration, since on SQLite
an ``ALTER`` rebuilds the table and drops its triggers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connection, models
from django.utils.text import get_text_list


@dataclass(frozen=True)
class Garde:
    """What stays allowed on a guarded table besides adding rows: columns that may change, deleting rows."""

    modifiables: tuple[str, ...] = ()
    suppression: bool = False

    def message(self, table: str) -> str:
        """Why the database refuses, for whoever tried."""
        if self.modifiables:
            refus = f"seules changent les colonnes {get_text_list(list(self.modifiables), 'et')}"
        elif self.suppression:
            refus = "ses lignes ne se modifient pas et ne se remplacent pas"
        else:
            refus = "ses lignes ne se modifient pas, ne se suppriment pas et ne se remplacent pas"
        return f"La table «\u00a0{table}\u00a0» est en ajout seul\u00a0: {refus}."


# Rooms above add their own tables from ``AppConfig.ready``: this floor does not know their names.
TABLES_EN_AJOUT_SEUL: dict[str, Garde] = {
    "socle_ecriture": Garde(),
    "socle_racine": Garde(),
    "socle_tetedujournal": Garde(modifiables=("nombre", "cumul", "signature")),
    "socle_valeurpersonnelle": Garde(suppression=True),
}

FONCTION = "echelons_garde"
CORPS = """
BEGIN
    IF TG_OP = 'UPDATE' AND TG_NARGS > 1
        AND to_jsonb(OLD) - string_to_array(TG_ARGV[1], ',') = to_jsonb(NEW) - string_to_array(TG_ARGV[1], ',')
    THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION USING MESSAGE = TG_ARGV[0], ERRCODE = 'restrict_violation';
END
"""


def installer_gardes(**kwargs: Any) -> None:
    """Lay every guard that is missing or altered, on the tables that exist; safe to repeat."""
    presentes = set(connection.introspection.table_names())
    a_poser = set(gardes_absentes())
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            curseur.execute(
                f"CREATE OR REPLACE FUNCTION {FONCTION}() RETURNS trigger LANGUAGE plpgsql AS $${CORPS}$$"
            )
        for table, garde in TABLES_EN_AJOUT_SEUL.items():
            for nom, texte in _declencheurs(table, garde) if table in presentes else ():
                if nom not in a_poser:
                    continue
                if connection.vendor == "postgresql":
                    curseur.execute(f'DROP TRIGGER IF EXISTS {nom} ON "{table}"')
                    curseur.execute(texte)
                    curseur.execute(f'ALTER TABLE "{table}" ENABLE ALWAYS TRIGGER {nom}')
                else:
                    curseur.execute(f"DROP TRIGGER IF EXISTS {nom}")
                    curseur.execute(texte)


def gardes_absentes() -> list[str]:
    """The names of the guards that are missing from the catalogue or do not read there as declared here."""
    en_place = _catalogue()
    attendus = dict(
        paire for table, garde in TABLES_EN_AJOUT_SEUL.items() for paire in _declencheurs(table, garde)
    )
    if connection.vendor == "postgresql":
        attendus[FONCTION] = CORPS
    return [nom for nom, texte in attendus.items() if en_place.get(nom) != texte]


def _catalogue() -> dict[str, str]:
    """Name and text of what could be a guard, as the database keeps them."""
    with connection.cursor() as curseur:
        if connection.vendor == "postgresql":
            # ALWAYS (A): fires even for a session that asks for replication, where ordinary triggers sleep.
            curseur.execute(
                "SELECT t.tgname, pg_get_triggerdef(t.oid, true) FROM pg_trigger t "
                "JOIN pg_class c ON c.oid = t.tgrelid "
                "WHERE t.tgenabled = 'A' AND NOT t.tgisinternal AND pg_table_is_visible(c.oid) "
                "UNION ALL SELECT proname, prosrc FROM pg_proc WHERE proname = %s AND pg_function_is_visible(oid)",
                [FONCTION],
            )
        else:
            curseur.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(curseur.fetchall())


def _declencheurs(table: str, garde: Garde) -> Iterator[tuple[str, str]]:
    """Name and text of each trigger of a table, the text exactly as the catalogue gives it back."""
    return _sur_postgresql(table, garde) if connection.vendor == "postgresql" else _sur_sqlite(table, garde)


def _sur_postgresql(table: str, garde: Garde) -> Iterator[tuple[str, str]]:
    message = f"'{garde.message(table)}'"
    lignes = message + (f", '{','.join(garde.modifiables)}'" if garde.modifiables else "")
    evenements = "UPDATE" if garde.suppression else "DELETE OR UPDATE"
    for nom, quand, portee, arguments in (
        (f"garde_{table}_lignes", evenements, "ROW", lignes),
        (f"garde_{table}_table", "TRUNCATE", "STATEMENT", message),
    ):
        texte = f"CREATE TRIGGER {nom} BEFORE {quand} ON {table} FOR EACH {portee}"
        yield nom, f"{texte} EXECUTE FUNCTION {FONCTION}({arguments})"


def _sur_sqlite(table: str, garde: Garde) -> Iterator[tuple[str, str]]:
    modele = _modele(table)
    figees = [f.column for f in modele._meta.concrete_fields if f.column not in garde.modifiables]
    change = " OR ".join(f'OLD."{c}" IS NOT NEW."{c}"' for c in figees)
    # REPLACE deletes the row it meets without firing any DELETE trigger: it is stopped before it begins.
    meme_ligne = " OR ".join(
        "(" + " AND ".join(f'"{c}" = NEW."{c}"' for c in cle) + ")" for cle in _cles_uniques(modele)
    )
    conditions = {
        "UPDATE": change if garde.modifiables else "1",
        "DELETE": "" if garde.suppression else "1",
        "INSERT": f'EXISTS (SELECT 1 FROM "{table}" WHERE {meme_ligne})',  # noqa: S608 (names of the models)
    }
    for acte, condition in conditions.items():
        nom = f"garde_{table}_{acte.lower()}"
        if condition:
            texte = f'CREATE TRIGGER {nom} BEFORE {acte} ON "{table}" WHEN {condition}'
            yield nom, f"{texte} BEGIN SELECT RAISE(ABORT, '{garde.message(table)}'); END"


def _modele(table: str) -> type[models.Model]:
    for modele in apps.get_models(include_auto_created=True):
        if modele._meta.db_table == table:
            return modele
    raise ImproperlyConfigured(
        f"TABLES_EN_AJOUT_SEUL\u00a0: la table «\u00a0{table}\u00a0» n’est celle d’aucun modèle."
    )


def _cles_uniques(modele: type[models.Model]) -> Iterator[list[str]]:
    """The sets of columns by which a new row can meet an existing one."""
    meta = modele._meta
    yield [str(champ.column) for champ in meta.pk_fields]
    yield from (
        [str(champ.column)] for champ in meta.concrete_fields if champ.unique and not champ.primary_key
    )
    noms = [list(groupe) for groupe in meta.unique_together]
    for contrainte in meta.constraints:
        if isinstance(contrainte, models.UniqueConstraint):
            if contrainte.condition is not None or contrainte.expressions:
                raise ImproperlyConfigured(
                    f"TABLES_EN_AJOUT_SEUL\u00a0: l’unicité conditionnelle «\u00a0{contrainte.name}\u00a0» "
                    "ne peut pas être gardée contre un remplacement."
                )
            noms.append(list(contrainte.fields))
    for groupe in noms:
        yield [str(meta.get_field(nom).column) for nom in groupe]  # type: ignore[union-attr]
