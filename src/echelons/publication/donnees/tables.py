"""What a published table is, and the ways its columns read a row."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db.models import Choices

from echelons.socle.exports import Colonne, Table
from echelons.socle.models import PrecisionDate, Source
from echelons.strategie.models import Couverture, NatureMontant

T = TypeVar("T")
SOURCES = "Clés des sources qui le disent (sources.csv)."
TEXTE, DATE, NOMBRE, MONTANT = "texte", "date (AAAA-MM-JJ)", "nombre entier", "montant en euros"
OUI_NON, LISTE = "oui ou non", "liste, séparée par « ; »"


@dataclass(frozen=True)
class Champ(Colonne[T]):
    """A column with what the dictionary says of it."""

    genre: str = TEXTE
    sens: str = ""


@dataclass(frozen=True)
class TablePubliee:
    """A file of the archive; ``lignes`` gives its public rows on a day, in an order that only the content decides."""

    code: str
    titre: str
    sens: str
    champs: Sequence[Champ[Any]]
    lignes: Callable[[dt.date], Iterable[Any]]

    @property
    def fichier(self) -> str:
        """Its name in the archive."""
        return f"{self.code}.csv"

    def table(self, jour: dt.date) -> Table[Any]:
        """Ready to be written."""
        lignes = list(self.lignes(jour))
        return Table(self.titre, self.champs, lignes, len(lignes))


def texte(titre: str, lire: Callable[[Any], Any], sens: str, genre: str = TEXTE) -> Champ[Any]:
    """A text, « » when there is none."""
    return Champ(titre, lire, genre=genre, sens=sens)


def choix(titre: str, possibles: type[Choices], lire: Callable[[Any], Any], sens: str) -> Champ[Any]:
    """One of a list, in words. (``get_…_display`` makes its list again at every row.)"""
    libelles = {valeur: str(libelle) for valeur, libelle in possibles.choices}
    return texte(titre, lambda r: libelles.get(v := lire(r), v), sens)


def date(titre: str, lire: Callable[[Any], Any], sens: str) -> Champ[Any]:
    """A day."""
    return Champ(titre, lire, genre=DATE, sens=sens)


def nombre(titre: str, lire: Callable[[Any], Any], sens: str) -> Champ[Any]:
    """A whole number."""
    return Champ(titre, lire, genre=NOMBRE, sens=sens)


def oui(titre: str, lire: Callable[[Any], bool], sens: str) -> Champ[Any]:
    """« oui » or « non »."""
    return Champ(titre, lambda r: "oui" if lire(r) else "non", genre=OUI_NON, sens=sens)


def liste(titre: str, lire: Callable[[Any], Iterable[str]], sens: str) -> Champ[Any]:
    """Several values, in an order of their own."""
    return Champ(titre, lambda r: " ; ".join(lire(r)), genre=LISTE, sens=sens)


def sources(titre: str = "Sources") -> Champ[Any]:
    """The keys of the sources of a row, as they are in ``sources.csv``."""
    return liste(titre, lambda r: cles(r.sources.all()), SOURCES)


def cles(citees: Iterable[Source]) -> list[str]:
    """The keys of sources, in order."""
    return sorted(s.cle for s in citees)


def appuis() -> tuple[Champ[Any], ...]:
    """What supports a part of the framework."""
    return (
        texte("Texte", lambda r: r.texte.code if r.texte else "", "Code du texte qui le dit (textes.csv)."),
        sources(),
        oui("À confirmer", lambda r: r.a_confirmer, "Oui : aucune source lue ne le dit avec certitude."),
        texte("Remarque", lambda r: r.remarque, "Ce qu’il faut savoir pour s’en servir."),
    )


def montants() -> tuple[Champ[Any], ...]:
    """An amount with what it covers."""
    return (
        Champ(
            "Montant", lambda r: r.montant, genre=MONTANT, sens="Montant en euros, tel que la source le dit."
        ),
        oui("Par an", lambda r: r.par_an, "Oui : le montant est celui de chaque année."),
        choix(
            "Nature du montant", NatureMontant, lambda r: r.nature_montant, "Exact, arrondi, prévisionnel…"
        ),
        choix("Financeur", Couverture, lambda r: r.couverture, "De qui est l’argent compté."),
        nombre("Premier exercice", lambda r: r.exercice_debut, "Première année couverte."),
        nombre("Dernier exercice", lambda r: r.exercice_fin, "Dernière année couverte."),
    )


def datation(quoi: str) -> tuple[Champ[Any], ...]:
    """A date as its sources give it."""
    return (
        date("Date", lambda r: r.jour, f"{quoi}. Vide : inconnue. Au mois près, le premier jour du mois."),
        choix("Précision", PrecisionDate, lambda r: r.precision, "Comment la date est connue."),
    )
