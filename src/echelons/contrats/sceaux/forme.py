"""What the digest of a seal covers, byte for byte; versioned by ``FORME``."""

from __future__ import annotations

import datetime as dt
from typing import Any

from echelons.contrats.models import Sceau
from echelons.socle.journal.forme import canonique, condense

FORME = 1


def digerer(sceau: Sceau) -> str:
    """The SHA-256 of all that a seal says, its own digest excepted."""
    return condense(canonique(dire(sceau)))


def dire(sceau: Sceau) -> dict[str, Any]:
    """A seal as plain JSON values."""
    instrument = sceau.instrument
    return {
        "forme": sceau.forme,
        "contrat": instrument.contrat.code,
        "instrument": instrument.cle,
        "rang": sceau.rang,
        "jour": sceau.jour.isoformat(),
        "instant": sceau.instant.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "contenu": sceau.empreinte,
        "code": sceau.code,
        "produit": sceau.produit,
        "original": sceau.original,
        "lecture": sceau.lecture,
        "motif": sceau.motif,
        "signatures": sceau.signatures,
    }


def defauts(sceau: Sceau) -> list[str]:
    """What the row of a seal says that its digests deny; empty when it is whole."""
    trouves = []
    if condense(sceau.contenu.encode()) != sceau.empreinte:
        trouves.append("le contenu ne correspond plus à son empreinte")
    if digerer(sceau) != sceau.sceau:
        trouves.append("le sceau ne correspond plus à ce qu’il dit")
    return trouves
