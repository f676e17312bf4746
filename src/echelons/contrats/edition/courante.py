"""What is produced of an instrument where it stands, and all that the bytes depend on."""

from __future__ import annotations

from echelons import __version__
from echelons.contrats.contenu.etat import contenu_courant, fige_le
from echelons.contrats.edition.donnees import Edition, Piece
from echelons.contrats.edition.production import modele_au
from echelons.contrats.models import Instrument
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal.forme import canonique, condense


def edition_courante(instrument: Instrument, piece: Piece, reference: str = "") -> Edition:
    """What it says, whether that is still a draft, and the day that it was frozen (today for a draft)."""
    jour = fige_le(instrument)
    return Edition(
        contenu_courant(instrument),
        piece,
        projet=jour is None,
        jour=jour or aujourdhui(),
        reference=reference,
    )


def empreinte_de_l_edition(edition: Edition, quoi: str) -> str:
    """SHA-256 of all that the bytes depend on, ``quoi`` being what is made of it: the same digest, the same bytes."""
    depend_de = {
        "quoi": quoi,
        "contenu": edition.contenu.empreinte,
        "projet": edition.projet,
        "jour": edition.jour.isoformat(),
        "modele": modele_au(edition.jour).name,
        "version": __version__,
        "site": edition.site,
    }
    return condense(canonique(depend_de))
