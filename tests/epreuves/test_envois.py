"""A sender killed again and again: no message lost, none sent twice but those that the mail server already held."""

import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter, defaultdict

import pytest
from django.db import connection, transaction

from echelons.socle.envois import poster
from echelons.socle.journal import Objet
from echelons.socle.models import Envoi, Message
from tests.bases import RACINE
from tests.socle.facteur import ECRIT, REMIS

pytestmark = pytest.mark.django_db(transaction=True)
MORTS, PERSONNES = 40, 150


def poster_partout(passage: int, *, urgent: bool) -> None:
    """Two things to tell each person."""
    with transaction.atomic():
        for n in range(2):
            periodes = {str(personne): f"{passage}-{urgent}" for personne in range(PERSONNES)}
            poster(periodes, genre="essai", objet=Objet("dossier", f"d{n}"), urgent=urgent)


def test_a_sender_killed_at_any_instant_loses_nothing_and_doubles_only_what_was_already_taken(
    tmp_path, hasard: random.Random, capsys
):
    boite, marques = tmp_path / "boite", tmp_path / "marques"
    boite.touch()
    commande = [
        sys.executable,
        "-m",
        "tests.socle.facteur",
        connection.settings_dict["NAME"],
        str(boite),
        str(marques),
    ]
    ou: Counter[str] = Counter()
    ouverts: set[str] = set()
    poster_partout(0, urgent=False)
    for mort in range(MORTS):
        poster_partout(mort, urgent=True)
        marques.write_bytes(b"\0\0")
        facteur = subprocess.Popen(commande, cwd=RACINE, stdout=subprocess.PIPE, start_new_session=True)
        assert facteur.stdout is not None
        assert facteur.stdout.readline().decode() == "prêt\n"
        time.sleep(hasard.uniform(0, 0.3))
        os.kill(facteur.pid, signal.SIGKILL)
        facteur.wait()
        facteur.stdout.close()
        lues = marques.read_bytes()
        lieu = "pendant une écriture" if lues[ECRIT] else "pendant une remise" if lues[REMIS] else "ailleurs"
        ou[lieu] += 1
        laisses = Envoi.objects.filter(envoye_le=None).values_list("identifiant", flat=True)
        assert len(laisses) <= 1
        ouverts.update(laisses)
    subprocess.run([*commande, "finir"], cwd=RACINE, check=True, stdout=subprocess.DEVNULL)

    recus: dict[str, set[str]] = defaultdict(set)
    remises: Counter[str] = Counter()
    for ligne in boite.read_text().splitlines():
        identifiant, *cles = ligne.split()
        remises[identifiant] += 1
        for cle in cles:
            recus[cle].add(identifiant)
    doubles = {i for i, fois in remises.items() if fois > 1}
    with capsys.disabled():
        detail = ", ".join(f"{nombre} {lieu}" for lieu, nombre in ou.items())
        sys.stdout.write(
            f"\n{MORTS} morts : {detail} ; {len(remises)} courriels, {len(doubles)} remis deux fois.\n"
        )
    # Nothing lost, nothing told under two names, and what went twice is what a death left open.
    assert set(recus) == set(Message.objects.values_list("cle", flat=True))
    assert len(recus) == 2 * PERSONNES * (MORTS + 1)
    assert all(len(identifiants) == 1 for identifiants in recus.values())
    assert {i.strip("<>").partition("@")[0] for i in doubles} <= ouverts
    assert not Envoi.objects.filter(envoye_le=None).exists()
    assert Envoi.objects.count() == len(remises)
    assert Envoi.objects.filter(urgent=False).count() == PERSONNES
    assert ou["pendant une écriture"] + ou["pendant une remise"] >= MORTS // 2
