"""The life of an instrument as a line of steps with their real dates, for the reader of a dossier."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from echelons.contrats.dossier import Dossier
from echelons.contrats.models import Instrument
from echelons.socle.journal import EcritureLue

E = Instrument.Etat
#: The usual way; « à corriger » is a way back, told at the step of the instruction.
VOIE = (
    E.PROJET,
    E.EN_NEGOCIATION,
    E.SOUMISE,
    E.EN_INSTRUCTION,
    E.ACCORDEE,
    E.DELIBEREE,
    E.EXECUTOIRE,
    E.SIGNEE,
    E.EN_VIGUEUR,
)


@dataclass(frozen=True)
class Etape:
    """One step: ``jour`` is when it was last reached; ``ici``, that the instrument is there."""

    libelle: str
    jour: dt.date | None
    ici: bool
    faite: bool


def etapes(instrument: Instrument, ecritures: Sequence[EcritureLue]) -> tuple[Etape, ...]:
    """The steps of the usual way, from the journal; the dates of acts are those of the acts themselves."""
    entrees: dict[str, dt.date] = {}
    for ecriture in ecritures:
        donnees = ecriture.donnees
        vers = donnees.get("vers")
        if vers and vers != donnees.get("de"):
            entrees[vers] = ecriture.date_metier
    dossier = Dossier.de(instrument)
    votes = list(dossier.adoptions.values())
    if votes:
        entrees[E.DELIBEREE] = max(v.date for v in votes)
        executoires = [j for v in votes if (j := dossier.jour_executoire(v.partie_id))]
        if executoires and len(executoires) == len(votes):
            entrees[E.EXECUTOIRE] = max(executoires)
    if dossier.derniere_signature and not dossier.parties_sans_signature:
        entrees[E.SIGNEE] = dossier.derniere_signature
    ici = E.EN_INSTRUCTION if instrument.etat == E.A_CORRIGER else instrument.etat
    rang = VOIE.index(ici) if ici in VOIE else -1
    libelles = dict(E.choices) | ({E.EN_INSTRUCTION: E.A_CORRIGER.label} if ici != instrument.etat else {})
    resultat = [
        Etape(
            libelle=str(libelles[etat]),
            jour=entrees.get(etat) if i <= rang else None,
            ici=i == rang,
            faite=i < rang and etat in entrees,
        )
        for i, etat in enumerate(VOIE)
        # A step that was skipped (straight from the draft to the submission) is not shown behind.
        if i >= rang or etat in entrees
    ]
    if rang < 0:
        resultat = [e for e in resultat if e.faite]
        resultat.append(Etape(instrument.get_etat_display(), instrument.depuis, ici=True, faite=False))
    return tuple(resultat)
