"""Whoever brings a workbook back is killed again and again: it is written whole, in one writing, or not at all."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.db import connection

from echelons.contrats import imports
from echelons.contrats.contenu.instantane import Instantane, ecrites_depuis
from echelons.contrats.models import Modification
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire, verifier
from echelons.socle.models import Import
from tests.bases import RACINE
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.morts import Morts

pytestmark = pytest.mark.django_db(transaction=True)
MORTS = 65
ACTES = ["deposer", "verifier", "publier"]
DERNIER = {"depose": "deposer", "pret": "verifier", "publie": "publier"}


def test_whoever_brings_a_workbook_back_may_die_at_any_instant(
    settings, tmp_path: Path, hasard: random.Random, capsys
):
    settings.DEPOT, settings.CLAMAV = tmp_path / "depot", ""
    scene = Scene()
    with a_la_date(JOUR):
        convention = scene.ouvrir()
        for rang in range(8):
            fiche = remplir(scene, convention, f"Action {rang}")
            financer(scene, convention, fiche, (1, 2019, "10"), (2, 2019, "20"), (1, 2020, "30"))
    convention.refresh_from_db()
    depart, rang_de_depart = Instantane.de(convention).empreinte, convention.contenu_rang
    commande = [
        *(sys.executable, "-m", "tests.contrats.rapporteur", connection.settings_dict["NAME"]),
        *(str(settings.DEPOT), str(scene.compte("charge-de-mission").pk), str(convention.pk)),
    ]
    morts, faits = Morts(hasard, tmp_path, 0.4), set()
    with subprocess.Popen(
        commande, cwd=RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as nourrice:
        assert nourrice.stdin is not None
        assert nourrice.stdout is not None
        assert nourrice.stdout.readline() == "prêt\n"
        for mort in range(MORTS):
            sortie = tmp_path / f"sortie-{mort}"
            sortie.touch()
            nourrice.stdin.write(f"{sortie}\n")
            nourrice.stdin.flush()
            enfant = int(nourrice.stdout.readline())
            limite = time.monotonic() + 30
            while "commence" not in sortie.read_text():
                assert time.monotonic() < limite, "Rien n’a commencé."
                time.sleep(0.005)
            morts.patienter()
            os.kill(enfant, signal.SIGKILL)
            assert nourrice.stdout.readline() == "mort\n"
            lignes = morts.compter(sortie.read_text().splitlines())
            faits |= {int(ligne.split()[2]) for ligne in lignes if ligne.startswith("fait")}
        nourrice.stdin.close()

    convention.refresh_from_db()
    publies = Import.objects.filter(etat=Import.Etat.PUBLIE)
    with capsys.disabled():
        sys.stdout.write(
            f"\n{MORTS} morts, {publies.count()} classeurs enregistrés, dont {len(faits)} annoncés ; "
            f"{morts.dedans} pendant un enregistrement.\n"
        )
    rangs = []
    for objet in Import.objects.all():
        actes = [e.acte for e in histoire(objet.objet_journal)]
        assert actes == ACTES[: len(actes)]
        assert actes[-1] == DERNIER[objet.etat]
        rang, champs = imports.ecriture_de(objet)
        assert (rang is not None) == (objet.etat == Import.Etat.PUBLIE)
        if rang is not None:
            rangs.append(rang)
            assert Modification.objects.filter(instrument=convention, rang=rang).count() == champs
    assert sorted(rangs) == list(range(rang_de_depart + 1, convention.contenu_rang + 1))
    assert faits <= set(rangs)
    # What was written since, taken back, gives what was there: no row was written that no trace tells, nor the reverse.
    traces = ecrites_depuis(convention, rang_de_depart)
    assert Instantane.de(convention).avant(traces).empreinte == depart
    assert verifier().anomalies == ()
    assert morts.dedans >= MORTS // 2
