"""System checks on settings that would fail silently."""

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register

from echelons.socle.depot.antivirus import adresse


@register()
def reglages_du_systeme_de_design(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Refuse two defaults of the design-system package which are unsafe or invisible when wrong."""
    erreurs: list[CheckMessage] = []
    if getattr(settings, "DSFR_CONTENT_IS_SAFE", True):
        erreurs.append(
            Error(
                "DSFR_CONTENT_IS_SAFE doit valoir False : sinon du HTML non échappé traverse les composants.",
                id="echelons.E001",
            )
        )
    if getattr(settings, "DSFR_USE_INTEGRITY_CHECKSUMS", True):
        erreurs.append(
            Error(
                "DSFR_USE_INTEGRITY_CHECKSUMS doit valoir False avec un stockage à manifeste : sinon le "
                "navigateur bloque la feuille de style.",
                id="echelons.E002",
            )
        )
    return erreurs


@register()
def date_metier_reservee_a_la_demonstration(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Outside the demonstration the business date is the real one."""
    if settings.AUJOURDHUI and not settings.DEMONSTRATION:
        return [
            Error(
                "La date métier ne se règle que dans la démonstration.",
                hint="Retirez ECHELONS_AUJOURDHUI.",
                id="echelons.E003",
            )
        ]
    return []


@register()
def adresse_de_l_antivirus(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """An address that means nothing would refuse every file."""
    try:
        if settings.CLAMAV:
            adresse(settings.CLAMAV)
    except ValueError as erreur:
        return [Error(str(erreur), id="echelons.E006")]
    return []
