"""The relationship and its instruments, what these hold while they are written (``contenu``), what is known of them
(``faits``), what their acts leave (``circuit``), what is received about them (``documents``), the texts addressed to
their parties (``accuses``), the seals (``sceaux``), what is public of them (``publications``), the batches of acts
(``lots``)."""

from echelons.contrats.models.accuses import Destinataire
from echelons.contrats.models.circuit import Deliberation, SignatureDePartie, VersionDuTexte
from echelons.contrats.models.contenu import (
    CibleDIndicateur,
    Clause,
    EtatDeValeur,
    ExceptionDocumentee,
    FicheAction,
    Financeur,
    LigneFinancement,
    Modification,
    Plafond,
    ValeurVisee,
)
from echelons.contrats.models.contrats import Contrat, Instrument, Partie
from echelons.contrats.models.documents import Document
from echelons.contrats.models.faits import Fait
from echelons.contrats.models.lots import ActeDeLot, Lot
from echelons.contrats.models.publications import (
    ActePublie,
    ActionPubliee,
    ChoixDePublication,
    MontantPublie,
)
from echelons.contrats.models.sceaux import AnnulationDeSceau, Sceau

__all__ = [
    "ActeDeLot",
    "ActePublie",
    "ActionPubliee",
    "AnnulationDeSceau",
    "ChoixDePublication",
    "CibleDIndicateur",
    "Clause",
    "Contrat",
    "Deliberation",
    "Destinataire",
    "Document",
    "EtatDeValeur",
    "ExceptionDocumentee",
    "Fait",
    "FicheAction",
    "Financeur",
    "Instrument",
    "LigneFinancement",
    "Lot",
    "Modification",
    "MontantPublie",
    "Partie",
    "Plafond",
    "Sceau",
    "SignatureDePartie",
    "ValeurVisee",
    "VersionDuTexte",
]
