"""The archive: one CSV a table, a dictionary, a notice; the same content gives the same bytes."""

from __future__ import annotations

import datetime as dt
import hashlib
import zipfile
from collections.abc import Mapping
from functools import cache
from typing import BinaryIO

from echelons import __version__
from echelons.publication.donnees import actes, cadre, contrats, lieux
from echelons.publication.donnees.tables import Champ, TablePubliee
from echelons.socle.archives import ranger
from echelons.socle.dates import en_lettres
from echelons.socle.exports import Colonne, Table, ecrire_csv

#: In the order of the archive.
TABLES: tuple[TablePubliee, ...] = (*contrats.TABLES, *actes.TABLES, *cadre.TABLES, *lieux.TABLES)
LICENCE = "Licence Ouverte 2.0 (Etalab)"


def ecrire_archive(jour: dt.date, sortie: BinaryIO) -> dict[str, int]:
    """Write every public row on a day; returns how many rows each table has, by its code."""
    nombres = {}
    with zipfile.ZipFile(sortie, "w") as archive:
        for table in TABLES:
            lue = table.table(jour)
            ranger(archive, table.fichier, ecrire_csv(lue))
            nombres[table.code] = lue.nombre
        ranger(archive, "dictionnaire.csv", ecrire_csv(_dictionnaire()))
        ranger(archive, "LISEZMOI.txt", [_notice(jour, nombres).encode()])
    return nombres


@cache
def forme() -> str:
    """What tells this way of writing the archive from that of another version of the house."""
    champs = [
        (table.code, champ.titre, champ.genre, champ.sens) for table in TABLES for champ in table.champs
    ]
    return hashlib.sha256(repr((__version__, LICENCE, champs)).encode()).hexdigest()


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


def _notice(jour: dt.date, nombres: Mapping[str, int]) -> str:
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
    lignes += [f"{t.fichier} ({nombres[t.code]} lignes) : {t.titre}. {t.sens}" for t in TABLES]
    return "\n".join(lignes) + "\n"
