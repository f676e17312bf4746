"""Registers the room."""

from django.apps import AppConfig


class ActeursConfig(AppConfig):
    """The room ``acteurs`` and its system checks."""

    name = "echelons.acteurs"
    label = "acteurs"

    def ready(self) -> None:
        from echelons.acteurs import verifications  # noqa: F401
