"""The order of the floors, where imports do not show: relations between models and dependencies of migrations."""

import tomllib

from django.apps import apps
from django.db.migrations.loader import MigrationLoader

from tests.bases import RACINE


def hauteurs():
    """Each room with its height, from the contract that « make check » applies to imports."""
    outils = tomllib.loads((RACINE / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
    (etages,) = [c for c in outils["importlinter"]["contracts"] if c["id"] == "etages"]
    return {nom.strip("()"): -rang for rang, nom in enumerate(etages["layers"])}


def chambre(config):
    """The room of an application of the house."""
    return config.name.removeprefix("echelons.").split(".")[0]


def maison():
    """The applications of the house by label."""
    return {c.label: c for c in apps.get_app_configs() if c.name.startswith("echelons.")}


def test_every_application_is_a_room_of_the_plan():
    assert {chambre(config) for config in maison().values()} <= hauteurs().keys()


def test_a_model_points_only_at_models_of_its_room_or_below():
    hauteur, dans_la_maison = hauteurs(), maison()
    montantes = [
        f"{modele._meta.label}.{champ.name} → {champ.related_model._meta.label}"
        for config in dans_la_maison.values()
        for modele in config.get_models(include_auto_created=True)
        for champ in modele._meta.get_fields()
        if champ.is_relation
        and not champ.auto_created
        and champ.related_model._meta.app_label in dans_la_maison
        if hauteur[chambre(champ.related_model._meta.app_config)] > hauteur[chambre(config)]
    ]
    assert montantes == []


def test_a_migration_depends_only_on_migrations_of_its_room_or_below():
    hauteur, dans_la_maison = hauteurs(), maison()
    montantes = [
        f"{label}.{nom} → {autre}.{autre_nom}"
        for (label, nom), migration in MigrationLoader(None).disk_migrations.items()
        for autre, autre_nom in migration.dependencies
        if label in dans_la_maison and autre in dans_la_maison
        if hauteur[chambre(dans_la_maison[autre])] > hauteur[chambre(dans_la_maison[label])]
    ]
    assert montantes == []
