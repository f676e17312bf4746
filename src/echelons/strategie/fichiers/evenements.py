"""``demonstration/strategie/*.yaml``: official counts, envelopes, events."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from echelons.socle.fichiers import (
    Cle,
    DateLue,
    FichierAvecSources,
    Jour,
    Modele,
    Texte80,
    Texte200,
    Texte300,
)
from echelons.strategie.fichiers.communs import ENTIER_MAX, Euros, Exercices
from echelons.strategie.models import CompteOfficiel, Couverture, Evenement, NatureMontant


class CompteLu(Modele):
    """An official count."""

    dispositif: Cle
    valeur: Annotated[int, Field(ge=0, le=ENTIER_MAX)]
    quoi: CompteOfficiel.Quoi
    etat: CompteOfficiel.Etat
    date: DateLue
    libelle: Texte300
    sources: list[Cle] = Field(min_length=1)
    connu_le: Jour | None = None


class EnveloppeLue(Modele):
    """Money announced for the nation or a région."""

    dispositif: Cle
    territoire: str | None = None
    montant: Euros
    nature: NatureMontant
    couverture: Couverture = Couverture.ETAT
    exercices: Exercices
    par_an: bool = False
    libelle: Texte300
    sources: list[Cle] = Field(min_length=1)
    connu_le: Jour | None = None


class ChiffreLu(Modele):
    """A figure said of an event."""

    libelle: Texte200
    valeur: Texte80
    sources: list[Cle] = Field(min_length=1)


class EvenementLu(Modele):
    """Something that happened."""

    code: Cle
    date: DateLue
    echelon: Evenement.Echelon
    territoire: str | None = None
    titre: Texte300
    resume: str = ""
    sources: list[Cle] = Field(min_length=1)
    connu_le: Jour | None = None
    chiffres: list[ChiffreLu] = Field(default_factory=list)


class FichierEvenements(FichierAvecSources):
    """``demonstration/strategie/*.yaml``: counts, envelopes, events."""

    releve_le: Jour
    comptes: list[CompteLu] = Field(default_factory=list)
    enveloppes: list[EnveloppeLue] = Field(default_factory=list)
    evenements: list[EvenementLu] = Field(default_factory=list)
