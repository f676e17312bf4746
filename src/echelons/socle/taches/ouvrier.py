"""The worker: takes works one after another, for as long as it holds the lock of workers."""

from __future__ import annotations

import contextlib
import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.db import OperationalError, connection

from echelons.socle.horloge import a_la_date
from echelons.socle.models import Tache
from echelons.socle.taches.actes import finir, oublier_les_anciennes, prendre
from echelons.socle.taches.fichiers import Avancement
from echelons.socle.taches.registre import ENTRETIENS, TRAVAUX, Fini, TravailRefuse
from echelons.socle.verrous import Verrou, seul

#: Seconds between two looks at what is to be done, and between two sweepings.
PAUSE, MENAGE = 1.0, 3600.0
#: Seconds at least between two times that what is kept ready is looked at, and the share of the time it may take.
ENTRETIEN, PART = 5.0, 1 / 20
PANNE = (
    "Ce travail s’est arrêté sur une panne\u00a0: rien n’en est enregistré. Demandez-le de nouveau\u00a0; si cela "
    "recommence, prévenez l’administration de cette instance."
)
journal = logging.getLogger(__name__)


def ouvrier_present() -> bool:
    """Whether some worker is there to do what is asked."""
    with seul(Verrou.TACHES) as libre:
        return not libre


def travailler(*, une_passe: bool = False, dormir: Callable[[float], None] = time.sleep) -> int | None:
    """Do what is asked, for ever, or until nothing waits; returns how many works were done.

    None when another worker is there and one pass was asked for. Without it, waits for the place to be free.
    """
    while True:
        with seul(Verrou.TACHES) as tenu:
            if tenu:
                return _tant_que(une_passe=une_passe, dormir=dormir)
        if une_passe:
            return None
        dormir(PAUSE)


def _tant_que(*, une_passe: bool, dormir: Callable[[float], None]) -> int:
    faites, menage, entretien = 0, 0.0, 0.0
    while True:
        if time.monotonic() - menage > MENAGE or not menage:
            oublier_les_anciennes()
            menage = time.monotonic()
        if tache := prendre():
            faire(tache)
            faites += 1
        elif une_passe:
            return faites
        else:
            if time.monotonic() > entretien:
                entretien = entretenir()
            dormir(PAUSE)


def entretenir() -> float:
    """Keep ready what can be; returns the instant before which it need not be done again."""
    debut = time.monotonic()
    for tenir_pret in ENTRETIENS:
        try:
            tenir_pret()
        except Exception:  # noqa: BLE001 - what is asked of the worker comes first, whatever becomes of this
            journal.exception("Entretien %s\u00a0: panne.", tenir_pret.__name__)
            connection.close()
    fin = time.monotonic()
    return fin + max(ENTRETIEN, (fin - debut) / PART)


def faire(tache: Tache) -> None:
    """Do one work and say how it ended; on a database that does not answer, it is left to be taken up again."""
    avancement = Avancement(tache)
    etat, fini = Tache.Etat.FAITE, Fini("")
    # Only in the demonstration does a page have another date than the instance's.
    with a_la_date(tache.jour) if settings.DEMONSTRATION else contextlib.nullcontext():
        try:
            fini = TRAVAUX[tache.genre](tache, avancement)
        except TravailRefuse as refus:
            etat, fini = Tache.Etat.REFUSEE, Fini(str(refus))
        except OperationalError:
            journal.exception("Travail %s\u00a0: la base ne répond pas, il sera repris.", tache.reference)
            connection.close()
            raise
        except Exception:  # noqa: BLE001 - the worker outlives whatever one work does
            journal.exception("Travail %s\u00a0: panne.", tache.reference)
            etat, fini = Tache.Etat.ECHOUEE, Fini(PANNE)
        finir(tache, etat, fini)
