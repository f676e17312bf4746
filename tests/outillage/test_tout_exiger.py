"""Where everything is required, a run that leaves something out fails, whatever its tests said."""

import os
import subprocess
import sys

import pytest

from tests.bases import RACINE

SAUTE = """
import pytest

def test_a():
    assert True

def test_b():
    pytest.skip("non")
"""
ATTENDU_EN_ECHEC = """
import pytest

@pytest.mark.xfail
def test_a():
    assert False

def test_b():
    assert True
"""
ENTIER = "def test_a():\n    assert True\n"


def essayer(dossier, texte, *arguments, exige="1"):
    """The status of a run of this test file under this rule of the house, and of no other: it starts at once."""
    fichier = dossier / "test_essai.py"
    fichier.write_text(texte, encoding="utf-8")
    regle = ["-c", os.devnull, f"--rootdir={dossier}", "-p", "tests.exigence", "-p", "no:cacheprovider"]
    return subprocess.run(
        [sys.executable, "-m", "pytest", *regle, str(fichier), *arguments],
        cwd=RACINE,
        env={**os.environ, "ECHELONS_EXIGE_TOUT": exige, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        capture_output=True,
        text=True,
    ).returncode


def test_this_very_run_is_under_the_rule(request):
    """As the process that reports has it: it loads the same conftest as this one."""
    maison = str(RACINE / "tests" / "conftest.py")
    (conftest,) = [
        p for p in request.config.pluginmanager.get_plugins() if getattr(p, "__file__", "") == maison
    ]
    assert conftest.pytest_sessionfinish.__module__ == "tests.exigence"


@pytest.mark.parametrize("texte", [SAUTE, ATTENDU_EN_ECHEC], ids=["skipped", "expected to fail"])
def test_a_test_left_out_fails_the_run_where_everything_is_required(tmp_path, texte):
    assert essayer(tmp_path, texte, exige="0") == 0
    assert essayer(tmp_path, texte) == 1


def test_processes_that_share_the_tests_hide_nothing(tmp_path):
    assert essayer(tmp_path, SAUTE, "-p", "xdist", "--numprocesses=2") == 1


def test_a_run_without_any_test_fails(tmp_path):
    assert essayer(tmp_path, ENTIER) == 0
    assert essayer(tmp_path, ENTIER, "-k", "absent") != 0
