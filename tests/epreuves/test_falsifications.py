"""Ten thousand falsifications of the journal, drawn at random: the verification finds every one.

On PostgreSQL, two thousand: what is verified is the same, only the reading of the rows differs.
"""

import os
import random
from collections import Counter

import pytest
from django.db import connection, transaction

from echelons.socle.journal import verifier
from tests.socle.falsifications import FALSIFICATIONS, Defait, falsifier
from tests.socle.journaux import Journal, sans_gardes

pytestmark = pytest.mark.django_db
GRAINE = int(os.environ.get("GRAINE", "0")) or random.SystemRandom().randrange(10**9)
FOIS = int(os.environ.get("FALSIFICATIONS", "10000" if connection.vendor == "sqlite" else "2000"))
PAR_JOURNAL = 400


def test_thousands_of_falsifications_are_all_found(settings, tmp_path, record_property):
    record_property("graine", GRAINE)
    settings.JOURNAL_CLE = tmp_path / "cle-journal"
    hasard = random.Random(GRAINE)
    faites: Counter[str] = Counter()
    manquees: list[str] = []
    numero = 0
    while faites.total() < FOIS:
        numero += 1
        settings.JOURNAL_RACINES = tmp_path / f"racines-{numero}.jsonl"
        try:
            with transaction.atomic():
                _un_journal(
                    hasard,
                    settings.JOURNAL_RACINES,
                    faites,
                    manquees,
                    min(PAR_JOURNAL, FOIS - faites.total()),
                )
                raise Defait
        except Defait:
            pass
    bilan = f"seed {GRAINE}, {faites.total()} falsifications of {numero} journals"
    assert not manquees, f"{bilan}, not found: {manquees}"
    assert all(faites[f.__name__] for f in FALSIFICATIONS if f.__name__ != "rendre_illisible"), (
        bilan,
        faites,
    )


def _un_journal(hasard, fichier, faites, manquees, fois):
    journal = Journal(hasard, fichier)
    assert verifier().anomalies == ()
    with sans_gardes():
        while fois:
            comment = hasard.choice(FALSIFICATIONS)
            resultat = falsifier(journal, hasard, comment)
            if resultat is None:
                continue
            fois -= 1
            faites[comment.__name__] += 1
            quoi, constat = resultat
            if not constat.anomalies:
                manquees.append(f"{comment.__name__}: {quoi}")
    assert verifier().anomalies == ()
