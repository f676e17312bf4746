"""The worker killed again and again: what it was asked is done in the end, whole, and once."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter

import pytest
from django.db import connection

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import imports
from echelons.contrats import imports_en_fond as en_fond
from echelons.contrats.faits_par_fichier import FAITS
from echelons.contrats.models import Fait
from echelons.socle.horloge import a_la_date
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import histoire, verifier
from echelons.socle.models import Import, Message, Tache
from tests.bases import RACINE
from tests.contrats.importateur import LIGNES, fichier
from tests.contrats.scene import JOUR, Scene

pytestmark = pytest.mark.django_db(transaction=True)
IMPORTS, DEDANS_MIN = 24, 4


def test_a_worker_killed_at_any_instant_publishes_each_import_once(
    settings, tmp_path, hasard: random.Random, capsys
):
    settings.DEPOT, settings.CLAMAV, settings.IMPORT_EN_FOND = tmp_path / "documents", "", 10
    with a_la_date(JOUR):
        par = Acteur.de(Scene().compte("conseiller-territoires"))
        for rang in range(IMPORTS):
            objet = imports.deposer(
                par=par, destination=FAITS, region="", nom=f"{rang}.csv", morceaux=[fichier(f"t{rang}")]
            )
            imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
            en_fond.confier(par, objet, "publier", ecarter_proches=False)
    connection.close()
    morts = dedans = 0
    while Tache.objects.filter(finie_le=None).exists():
        morts += 1
        sortie = tmp_path / f"sortie-{morts}"
        with sortie.open("w") as ecrite:
            processus = subprocess.Popen(
                [sys.executable, "-m", "tests.contrats.ouvrier", connection.settings_dict["NAME"], settings.DEPOT],
                cwd=RACINE, stdout=ecrite, start_new_session=True,
            )  # fmt: skip
        while "commence" not in sortie.read_text():
            assert processus.poll() is None, "L’ouvrier s’est arrêté seul."
            time.sleep(0.005)
        time.sleep(hasard.uniform(0, 0.8))
        os.kill(processus.pid, signal.SIGKILL)
        processus.wait()
        dedans += Tache.objects.filter(etat="en_cours").exists()
        # Only the worker itself counts what stops it: here the trial does.
        Tache.objects.filter(finie_le=None).update(essais=0)
        for objet in Import.objects.all():
            ecrits = objet.elements.filter(table="contrats_fait").count()
            assert ecrits == (LIGNES if objet.etat == "publie" else 0), objet.etat
    assert Counter(Import.objects.values_list("etat", flat=True)) == {"publie": IMPORTS}
    assert Fait.objects.filter(ecriture__isnull=False).count() == IMPORTS * LIGNES
    assert {tuple(e.acte for e in histoire(o.objet_journal)) for o in Import.objects.all()} == {
        ("deposer", "verifier", "publier")
    }
    assert Counter(Tache.objects.values_list("etat", flat=True)) == {"faite": IMPORTS}
    assert Message.objects.filter(objet_type="tache").count() == IMPORTS
    assert verifier().anomalies == ()
    with capsys.disabled():
        sys.stdout.write(f"\n{morts} morts, {dedans} pendant un travail.\n")
    assert dedans >= DEDANS_MIN
