"""The secret key of a local instance."""

import secrets
from pathlib import Path

from echelons.socle.cles import creer_une_fois


def creer_cle(chemin: Path) -> str:
    """The key kept at ``chemin``, made now if there was none."""
    return creer_une_fois(chemin, secrets.token_urlsafe(64))
