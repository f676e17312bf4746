"""House rules that no ready-made tool checks. Prints one line a breach, ``path:line: what``; ends with 1 if any.

Usage: ``python outils/verifier_maison.py [FOLDER]`` (default: this clone). Reads the files that git knows or would add.
"""

import ast
import itertools
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

from packaging.requirements import Requirement

LONGUEUR_MAX = 500
CODE = {".py", ".sh", ".html", ".css", ".js", ".toml", ".md"}
# Longer files, each with its reason.
LONGS: dict[str, str] = {
    "docs/reference/dictionnaire.md": "generated: one table a model",
    "docs/reference/fichiers.md": "generated: one table a part of a data file",
    "src/echelons/contrats/migrations/0007_contenu.py": "one step: tables that cite each other",
    "src/echelons/strategie/migrations/0004_cadre.py": "one step: tables that cite each other",
}

# Written so that this file does not match itself.
INTERDITS = {
    "adresse d’un registre de paquets": re.compile(
        r"\b(pypi\.org|pythonhosted\.org|npmjs\.(org|com)|(deb|security|ftp)[\w.]*\.debian\.org)\b"
    ),
    "chemin d’une machine": re.compile(r"(?<![\w./:~-])/(work|root|tmp|home|Users)/\w"),
    "secret": re.compile(
        r"-----BEGIN [A-Z ]*PRIVATE KEY|\b(gh[pousr]_|AKIA|xox[bp]-|glpat-)\w{12,}|://[\w.-]+:[^\s/@{}$<>…]+@"
    ),
    "travail remis à plus tard": re.compile(r"\b([T]ODO|[F]IXME|[X]XX)\b"),
}
SAUTS = {"skip", "skipif", "skipIf", "skipUnless", "skipTest", "xfail", "importorskip"}
# Texts of others, kept as they are.
ETRANGERS = {"LICENSE"}
NIVEAUX = ("run", "test", "dev")


def fichiers(racine: Path) -> list[str]:
    """Paths, from the root, of the files that git follows or would add."""
    sortie = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=racine,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return sorted({nom for nom in sortie.split("\0") if nom and (racine / nom).is_file()})


def longueurs(racine: Path, noms: list[str]) -> Iterator[str]:
    """A file of code keeps to 500 lines, save those of the short list, which must still need it."""
    for nom in noms:
        if Path(nom).suffix not in CODE:
            continue
        lignes = len((racine / nom).read_text(encoding="utf-8").splitlines())
        if lignes > LONGUEUR_MAX and nom not in LONGS:
            yield f"{nom}:{lignes}: plus de {LONGUEUR_MAX} lignes, sans raison inscrite dans LONGS"
        elif lignes <= LONGUEUR_MAX and nom in LONGS:
            yield f"{nom}:{lignes}: n’a plus besoin d’être dans LONGS"


def contenus(racine: Path, noms: list[str]) -> Iterator[str]:
    """No address of a registry, no path of a machine, no secret, nothing put off."""
    for nom in noms:
        if Path(nom).name == "uv.lock":
            yield f"{nom}:1: un fichier de verrou porte des adresses ; seuls requirements/*.txt sont suivis"
        octets = (racine / nom).read_bytes()
        if nom in ETRANGERS or b"\0" in octets[:8192]:
            continue
        for numero, ligne in enumerate(octets.decode("utf-8", "replace").splitlines(), 1):
            for quoi, motif in INTERDITS.items():
                if trouve := motif.search(ligne):
                    yield f"{nom}:{numero}: {quoi} ({trouve.group()[:40]})"


def sauts(racine: Path, noms: list[str]) -> Iterator[str]:
    """A test that is there is run: no skip, no expected failure."""
    for nom in noms:
        if not nom.startswith("tests/") or not nom.endswith(".py"):
            continue
        for noeud in ast.walk(ast.parse((racine / nom).read_text(encoding="utf-8"))):
            if isinstance(noeud, ast.Attribute) and noeud.attr in SAUTS:
                yield f"{nom}:{noeud.lineno}: test laissé de côté ({noeud.attr})"


def dependances(racine: Path) -> Iterator[str]:
    """requirements/*.txt answer pyproject.toml, are hashed, and each level contains the one below it pin for pin."""
    groupes = tomllib.loads((racine / "pyproject.toml").read_text(encoding="utf-8"))["dependency-groups"]
    epingles: dict[str, dict[str, str]] = {}
    for groupe in ("uv", *NIVEAUX):
        chemin = f"requirements/{groupe}.txt"
        texte = (racine / chemin).read_text(encoding="utf-8")
        epingles[groupe] = dict(re.findall(r"^([\w.-]+)==([^\s;]+)", texte, re.MULTILINE))
        for bloc in re.split(r"\n(?=\S)", texte):
            if "==" in bloc and "--hash=sha256:" not in bloc:
                yield f"{chemin}:1: sans empreinte : {bloc.splitlines()[0]}"
        for exigence in (Requirement(e) for e in groupes[groupe] if isinstance(e, str)):
            version = epingles[groupe].get(exigence.name.replace(".", "-").lower())
            if version is None or not exigence.specifier.contains(version):
                yield f"{chemin}:1: {exigence} n’y est pas (trouvé : {version}) ; lancez « make verrouiller »"
    for bas, haut in itertools.pairwise(NIVEAUX):
        for nom, version in epingles[bas].items():
            if epingles[haut].get(nom) != version:
                yield f"requirements/{haut}.txt:1: {nom} {epingles[haut].get(nom)}, mais {version} dans {bas}.txt"


def main() -> int:
    """Check the folder given, or this clone."""
    racine = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).parents[1]).resolve()
    noms = fichiers(racine)
    manquements = [
        *longueurs(racine, noms),
        *contenus(racine, noms),
        *sauts(racine, noms),
        *dependances(racine),
    ]
    for manquement in manquements:
        print(manquement)
    return 1 if manquements else 0


if __name__ == "__main__":
    sys.exit(main())
