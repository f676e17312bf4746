"""Cheap test databases: prepared once, copied for each process, put back in place after a test that committed.

``echelons preparer`` takes seconds (35,000 communes), so its result is kept as a model, named after a digest of
everything that makes it: a file of ``var/tests`` for SQLite, a template database for PostgreSQL.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
from psycopg import sql

from tests.reglages import RACINE_DES_TESTS

RACINE = Path(__file__).resolve().parents[1]
PREFIXE = "echelons_essais_"


def empreinte() -> str:
    """Digest of all that decides what a prepared database contains: domain code, migrations, shipped data."""
    paquet = RACINE / "src" / "echelons"
    chemins = [
        c
        for dossier in (paquet, RACINE / "referentiels")
        for c in dossier.rglob("*")
        if c.is_file() and "__pycache__" not in c.parts and paquet / "web" not in c.parents
    ]
    somme = hashlib.sha256()
    for chemin in sorted(chemins):
        somme.update(
            f"{chemin.relative_to(RACINE)}\0".encode() + hashlib.sha256(chemin.read_bytes()).digest()
        )
    return somme.hexdigest()[:16]


@contextlib.contextmanager
def verrou(nom: str) -> Iterator[None]:
    """Let one process of this machine through at a time; released however the process ends."""
    RACINE_DES_TESTS.mkdir(parents=True, exist_ok=True)
    with (RACINE_DES_TESTS / f"{nom}.verrou").open("w") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        yield


def preparer(url: str) -> None:
    """Run ``echelons preparer`` on the database at ``url``, as an ordinary instance does."""
    resultat = subprocess.run(
        [sys.executable, "-m", "echelons", "preparer"],
        cwd=RACINE,
        env={**os.environ, "DATABASE_URL": url, "DJANGO_SETTINGS_MODULE": "echelons.reglages.base"},
        capture_output=True,
        text=True,
    )
    if resultat.returncode:
        raise RuntimeError(f"« echelons preparer » a échoué :\n{resultat.stdout}{resultat.stderr}")


class BaseSQLite:
    """A copy of the model file, for this process only."""

    def __init__(self) -> None:
        self.nom = str(RACINE_DES_TESTS / f"essai-{os.getpid()}.sqlite3")
        self._modele = RACINE_DES_TESTS / f"modele-{empreinte()}.sqlite3"
        with verrou("modele"):
            if not self._modele.exists():
                self._construire()
            for vieux in RACINE_DES_TESTS.glob("modele-*.sqlite3"):
                if vieux != self._modele:
                    vieux.unlink()
            shutil.copyfile(self._modele, self.nom)

    def _construire(self) -> None:
        chantier = RACINE_DES_TESTS / "chantier.sqlite3"
        for reste in RACINE_DES_TESTS.glob("chantier.sqlite3*"):
            reste.unlink()
        preparer(f"sqlite:///{chantier}")
        with contextlib.closing(sqlite3.connect(chantier)) as connexion:
            connexion.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            connexion.execute("PRAGMA journal_mode=DELETE")
        chantier.rename(self._modele)

    def remettre(self, connexion) -> None:
        """Copy the model over the database in place, so that other open connections see it too."""
        connexion.ensure_connection()
        modele = sqlite3.connect(f"file:{self._modele}?mode=ro", uri=True)
        with contextlib.closing(modele):
            modele.backup(connexion.connection)

    def fermer(self) -> None:
        """Remove the copy."""
        for reste in RACINE_DES_TESTS.glob(f"{Path(self.nom).name}*"):
            reste.unlink()


class BasePostgreSQL:
    """A database made from a template database of the same server, for this process only."""

    def __init__(self, url: str) -> None:
        self._url = urlsplit(url)
        self.nom = f"{PREFIXE}{os.getpid()}"
        self._modele = f"{PREFIXE}modele_{empreinte()}"
        serveur = hashlib.sha256(self._url.netloc.encode()).hexdigest()[:8]
        with verrou(f"modele-{serveur}"), self._administration() as administration:
            noms = {nom for (nom,) in administration.execute("SELECT datname FROM pg_database")}
            if self._modele not in noms:
                self._construire(administration)
            for vieux in noms:
                if vieux.startswith(f"{PREFIXE}modele_") and vieux != self._modele:
                    administration.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", vieux))
            self._copier(administration)

    def _administration(self) -> psycopg.Connection:
        return psycopg.connect(self._adresse("postgres"), autocommit=True)

    def _adresse(self, base: str) -> str:
        return self._url._replace(path=f"/{base}").geturl()

    def _construire(self, administration: psycopg.Connection) -> None:
        chantier = f"{PREFIXE}chantier"
        administration.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", chantier))
        administration.execute(_sql("CREATE DATABASE {}", chantier))
        preparer(self._adresse(chantier))
        administration.execute(_sql("ALTER DATABASE {} RENAME TO {}", chantier, self._modele))

    def _copier(self, administration: psycopg.Connection) -> None:
        administration.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.nom))
        administration.execute(
            _sql("CREATE DATABASE {} TEMPLATE {} STRATEGY FILE_COPY", self.nom, self._modele)
        )

    def remettre(self, connexion) -> None:
        """Make the database again from the template; connections of other threads are cut."""
        connexion.close()
        with self._administration() as administration:
            self._copier(administration)

    def fermer(self) -> None:
        """Remove the database."""
        with self._administration() as administration:
            administration.execute(_sql("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.nom))


def _sql(modele: str, *noms: str) -> sql.Composed:
    return sql.SQL(modele).format(*(sql.Identifier(nom) for nom in noms))


def ouvrir(url: str | None) -> BaseSQLite | BasePostgreSQL:
    """Make the database of this process on the server that ``DATABASE_URL`` names, SQLite without one."""
    return BasePostgreSQL(url) if url and url.startswith("postgres") else BaseSQLite()
