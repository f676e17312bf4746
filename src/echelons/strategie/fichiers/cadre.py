"""What a dispositif is made of, the measures and the rules, as files write them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from echelons.socle.fichiers import Cle, Cle60, Jour, Modele, Texte, Texte200, Texte300
from echelons.strategie.fichiers.communs import Annee, BorneeLue, Etayee, Exercices, PeriodeLue
from echelons.strategie.models import (
    ChampDeFiche,
    Competence,
    Dispositif,
    FormeInstrument,
    PartieAttendue,
    Regime,
    Regle,
    Volet,
)
from echelons.strategie.regles.parametres import Controle

#: What every fiche-action has (``contrats.models.FicheAction``), and a dispositif may require.
ChampExige = Literal[
    "justification", "diagnostic", "description", "public", "effectif", "lieux", "pilote", "partenaires",
    "operateurs", "debut", "fin", "etp",
]  # fmt: skip


class AxeLu(Etayee):
    """An axis or an engagement of a strategy."""

    code: Cle
    libelle: Texte300


class InstrumentLu(Modele):
    """A kind of instrument, under the name that the texts give it."""

    code: Cle
    libelle: Texte200
    forme: FormeInstrument
    signe: bool = False
    remarque: str = ""


class PartieLue(Etayee):
    """Who is expected to bind itself."""

    code: Cle
    libelle: Texte200
    role: PartieAttendue.Role
    facultative: bool = False
    depuis: Jour | None = None


class VoletLu(Etayee, BorneeLue):
    """A volet, an axis, or an objective of one of them."""

    code: Cle
    libelle: Texte300
    genre: Volet.Genre
    dans: Cle | None = None
    obligatoire: bool = False

    @model_validator(mode="after")
    def _un_objectif_est_dans_un_volet(self) -> VoletLu:
        if (self.genre is Volet.Genre.OBJECTIF) != (self.dans is not None):
            raise ValueError("Un « objectif » dit « dans » quel volet ou axe il est ; eux ne sont dans rien.")
        return self


class NatureLue(Modele):
    """What an action may be said to be."""

    code: Cle
    libelle: Texte200
    definition: str = ""
    sortes: list[Texte200] = Field(default_factory=list)


class ChampDeFicheLu(Modele):
    """A field that the dispositif adds to its fiches-actions."""

    code: Cle
    libelle: Texte200
    type: ChampDeFiche.Type
    choix: list[Texte200] = Field(default_factory=list)
    nature: str = ""
    exige: bool = False
    aide: Annotated[str, Field(max_length=300)] = ""

    @model_validator(mode="after")
    def _un_choix_a_des_options(self) -> ChampDeFicheLu:
        if (self.type is ChampDeFiche.Type.CHOIX) != bool(self.choix):
            raise ValueError(
                "Un champ de type « choix » dit ses options (« choix »), les autres n’en ont pas."
            )
        return self


class FicheLue(Modele):
    """What the fiches-actions of a dispositif are: how they are numbered, what they must say."""

    numerotation: Dispositif.Numerotation = Dispositif.Numerotation.CONTINUE
    exige: list[ChampExige] = Field(default_factory=list)
    champs: list[ChampDeFicheLu] = Field(default_factory=list)


class ArticleDActeLu(Etayee):
    """An article of the model of act."""

    code: Cle
    titre: Texte200
    forme: FormeInstrument
    effet: Jour
    contenu: Texte
    facultatif: bool = False


class ExerciceLu(Etayee, PeriodeLue):
    """A year of execution, with its days."""

    annee: Annee
    regime: Regime
    fin: Jour


class VagueLue(Etayee):
    """A wave of territories that began before the others."""

    code: Cle
    libelle: Texte200
    annee: Annee
    territoires: Annotated[int, Field(ge=1, le=1000)] | None = None


class CompetenceLue(Etayee, BorneeLue):
    """Who answers for a measure, and in which contract it may enter."""

    niveau: Competence.Niveau
    dispositif: Cle60 | None = None


class MesureLue(Etayee):
    """A measure of the strategy."""

    code: Cle
    libelle: Texte300
    description: Texte
    axe: Cle | None = None
    competences: list[CompetenceLue] = Field(default_factory=list)


class RegleLueDuFichier(Etayee):
    """A rule: a kind with its parameters, and when it applies."""

    code: Cle
    dispositif: Cle60
    libelle: Texte200
    gravite: Regle.Gravite
    exercices: Exercices | None = None
    controle: Controle
