"""The acts that the demonstration has already done on its fictional territories, replayed through the real circuit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.db import transaction
from pydantic import Field

from echelons.acteurs.models import Compte
from echelons.acteurs.models.personnes import DOMAINE_DE_DEMONSTRATION
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import actes
from echelons.contrats.models import Instrument
from echelons.socle.circuit import ActeRefuse
from echelons.socle.fichiers import Cle, Jour, Modele, Relecture, Texte
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire


class ActeLu(Modele):
    """One act: the business date, the account, and what the act is given."""

    le: Jour
    par: Cle
    acte: str
    commentaire: str = ""
    donnees: dict[str, str | int | dt.date] = Field(default_factory=dict)


class OuvertureLue(Modele):
    """An instrument as it is opened."""

    territoire: str
    dispositif: Cle
    type: Instrument.Type
    intitule: Texte
    debut: Jour
    fin: Jour
    le: Jour
    par: Cle


class InstrumentLu(OuvertureLue):
    """An instrument opened, then its acts in order."""

    actes: list[ActeLu] = Field(default_factory=list)


class FichierActes(Modele):
    """``demonstration/actes.yaml``."""

    instruments: list[InstrumentLu] = Field(min_length=1)


@transaction.atomic
def charger_actes(*, chemin: Path) -> None:
    """Do the acts of the file on the territories where nothing was done yet. Raises ``ErreurDeFichier``."""
    lu, document = charger_yaml(chemin, FichierActes)
    relecture = Relecture(document)
    for i, instrument in enumerate(lu.instruments):
        if Instrument.objects.nes_ici().filter(contrat__perimetre__code=instrument.territoire).exists():
            continue
        try:
            jouer(instrument.actes, ouvrir(instrument))
        except ActeRefuse as refus:
            relecture.refuser(("instruments", i), str(refus))
    relecture.conclure()


def ouvrir(lu: OuvertureLue) -> Instrument:
    """The instrument, opened on its day by who opens it. Raises ``ActeRefuse``."""
    with a_la_date(lu.le):
        return actes.ouvrir(
            par=acteur_de_demonstration(lu.par),
            dispositif=Dispositif.objects.get(code=lu.dispositif),
            territoire=Territoire.objects.get(code=lu.territoire),
            genre=lu.type,
            intitule=lu.intitule,
            debut=lu.debut,
            fin=lu.fin,
        )


def jouer(lus: Sequence[ActeLu], instrument: Instrument) -> None:
    """Do these acts in order, each on its day. Raises ``ActeRefuse``."""
    for acte in lus:
        donnees: dict[str, Any] = {
            c: _jour(v) if c.startswith("date_") else v for c, v in acte.donnees.items()
        }
        with a_la_date(acte.le):
            actes.agir(
                par=acteur_de_demonstration(acte.par),
                instrument=instrument,
                acte=acte.acte,
                commentaire=acte.commentaire,
                **donnees,
            )


def _jour(lu: str | int | dt.date) -> dt.date:
    return lu if isinstance(lu, dt.date) else dt.date.fromisoformat(str(lu))


def acteur_de_demonstration(cle: str) -> Acteur:
    """Who has this key in ``demonstration/comptes.yaml``, with the mandates of the day."""
    return Acteur.de(Compte.objects.get(courriel=f"{cle}@{DOMAINE_DE_DEMONSTRATION}"))
