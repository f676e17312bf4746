"""Whoever produces a batch is killed again and again: every act is there in the end, once and whole."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu import fiches
from echelons.contrats.contenu.etat import contenu_courant
from echelons.contrats.documents import empreintes_gardees
from echelons.contrats.edition.donnees import Piece
from echelons.contrats.edition.production import produire
from echelons.contrats.lots import actes
from echelons.contrats.lots.campagnes import campagne_de
from echelons.contrats.models import ActeDeLot, FicheAction, Instrument, Lot
from echelons.socle.depot import coffre
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import verifier
from tests.bases import RACINE
from tests.contrats.contenu.exemples import remplir
from tests.contrats.scene import JOUR, Scene
from tests.epreuves.morts import Attente

pytestmark = pytest.mark.django_db(transaction=True)
INSTRUMENTS = 24


@dataclass(frozen=True)
class Ou:
    """Where workers are killed: so many of them, within so many seconds of the beginning of a writing (the first or
    one of the next, up to ``ecritures``; of their birth, when it is 0); how many must die inside one."""

    morts: int
    ecritures: int
    secondes: float
    dedans: int


OU = {
    "near a writing": Ou(morts=40, ecritures=2, secondes=0.012, dedans=10),
    "anywhere": Ou(morts=30, ecritures=0, secondes=0.9, dedans=0),
}


@dataclass
class Ouvrier:
    """The process that forks workers, and what they said."""

    processus: subprocess.Popen[str]
    dedans: int = 0
    annonces: Counter[int] = field(default_factory=Counter)

    def vivre(self, ou: Ou | None, hasard: random.Random, attente: Attente | None = None) -> bool:
        """One life of a worker, killed there if it is said where; whether it ended by itself."""
        assert self.processus.stdin is not None
        self.processus.stdin.write("encore\n")
        self.processus.stdin.flush()
        pid, ouvert, fini = 0, False, False
        ecrit = -1 if ou is None else hasard.randint(min(1, ou.ecritures), ou.ecritures)
        while (mots := self._ligne())[0] != "mort":
            if mots[0] == "né":
                pid = int(mots[1])
                if attente is not None and ecrit == 0:
                    self._tuer(pid, attente.tirer())
            elif mots[0] == "commence":
                ouvert, ecrit = True, ecrit - 1
                if attente is not None and ecrit == 0:
                    self._tuer(pid, attente.tirer())
            elif mots[0] == "fait":
                ouvert = False
                self.annonces[int(mots[1])] += 1
            fini |= mots[0] == "fini"
        self.dedans += ouvert
        if attente is not None and ou is not None and ou.ecritures and not fini:
            attente.noter(ouvert)
        return fini

    def _ligne(self) -> list[str]:
        assert self.processus.stdout is not None
        ligne = self.processus.stdout.readline()
        assert ligne, "L’ouvrier s’est arrêté seul."
        return ligne.split()

    @staticmethod
    def _tuer(pid: int, secondes: float) -> None:
        time.sleep(secondes)
        with contextlib.suppress(ProcessLookupError):  # it ended by itself
            os.kill(pid, signal.SIGKILL)


@contextlib.contextmanager
def ouvrier(depot: Any) -> Iterator[Ouvrier]:
    """Workers on this database and this deposit, until the end of the block."""
    commande = [
        sys.executable,
        "-m",
        "tests.contrats.producteur",
        connection.settings_dict["NAME"],
        str(depot),
    ]
    with subprocess.Popen(
        commande, cwd=RACINE, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1
    ) as processus:
        yield Ouvrier(processus)
        assert processus.stdin is not None
        processus.stdin.close()


def constater() -> None:
    """Every act that is said to be produced has its file, whole."""
    for acte in ActeDeLot.objects.filter(etat="produit"):
        assert coffre.etat(acte.fichier) == "", acte


def changer(scenes: dict[int, Scene], hasard: random.Random) -> None:
    """Some fiches are written again: the acts of their instruments are others."""
    for fiche in hasard.sample(
        list(FicheAction.objects.select_related("instrument__contrat")), INSTRUMENTS // 2
    ):
        fiches.enregistrer(
            par=scenes[fiche.instrument_id].acteur("charge-de-mission"),
            instrument=fiche.instrument,
            reference=fiche.reference,
            champs={"description": f"Texte {hasard.random()}"},
            rang_lu=None,
        )


@pytest.mark.parametrize("lieu", OU)
def test_a_batch_whose_workers_are_killed_has_each_act_once_and_whole(
    lieu: str, settings, tmp_path: Path, hasard: random.Random, capsys
):
    ou = OU[lieu]
    settings.DEPOT = tmp_path / "depot"
    scenes = {}
    with a_la_date(JOUR):
        for rang in range(INSTRUMENTS):
            scene = Scene(f"{900 + rang}D")
            ouvert = scene.ouvrir()
            remplir(scene, ouvert, f"Action {rang}")
            scene.faire(ouvert, "partager")
            scenes[ouvert.pk] = scene
        instruments = list(Instrument.objects.nes_ici().avec_contrat())
        par = Acteur.de(scene.compte("sgar"))
        lot = actes.lancer(par=par, cle=campagne_de(instruments[0]).cle, sortes=["acte"])
        with ouvrier(settings.DEPOT) as qui:
            morts, attente = 0, Attente(hasard, ou.secondes, 0.0005)
            while morts < ou.morts:
                if not qui.vivre(ou, hasard, attente):
                    morts += 1
                else:
                    # Nothing was left: what changes now is asked for.
                    assert all(n == 1 for n in qui.annonces.values())
                    changer(scenes, hasard)
                    actes.reprendre(par=par, lot=lot)
                    qui.annonces.clear()
                constater()
            # Interrupted three times in a row before its first step, a work is given up, and acts that changed stay as
            # they were produced: it is asked for again, which produces nothing twice.
            for _ in range(2):
                actes.reprendre(par=par, lot=lot)
                assert qui.vivre(None, hasard)
    with capsys.disabled():
        sys.stdout.write(f"\n{ou.morts} morts, {qui.dedans} pendant l’écriture d’un acte.\n")
    assert Lot.objects.get().actes.count() == INSTRUMENTS
    assert all(n == 1 for n in qui.annonces.values())
    with a_la_date(JOUR):
        for acte in lot.actes.select_related("instrument"):
            instrument = Instrument.objects.avec_contrat().get(pk=acte.instrument_id)
            voulu = produire(contenu_courant(instrument), piece=Piece.CONVENTION, projet=True, jour=JOUR)
            assert acte.etat == "produit"
            with coffre.ouvrir(acte.fichier) as fichier:
                assert fichier.read() == voulu
    with coffre.occupation(seul=True):
        coffre.nettoyer(empreintes_gardees(), maintenant=time.time() + 2 * coffre.ABANDON)
    gardes = {f.name for f in (settings.DEPOT / "originaux").rglob("*") if f.is_file()}
    assert gardes == set(lot.actes.values_list("fichier", flat=True))
    assert list(coffre.arrivees().iterdir()) == []
    assert verifier().anomalies == ()
    assert qui.dedans >= ou.dedans
