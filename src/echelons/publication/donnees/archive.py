"""The archive: one CSV a table, a dictionary, a notice; the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass

from echelons.publication.donnees import cadre, contrats, lieux
from echelons.publication.donnees.tables import Champ, TablePubliee
from echelons.socle.archives import ranger
from echelons.socle.dates import en_lettres
from echelons.socle.exports import Colonne, Table, ecrire_csv
from echelons.socle.revision import memoire

#: In the order of the archive.
TABLES: tuple[TablePubliee, ...] = (*contrats.TABLES, *cadre.TABLES, *lieux.TABLES)
LICENCE = "Licence Ouverte 2.0 (Etalab)"


@dataclass(frozen=True)
class FichierArchive:
    """One table of the archive, and how many rows it has there."""

    table: TablePubliee
    nombre: int


@dataclass(frozen=True)
class Archive:
    """The whole, made for one state of the data and one day."""

    jour: dt.date
    contenu: bytes
    fichiers: tuple[FichierArchive, ...]

    @property
    def taille(self) -> int:
        """In bytes."""
        return len(self.contenu)

    @property
    def empreinte(self) -> str:
        """What tells this content from any other."""
        return hashlib.sha256(self.contenu).hexdigest()


@memoire(places=3)
def lire_archive(jour: dt.date) -> Archive:
    """Every public row on a day; made again when the data change."""
    tampon, fichiers = io.BytesIO(), []
    with zipfile.ZipFile(tampon, "w") as archive:
        for table in TABLES:
            lue = table.table(jour)
            ranger(archive, table.fichier, ecrire_csv(lue))
            fichiers.append(FichierArchive(table, lue.nombre))
        ranger(archive, "dictionnaire.csv", ecrire_csv(_dictionnaire()))
        ranger(archive, "LISEZMOI.txt", [_notice(jour, fichiers).encode()])
    return Archive(jour, tampon.getvalue(), tuple(fichiers))


def _dictionnaire() -> Table[tuple[TablePubliee, Champ[object]]]:
    """A row a column of the archive."""
    lignes = [(table, champ) for table in TABLES for champ in table.champs]
    colonnes: list[Colonne[tuple[TablePubliee, Champ[object]]]] = [
        Colonne("Fichier", lambda ligne: ligne[0].fichier),
        Colonne("Colonne", lambda ligne: ligne[1].titre),
        Colonne("Type", lambda ligne: ligne[1].genre),
        Colonne("Sens", lambda ligne: ligne[1].sens),
    ]
    return Table("Dictionnaire", colonnes, lignes, len(lignes))


def _notice(jour: dt.date, fichiers: Iterable[FichierArchive]) -> str:
    """What whoever unfolds the archive reads first."""
    lignes = [
        "Échelons : tout le contenu public de cette instance.",
        "",
        f"À la date du {en_lettres(jour)}.",
        f"Licence : {LICENCE}. Citez « Échelons », cette date et les sources.",
        "",
        "CSV en UTF-8 avec marque, séparés par des virgules, titres à la première ligne ; dates AAAA-MM-JJ.",
        "Un texte qu’un tableur prendrait pour une formule est précédé d’une apostrophe.",
        "Les lignes marquées « oui » dans la colonne Fictif (ou Fictive) n’existent pas : écartez-les de tout calcul.",
        "dictionnaire.csv dit ce que contient chaque colonne.",
        "",
    ]
    lignes += [f"{f.table.fichier} ({f.nombre} lignes) : {f.table.titre}. {f.table.sens}" for f in fichiers]
    return "\n".join(lignes) + "\n"
