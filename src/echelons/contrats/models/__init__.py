"""The relationship and its instruments, what is known of them (``faits``), what their acts leave (``circuit``), what
is received about them (``documents``), the texts addressed to their parties (``accuses``)."""

from echelons.contrats.models.accuses import Destinataire
from echelons.contrats.models.circuit import Deliberation, SignatureDePartie, VersionDuTexte
from echelons.contrats.models.contrats import Contrat, Instrument, Partie
from echelons.contrats.models.documents import Document
from echelons.contrats.models.faits import Fait

__all__ = [
    "Contrat",
    "Deliberation",
    "Destinataire",
    "Document",
    "Fait",
    "Instrument",
    "Partie",
    "SignatureDePartie",
    "VersionDuTexte",
]
