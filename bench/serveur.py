"""The national page under eight readers at once, served as « make run » serves it, with and without writes."""

from __future__ import annotations

import gzip
import http.client
import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

from django.db import connection

from bench.charge import PREFIXE
from echelons.contrats.models import Fait, Instrument
from echelons.pilotage.tableau import lire_tableau
from echelons.socle.dates import en_lettres
from echelons.socle.models import PrecisionDate
from echelons.strategie.models import Dispositif

RACINE = Path(__file__).resolve().parents[1]
LECTEURS = 8
DUREE = 8.0
#: A reader that answers faster than this has nothing left to prove.
DEMANDES_MAX = 20_000
INTERVALLE = 0.2
AU = date(2019, 6, 30)
ADRESSE = f"/?dispositif=calpae&au={AU.isoformat()}"
DEPART_MAX = 60


@dataclass
class Bilan:
    """What the readers did in one trial."""

    essai: str
    pages: int = 0
    secondes: float = 0.0
    durees: list[float] = field(default_factory=list)
    perimees: int = 0
    ecritures: int = 0
    exige_un_debit: bool = True

    @property
    def debit(self) -> float:
        """Pages a second, all readers together."""
        return round(self.pages / self.secondes, 1) if self.secondes else 0.0


def _port_libre() -> int:
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return int(prise.getsockname()[1])


@contextmanager
def serveur(journal: Path) -> Iterator[int]:
    """The product behind gunicorn with the configuration of « make run »; gives its port."""
    port = _port_libre()
    commande = [sys.executable, "-m", "gunicorn", "--config", str(RACINE / "outils" / "gunicorn.conf.py")]
    with journal.open("w") as sortie:
        processus = subprocess.Popen(
            [*commande, "echelons.reglages.wsgi:application"],
            cwd=RACINE,
            env={**os.environ, "PORT": str(port)},
            stdout=sortie,
            stderr=subprocess.STDOUT,
        )
    try:
        _attendre(port, processus, journal)
        yield port
    finally:
        processus.terminate()
        processus.wait(timeout=30)


def _attendre(port: int, processus: subprocess.Popen[bytes], journal: Path) -> None:
    limite = time.monotonic() + DEPART_MAX
    while time.monotonic() < limite and processus.poll() is None:
        try:
            if Lecteur(port).lire("/sante").statut == 200:
                return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"Le serveur n’a pas démarré :\n{journal.read_text()}")


@dataclass(frozen=True)
class Reponse:
    """One answer, its body still compressed."""

    statut: int
    corps: bytes
    etiquette: str


class Lecteur:
    """A reader with one connection kept open."""

    def __init__(self, port: int) -> None:
        self.liaison = http.client.HTTPConnection("127.0.0.1", port, timeout=30)

    def lire(self, adresse: str, etiquette: str = "") -> Reponse:
        """Ask for an address; with the tag of a page already had, only for what changed."""
        entetes = {"Accept-Encoding": "gzip"} | ({"If-None-Match": etiquette} if etiquette else {})
        self.liaison.request("GET", adresse, headers=entetes)
        reponse = self.liaison.getresponse()
        corps = reponse.read()
        if reponse.status not in {200, 304}:
            raise RuntimeError(f"{adresse} a répondu {reponse.status}.")
        return Reponse(reponse.status, corps, reponse.getheader("ETag", ""))


def _lancer(bilan: Bilan, port: int, demander: Callable[[Lecteur], object]) -> Bilan:
    """Let the readers ask again and again until the time is over."""
    verrou, echecs = threading.Lock(), []
    fin = time.monotonic() + DUREE

    def lire_sans_cesse() -> None:
        lecteur = Lecteur(port)
        durees: list[float] = []
        try:
            while time.monotonic() < fin and len(durees) < DEMANDES_MAX:
                debut = time.perf_counter()
                demander(lecteur)
                durees.append((time.perf_counter() - debut) * 1000)
        except Exception as erreur:  # noqa: BLE001 - told below, whatever it is
            echecs.append(erreur)
        with verrou:
            bilan.durees += durees

    debut = time.monotonic()
    fils = [threading.Thread(target=lire_sans_cesse) for _ in range(LECTEURS)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()
    if echecs:
        raise RuntimeError(f"Un lecteur a échoué : {echecs[0]}") from echecs[0]
    bilan.secondes = time.monotonic() - debut
    bilan.pages = len(bilan.durees)
    return bilan


def lectures_simples(port: int) -> Bilan:
    """The whole page each time."""
    return _lancer(Bilan("la page entière"), port, lambda lecteur: lecteur.lire(ADRESSE))


def lectures_conditionnelles(port: int) -> Bilan:
    """As browsers do that already have the page."""
    etiquette = Lecteur(port).lire(ADRESSE).etiquette
    return _lancer(Bilan("si elle a changé"), port, lambda lecteur: lecteur.lire(ADRESSE, etiquette))


def lectures_toutes_neuves(port: int) -> Bilan:
    """Addresses that nobody asked for yet: what the page costs when no memory answers."""
    jours = iter(range(DEMANDES_MAX))

    def demander(lecteur: Lecteur) -> None:
        jour = AU + timedelta(days=next(jours) % 2500)
        connu = date(2026, 1, 1) + timedelta(days=next(jours) // 2500)
        lecteur.lire(f"/?dispositif=calpae&au={jour.isoformat()}&connu={connu.isoformat()}")

    return _lancer(Bilan("toujours une autre adresse", exige_un_debit=False), port, demander)


class Ecrivain:
    """Changes the date of a signature again and again, and knows which one every later answer must show."""

    def __init__(self) -> None:
        dispositif = Dispositif.objects.get(code="calpae")
        montres = {
            ligne.contrat: ligne.territoire.code
            for ligne in lire_tableau(dispositif.pk, AU, None).lignes
            if ligne.contrat
        }
        self.instrument = (
            Instrument.objects.filter(contrat__in=montres, contrat__code__startswith=PREFIXE, cle="signant")
            .order_by("pk")
            .first()
        )
        assert self.instrument is not None, "aucun contrat de la charge ne parle pour son territoire"
        self.ligne = re.compile(
            rf'<th scope="row"><a href="/territoire/{montres[self.instrument.contrat_id]}/.*?</tr>'.encode(),
            re.DOTALL,
        )
        self.premier_jour = AU - timedelta(days=120)
        self.version = 0
        self.ecrire()

    def ecrire(self) -> None:
        """One more change, seen by all from the moment it returns."""
        version = self.version + 1
        Fait.objects.filter(instrument=self.instrument, type=Fait.Type.SIGNATURE).update(
            jour=self.premier_jour + timedelta(days=version), precision=PrecisionDate.JOUR
        )
        self.version = version

    def version_de(self, corps: bytes) -> int:
        """The change that a page shows. Raises ``RuntimeError`` when it shows none."""
        ligne = self.ligne.search(gzip.decompress(corps))
        texte = ligne.group().decode() if ligne else ""
        for version in range(self.version + 1, max(self.version - 60, 0), -1):
            if f"le\u00a0{en_lettres(self.premier_jour + timedelta(days=version))}" in texte:
                return version
        raise RuntimeError(f"La page ne montre aucune des dates écrites : {texte[:300]}")


def lectures_pendant_des_ecritures(port: int) -> Bilan:
    """A write every 200 ms; a page that shows an older date than the last one written before it was asked is stale."""
    ecrivain, bilan = Ecrivain(), Bilan("une écriture toutes les 200 ms")
    perimees: list[int] = []

    def demander(lecteur: Lecteur) -> None:
        attendue = ecrivain.version
        montree = ecrivain.version_de(lecteur.lire(ADRESSE).corps)
        if montree < attendue:
            perimees.append(attendue - montree)

    fini = threading.Event()

    def ecrire_sans_cesse() -> None:
        while not fini.wait(INTERVALLE):
            ecrivain.ecrire()
        connection.close()

    fil = threading.Thread(target=ecrire_sans_cesse)
    depart = ecrivain.version
    fil.start()
    try:
        _lancer(bilan, port, demander)
    finally:
        fini.set()
        fil.join()
    bilan.ecritures, bilan.perimees = ecrivain.version - depart, len(perimees)
    return bilan
