"""What the files of the national échelon share: years, offsets, periods, and what a statement rests on."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, model_validator

from echelons.socle.dates import ANNEE_MAX, ANNEE_MIN
from echelons.socle.fichiers import Cle, Jour, Modele, dans_l_ordre


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
Annee = Annotated[int, Field(ge=ANNEE_MIN, le=ANNEE_MAX)]
Decalage = Annotated[int, Field(ge=-1200, le=1200)]
Euros = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


class PeriodeLue(Modele):
    """Anything with a beginning and perhaps an end, in order."""

    debut: Jour
    fin: Jour | None = None

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> PeriodeLue:
        dans_l_ordre(self.debut, self.fin)
        return self


class BorneeLue(Modele):
    """Anything that may have a beginning and an end, in order."""

    debut: Jour | None = None
    fin: Jour | None = None

    @model_validator(mode="after")
    def _dans_l_ordre(self) -> BorneeLue:
        dans_l_ordre(self.debut, self.fin)
        return self


class Etayee(Modele):
    """A statement with what supports it: a text, sources, or the avowal that it is to be confirmed."""

    texte: Cle | None = None
    sources: list[Cle] = Field(default_factory=list)
    a_confirmer: bool = False
    remarque: str = ""

    @model_validator(mode="after")
    def _appuyee(self) -> Etayee:
        if not (self.texte or self.sources or self.a_confirmer):
            raise ValueError("Attendu un « texte » ou des « sources »\u00a0; sinon « a_confirmer: true ».")
        return self
