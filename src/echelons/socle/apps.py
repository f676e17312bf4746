"""The ground: clock, dates, sources, revision, files out; no word of the domain."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    """Registers the ground floor and its system checks."""

    name = "echelons.socle"
    label = "socle"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from echelons.socle import revision, verifications  # noqa: F401

        post_migrate.connect(revision.installer_declencheurs, dispatch_uid="revision")
