"""The two clocks: the business date may be set in the demonstration; instants are always real."""

import datetime as dt
import os
import subprocess
import sys

import pytest
from django.core.checks import run_checks
from django.utils import timezone

from echelons.socle.horloge import a_la_date, aujourdhui, maintenant, reelle
from tests.bases import RACINE

LE_1ER_MARS = dt.date(2019, 3, 1)


def test_the_business_date_is_real_unless_a_reader_or_the_instance_chose_one(settings):
    assert aujourdhui() == reelle()
    settings.AUJOURDHUI = dt.date(2019, 6, 30)
    assert aujourdhui() == dt.date(2019, 6, 30)
    with a_la_date(LE_1ER_MARS):
        assert aujourdhui() == LE_1ER_MARS
        with a_la_date(None):
            assert aujourdhui() == dt.date(2019, 6, 30)
        assert aujourdhui() == LE_1ER_MARS
    assert aujourdhui() == dt.date(2019, 6, 30)


def test_instants_are_real_whatever_the_business_date():
    with a_la_date(LE_1ER_MARS):
        assert abs(maintenant() - timezone.now()) < dt.timedelta(minutes=1)
        assert reelle() == timezone.localdate()


def test_a_business_date_outside_the_demonstration_is_an_error_of_the_instance(settings):
    settings.DEMONSTRATION, settings.AUJOURDHUI = False, LE_1ER_MARS
    assert "echelons.E003" in {message.id for message in run_checks()}
    settings.DEMONSTRATION = True
    assert "echelons.E003" not in {message.id for message in run_checks()}


@pytest.mark.parametrize(
    ("nom", "identifiant"), [("DSFR_CONTENT_IS_SAFE", "E001"), ("DSFR_USE_INTEGRITY_CHECKSUMS", "E002")]
)
def test_an_unsafe_setting_of_the_design_system_is_an_error_of_the_instance(settings, nom, identifiant):
    assert not run_checks()
    setattr(settings, nom, True)
    assert f"echelons.{identifiant}" in {message.id for message in run_checks()}


def demarrer(tmp_path, **environnement):
    """What the settings answer to this environment, in a process of its own."""
    propre = {k: v for k, v in os.environ.items() if not k.startswith("ECHELONS_") and k != "DATABASE_URL"}
    return subprocess.run(
        [
            sys.executable,
            "-c",
            "import django; django.setup(); from echelons.socle.horloge import aujourdhui; print(aujourdhui())",
        ],
        cwd=RACINE,
        env={
            **propre,
            "PYTHONPATH": str(RACINE / "src"),
            "DJANGO_SETTINGS_MODULE": "echelons.reglages.base",
            "ECHELONS_VAR": str(tmp_path),
            **environnement,
        },
        capture_output=True,
        text=True,
    )


def test_the_demonstration_opens_on_the_objective_or_on_the_day_it_is_told(tmp_path):
    assert demarrer(tmp_path, ECHELONS_DEMONSTRATION="1").stdout.strip() == "2019-06-30"
    choisie = demarrer(tmp_path, ECHELONS_DEMONSTRATION="1", ECHELONS_AUJOURDHUI="2019-03-01")
    assert choisie.stdout.strip() == "2019-03-01"


def test_outside_the_demonstration_the_variable_is_refused_and_the_day_is_real(tmp_path):
    refus = demarrer(tmp_path, ECHELONS_AUJOURDHUI="2019-03-01")
    assert refus.returncode != 0
    assert "ECHELONS_AUJOURDHUI ne peut être réglée que dans la démonstration" in refus.stderr
    assert demarrer(tmp_path).stdout.strip() == reelle().isoformat()


def test_a_business_date_that_is_no_date_is_refused_in_french(tmp_path):
    refus = demarrer(tmp_path, ECHELONS_DEMONSTRATION="1", ECHELONS_AUJOURDHUI="2019-02-30")
    assert refus.returncode != 0
    assert "ECHELONS_AUJOURDHUI : « 2019-02-30 » n’existe pas au calendrier" in refus.stderr
