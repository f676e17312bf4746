"""Whom a circular would touch, under the load of the pages of work: 101 contracts × 6 instruments."""

from __future__ import annotations

import datetime as dt
import time
from dataclasses import asdict, dataclass

from django.db import transaction

from bench.pages import Temps, ecrire, temps
from echelons.contrats.incidence import incidence
from echelons.contrats.models import Instrument
from echelons.strategie.models import Circulaire, Dispositif, RegleEcheance
from echelons.strategie.redaction import Contenu, rediger

LECTURES = 15
#: Milliseconds: whoever prepares a text waits for no background work.
MS_MAX = 500


@dataclass(frozen=True)
class MesureDIncidence:
    """What it cost, and on how much; ``froide``: nothing was kept in memory, as after any write."""

    instruments: int
    echeances: int
    froide: Temps

    def dictionnaire(self) -> dict[str, object]:
        """For the JSON file."""
        return asdict(self)


def mesurer() -> MesureDIncidence:
    """A text that moves every obligation of the convention, looked at; nothing of it is kept."""
    with transaction.atomic():
        calpae = Dispositif.objects.get(code="calpae")
        circulaire = Circulaire(code="charge")
        regles = RegleEcheance.objects.filter(dispositif=calpae, date__isnull=False)
        rediger(
            circulaire,
            Contenu(
                reference="Charge",
                titre="Charge",
                date=dt.date(2019, 1, 2),
                resume="Charge",
                dispositifs=(calpae,),
                deplacements={r.pk: r.date + dt.timedelta(days=45) for r in regles if r.date},
            ),
        )
        durees = []
        for _ in range(LECTURES):
            ecrire()
            debut, processeur = time.perf_counter(), time.thread_time()
            trouvee = incidence(circulaire)
            durees.append(((time.perf_counter() - debut) * 1000, (time.thread_time() - processeur) * 1000))
        instruments = Instrument.objects.filter(contrat__in=trouvee.contrats).count()
        transaction.set_rollback(True)
    return MesureDIncidence(instruments, len(trouvee.mouvements), temps(durees))
