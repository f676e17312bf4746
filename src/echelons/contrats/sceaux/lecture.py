"""The seal that stands, and what was signed as it says it."""

from __future__ import annotations

import json

from echelons.contrats.contenu.forme import Contenu, lire
from echelons.contrats.models import Instrument, Sceau

#: The states of an instrument that every party has signed: no other has a seal.
SIGNES = (Instrument.Etat.SIGNEE, Instrument.Etat.EN_VIGUEUR, Instrument.Etat.DENONCEE)


def sceau_en_cours(instrument: Instrument) -> Sceau | None:
    """The seal that stands: the last, unless it was cancelled."""
    dernier = instrument.sceaux.select_related("annulation").order_by("rang").last()
    return None if dernier is None or hasattr(dernier, "annulation") else dernier


def contenu_scelle(instrument: Instrument) -> Contenu | None:
    """What was signed, read from the seal; None when none stands. One query, for what is signed."""
    sceau = sceau_en_cours(instrument) if instrument.etat in SIGNES else None
    return contenu_du_sceau(sceau) if sceau else None


def contenu_du_sceau(sceau: Sceau) -> Contenu:
    """What a seal says was signed."""
    return lire(json.loads(sceau.contenu))
