"""The data dictionary: rooms, models, fields and named constraints, from the models themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.apps import AppConfig, apps
from django.db import models

from echelons.web.documentation.markdown import entete, premiere_phrase, tableau

CHAPO = (
    "Every table of the house, room by room, from the ground up: what a row is, its columns with the name that "
    "readers see, and the constraints that the database itself keeps, each with the message it gives. "
    "A table named `a_b` is the many-to-many link of the field `b` of `a`."
)


def dictionnaire() -> str:
    """``docs/reference/dictionnaire.md``."""
    lignes = entete("Data dictionary", CHAPO)
    for salle in apps.get_app_configs():
        modeles = list(salle.get_models()) if salle.name.startswith("echelons.") else []
        if modeles:
            lignes += [f"## {salle.label}", "", *_chapo(salle)]
            for modele in modeles:
                lignes += _modele(modele)
    return "\n".join(lignes)


def _chapo(salle: AppConfig) -> list[str]:
    phrase = premiere_phrase(salle.models_module) if salle.models_module else ""
    return [phrase, ""] if phrase else []


def _modele(modele: type[models.Model]) -> Iterator[str]:
    meta = modele._meta
    yield from (f"### {modele.__name__}", "", premiere_phrase(modele), "", f"Table `{meta.db_table}`.", "")
    champs = [
        champ for champ in meta.get_fields() if not champ.auto_created or getattr(champ, "primary_key", False)
    ]
    yield from tableau(
        ("Field", "French name", "Type", "Rules"),
        ((f"`{c.name}`", str(getattr(c, "verbose_name", c.name)), _type(c), _regles(c)) for c in champs),
    )
    contraintes = [c for c in meta.constraints if c.name]
    if contraintes:
        yield from tableau(
            ("Constraint", "Kind", "Message"),
            ((f"`{c.name}`", _genre(c), _message(c)) for c in contraintes),
        )


def _type(champ: Any) -> str:
    if champ.remote_field:
        genre = "many to many" if champ.many_to_many else "reference"
        cible = champ.remote_field.model._meta
        return f"{genre} → {cible.app_label}.{cible.object_name}"
    nom = champ.get_internal_type().removesuffix("Field")
    if champ.max_length:
        return f"{nom}({champ.max_length})"
    if isinstance(champ, models.DecimalField):
        return f"{nom}({champ.max_digits}, {champ.decimal_places})"
    return str(nom)


def _regles(champ: Any) -> str:
    if champ.primary_key:
        return "primary key"
    regles = ["unique"] if getattr(champ, "unique", False) else []
    if champ.many_to_many:
        regles.append("may be empty" if champ.blank else "at least one expected")
    elif champ.null:
        regles.append("may be unknown")
    elif champ.blank:
        regles.append("may be empty")
    if champ.remote_field and not champ.many_to_many:
        regles.append(f"on delete: {champ.remote_field.on_delete.__name__.lower()}")
    if champ.choices:
        regles.append(
            "one of " + ", ".join(f"`{valeur}` ({libelle})" for valeur, libelle in champ.flatchoices)
        )
    if champ.help_text:
        regles.append(str(champ.help_text))
    return "; ".join(regles)


def _genre(contrainte: models.BaseConstraint) -> str:
    if isinstance(contrainte, models.UniqueConstraint):
        colonnes = ", ".join(f"`{c}`" for c in contrainte.fields)
        return f"unique: {colonnes}" + (", under a condition" if contrainte.condition else "")
    return "check"


def _message(contrainte: models.BaseConstraint) -> str:
    message = contrainte.violation_error_message
    return str(message) if message and message != contrainte.default_violation_error_message else "—"
