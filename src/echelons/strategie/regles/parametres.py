"""The parameters of each kind of rule: data, checked when a framework is read. A kind is named by its ``genre``."""

from __future__ import annotations

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, TypeAdapter, model_validator

from echelons.strategie.regles.projet import Financeur

Code = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]*$", max_length=80)]
Part = Annotated[Decimal, Field(gt=0, le=1, decimal_places=4)]
Montant = Annotated[Decimal, Field(ge=0, max_digits=14, decimal_places=2)]


class Parametres(BaseModel):
    """What every kind shares: a misspelt key is refused, a value does not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Cofinancement(Parametres):
    """A share of the money: of each action or of the whole, at most (``maximum``) or at least (``minimum``).

    ``base`` says of what it is a share: what the State and the collectivité bring together, or the total cost.
    ``valorisation``: whether own means (staff time…) count. ``par_exercice``: year by year, or over the whole.
    """

    genre: Literal["cofinancement"]
    niveau: Literal["action", "contrat"]
    cote: Financeur
    base: Literal["conjoint", "cout_total"]
    maximum: Part | None = None
    minimum: Part | None = None
    valorisation: bool = True
    par_exercice: bool = False

    @model_validator(mode="after")
    def _un_seuil(self) -> Self:
        if (self.maximum is None) == (self.minimum is None):
            raise ValueError("Attendu « maximum » ou « minimum », l’un des deux.")
        return self


class PlafondAnnuel(Parametres):
    """A ceiling for each exercice: the amount said here, else the one notified to the contract.

    ``constant``: the ceiling notified is the same each year.
    """

    genre: Literal["plafond_annuel"]
    cote: Financeur
    montant: Montant | None = None
    constant: bool = False


class ActionParAxe(Parametres):
    """At least so many actions in each of these volets (their codes)."""

    genre: Literal["action_par_axe"]
    axes: tuple[Code, ...] = Field(min_length=1)
    minimum: Annotated[int, Field(ge=1, le=1000)] = 1


class Plancher(Parametres):
    """At least this amount from one side, for each exercice; ``axe`` (a volet) restricts it to its actions."""

    genre: Literal["plancher"]
    cote: Financeur
    montant: Montant
    axe: Code | None = None


class JustificationExigee(Parametres):
    """Each action has one of these natures and says why."""

    genre: Literal["justification_exigee"]
    natures: tuple[Code, ...] = Field(min_length=1)


class AvisExige(Parametres):
    """The opinion of a function (its code) is given; ``favorable``: and it is in favour."""

    genre: Literal["avis_exige"]
    de: Code
    favorable: bool = False


class Etape(StrEnum):
    """The dated steps of a project."""

    DELIBERATION = "deliberation"
    TRANSMISSION = "transmission"
    SIGNATURE = "signature"
    ENTREE_EN_VIGUEUR = "entree_en_vigueur"
    DEBUT = "debut"
    FIN = "fin"


class DatesDansLOrdre(Parametres):
    """These steps come in this order, the same day being admitted; ``actions``: each action begins before it ends."""

    genre: Literal["dates_dans_l_ordre"]
    etapes: tuple[Etape, ...] = Field(default=(), max_length=6)
    actions: bool = False

    @model_validator(mode="after")
    def _quelque_chose(self) -> Self:
        if len(self.etapes) < 2 and not self.actions:
            raise ValueError("Attendu au moins deux « etapes », ou « actions: true ».")
        if len(set(self.etapes)) != len(self.etapes):
            raise ValueError("Une étape est donnée deux fois dans « etapes ». Gardez-en une.")
        return self


class CibleExigee(Parametres):
    """Each action aims at a figure for at least so many indicators."""

    genre: Literal["cible_exigee"]
    minimum: Annotated[int, Field(ge=1, le=100)] = 1


Controle = Annotated[
    Cofinancement
    | PlafondAnnuel
    | ActionParAxe
    | Plancher
    | JustificationExigee
    | AvisExige
    | DatesDansLOrdre
    | CibleExigee,
    Field(discriminator="genre"),
]
#: Reads back the parameters that a database or a file holds. Raises ``pydantic.ValidationError``.
LECTEUR: TypeAdapter[Controle] = TypeAdapter(Controle)
