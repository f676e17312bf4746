"""Registers the room."""

from django.apps import AppConfig


class ActeursConfig(AppConfig):
    """The room ``acteurs``."""

    name = "echelons.acteurs"
    label = "acteurs"
