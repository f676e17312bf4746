"""The house rules are breached one at a time in a small repository; each breach is named with its file and line."""

import subprocess
import sys

import pytest

from tests.bases import RACINE


def epingles(**versions):
    """A file of locked dependencies."""
    return "".join(f"{nom}=={version} \\\n    --hash=sha256:00\n" for nom, version in versions.items())


GROUPES = """
[dependency-groups]
uv = ["uv"]
run = ["django>=5.2,<5.3"]
test = ["pytest"]
dev = ["ruff"]
"""
SAIN = {
    "pyproject.toml": GROUPES,
    "requirements/uv.txt": epingles(uv="0.13"),
    "requirements/run.txt": epingles(django="5.2.1"),
    "requirements/test.txt": epingles(django="5.2.1", pytest="9.0"),
    "requirements/dev.txt": epingles(django="5.2.1", pytest="9.0", ruff="0.17"),
    "src/page.py": "# Une adresse n’est pas un chemin de machine : https://exemple.fr/work/page\n",
    "tests/test_page.py": "def test_page():\n    assert True\n",
}


def verifier(dossier, fichiers):
    """What the script prints of a repository made of these files, and its status."""
    for nom, texte in fichiers.items():
        chemin = dossier / nom
        chemin.parent.mkdir(parents=True, exist_ok=True)
        chemin.write_text(texte, encoding="utf-8")
    subprocess.run(["git", "init", "--quiet", dossier], check=True)
    resultat = subprocess.run(
        [sys.executable, RACINE / "outils" / "verifier_maison.py", dossier], capture_output=True, text=True
    )
    assert resultat.stderr == ""
    return resultat.stdout, resultat.returncode


def test_a_sound_repository_passes_in_silence(tmp_path):
    assert verifier(tmp_path, SAIN) == ("", 0)


# Cut in two, so that this file keeps the rules that it tries.
MANQUEMENTS = {
    "an address of a registry": (
        "docs/note.md",
        "\nvoir https://py" + "pi.org/simple\n",
        "docs/note.md:2: adresse",
    ),
    "a path of a machine": ("src/a.py", "CHEMIN = '" + "/ro" + "ot/essai'\n", "src/a.py:1: chemin"),
    "a private key": ("cle.pem", "-----BEGIN " + "PRIVATE KEY-----\n", "cle.pem:1: secret"),
    "a password in an address": ("a.env", "postgres://u:" + "motdepasse@hote/b\n", "a.env:1: secret"),
    "work put off": ("src/a.html", "<!-- TO" + "DO -->\n", "src/a.html:1: travail"),
    "a lock file with addresses": ("uv.lock", "version = 1\n", "uv.lock:1:"),
    "a file too long": ("src/a.py", "a = 1\n" * 501, "src/a.py:501: plus de 500 lignes"),
    "a skipped test": (
        "tests/test_a.py",
        "import pytest\n\npytest.skip('non')\n",
        "tests/test_a.py:3: test laissé",
    ),
    "a test expected to fail": (
        "tests/test_a.py",
        "import pytest\n\n\n@pytest.mark.xfail\ndef test_a(): ...\n",
        "tests/test_a.py:4: test laissé",
    ),
    "a dependency that was not locked": (
        "pyproject.toml",
        GROUPES.replace('"pytest"', '"pytest", "httpx"'),
        "requirements/test.txt:1: httpx",
    ),
    "a locked version that no longer suits": (
        "pyproject.toml",
        GROUPES.replace(">=5.2,<5.3", ">=6"),
        "requirements/run.txt:1: django>=6",
    ),
    "a dependency without its hash": (
        "requirements/uv.txt",
        "uv==0.13.9\n",
        "requirements/uv.txt:1: sans empreinte",
    ),
    "two levels that disagree": (
        "requirements/run.txt",
        epingles(django="5.2.2"),
        "requirements/test.txt:1: django 5.2.1, mais 5.2.2",
    ),
}


@pytest.mark.parametrize(("nom", "texte", "attendu"), MANQUEMENTS.values(), ids=MANQUEMENTS)
def test_a_breach_is_named_with_its_file_and_line(tmp_path, nom, texte, attendu):
    sortie, statut = verifier(tmp_path, SAIN | {nom: texte})
    assert statut == 1
    assert [ligne for ligne in sortie.splitlines() if ligne.startswith(attendu)], sortie


def test_what_git_ignores_is_not_read(tmp_path):
    fichiers = SAIN | {".gitignore": "var/\n", "var/note.md": "/ro" + "ot/essai\n"}
    assert verifier(tmp_path, fichiers) == ("", 0)
