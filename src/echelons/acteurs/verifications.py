"""System checks: what exists for the demonstration exists nowhere else."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def comptes_en_un_clic_reserves_a_la_demonstration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """The page that signs anybody in belongs to the demonstration, and to it alone."""
    if settings.COMPTES_EN_UN_CLIC == settings.DEMONSTRATION:
        return []
    return [
        Error(
            "Les comptes en un clic et la démonstration vont ensemble : COMPTES_EN_UN_CLIC doit valoir DEMONSTRATION.",
            hint="Retirez COMPTES_EN_UN_CLIC des réglages, ou lancez la démonstration.",
            id="echelons.E004",
        )
    ]
