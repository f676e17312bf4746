"""Which instrument a page shows, and whether this reader may read what it says."""

from __future__ import annotations

from typing import Any

from django.http import Http404

from echelons.contrats import acces
from echelons.contrats.models import Instrument


def lire_instrument(requete: Any, code: str, cle: str, *, dossier: bool = True) -> Instrument:
    """The instrument, among those that the reader may read. Raises ``Http404``.

    ``dossier``: with its votes and signatures too, which tell whose turn it is.
    """
    siens = Instrument.objects.for_user(requete.acteur).nes_ici()
    lisibles = siens.avec_dossier() if dossier else siens.avec_contrat()
    instrument = lisibles.filter(contrat__code=code, cle=cle).first()
    if instrument is None:
        raise Http404
    return instrument


def contenu_lisible(requete: Any, instrument: Instrument) -> bool:
    """Whether this reader reads what the instrument says (``contrats.acces``)."""
    return acces.contenu_lisible(requete.acteur, instrument)


def fil_de(instrument: Instrument, *suite: tuple[str, str]) -> list[tuple[str, str]]:
    """The way to an instrument, then to what lies under it: name, address; where one is has none."""
    contrat = instrument.contrat
    dossier = f"/contrats/{contrat.code}/"
    soi = (instrument.intitule, f"{dossier}{instrument.cle}/" if suite else "")
    return [("Mes contrats", "/contrats/"), (contrat.intitule, dossier), soi, *suite]
