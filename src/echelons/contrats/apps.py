"""Registers the room."""

from django.apps import AppConfig


class ContratsConfig(AppConfig):
    """The room ``contrats``."""

    name = "echelons.contrats"
    label = "contrats"
