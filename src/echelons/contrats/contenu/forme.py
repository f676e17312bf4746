"""The content of an instrument as plain values: what is shown, checked, printed, exported and sealed.

One image, one canonical JSON. Amounts are ``Decimal`` to the cent, in euros; figures of indicators keep their unit.
``FORME`` numbers the shape: images already frozen keep theirs, and are read by ``lire``.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, PlainSerializer

from echelons.socle.journal.forme import canonique, condense

FORME = 1
CENTIME = Decimal("0.01")


def _centimes(montant: Decimal) -> str:
    return str(montant.quantize(CENTIME))


def _sans_zeros(nombre: Decimal) -> str:
    """« 12.5 », « 100 »: the same figure is always written the same way, whatever database gave it."""
    texte = format(nombre, "f")
    return (texte.rstrip("0").rstrip(".") if "." in texte else texte) or "0"


Euros = Annotated[Decimal, PlainSerializer(_centimes, return_type=str, when_used="json")]
Nombre = Annotated[Decimal, PlainSerializer(_sans_zeros, return_type=str, when_used="json")]


class Valeur(BaseModel):
    """What every part shares: it does not change, and holds nothing else."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Nomme(Valeur):
    """Something named by a code."""

    code: str
    libelle: str


class Lieu(Valeur):
    """A territory."""

    code: str
    nom: str


class PartieDite(Valeur):
    """Who binds itself, as called that day."""

    role: Literal["etat", "collectivite", "ars", "autre"]
    libelle: str


class Identite(Valeur):
    """Which instrument this is."""

    contrat: str
    cle: str
    intitule: str
    appele: str
    forme: str
    dispositif: Nomme
    dispositif_nom: str
    territoire: Lieu
    fictif: bool
    debut: dt.date | None = None
    fin: dt.date | None = None
    parties: tuple[PartieDite, ...] = ()


class ClauseDite(Valeur):
    """An article, its mentions already filled in. ``numero`` is its place among those kept."""

    reference: str
    numero: int
    titre: str
    texte: str
    particuliere: bool = False


class Complement(Valeur):
    """A field that the dispositif adds, as it reads."""

    code: str
    libelle: str
    valeur: str


class Fiche(Valeur):
    """A fiche-action. ``axe`` is the volet or the axis that it counts for, ``objectif`` what it serves in it.

    An empty ``territoires`` is the whole perimeter.
    """

    reference: str
    numero: str
    intitule: str
    axe: Nomme | None = None
    objectif: Nomme | None = None
    mesure: Nomme | None = None
    nature: Nomme | None = None
    sorte: str = ""
    situation_de_depart: str = ""
    justification: str = ""
    diagnostic: str = ""
    description: str = ""
    public: str = ""
    effectif: int | None = None
    territoires: tuple[Lieu, ...] = ()
    lieux: str = ""
    pilote: str = ""
    partenaires: tuple[str, ...] = ()
    operateurs: tuple[str, ...] = ()
    debut: dt.date | None = None
    fin: dt.date | None = None
    etp: Nombre | None = None
    complement: tuple[Complement, ...] = ()
    pieces: tuple[str, ...] = ()
    partagee: bool = False


class FinanceurDit(Valeur):
    """Who brings money; ``code`` names it in the rows of this content."""

    code: str
    libelle: str
    cote: Literal["etat", "collectivite", "autre"]


class Ligne(Valeur):
    """Money foreseen; ``fiche`` and ``financeur`` name theirs (reference, code)."""

    fiche: str
    financeur: str
    exercice: int
    nature: Literal["credit", "valorisation", "autre"]
    imputation: str = ""
    montant: Euros


class Visee(Valeur):
    """What is aimed at for an exercice: a figure, or why there is none."""

    exercice: int
    etat: Literal["chiffree", "sans_objet", "non_disponible"]
    valeur: Nombre | None = None
    motif: str = ""


class CibleDite(Valeur):
    """A line of annexe A. ``fiche`` is empty for the whole instrument; ``effet_le`` says which definition."""

    fiche: str
    indicateur: str
    effet_le: dt.date
    libelle: str
    unite: str
    a_confirmer: bool
    etat: Literal["chiffree", "sans_objet", "non_disponible"]
    depart: Nombre | None = None
    depart_le: dt.date | None = None
    motif: str = ""
    visees: tuple[Visee, ...] = ()


class PlafondDit(Valeur):
    """The ceiling notified for an exercice."""

    exercice: int
    montant: Euros


class ExceptionDite(Valeur):
    """A broken rule that the parties accept, with their reason."""

    regle: str
    motif: str


class Contenu(Valeur):
    """Everything that an instrument says. ``exercices`` are the years that it covers, in order."""

    forme: Literal[1] = 1
    instrument: Identite
    exercices: tuple[int, ...]
    texte: str = ""
    clauses: tuple[ClauseDite, ...] = ()
    fiches: tuple[Fiche, ...] = ()
    financeurs: tuple[FinanceurDit, ...] = ()
    lignes: tuple[Ligne, ...] = ()
    plafonds: tuple[PlafondDit, ...] = ()
    cibles: tuple[CibleDite, ...] = ()
    exceptions: tuple[ExceptionDite, ...] = ()

    @property
    def vide(self) -> bool:
        """Whether nothing but the text is written: the articles of the model alone are nobody's words."""
        return not (self.fiches or self.cibles or any(c.particuliere for c in self.clauses))

    @property
    def json(self) -> Any:
        """As plain JSON values, for a column, an export or a document."""
        return self.model_dump(mode="json")

    @property
    def octets(self) -> bytes:
        """The canonical JSON, byte for byte."""
        return canonique(self.json)

    @property
    def empreinte(self) -> str:
        """SHA-256 of the canonical JSON."""
        return condense(self.octets)


def lire(valeurs: Any) -> Contenu:
    """The content that a frozen image holds."""
    return Contenu.model_validate(valeurs)
