"""Accepting a broken rule with a reason, that is printed with the act; lifting it."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.registre import Enregistrement
from echelons.contrats.models import ExceptionDocumentee, Instrument
from echelons.socle.horloge import maintenant
from echelons.strategie.models import Regle


@transaction.atomic
def documenter(*, par: Acteur, instrument: Instrument, regle: str, motif: str) -> ExceptionDocumentee:
    """Accept that a rule of the dispositif is broken. Raises ``ValidationError`` (no reason, unknown rule),
    ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    if not motif.strip():
        raise ValidationError("Dites pourquoi cette règle n’est pas respectée.")
    if not Regle.objects.filter(dispositif=instrument.contrat.dispositif, code=regle).exists():
        raise ValidationError("Cette règle n’est pas de ce dispositif.")
    _lever(ecriture.instrument, regle)
    return ExceptionDocumentee.objects.create(
        instrument=ecriture.instrument,
        regle=regle,
        motif=motif.strip(),
        instant=maintenant(),
        mandat=ecriture.mandat_tenu,
    )


@transaction.atomic
def lever(*, par: Acteur, instrument: Instrument, regle: str) -> None:
    """The exception stands no more. Raises ``ActeRefuse``."""
    _lever(Enregistrement.ouvrir(par, instrument).instrument, regle)


def _lever(instrument: Instrument, regle: str) -> None:
    instrument.exceptions.filter(regle=regle, levee_le=None).update(levee_le=maintenant())
