"""Registers the room."""

from django.apps import AppConfig


class StrategieConfig(AppConfig):
    """The room ``strategie``."""

    name = "echelons.strategie"
    label = "strategie"
