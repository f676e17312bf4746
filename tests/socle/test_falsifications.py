"""Whatever is done to the journal behind the product's back, the verification finds it (a sample of the long trial)."""

import random

import pytest

from echelons.socle.journal import verifier
from tests.socle.falsifications import FALSIFICATIONS, falsifier
from tests.socle.journaux import Journal, sans_gardes

pytestmark = pytest.mark.django_db
GRAINE = 20181213


def test_every_kind_of_falsification_is_found(settings):
    hasard = random.Random(GRAINE)
    journal = Journal(hasard, settings.JOURNAL_RACINES)
    assert verifier().anomalies == ()
    trouvees = 0
    with sans_gardes():
        for comment in FALSIFICATIONS * 8:
            resultat = falsifier(journal, hasard, comment)
            if resultat is not None:
                trouvees += 1
                quoi, constat = resultat
                assert constat.anomalies, f"not found (seed {GRAINE}, falsification {trouvees}): {quoi}"
                assert all(a.endswith(".") for a in constat.anomalies)
    assert trouvees > 6 * len(FALSIFICATIONS) - 12
    assert verifier().anomalies == ()
