"""Registers the room."""

from django.apps import AppConfig


class WebConfig(AppConfig):
    """The floor where readers come in."""

    name = "echelons.web"
    label = "web"

    def ready(self) -> None:
        from echelons.socle.taches import TRAVAUX
        from echelons.web import exports
        from echelons.web.departemental.tables import TABLES_DES_DOSSIERS

        exports.TABLES |= TABLES_DES_DOSSIERS
        TRAVAUX["export"] = exports.produire
