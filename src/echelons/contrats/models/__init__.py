"""The relationship and its instruments, what is known of them (``faits``), what their acts leave (``circuit``)."""

from echelons.contrats.models.circuit import Deliberation, SignatureDePartie, VersionDuTexte
from echelons.contrats.models.contrats import Contrat, Instrument, Partie
from echelons.contrats.models.faits import Fait

__all__ = ["Contrat", "Deliberation", "Fait", "Instrument", "Partie", "SignatureDePartie", "VersionDuTexte"]
