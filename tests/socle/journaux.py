"""A small fictional journal to be falsified, and what it takes to do so: plain SQL, without the guards."""

import datetime as dt
import json
import random
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import OperationalError, connection

from echelons.socle import gardes
from echelons.socle.journal import Auteur, Objet, Personnel, ecrire, oublier, sceller
from echelons.socle.journal.racines import completer_fichier
from echelons.socle.models import Ecriture, Racine, TeteDuJournal, ValeurPersonnelle

Hasard = random.Random
TABLES = (Ecriture, Racine, TeteDuJournal, ValeurPersonnelle)


def sql(ordre: str, *valeurs: Any) -> None:
    """Any order, past the product."""
    with connection.cursor() as curseur:
        curseur.execute(ordre, valeurs)


def changer(modele: type, cles: dict[str, Any], colonnes: dict[str, Any]) -> None:
    """UPDATE of one row."""
    ecrits = ", ".join(f"{c} = {_marque(c)}" for c in colonnes)
    ou = " AND ".join(f"{c} = %s" for c in cles)
    sql(f"UPDATE {modele._meta.db_table} SET {ecrits} WHERE {ou}", *_pour_sql(colonnes), *cles.values())


def ajouter(modele: type, colonnes: dict[str, Any]) -> None:
    """INSERT of one row."""
    marques = ", ".join(_marque(c) for c in colonnes)
    sql(
        f"INSERT INTO {modele._meta.db_table} ({', '.join(colonnes)}) VALUES ({marques})",
        *_pour_sql(colonnes),
    )


def _marque(colonne: str) -> str:
    return "%s::jsonb" if colonne == "donnees" and connection.vendor == "postgresql" else "%s"


def _pour_sql(colonnes: dict[str, Any]) -> list[Any]:
    adapter = {
        dict: json.dumps,
        dt.datetime: connection.ops.adapt_datetimefield_value,
        dt.date: connection.ops.adapt_datefield_value,
    }
    return [adapter.get(type(v), lambda x: x)(v) for v in colonnes.values()]


class Journal:
    """A small fictional journal, sealed a few times, and what somebody could have copied of it on the way."""

    def __init__(self, hasard: Hasard, fichier: Path) -> None:
        self.fichier = fichier
        self.tetes: list[dict[str, Any]] = [self.tete()]
        lignes = hasard.randint(12, 36)
        scelles = hasard.sample(range(5, lignes), hasard.randint(2, 4))
        for i in range(lignes):
            self._ecrire(hasard, i)
            if i in scelles:
                sceller()
                completer_fichier()
            if i == lignes // 2:
                oublier("p1")
                self.tetes.append(self.tete())

    def _ecrire(self, hasard: Hasard, i: int) -> None:
        personnel = {
            cle: Personnel(f"p{hasard.randint(1, 4)}", f"Texte fictif {hasard.randint(0, 10**9)}")
            for cle in ("motif", "nom")
            if hasard.random() < 0.4
        }
        ecrire(
            objet=Objet("dossier", f"d{hasard.randint(1, 6)}"),
            acte=hasard.choice(["ouvrir", "soumettre", "retourner"]),
            auteur=Auteur(f"c{hasard.randint(1, 5)}", hasard.choice(["", "m1", "m2"])),
            donnees={
                "i": i,
                "avant": hasard.randint(0, 9),
                "apres": {"etat": hasard.choice(["x", "y", "é"])},
            },
            personnel=personnel,
        )
        self.tetes.append(self.tete())

    @staticmethod
    def tete() -> dict[str, Any]:
        return TeteDuJournal.objects.values("nombre", "cumul", "signature").get()

    @staticmethod
    def ecritures() -> list[dict[str, Any]]:
        return list(Ecriture.objects.order_by("numero").values())

    @staticmethod
    def racines() -> list[dict[str, Any]]:
        return list(Racine.objects.order_by("numero").values())

    def tout(self) -> Any:
        """Everything that could be falsified, to be sure that a falsification did change something."""
        contenus = []
        with connection.cursor() as curseur:
            for modele in TABLES:
                curseur.execute(f"SELECT * FROM {modele._meta.db_table}")
                try:
                    contenus.append(sorted(map(repr, curseur.fetchall())))
                except (OperationalError, ValueError):  # text that is no longer text
                    contenus.append("unreadable")
        return contenus, self.fichier.read_bytes()

    def chaine(self, ligne: dict[str, Any]) -> list[dict[str, Any]]:
        """The chain of a row, in the order of ranks."""
        memes = (e for e in self.ecritures() if objet_de(e) == objet_de(ligne))
        return sorted(memes, key=lambda e: e["rang"])


def objet_de(ligne: dict[str, Any]) -> tuple[str, str]:
    return ligne["objet_type"], ligne["objet_ref"]


@contextmanager
def sans_gardes() -> Iterator[None]:
    """Drop the guards, as somebody who may alter the schema can; they come back with the end of the transaction."""
    connection.check_constraints()
    for table, garde in gardes.TABLES_EN_AJOUT_SEUL.items():
        for nom, _ in gardes._declencheurs(table, garde):
            sql(f"DROP TRIGGER {nom}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))
    yield
