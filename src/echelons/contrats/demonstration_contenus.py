"""The contents that the demonstration has already written in its fictional drafts, through the real acts."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from django.db import transaction
from pydantic import Field, StringConstraints

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu import cibles, fiches, financements
from echelons.contrats.contenu.cibles import Chiffre
from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.saisies import lire_chiffre
from echelons.contrats.demonstration import acteur_de_demonstration
from echelons.contrats.models import FicheAction, Instrument
from echelons.socle.fichiers import Cle, Jour, Modele, Texte, Texte300
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml
from echelons.strategie.fichiers.communs import Euros
from echelons.strategie.models import Indicateur

Reference = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]+/[a-z0-9-]+$")]
Nombre = Annotated[Decimal, Field(max_digits=18, decimal_places=4)]


class CibleLue(Modele):
    """An indicator aimed at: where it starts from, then what is typed for each exercice (``saisies.lire_chiffre``)."""

    indicateur: Cle
    depart: Nombre | None = None
    depart_le: Jour | None = None
    visees: dict[int, Texte300] = Field(default_factory=dict)


class FicheLue(Modele):
    """A fiche, with its money: financeur (its rank) → exercice → amount."""

    intitule: Texte300
    champs: dict[str, str | int | bool | dt.date | list[str]] = Field(default_factory=dict)
    partagee: bool = False
    montants: dict[int, dict[int, Euros]] = Field(default_factory=dict)
    cibles: list[CibleLue] = Field(default_factory=list)


class ContenuLu(Modele):
    """What one person wrote in one instrument, on one day; the ceilings notified, by exercice."""

    le: Jour
    par: Cle
    financeurs: list[Texte] = Field(default_factory=list)
    plafonds: dict[int, Euros] = Field(default_factory=dict)
    fiches: list[FicheLue]


class BrouillonLu(ContenuLu):
    """The same, and the draft that holds it."""

    instrument: Reference


class FichierContenus(Modele):
    """``demonstration/contenus.yaml``."""

    contenus: list[BrouillonLu] = Field(min_length=1)


@transaction.atomic
def charger_contenus(*, chemin: Path) -> None:
    """Write them in the drafts that hold no fiche yet. Raises ``ErreurDeFichier``."""
    lu, _ = charger_yaml(chemin, FichierContenus)
    for contenu in lu.contenus:
        code, cle = contenu.instrument.split("/")
        instrument = Instrument.objects.get(contrat__code=code, cle=cle)
        if instrument.fiches.exists():
            continue
        ecrire(contenu, instrument)


def ecrire(contenu: ContenuLu, instrument: Instrument) -> None:
    """Write it in an open instrument, on its day. Raises ``ActeRefuse``, ``ValidationError``."""
    with a_la_date(contenu.le):
        _ecrire(contenu, instrument, acteur_de_demonstration(contenu.par))


def _ecrire(contenu: ContenuLu, instrument: Instrument, par: Acteur) -> None:
    if contenu.plafonds:
        financements.fixer_plafonds(par=par, instrument=instrument, montants=contenu.plafonds, rang_lu=None)
    for libelle in contenu.financeurs:
        financements.ajouter_financeur(par=par, instrument=instrument, libelle=libelle, cote="autre")
    for lue in contenu.fiches:
        champs = {c: v.isoformat() if isinstance(v, dt.date) else v for c, v in lue.champs.items()}
        champs["partagee"] = lue.partagee
        fiche = fiches.ajouter(par=par, instrument=instrument, intitule=lue.intitule, champs=champs)
        cases: dict[Case, Decimal | None] = {
            Case(str(fiche.reference), rang, an): montant
            for rang, par_an in lue.montants.items()
            for an, montant in par_an.items()
        }
        financements.enregistrer(par=par, instrument=instrument, cases=cases, rang_lu=None)
        for cible in lue.cibles:
            _viser(cible, instrument, fiche, par)


def _viser(lue: CibleLue, instrument: Instrument, fiche: FicheAction, par: Acteur) -> None:
    indicateur = Indicateur.objects.get(code=lue.indicateur)
    cible = cibles.viser(par=par, instrument=instrument, indicateur=indicateur, fiche=fiche)
    chiffres: dict[str, Chiffre | None] = {str(an): lire_chiffre(dit) for an, dit in lue.visees.items()}
    if lue.depart is not None:
        chiffres["depart"] = Chiffre(valeur=lue.depart, le=lue.depart_le)
    cibles.enregistrer(par=par, instrument=instrument, lignes={cible.pk: chiffres}, rang_lu=None)
