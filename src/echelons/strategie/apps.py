"""Registers the room."""

from django.apps import AppConfig


class StrategieConfig(AppConfig):
    """The room ``strategie``."""

    name = "echelons.strategie"
    label = "strategie"

    def ready(self) -> None:
        from echelons.socle.gardes import TABLES_EN_AJOUT_SEUL, Garde

        # A published definition stays as it was: only what it rests on, and whether it is confirmed, may be completed.
        # The files never remove one; a figure that rests on it keeps it.
        TABLES_EN_AJOUT_SEUL["strategie_versionindicateur"] = Garde(
            modifiables=("texte_id", "a_confirmer", "remarque"), suppression=True
        )
        TABLES_EN_AJOUT_SEUL["strategie_editiondetexte"] = Garde()
