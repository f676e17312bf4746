"""A data set of territories in memory, before it is written: what readers of files build and the loader takes."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from echelons.territoires.models import EtatComposition, OrigineAncienCode, Precision, TypeTerritoire


@dataclass(slots=True)
class FicheTerritoire:
    """One territory; codes stand for the territories it points at."""

    code: str
    type: TypeTerritoire
    nom: str
    nature: str = ""
    liaison: int | None = None
    debut: dt.date | None = None
    debut_precision: Precision = Precision.JOUR
    fin: dt.date | None = None
    fin_precision: Precision = Precision.JOUR
    siren: str = ""
    region: str = ""
    departement: str = ""
    population: int | None = None
    fictif: bool = False
    composition: EtatComposition = EtatComposition.OFFICIELLE
    note: str = ""
    adresse: str = ""
    autres_noms: tuple[str, ...] = ()
    noms_cherches: tuple[str, ...] = ()
    codes_cherches: tuple[str, ...] = ()
    hors_recherche: bool = False


@dataclass(frozen=True, slots=True)
class FicheComposition:
    """``contenu`` is part of ``contenant`` between two included days."""

    contenant: str
    contenu: str
    partielle: bool = False
    debut: dt.date | None = None
    fin: dt.date | None = None


@dataclass(frozen=True, slots=True)
class FicheSuccession:
    """``apres`` takes over from ``avant`` on ``date``."""

    avant: str
    apres: str
    date: dt.date
    motif: str
    texte: str = ""
    adresse: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class FicheAncienCode:
    """An old commune code; no ``actuel`` means « sans filiation connue »."""

    code: str
    nom: str
    actuel: str | None = None
    depuis: dt.date | None = None
    origine: OrigineAncienCode = OrigineAncienCode.DECLAREE


@dataclass(slots=True)
class Jeu:
    """Territories by code and their relations."""

    territoires: dict[str, FicheTerritoire] = field(default_factory=dict)
    compositions: list[FicheComposition] = field(default_factory=list)
    successions: list[FicheSuccession] = field(default_factory=list)
    anciens_codes: list[FicheAncienCode] = field(default_factory=list)

    def joindre(self, autre: Jeu) -> None:
        """Add the content of ``autre``, whose codes must be new."""
        self.territoires |= autre.territoires
        self.compositions += autre.compositions
        self.successions += autre.successions
        self.anciens_codes += autre.anciens_codes
