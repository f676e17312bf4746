"""The shape of the files of the national échelon: reference frameworks, official counts, envelopes, events."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from echelons.socle.dates import ANNEE_MAX, ANNEE_MIN
from echelons.socle.fichiers import (
    Cle,
    Cle60,
    DateLue,
    FichierAvecSources,
    Jour,
    Modele,
    Texte,
    Texte80,
    Texte200,
    Texte300,
    dans_l_ordre,
)
from echelons.strategie.models import (
    CompteOfficiel,
    Couverture,
    Dispositif,
    Evenement,
    NatureMontant,
    RegleEcheance,
)
from echelons.territoires.models import TypeTerritoire


def _exercices(valeur: Any) -> tuple[int, int]:
    lu = re.fullmatch(r"\s*(\d{4})(?:-(\d{4}))?\s*", str(valeur), re.ASCII)
    if not lu:
        raise ValueError("Attendu une année (2019) ou deux (2019-2021).")
    debut, fin = int(lu[1]), int(lu[2] or lu[1])
    if not ANNEE_MIN <= debut <= fin <= ANNEE_MAX:
        raise ValueError(f"Attendu deux années dans l’ordre, entre {ANNEE_MIN} et {ANNEE_MAX}.")
    return debut, fin


#: What a column of whole numbers holds on PostgreSQL.
ENTIER_MAX = 2_147_483_647
Exercices = Annotated[tuple[int, int], BeforeValidator(_exercices)]
Decalage = Annotated[int, Field(ge=-1200, le=1200)]
#: The kinds of instrument that a date may be counted from (``contrats`` holds them, on the floor above).
GenreInstrument = Annotated[
    str, Field(pattern="^(protocole|convention|contrat_local|pacte_local|avenant|prorogation)$")
]
Euros = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


class PeriodeLue(Modele):
    """Anything with a beginning and perhaps an end, in order."""

    debut: Jour
    fin: Jour | None = None

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> PeriodeLue:
        dans_l_ordre(self.debut, self.fin)
        return self


class StrategieLue(PeriodeLue):
    """A national strategy."""

    code: Cle60
    nom: Texte300
    resume: Texte


class ObjectifLu(Modele):
    """What a text asks of every signatory."""

    libelle: Texte300
    echeance: Jour
    texte: Cle


class DispositifLu(PeriodeLue):
    """A type of contract."""

    code: Cle60
    nom: Texte300
    nom_court: Texte80
    instrument_signant: Dispositif.InstrumentSignant
    resume: Texte
    sources: list[Cle] = Field(min_length=1)
    objectifs: list[ObjectifLu] = Field(default_factory=list)


class TexteLu(Modele):
    """A circular, instruction, decree or law."""

    code: Cle
    reference: Texte200
    titre: Texte300
    date: Jour
    publie_le: Jour | None = None
    resume: Texte
    dispositifs: list[Cle] = Field(default_factory=list)
    sources: list[Cle] = Field(min_length=1)


class RedatageLu(Modele):
    """Another date, given by a text."""

    texte: Cle
    date: Jour
    a_confirmer: bool = False


class RegleEcheanceLue(Modele):
    """What is owed, by whom, to whom, by when."""

    code: Cle
    dispositif: Cle60
    libelle: Texte200
    nature: RegleEcheance.Nature
    exercice: Annotated[int, Field(ge=ANNEE_MIN, le=ANNEE_MAX)] | None = None
    regime: RegleEcheance.Regime | None = None
    perimetre: TypeTerritoire | None = None
    ancre: RegleEcheance.Ancre = RegleEcheance.Ancre.DATE
    instrument: GenreInstrument | None = None
    date: Jour | None = None
    mois: Decalage = 0
    jours: Decalage = 0
    dues_par: list[Cle60] = Field(min_length=1)
    dues_a: list[Cle60] = Field(default_factory=list)
    texte: Cle | None = None
    sources: list[Cle] = Field(default_factory=list)
    a_confirmer: bool = False
    remarque: str = ""
    redatages: list[RedatageLu] = Field(default_factory=list)

    @model_validator(mode="after")
    def _date_ou_evenement(self) -> RegleEcheanceLue:
        fixe = self.ancre is RegleEcheance.Ancre.DATE
        if fixe != (self.date is not None) or (fixe and (self.mois or self.jours)):
            raise ValueError(
                "Attendu une « date » seule, ou une « ancre » (deliberation, signature, entree_en_vigueur, "
                "fin_de_periode) avec un décalage en « mois » ou en « jours »."
            )
        return self

    @model_validator(mode="after")
    def _appuyee(self) -> RegleEcheanceLue:
        if not (self.texte or self.sources or self.a_confirmer):
            raise ValueError("Attendu un « texte » ou des « sources »\u00a0; sinon « a_confirmer: true ».")
        return self


class FichierReferentiel(FichierAvecSources):
    """``referentiels/<stratégie>/*.yaml``."""

    strategie: StrategieLue
    textes: list[TexteLu] = Field(default_factory=list)
    dispositifs: list[DispositifLu] = Field(default_factory=list)
    echeances: list[RegleEcheanceLue] = Field(default_factory=list)


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
