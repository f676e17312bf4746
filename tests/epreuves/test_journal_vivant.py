"""Verifying a journal that is being written finds nothing: what is under way is not taken for an anomaly."""

import subprocess
import sys

import pytest
from django.db import connection

from echelons.socle.journal import verifier
from tests.bases import RACINE

pytestmark = pytest.mark.django_db(transaction=True)


def test_verifying_while_others_write_forget_and_seal_finds_nothing(settings, tmp_path):
    settings.JOURNAL_CLE = tmp_path / "cle-journal"
    settings.JOURNAL_RACINES = tmp_path / "racines.jsonl"
    commande = [sys.executable, "-m", "tests.socle.plume", connection.settings_dict["NAME"]]
    arguments = [str(settings.JOURNAL_CLE), str(settings.JOURNAL_RACINES), "160"]
    plumes = [subprocess.Popen([*commande, *arguments], cwd=RACINE) for _ in range(2)]
    relectures = 0
    while any(plume.poll() is None for plume in plumes):
        assert verifier().anomalies == ()
        relectures += 1
    assert [plume.returncode for plume in plumes] == [0, 0]
    constat = verifier()
    assert (constat.anomalies, constat.ecritures) == ((), 2 * 168)
    assert constat.racines > 20
    assert relectures > 10
