"""Registers the room."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """The room ``publication``."""

    name = "echelons.publication"
    label = "publication"
