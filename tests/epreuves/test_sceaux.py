"""Ten thousand changes of one byte over sealed rows and files are all found; whoever seals is killed repeatedly."""

from __future__ import annotations

import copy
import datetime as dt
import hashlib
import random
import sys
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from echelons.contrats.documents import empreintes_gardees
from echelons.contrats.models import Sceau
from echelons.contrats.sceaux import verification
from echelons.contrats.sceaux.forme import defauts
from echelons.contrats.sceaux.verification import Etat, verifier_fichier
from echelons.socle.depot import coffre
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import verifier
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.sceaux.test_sceaux import poser, scelle
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.morts import Morts
from tests.socle.pieces import pdf

CHANGEMENTS = 10_000
#: Of files, those that are read to their codes too: the others are looked up by their digest only.
LUS_ENTIERS = 60
TEXTES = ("contenu", "empreinte", "code", "produit", "original", "lecture", "motif", "sceau")


def change(valeur: Any, hasard: random.Random) -> Any:
    """Another value, as near as can be."""
    if isinstance(valeur, str):
        if not valeur:
            return "."
        rang = hasard.randrange(len(valeur))
        autre = chr(ord(valeur[rang]) ^ 1)
        return valeur[:rang] + autre + valeur[rang + 1 :]
    if isinstance(valeur, int):
        return valeur + hasard.choice((-1, 1))
    if isinstance(valeur, dt.datetime):
        return valeur + dt.timedelta(microseconds=hasard.choice((-1, 1)))
    if isinstance(valeur, dt.date):
        return valeur + dt.timedelta(days=hasard.choice((-1, 1)))
    autre = copy.deepcopy(valeur)
    signature = hasard.choice(autre)
    cle = hasard.choice(sorted(signature))
    signature[cle] = change(signature[cle], hasard)
    return autre


@pytest.mark.une_base
@pytest.mark.django_db
def test_ten_thousand_changes_of_a_seal_and_of_its_files_are_all_found(
    settings, tmp_path: Path, hasard: random.Random, capsys, monkeypatch
):
    settings.DEPOT = tmp_path / "depot"
    scene = Scene()
    with a_la_date(JOUR):
        convention = scene.ouvrir()
        for rang in range(3):
            financer(
                scene,
                convention,
                remplir(scene, convention, f"Action {rang}"),
                (1, 2019, "10"),
                (2, 2019, "20"),
            )
        scene.mener(convention, "signer_etat")
        sceau, scan = scelle(scene, convention, random.Random(7))
    with coffre.ouvrir(sceau.produit) as fichier:
        produit = fichier.read()
    fichiers = {"original": scan, "produit": produit}
    essayes: Counter[str] = Counter()
    lire_les_codes = verification._codes_de
    for numero in range(CHANGEMENTS):
        quoi = hasard.choice(("ligne", "original", "produit"))
        essayes[quoi] += 1
        if quoi == "ligne":
            copie = copy.copy(sceau)
            champ = hasard.choice((*TEXTES, "rang", "forme", "jour", "instant", "signatures"))
            setattr(copie, champ, change(getattr(copie, champ), hasard))
            assert defauts(copie), champ
            continue
        octets = bytearray(fichiers[quoi])
        octets[hasard.randrange(len(octets))] ^= 1 << hasard.randrange(8)
        entier = numero < LUS_ENTIERS
        monkeypatch.setattr(verification, "_codes_de", lire_les_codes if entier else lambda chemin: [])
        change_ = tmp_path / "change.pdf"
        if entier:
            change_.write_bytes(octets)
        reponse = verifier_fichier(change_, hashlib.sha256(octets).hexdigest())
        assert reponse.etat in ({Etat.ALTERE, Etat.INCONNU} if entier else {Etat.INCONNU}), quoi
    with capsys.disabled():
        sys.stdout.write(f"\n{CHANGEMENTS} changements d’un octet, tous vus : {dict(essayes)}.\n")
    assert Sceau.objects.get() == sceau
    assert defauts(Sceau.objects.get()) == []


MORTS = 65


@pytest.mark.django_db(transaction=True)
def test_whoever_seals_may_die_at_any_instant(settings, tmp_path: Path, hasard: random.Random, capsys):
    settings.DEPOT = tmp_path / "depot"
    scene = Scene()
    with a_la_date(JOUR):
        convention = scene.ouvrir()
        financer(scene, convention, remplir(scene, convention), (1, 2019, "10"), (2, 2019, "20"))
        scene.mener(convention, "signer_etat")
        # A short original without any code: what is killed is the writing, not the reading of pages.
        document = poser(scene, convention, pdf(1, "Original d’essai"))
    qui = str(scene.compte("instructeur").pk)
    commande = [
        *(sys.executable, "-m", "tests.contrats.scelleur", connection.settings_dict["NAME"]),
        *(str(settings.DEPOT), qui, str(convention.pk), str(document.pk)),
    ]
    morts, faits = Morts(hasard, tmp_path, 1.2), set()
    for _ in range(MORTS):
        lignes = morts.tuer(commande)
        faits |= {int(ligne.split()[2]) for ligne in lignes if ligne.startswith("fait")}
    with capsys.disabled():
        sys.stdout.write(
            f"\n{MORTS} morts, {len(faits)} sceaux annoncés ; {morts.dedans} pendant un scellement.\n"
        )
    sceaux = list(Sceau.objects.order_by("rang"))
    assert [s.rang for s in sceaux] == list(range(1, len(sceaux) + 1))
    assert faits <= {s.rang for s in sceaux}
    assert all(defauts(s) == [] and coffre.etat(s.produit) == "" for s in sceaux)
    assert sum(not hasattr(s, "annulation") for s in sceaux) <= 1
    with coffre.occupation(seul=True):
        coffre.nettoyer(empreintes_gardees(), maintenant=time.time() + 2 * coffre.ABANDON)
    assert all(coffre.etat(s.produit) == coffre.etat(s.original) == "" for s in sceaux)
    assert verifier().anomalies == ()
    assert morts.dedans >= MORTS // 2
