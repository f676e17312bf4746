"""Registers the room."""

from django.apps import AppConfig


class PilotageConfig(AppConfig):
    """The room ``pilotage``."""

    name = "echelons.pilotage"
    label = "pilotage"
