"""What every room stands on: where data come from (``donnees``), the journal of what was done, the messages out,
the files in, the works in the background."""

from echelons.socle.models.colonnes import ColonnesRetenues
from echelons.socle.models.donnees import Chargement, Datable, PrecisionDate, Revision, Source
from echelons.socle.models.envois import Envoi, Message
from echelons.socle.models.imports import AnomalieDImport, CorrespondanceRetenue, ElementImporte, Import
from echelons.socle.models.journal import Ecriture, Racine, TeteDuJournal, ValeurPersonnelle
from echelons.socle.models.taches import Tache

__all__ = [
    "AnomalieDImport",
    "Chargement",
    "ColonnesRetenues",
    "CorrespondanceRetenue",
    "Datable",
    "Ecriture",
    "ElementImporte",
    "Envoi",
    "Import",
    "Message",
    "PrecisionDate",
    "Racine",
    "Revision",
    "Source",
    "Tache",
    "TeteDuJournal",
    "ValeurPersonnelle",
]
