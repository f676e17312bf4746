"""The journal: every act, written in its transaction, chained, signed, and never changed.

``ecrire`` adds one row to the chain of an object; ``histoire`` reads a chain; ``oublier`` deletes what is personal
about one person without breaking anything; ``verifier`` finds whatever was altered behind the back of the product,
``anomalie_visible`` what of it shows at once; ``sceller`` signs the whole as it stands. Rows hold opaque references
and salted digests; names, reasons and comments in free text, e-mail addresses go to the side table (``Personnel``).
"""

from echelons.socle.journal.ecriture import (
    OUBLIE,
    SYSTEME,
    Auteur,
    EcritureLue,
    HorsTransaction,
    Objet,
    Personnel,
    ecrire,
    fin_d_histoire,
    histoire,
    lire_dernieres,
    oublier,
)
from echelons.socle.journal.forme import EcritureRefusee, sans_courriel
from echelons.socle.journal.scellement import sceller
from echelons.socle.journal.signature import JournalAltere, anomalie_visible
from echelons.socle.journal.verification import Constat, verifier

__all__ = [
    "OUBLIE",
    "SYSTEME",
    "Auteur",
    "Constat",
    "EcritureLue",
    "EcritureRefusee",
    "HorsTransaction",
    "JournalAltere",
    "Objet",
    "Personnel",
    "anomalie_visible",
    "ecrire",
    "fin_d_histoire",
    "histoire",
    "lire_dernieres",
    "oublier",
    "sans_courriel",
    "sceller",
    "verifier",
]
