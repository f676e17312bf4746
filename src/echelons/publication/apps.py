"""Registers the room."""

from django.apps import AppConfig


class PublicationConfig(AppConfig):
    """The room ``publication``."""

    name = "echelons.publication"
    label = "publication"

    def ready(self) -> None:
        from echelons.publication.donnees import tenir_prete
        from echelons.socle.taches import ENTRETIENS

        ENTRETIENS.append(tenir_prete)
