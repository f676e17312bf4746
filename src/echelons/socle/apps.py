"""The ground: clock, dates, sources, revision, journal, circuit, files out; no word of the domain."""

from django.apps import AppConfig


class SocleConfig(AppConfig):
    """Registers the ground floor and its system checks."""

    name = "echelons.socle"
    label = "socle"

    def ready(self) -> None:
        from django.db.models.signals import post_migrate

        from echelons.socle import envois, gardes, revision, verifications  # noqa: F401
        from echelons.socle.journal import signature
        from echelons.socle.taches.actes import FINI, signaler_la_fin

        envois.REDACTEURS[FINI] = signaler_la_fin

        post_migrate.connect(revision.installer_declencheurs, dispatch_uid="revision")
        post_migrate.connect(gardes.installer_gardes, dispatch_uid="gardes")
        post_migrate.connect(signature.installer_tete, dispatch_uid="tete_du_journal")
