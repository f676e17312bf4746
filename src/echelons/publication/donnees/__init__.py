"""The whole public content as tables: what each holds, its columns in words, and all of them as one archive."""

from echelons.publication.donnees.archive import LICENCE, TABLES
from echelons.publication.donnees.garde import Archive, archive_a_jour, derniere_archive, tenir_prete
from echelons.publication.donnees.tables import Champ, TablePubliee

__all__ = [
    "LICENCE",
    "TABLES",
    "Archive",
    "Champ",
    "TablePubliee",
    "archive_a_jour",
    "derniere_archive",
    "tenir_prete",
]
