"""What every room stands on: what data come from (``donnees``), and the journal of what was done (``journal``)."""

from echelons.socle.models.donnees import Chargement, Datable, PrecisionDate, Revision, Source
from echelons.socle.models.journal import Ecriture, Racine, TeteDuJournal, ValeurPersonnelle

__all__ = [
    "Chargement",
    "Datable",
    "Ecriture",
    "PrecisionDate",
    "Racine",
    "Revision",
    "Source",
    "TeteDuJournal",
    "ValeurPersonnelle",
]
