"""What is kept longer than an act reads nothing that an act may write."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from echelons.acteurs.pouvoirs import _reprises
from echelons.pilotage import lectures
from echelons.socle import revision
from echelons.territoires.geographie import Geographie
from tests.contrats.scene import JOUR

pytestmark = pytest.mark.django_db
LECTURES = {
    "noms": lectures.noms.__wrapped__,
    "regions": lectures.regions_reelles.__wrapped__,
    "geographie": Geographie.lire,
    "chargements": lectures.geographie.__wrapped__,
    "departements": lectures.departements_des_signataires.__wrapped__,
    "reprises": lambda: _reprises.__wrapped__(JOUR),
}


@pytest.mark.parametrize("lire", LECTURES.values(), ids=LECTURES)
def test_a_reading_kept_for_the_reference_tables_reads_no_other(lire):
    with CaptureQueriesContext(connection) as requetes:
        lire()
    lues = {t for r in requetes for t in re.findall(r'(?:FROM|JOIN) "(\w+)"', r["sql"])} - {"socle_revision"}
    assert lues <= {table for table, reference in revision.tables_suivies().items() if reference}
