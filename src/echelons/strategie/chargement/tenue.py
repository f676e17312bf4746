"""Which frameworks an instance keeps by itself: an upgrade of the software must not put back those that it ships."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from echelons.socle.fichiers import empreinte_de, fichiers_yaml
from echelons.socle.horloge import maintenant
from echelons.socle.models import Chargement


def _cle(strategie: str) -> str:
    return f"referentiel-tenu:{strategie}"[:80]


def est_tenu_ici(strategie: str) -> bool:
    """Whether somebody of this instance recorded a framework of their own for this strategy."""
    return Chargement.objects.filter(cle=_cle(strategie)).exists()


def retenir(strategies: Iterable[str], fichiers: list[Path]) -> None:
    """Remember that these strategies now are as these files say; those that ship, taken in again, are no longer
    kept here."""
    empreinte = empreinte_de(fichiers, "")
    for strategie in strategies:
        livre = Path(settings.RACINE) / "referentiels" / strategie
        if livre.is_dir() and empreinte_de(fichiers_yaml(livre), "") == empreinte:
            Chargement.objects.filter(cle=_cle(strategie)).delete()
        else:
            Chargement.objects.update_or_create(
                cle=_cle(strategie), defaults={"empreinte": empreinte, "effectue_le": maintenant()}
            )
