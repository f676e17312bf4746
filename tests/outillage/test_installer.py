"""The installation names what is missing with the line that installs it, and never trusts an unfinished one."""

from pathlib import Path

import pytest

from tests.clones import faire_clone


def faux_python(dossier: Path, corps: str) -> str:
    """An interpreter that is not what it should be."""
    chemin = dossier / "faux-python"
    chemin.write_text(f"#!/bin/sh\n{corps}\n", encoding="utf-8")
    chemin.chmod(0o755)
    return str(chemin)


@pytest.fixture
def clone_nu(tmp_path):
    """A clone in which nothing was installed yet."""
    return faire_clone(tmp_path, ".venv")


def test_a_missing_python_is_named_with_the_line_that_installs_it(clone_nu):
    resultat = clone_nu.lancer("make", "run", "PYTHON=python-absent")
    assert resultat.returncode != 0
    assert "Il manque Python 3" in resultat.stderr
    assert "apt install python3 python3-venv" in resultat.stderr


def test_a_python_that_is_too_old_is_named_with_its_version(clone_nu, tmp_path):
    vieux = faux_python(tmp_path, 'if [ "$1" = -V ]; then echo Python 3.9.2; else exit 1; fi')
    resultat = clone_nu.lancer("make", "run", PYTHON=vieux)
    assert resultat.returncode != 0
    assert "Python 3.9.2" in resultat.stderr
    assert "3.11" in resultat.stderr


def test_a_python_without_venv_is_told_which_package_to_install(clone_nu, tmp_path):
    sans_venv = faux_python(tmp_path, 'case "$2" in *ensurepip*) exit 1 ;; esac')
    resultat = clone_nu.lancer("make", "run", PYTHON=sans_venv)
    assert resultat.returncode != 0
    assert "apt install python3-venv" in resultat.stderr
    assert not (clone_nu.dossier / ".venv").exists()


def test_an_environment_without_its_mark_is_made_again_from_nothing(clone_nu, tmp_path):
    reste = clone_nu.dossier / ".venv" / "bin"
    reste.mkdir(parents=True)
    demande = tmp_path / "demande"
    interprete = faux_python(tmp_path, f'[ "$1" != -m ] || {{ echo "$@" >"{demande}"; exit 1; }}')
    assert clone_nu.lancer("outils/installer.sh", "run", PYTHON=interprete).returncode != 0
    assert demande.read_text().split() == ["-m", "venv", "--clear", ".venv"]
