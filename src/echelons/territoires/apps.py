"""Registers the room."""

from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    """The room ``territoires``."""

    name = "echelons.territoires"
    label = "territoires"
    verbose_name = "Territoires"
