"""The acts that the demonstration has already done on its fictional territories, replayed through the real circuit."""

from __future__ import annotations

import datetime as dt
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


class InstrumentLu(Modele):
    """An instrument opened, then its acts in order."""

    territoire: str
    dispositif: Cle
    type: Instrument.Type
    intitule: Texte
    debut: Jour
    fin: Jour
    le: Jour
    par: Cle
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
            _rejouer(instrument)
        except ActeRefuse as refus:
            relecture.refuser(("instruments", i), str(refus))
    relecture.conclure()


def _rejouer(lu: InstrumentLu) -> None:
    with a_la_date(lu.le):
        instrument = actes.ouvrir(
            par=acteur_de_demonstration(lu.par),
            dispositif=Dispositif.objects.get(code=lu.dispositif),
            territoire=Territoire.objects.get(code=lu.territoire),
            genre=lu.type,
            intitule=lu.intitule,
            debut=lu.debut,
            fin=lu.fin,
        )
    for acte in lu.actes:
        donnees: dict[str, Any] = dict(acte.donnees)
        with a_la_date(acte.le):
            actes.agir(
                par=acteur_de_demonstration(acte.par),
                instrument=instrument,
                acte=acte.acte,
                commentaire=acte.commentaire,
                **donnees,
            )


def acteur_de_demonstration(cle: str) -> Acteur:
    """Who has this key in ``demonstration/comptes.yaml``, with the mandates of the day."""
    return Acteur.de(Compte.objects.get(courriel=f"{cle}@{DOMAINE_DE_DEMONSTRATION}"))
