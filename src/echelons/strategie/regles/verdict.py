"""What a rule answers, and what a rule is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from echelons.strategie.regles.parametres import Controle


class Etat(StrEnum):
    """What can be said of a rule on a project."""

    RESPECTEE = "respectee"
    ENFREINTE = "enfreinte"
    SANS_OBJET = "sans_objet"
    INDECIDABLE = "indecidable"


class Gravite(StrEnum):
    """What a broken rule does."""

    AVERTISSEMENT = "avertissement"
    BLOQUANTE = "bloquante"


@dataclass(frozen=True, slots=True)
class Constat:
    """What a control found: its state and the end-less sentence that says it with its figures."""

    etat: Etat
    phrase: str


@dataclass(frozen=True, slots=True)
class RegleLue:
    """A rule as data: what it controls, for which exercices, how severe it is, on what it rests.

    ``libelles`` names the volets and functions that the parameters cite by code. ``source`` is empty only when
    ``a_confirmer``.
    """

    code: str
    libelle: str
    controle: Controle
    gravite: Gravite
    source: str = ""
    a_confirmer: bool = False
    exercice_debut: int | None = None
    exercice_fin: int | None = None
    libelles: Mapping[str, str] = field(default_factory=dict)

    def vaut_pour(self, exercice: int) -> bool:
        """Whether the rule binds that year."""
        return (self.exercice_debut is None or self.exercice_debut <= exercice) and (
            self.exercice_fin is None or exercice <= self.exercice_fin
        )

    def nommer(self, code: str) -> str:
        """What a volet or a function is called, its code when nothing names it."""
        return self.libelles.get(code, code)

    @property
    def peut_bloquer(self) -> bool:
        """What is to be confirmed never blocks, whatever its severity."""
        return self.gravite is Gravite.BLOQUANTE and not self.a_confirmer

    @property
    def appui(self) -> str:
        """« source : … », or that it is to be confirmed; both when a source says a part of it."""
        dits = [f"source : {self.source}"] if self.source else []
        return ", ".join([*dits, "à confirmer"] if self.a_confirmer else dits)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a rule says of a project: a state, one French sentence with its figures and its source."""

    regle: RegleLue
    etat: Etat
    phrase: str

    @property
    def bloque(self) -> bool:
        """Whether it stops the act."""
        return self.etat is Etat.ENFREINTE and self.regle.peut_bloquer
