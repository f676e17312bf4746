"""The product's settings for the tests: their own ``var/``, and nothing of the developer's environment."""

import os
from pathlib import Path

RACINE_DES_TESTS = Path(__file__).resolve().parents[1] / "var" / "tests"

for _variable in [nom for nom in os.environ if nom.startswith("ECHELONS_")]:
    if _variable not in {"ECHELONS_EPREUVES", "ECHELONS_EXIGE_TOUT"}:
        del os.environ[_variable]
os.environ["ECHELONS_VAR"] = str(RACINE_DES_TESTS)
os.environ["ECHELONS_CLE_SECRETE"] = "cle-des-tests"

from echelons.reglages.base import *  # noqa: E402, F403

PASSWORD_HASHERS = ["tests.hacheur.Argon2Rapide"]
