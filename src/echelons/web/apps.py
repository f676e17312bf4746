"""Registers the pages."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The floor where readers come in."""

    name = "echelons.web"
    label = "web"
