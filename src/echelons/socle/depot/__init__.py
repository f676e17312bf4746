"""Files received from outside: hostile until examined, then kept by the digest of their content.

``recevoir`` takes a file in, bounded, scanned and examined in a process of its own; ``Recu.ranger`` puts it in the
safe; ``coffre`` reads, verifies and cleans the safe. Who may read what is the business of the rooms above.
"""

from echelons.socle.depot import coffre
from echelons.socle.depot.antivirus import ABSENT, SAIN
from echelons.socle.depot.noms import nom_propre
from echelons.socle.depot.reception import TROP_LOURD, Recu, recevoir
from echelons.socle.depot.types import (
    ACCEPTES,
    OCTETS_MAX,
    PAGES_MAX,
    TYPES,
    AntivirusInjoignable,
    FichierRefuse,
    TypeDeFichier,
)

__all__ = [
    "ABSENT",
    "ACCEPTES",
    "OCTETS_MAX",
    "PAGES_MAX",
    "SAIN",
    "TROP_LOURD",
    "TYPES",
    "AntivirusInjoignable",
    "FichierRefuse",
    "Recu",
    "TypeDeFichier",
    "coffre",
    "nom_propre",
    "recevoir",
]
