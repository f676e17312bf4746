"""The whole public content as tables: what each holds, its columns in words, and all of them as one archive."""

from echelons.publication.donnees.archive import Archive, lire_archive
from echelons.publication.donnees.tables import Champ, TablePubliee

__all__ = ["Archive", "Champ", "TablePubliee", "lire_archive"]
