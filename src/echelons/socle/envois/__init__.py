"""Messages out: written with the act, gathered by person, worked out again when they leave.

``poster`` adds a message in the transaction of an act. ``prochain`` says what somebody would receive now, and
``expedier`` sends it: one ordinary e-mail a person and a day at most, the urgent ones apart. Rooms above declare how
a kind of message is worded (``REDACTEURS``), the reminders worked out at sending (``RAPPELS``) and who can receive
(``brancher``); this floor knows recipients and objects by opaque references only.
"""

from echelons.socle.envois.boite import poster
from echelons.socle.envois.composition import Contenu, prochain, recus
from echelons.socle.envois.expedition import Bilan, expedier
from echelons.socle.envois.registre import RAPPELS, REDACTEURS, Ligne, Rappel, brancher

__all__ = [
    "RAPPELS",
    "REDACTEURS",
    "Bilan",
    "Contenu",
    "Ligne",
    "Rappel",
    "brancher",
    "expedier",
    "poster",
    "prochain",
    "recus",
]
