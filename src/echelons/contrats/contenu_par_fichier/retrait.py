"""Undoing what a workbook wrote: another writing of the register, unless its things were written again since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.core.exceptions import ValidationError

from echelons.contrats.contenu.registre import AJOUT, Enregistrement
from echelons.contrats.contenu_par_fichier.chantier import Retour
from echelons.contrats.contenu_par_fichier.ecriture import TABLE, depuis_ecrite, rendre
from echelons.contrats.models import Modification

ECRIT_DEPUIS = (
    "Cet import ne peut plus être annulé d’un coup\u00a0: ce qu’il a changé a été récrit depuis. Voyez «\u00a0Ce qui a "
    "changé\u00a0», et corrigez ce qui doit l’être."
)


def defaire(cles: Mapping[str, Sequence[int]], retour: Retour) -> list[str]:
    """Write each field as it was; what prevents it, in French, and nothing is then written. In a transaction.

    Raises an ``ActeRefuse`` when the instrument can no longer be written.
    """
    traces = list(Modification.objects.filter(pk__in=cles.get(TABLE, ())).order_by("pk"))
    if not traces:
        return []
    ecriture = Enregistrement.ouvrir(retour.par, retour.instrument, traces[0].rang)
    if any(trace.champ == AJOUT and depuis_ecrite(trace) for trace in traces):
        return [ECRIT_DEPUIS]
    try:
        rendre(ecriture, traces)
    except ValidationError as refus:
        return [str(m) for m in refus.messages]
    if ecriture.conclure().conflits:
        return [ECRIT_DEPUIS]
    return []
