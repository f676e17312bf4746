"""``referentiels/<stratégie>/*.yaml``: a strategy, its dispositifs, what they are made of, ask and require."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema, model_validator

from echelons.socle.fichiers import (
    Cle,
    Cle60,
    FichierAvecSources,
    Jour,
    Modele,
    Texte,
    Texte80,
    Texte200,
    Texte300,
)
from echelons.strategie.fichiers.cadre import (
    ArticleDActeLu,
    AxeLu,
    ExerciceLu,
    FicheLue,
    InstrumentLu,
    MesureLue,
    NatureLue,
    PartieLue,
    RegleLueDuFichier,
    VagueLue,
    VoletLu,
)
from echelons.strategie.fichiers.communs import Annee, Decalage, Etayee, PeriodeLue
from echelons.strategie.fichiers.indicateurs import IndicateurLu
from echelons.strategie.models import Dispositif, FormeInstrument, RegleEcheance
from echelons.strategie.schema import VERSION
from echelons.territoires.models import TypeTerritoire


class StrategieLue(PeriodeLue):
    """A national strategy."""

    code: Cle60
    nom: Texte300
    resume: Texte
    axes: list[AxeLu] = Field(default_factory=list)


class ObjectifLu(Modele):
    """What a text asks of every signatory."""

    libelle: Texte300
    echeance: Jour
    texte: Cle


class DispositifLu(PeriodeLue):
    """A type of contract, and what it is made of."""

    code: Cle60
    nom: Texte300
    nom_court: Texte80
    principal: bool = True
    resume: Texte
    sources: list[Cle] = Field(min_length=1)
    instruments: list[InstrumentLu] = Field(min_length=1)
    parties: list[PartieLue] = Field(default_factory=list)
    volets: list[VoletLu] = Field(default_factory=list)
    natures: list[NatureLue] = Field(default_factory=list)
    fiche: FicheLue = Field(default_factory=FicheLue)
    articles: list[ArticleDActeLu] = Field(default_factory=list)
    exercices: list[ExerciceLu] = Field(default_factory=list)
    vagues: list[VagueLue] = Field(default_factory=list)
    objectifs: list[ObjectifLu] = Field(default_factory=list)

    @model_validator(mode="after")
    def _un_signe(self) -> DispositifLu:
        signants = [i for i in self.instruments if i.signe]
        if len(signants) != 1:
            raise ValueError(
                f"Trouvé {len(signants)} parmi les « instruments » avec « signe: true », attendu un seul."
            )
        if signants[0].forme.value not in Dispositif.InstrumentSignant.values:
            attendues = ", ".join(Dispositif.InstrumentSignant.values)
            raise ValueError(f"L’instrument qui signe est d’une de ces formes : {attendues}.")
        return self

    @model_validator(mode="after")
    def _natures_connues(self) -> DispositifLu:
        connues = {"", *(n.code for n in self.natures)}
        for champ in self.fiche.champs:
            if champ.nature not in connues:
                raise ValueError(
                    f"Le champ « {champ.code} » cite la nature « {champ.nature} », qui n’existe pas."
                )
        return self

    @property
    def instrument_signant(self) -> str:
        """The form of the instrument that signs."""
        return next(i.forme.value for i in self.instruments if i.signe)


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


class RegleEcheanceLue(Etayee):
    """What is owed, by whom, to whom, by when."""

    code: Cle
    dispositif: Cle60
    libelle: Texte200
    nature: RegleEcheance.Nature
    exercice: Annee | None = None
    regime: RegleEcheance.Regime | None = None
    perimetre: TypeTerritoire | None = None
    ancre: RegleEcheance.Ancre = RegleEcheance.Ancre.DATE
    instrument: FormeInstrument | None = None
    date: Jour | None = None
    mois: Decalage = 0
    jours: Decalage = 0
    dues_par: list[Cle60] = Field(min_length=1)
    dues_a: list[Cle60] = Field(default_factory=list)
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


class FichierReferentiel(FichierAvecSources):
    """The whole file; ``schema`` is the version of its shape (``strategie.schema``)."""

    schema_: Annotated[Literal["2"], WithJsonSchema({"const": VERSION})] = Field(alias="schema")
    strategie: StrategieLue
    textes: list[TexteLu] = Field(default_factory=list)
    dispositifs: list[DispositifLu] = Field(default_factory=list)
    mesures: list[MesureLue] = Field(default_factory=list)
    indicateurs: list[IndicateurLu] = Field(default_factory=list)
    regles: list[RegleLueDuFichier] = Field(default_factory=list)
    echeances: list[RegleEcheanceLue] = Field(default_factory=list)


assert VERSION == 2  # the shape above is that of this version
