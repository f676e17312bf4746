"""What can be done at the national échelon: take in a reference framework, and counts, envelopes and events.

Everywhere ``synchroniser`` says that the files are the whole truth of the instance (the demonstration, the
reference frameworks that ship): they correct what is recorded. Without it nothing recorded is rewritten or removed.
"""

from __future__ import annotations

from pathlib import Path

from django.db import transaction

from echelons.strategie.chargement.evenements import lire_evenements
from echelons.strategie.chargement.referentiel import lire_referentiel


@transaction.atomic
def charger_referentiel(*, chemin: Path, synchroniser: bool = False) -> None:
    """Take in a reference framework; the same file changes nothing. Raises ``ErreurDeFichier``."""
    lire_referentiel(chemin, synchroniser=synchroniser)


@transaction.atomic
def charger_evenements(*, chemin: Path, synchroniser: bool = False) -> None:
    """Take in official counts, envelopes and events; with ``synchroniser``, remove those that the files do not state.

    Raises ``ErreurDeFichier``; nothing is then written.
    """
    lire_evenements(chemin, synchroniser=synchroniser)
