"""Audits the dependencies: pinned with hashes, installed as pinned, touched by no known security advisory.

Usage: ``python outils/auditer.py [FOLDER] [--recus FILE]`` (default: this clone). Prints one line a breach and ends
with 1 if there is any; says with what it compared, in the file that ``PRECISION`` names if there is one.

``--demander FILE`` asks a public service, osv.dev (or the address in ``ECHELONS_AVIS``), for the advisories of every
pin, and writes what it answered in less than three seconds for ``--recus``, which takes a whole answer or none.
``--rafraichir CLONE`` makes requirements/avis.json again from a clone of the PyPA advisory database.
An advisory accepted for a while is written by hand in requirements/exceptions.toml::

    [[exception]]
    avis = "CVE-…"
    raison = "…"
    jusqu_au = 2027-01-31
"""

import argparse
import importlib.metadata
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import NamedTuple

from avis import SERVICE, Avis, Couple, demander, rafraichir, recevoir, trouver
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

# What an environment holds besides the pins.
DE_LA_MAISON = {"echelons", "pip", "setuptools", "wheel", "uv"}
EXCEPTIONS = "requirements/exceptions.toml"
VERROUILLER = "lancez « make verrouiller »"


class Epingle(NamedTuple):
    """One pinned requirement, and where it is written."""

    fichier: str
    ligne: int
    nom: str
    version: str
    ici: bool  # meant for the interpreter that runs this

    @property
    def couple(self) -> Couple:
        """The package and its version."""
        return self.nom, self.version


def exigences(texte: str) -> Iterator[tuple[int, str]]:
    """The logical lines of a requirements file, each with the number of its first physical line."""
    debut, entiere = 1, ""
    for numero, physique in enumerate([*texte.splitlines(), ""], 1):
        ligne = re.sub(r"(^|\s)#.*", "", physique).strip()
        debut = debut if entiere else numero
        entiere = f"{entiere} {ligne.removesuffix(chr(92))}".strip()
        if entiere and not ligne.endswith("\\"):
            yield debut, entiere
            entiere = ""


def epingle(fichier: str, numero: int, ligne: str) -> Epingle | str:
    """The pin that a logical line holds, or what is wrong with it."""
    exigence, *empreintes = re.split(r"\s+--hash=", ligne)
    ou = f"{fichier}:{numero}:"
    if "://" in ligne or "@" in exigence or exigence.startswith("-"):
        return f"{ou} une adresse ou une option n’a pas sa place ici ({exigence[:40]}) ; {VERROUILLER}"
    try:
        lue = Requirement(exigence)
    except InvalidRequirement:
        return f"{ou} exigence illisible ({exigence[:40]}) ; {VERROUILLER}"
    versions = [s.version for s in lue.specifier if s.operator == "==" and not s.version.endswith("*")]
    if len(versions) != 1 or len(lue.specifier) != 1:
        return f"{ou} {lue.name} n’est pas épinglé par « == » ; {VERROUILLER}"
    if not empreintes or not all(re.fullmatch("sha256:[0-9a-f]{64}", e.strip()) for e in empreintes):
        return f"{ou} {lue.name} {versions[0]} est sans empreinte sha256 entière ; {VERROUILLER}"
    ici = lue.marker is None or lue.marker.evaluate()
    return Epingle(fichier, numero, canonicalize_name(lue.name), versions[0], ici)


def lire(racine: Path) -> tuple[list[Epingle], list[str]]:
    """Every pin of requirements/*.txt, and what is wrong with the other lines."""
    lues = [
        epingle(f"requirements/{chemin.name}", numero, ligne)
        for chemin in sorted((racine / "requirements").glob("*.txt"))
        for numero, ligne in exigences(chemin.read_text(encoding="utf-8"))
    ]
    manquements = [e for e in lues if isinstance(e, str)]
    return [e for e in lues if isinstance(e, Epingle)], manquements if lues else ["requirements/ est vide"]


def installes(epingles: list[Epingle]) -> Iterator[str]:
    """What this environment holds that no pin says, or in another version."""
    dites: dict[str, set[str]] = {}
    for e in epingles:
        if e.ici:
            dites.setdefault(e.nom, set()).add(e.version)
    for distribution in importlib.metadata.distributions():
        nom, version = canonicalize_name(distribution.metadata["Name"] or ""), distribution.version
        if nom in dites and version not in dites[nom]:
            attendu = ", ".join(sorted(dites[nom]))
            yield f"{nom} {version} est installé, mais {attendu} épinglé ; effacez .venv et relancez"
        elif nom not in dites and nom not in DE_LA_MAISON:
            yield f"{nom} {version} est installé sans être épinglé ; retirez-le, ou déclarez-le et {VERROUILLER}"


def lire_exceptions(racine: Path) -> tuple[list[Avis], list[str]]:
    """The advisories accepted for a while, and those that no longer are or that say too little."""
    fichier, aujourdhui = racine / EXCEPTIONS, datetime.now(UTC).date()
    valables, manquements = list[Avis](), list[str]()
    for x in tomllib.loads(fichier.read_text(encoding="utf-8"))["exception"] if fichier.is_file() else []:
        if not x.get("avis") or not x.get("raison") or not isinstance(x.get("jusqu_au"), date):
            manquements.append(f"{EXCEPTIONS}: il faut avis, raison et jusqu_au (une date) : {x}")
        elif x["jusqu_au"] < aujourdhui:
            manquements.append(
                f"{EXCEPTIONS}: l’exception {x['avis']} est échue depuis le {x['jusqu_au']} ; "
                "montez la dépendance, ou donnez-lui une nouvelle date et sa raison"
            )
        else:
            valables.append(x)
    return valables, manquements


def touchees(epingles: list[Epingle], donnees: Avis, recus: Avis, exceptions: list[Avis]) -> Iterator[str]:
    """One line for each advisory that touches a pin and that no exception accepts."""
    acceptes = {x["avis"] for x in exceptions}
    # A pin is written at every level: it is said once, at the first.
    for e in {e.couple: e for e in reversed(epingles)}.values():
        for noms, remede in trouver(e.couple, donnees, recus):
            if acceptes.isdisjoint(noms):
                yield (
                    f"{e.fichier}:{e.ligne}: {e.nom} {e.version} est touché par {', '.join(noms)}, {remede} ; lancez "
                    f"« make verrouiller ARGS='--upgrade-package {e.nom}' », ou inscrivez une exception datée dans "
                    f"{EXCEPTIONS}"
                )


def precision(epingles: list[Epingle], donnees: Avis, recus: Avis, exceptions: list[Avis]) -> str:
    """With what the pins were compared: never more than is true."""
    if recus:
        dits = [f"en ligne, le {recus['le']}"]
    else:
        compte = f"{len(donnees['paquets'])} paquets, {len(donnees['avis'])} avis"
        dits = [f"réseau fermé : avis du {donnees['dernier_avis']}, {compte}"]
        if jamais := sorted({e.nom for e in epingles} - set(donnees["paquets"])):
            dits.append(f"jamais regardés : {', '.join(jamais)}")
    dits += [f"exception {x['avis']} jusqu’au {x['jusqu_au']} : {x['raison']}" for x in exceptions]
    return " ; ".join(dits)


def auditer(racine: Path, epingles: list[Epingle], recus: Avis) -> tuple[list[str], str]:
    """What is wrong with the pins of this folder, and with what they were compared."""
    donnees = json.loads((racine / "requirements" / "avis.json").read_text(encoding="utf-8"))
    exceptions, manquements = lire_exceptions(racine)
    manquements += [*installes(epingles), *touchees(epingles, donnees, recus, exceptions)]
    return manquements, precision(epingles, donnees, recus, exceptions)


def main() -> int:
    """Audit, ask or refresh, as the arguments say."""
    options = argparse.ArgumentParser()
    options.add_argument("racine", nargs="?", type=Path, default=Path(__file__).parents[1])
    options.add_argument("--recus", type=Path)
    options.add_argument("--demander", type=Path)
    options.add_argument("--rafraichir", type=Path)
    options.add_argument("--remarque", default="")
    choix = options.parse_args()
    epingles, manquements = lire(choix.racine)
    couples = [e.couple for e in epingles]
    if choix.demander:
        recus = demander(couples, os.environ.get("ECHELONS_AVIS", SERVICE))
        choix.demander.write_text(json.dumps(recus), encoding="utf-8")
    elif choix.rafraichir:
        instantane = choix.racine / "requirements" / "avis.json"
        rafraichir(instantane, choix.rafraichir, {e.nom for e in epingles}, choix.remarque)
    else:
        constates, dit = auditer(choix.racine, epingles, recevoir(choix.recus, couples))
        manquements += constates
        print(*manquements or [dit], sep="\n")
        if "PRECISION" in os.environ:
            Path(os.environ["PRECISION"]).write_text(dit, encoding="utf-8")
        return 1 if manquements else 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
