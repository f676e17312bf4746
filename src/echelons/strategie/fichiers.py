"""The shape of the files of the national échelon: reference frameworks, official counts, envelopes, events."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from echelons.socle.fichiers import Cle, DateLue, FichierAvecSources, Jour, Modele, Texte
from echelons.strategie.models import CompteOfficiel, Couverture, Dispositif, Evenement, NatureMontant


def _exercices(valeur: Any) -> Any:
    if isinstance(valeur, str):
        lu = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", valeur.strip(), re.ASCII)
        if not lu:
            raise ValueError("Attendu une année (2019) ou deux (2019-2021).")
        return int(lu[1]), int(lu[2] or lu[1])
    return valeur


Exercices = Annotated[tuple[int, int], BeforeValidator(_exercices)]
Euros = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


class PeriodeLue(Modele):
    """Anything with a beginning and perhaps an end, in order."""

    debut: Jour
    fin: Jour | None = None

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> PeriodeLue:
        if self.fin and self.fin < self.debut:
            raise ValueError("La fin précède le début : vérifiez les deux dates.")
        return self


class StrategieLue(PeriodeLue):
    """A national strategy."""

    code: Cle
    nom: Texte
    resume: Texte


class ObjectifLu(Modele):
    """What a text asks of every signatory."""

    libelle: Texte
    echeance: Jour
    texte: Cle


class DispositifLu(PeriodeLue):
    """A type of contract."""

    code: Cle
    nom: Texte
    nom_court: Texte
    instrument_signant: Dispositif.InstrumentSignant
    resume: Texte
    sources: list[Cle] = Field(min_length=1)
    objectifs: list[ObjectifLu] = Field(default_factory=list)


class TexteLu(Modele):
    """A circular, instruction, decree or law."""

    code: Cle
    reference: Texte
    titre: Texte
    date: Jour
    publie_le: Jour | None = None
    resume: Texte
    dispositifs: list[Cle] = Field(default_factory=list)
    sources: list[Cle] = Field(min_length=1)


class FichierReferentiel(FichierAvecSources):
    """``referentiels/<stratégie>/*.yaml``."""

    strategie: StrategieLue
    textes: list[TexteLu] = Field(default_factory=list)
    dispositifs: list[DispositifLu] = Field(default_factory=list)


class CompteLu(Modele):
    """An official count."""

    dispositif: Cle
    valeur: Annotated[int, Field(ge=0)]
    quoi: CompteOfficiel.Quoi
    etat: CompteOfficiel.Etat
    date: DateLue
    libelle: Texte
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
    libelle: Texte
    sources: list[Cle] = Field(min_length=1)


class ChiffreLu(Modele):
    """A figure said of an event."""

    libelle: Texte
    valeur: Texte
    sources: list[Cle] = Field(min_length=1)


class EvenementLu(Modele):
    """Something that happened."""

    code: Cle
    date: DateLue
    echelon: Evenement.Echelon
    territoire: str | None = None
    titre: Texte
    resume: str = ""
    sources: list[Cle] = Field(min_length=1)
    chiffres: list[ChiffreLu] = Field(default_factory=list)


class FichierEvenements(FichierAvecSources):
    """``demonstration/strategie/*.yaml``: counts, envelopes, events."""

    releve_le: Jour
    comptes: list[CompteLu] = Field(default_factory=list)
    enveloppes: list[EnveloppeLue] = Field(default_factory=list)
    evenements: list[EvenementLu] = Field(default_factory=list)
