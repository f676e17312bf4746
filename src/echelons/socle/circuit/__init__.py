"""The circuit is a table: which act moves an object from which state to which, by whom, under what conditions.

A room writes its table (``Etat``, ``Transition``, ``Circuit``); ``appliquer`` is the only way to change a state, and
the same table draws the buttons (``possibles``) and the documentation (``diagramme``). An object of a circuit is a
Django model with ``etat`` (text), ``version`` (positive integer) and ``objet_journal`` (its ``Objet``).
"""

from echelons.socle.circuit.moteur import (
    ActeIncomplet,
    ActeInterdit,
    ActeRefuse,
    CommentaireManquant,
    ConflitDActe,
    EtatRefuse,
    Possible,
    Refus,
    appliquer,
    possibles,
)
from echelons.socle.circuit.table import (
    CibleSelon,
    Circuit,
    CircuitMalForme,
    Etat,
    Manque,
    Transition,
    diagramme,
)

__all__ = [
    "ActeIncomplet",
    "ActeInterdit",
    "ActeRefuse",
    "CibleSelon",
    "Circuit",
    "CircuitMalForme",
    "CommentaireManquant",
    "ConflitDActe",
    "Etat",
    "EtatRefuse",
    "Manque",
    "Possible",
    "Refus",
    "Transition",
    "appliquer",
    "diagramme",
    "possibles",
]
