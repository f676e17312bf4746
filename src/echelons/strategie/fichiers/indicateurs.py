"""Indicators as files write them: who asks for them, and the versions of their definition."""

from __future__ import annotations

import itertools
from decimal import Decimal
from typing import Annotated

from pydantic import Field, model_validator

from echelons.socle.fichiers import Cle, Cle60, Jour, Modele, Texte, Texte80, Texte300
from echelons.strategie.fichiers.communs import Etayee, Exercices
from echelons.strategie.models import VersionIndicateur
from echelons.strategie.operateurs import RAPPORTS, Nature, Operateur, refus_des_operateurs


class DemandeLue(Modele):
    """A dispositif asks for the indicator."""

    dispositif: Cle60
    volet: Cle | None = None
    exercices: Exercices | None = None


class VersionLue(Etayee):
    """The definition from a day on. Published, it no longer changes: a change opens another version."""

    effet: Jour
    libelle: Texte300
    definition: Texte
    nature: Nature
    unite: Texte80
    numerateur: str = ""
    denominateur: str = ""
    quantile: Annotated[Decimal, Field(gt=0, lt=1, decimal_places=3)] | None = None
    sens: VersionIndicateur.Sens
    periodicite: VersionIndicateur.Periodicite
    entre_territoires: Operateur
    dans_le_temps: Operateur
    ventilations: list[Texte80] = Field(default_factory=list)

    @model_validator(mode="after")
    def _termes(self) -> VersionLue:
        deux_termes = bool(self.numerateur and self.denominateur)
        if self.nature in RAPPORTS and not deux_termes:
            raise ValueError(
                "Une part ou une moyenne a un « numerateur » et un « denominateur » : complétez-les."
            )
        if self.nature not in RAPPORTS and (self.numerateur or self.denominateur):
            raise ValueError("Seules une part et une moyenne ont un « numerateur » et un « denominateur ».")
        if (self.nature is Nature.QUANTILE) != (self.quantile is not None):
            raise ValueError(
                "Attendu « quantile » (0.5 pour une médiane) pour cette nature, et pour elle seule."
            )
        return self

    @model_validator(mode="after")
    def _operateurs(self) -> VersionLue:
        if refus := refus_des_operateurs(self.nature, self.entre_territoires, self.dans_le_temps):
            raise ValueError(refus)
        return self


class IndicateurLu(Modele):
    """Something counted."""

    code: Cle
    demandes: list[DemandeLue] = Field(default_factory=list)
    versions: list[VersionLue] = Field(min_length=1)

    @model_validator(mode="after")
    def _versions_dans_l_ordre(self) -> IndicateurLu:
        if any(b.effet <= a.effet for a, b in itertools.pairwise(self.versions)):
            raise ValueError("Les « versions » se suivent : chaque date « effet » est après la précédente.")
        return self
