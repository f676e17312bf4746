"""What takes too long for a page: asked for, done by the worker (``ouvrier``), followed on a page, told at its end.

One worker works at a time, by a lock that the system releases when it dies: whatever is then found under way was
interrupted, and is taken up again. A work must therefore be such that doing it again changes nothing once it is done:
what it writes is written in one transaction, or is a file put in its place at once.
"""

from echelons.socle.taches.actes import (
    demander,
    derniere,
    en_cours,
    marquer_vues,
    oublier_le_compte,
    oublier_les_travaux,
    repartir,
)
from echelons.socle.taches.fichiers import Avancement, avancement, produit
from echelons.socle.taches.ouvrier import ouvrier_present, travailler
from echelons.socle.taches.registre import ENTRETIENS, TRAVAUX, Fini, TravailRefuse

__all__ = [
    "ENTRETIENS",
    "TRAVAUX",
    "Avancement",
    "Fini",
    "TravailRefuse",
    "avancement",
    "demander",
    "derniere",
    "en_cours",
    "marquer_vues",
    "oublier_le_compte",
    "oublier_les_travaux",
    "ouvrier_present",
    "produit",
    "repartir",
    "travailler",
]
