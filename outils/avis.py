"""Security advisories: the snapshot shipped in requirements/avis.json, and what a public service answers today."""

import http.client
import json
import threading
import urllib.request
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from packaging.utils import canonicalize_name
from packaging.version import Version

Avis = dict[str, Any]
Couple = tuple[str, str]  # a package and its version

SERVICE = "https://api.osv.dev/v1/querybatch"
PAGE = "https://osv.dev"
PATIENCE = 2.5
DEPUIS = "2024"
ENTETE = {
    "source": "base d’avis de la PyPA (github.com/pypa/advisory-database), vulns/<paquet>/*.yaml : faits réduits",
    "licence": "CC-BY-4.0",
    "produit_par": "python outils/auditer.py --rafraichir CLONE",
    "lus": f"avis publiés depuis {DEPUIS} ; ceux qui suivent « dernier_avis » ne peuvent être connus ici",
}


def touche(avis: Avis, version: str) -> tuple[bool, str | None]:
    """Whether an advisory of the snapshot touches a version, and the version that corrects it when there is one."""
    v = Version(version)
    for plage in avis["plages"]:
        fin, derniere = plage.get("fixed"), plage.get("last_affected")
        passee = (fin and v >= Version(fin)) or (derniere and v > Version(derniere))
        if v >= Version(plage["introduced"]) and not passee:
            return True, fin
    return version in avis.get("versions", []), None


def trouver(couple: Couple, donnees: Avis, recus: Avis) -> Iterator[tuple[list[str], str]]:
    """The advisories, shipped or received, that touch a package: the names of each, and what to say of its remedy."""
    nom, version = couple
    connus = set[str]()
    for avis in donnees["avis"]:
        touchee, correction = touche(avis, version) if avis["paquet"] == nom else (False, None)
        if touchee and "retire" not in avis:
            connus.update((avis["id"], *avis["alias"]))
            remede = f"corrigé par {correction}" if correction else "sans version corrigée connue"
            yield [avis["id"], *avis["alias"]], remede
    for recu in recus.get("paquets", {}).get(f"{nom}=={version}", []):
        if recu not in connus:
            yield [recu], f"voir la version qui corrige sur {PAGE}/{recu}"


def lire_reponse(reponse: Any, couples: list[Couple]) -> dict[str, list[str]]:
    """The names of the advisories of each package, from an answer in the order of the questions.

    Raises one of the errors of ``demander`` when it is not whole or not of the form expected.
    """
    lus = dict[str, list[str]]()
    for (nom, version), resultat in zip(couples, json.load(reponse)["results"], strict=True):
        noms = [avis["id"] for avis in resultat.get("vulns", [])]
        if resultat.get("next_page_token") or not all(isinstance(n, str) and n for n in noms):
            raise ValueError(resultat)
        lus[f"{nom}=={version}"] = noms
    return lus


def demander(couples: Iterable[Couple], adresse: str) -> Avis:
    """What the service says of these packages, if it says it whole in the time that it has; nothing otherwise."""
    demandes = sorted(set(couples))
    questions = [{"package": {"name": n, "ecosystem": "PyPI"}, "version": v} for n, v in demandes]
    corps = json.dumps({"queries": questions}).encode()
    lus: list[dict[str, list[str]]] = []

    def interroger() -> None:
        try:
            # The address is the constant above, or the one given by whoever runs this.
            question = urllib.request.Request(adresse, corps, {"Content-Type": "application/json"})  # noqa: S310
            with urllib.request.urlopen(question) as reponse:  # noqa: S310
                lus.append(lire_reponse(reponse, demandes))
        except (OSError, ValueError, LookupError, TypeError, AttributeError, http.client.HTTPException):
            return

    # A daemon, with one clock for all: waiting for a name, or for a slow server, must not hold the end of the program.
    fil = threading.Thread(target=interroger, daemon=True)
    fil.start()
    fil.join(PATIENCE)
    return {"le": datetime.now(UTC).date().isoformat(), "paquets": lus[0]} if lus else {}


def recevoir(chemin: Path | None, couples: Iterable[Couple]) -> Avis:
    """What ``demander`` gave and was written to a file, if it answers for every one of these packages."""
    texte = chemin.read_text(encoding="utf-8") if chemin and chemin.is_file() else ""
    recus: Avis = json.loads(texte) if texte else {}
    return recus if {f"{nom}=={version}" for nom, version in couples} <= set(recus.get("paquets", {})) else {}


def apparier(evenements: list[dict[str, str]]) -> Iterator[dict[str, str]]:
    """The events of a range, in whatever order, as intervals: each ends with the first end that follows it."""
    tries = sorted((Version(str(v)), k, str(v)) for e in evenements for k, v in e.items() if v)
    for borne, genre, debut in tries:
        if genre == "introduced":
            fins = (
                {k: v}
                for b, k, v in tries
                if (b > borne and k == "fixed") or (b >= borne and k == "last_affected")
            )
            yield {"introduced": debut} | next(fins, {})


def reduire(chemin: Path) -> Avis | None:
    """The facts kept of one file of the database; nothing of one that is older than what is read."""
    import yaml  # « make check » does not need it

    paquet, brut = chemin.parent.name, yaml.safe_load(chemin.read_text(encoding="utf-8"))
    if str(brut.get("published") or brut["modified"]) < DEPUIS:
        return None
    affectes = [a for a in brut["affected"] if canonicalize_name(a["package"]["name"]) == paquet]
    plages = [
        intervalle
        for affecte in affectes
        for plage in affecte.get("ranges") or []
        if plage["type"] == "ECOSYSTEM"
        for intervalle in apparier(plage["events"])
    ]
    avis: Avis = {"paquet": paquet, "id": brut["id"], "alias": brut.get("aliases") or [], "plages": plages}
    if not plages:
        avis["versions"] = [str(v) for affecte in affectes for v in affecte.get("versions") or []]
    if brut.get("withdrawn"):
        avis["retire"] = str(brut["withdrawn"])[:10]
    return avis | {"modifie": str(brut["modified"])[:10]}


def rafraichir(fichier: Path, clone: Path, noms: set[str], remarque: str) -> None:
    """Make the snapshot again from a clone of the database, one advisory a line."""
    fiches = {
        nom: [avis for f in sorted((clone / "vulns" / nom).glob("*.yaml")) if (avis := reduire(f))]
        for nom in sorted(noms)
    }
    lus = [avis for liste in fiches.values() for avis in liste]
    entete = ENTETE | {
        "remarque": remarque,
        "extraction": datetime.now(UTC).date().isoformat(),
        "dernier_avis": max(avis["modifie"] for avis in lus),
        "paquets": {nom: len(liste) for nom, liste in fiches.items()},
    }
    debut = json.dumps(entete, ensure_ascii=False, indent=1).removesuffix("\n}")
    lignes = ",\n".join("  " + json.dumps(avis, ensure_ascii=False) for avis in lus)
    fichier.write_text(f'{debut},\n "avis": [\n{lignes}\n ]\n}}\n', encoding="utf-8")
