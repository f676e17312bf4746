"""The whole framework as plain values: what two states of it are compared by.

An image maps each element (its kind and its natural key) to its columns, links included, as texts, numbers, booleans
and lists. It holds no database key: two instances that say the same have the same image.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import models

from echelons.socle.models import Source
from echelons.strategie.models import (
    ArticleDeModele,
    Axe,
    ChampDeFiche,
    Competence,
    Demande,
    Dispositif,
    Exercice,
    GenreInstrument,
    Indicateur,
    Mesure,
    NatureAction,
    Objectif,
    PartieAttendue,
    Redatage,
    Regle,
    RegleEcheance,
    Strategie,
    TexteReference,
    Vague,
    VersionIndicateur,
    Volet,
)

Element = tuple[str, tuple[Any, ...]]
Image = dict[Element, dict[str, Any]]
#: Columns that say which row it is in this database, and nothing of the framework.
SANS_OBJET = frozenset({"id"})


@dataclass(frozen=True)
class Genre:
    """A kind of element: its model, what names one in a sentence, what it is called, its natural key."""

    modele: type[models.Model]
    nom: str
    cle: tuple[str, ...]
    feminin: bool = False


#: In the order in which a reader wants them; a key of several parts is that of what holds the element, then its own.
GENRES: Mapping[str, Genre] = {
    "source": Genre(Source, "la source", ("cle",), feminin=True),
    "strategie": Genre(Strategie, "la stratégie", ("code",), feminin=True),
    "axe": Genre(Axe, "l’axe", ("strategie__code", "code")),
    "texte": Genre(TexteReference, "le texte", ("code",)),
    "dispositif": Genre(Dispositif, "le dispositif", ("code",)),
    "instrument": Genre(GenreInstrument, "l’instrument", ("dispositif__code", "code")),
    "partie": Genre(PartieAttendue, "le signataire attendu", ("dispositif__code", "code")),
    "volet": Genre(Volet, "le volet", ("dispositif__code", "code")),
    "nature": Genre(NatureAction, "la nature d’action", ("dispositif__code", "code"), feminin=True),
    "champ": Genre(ChampDeFiche, "le champ de fiche", ("dispositif__code", "code")),
    "article": Genre(ArticleDeModele, "l’article", ("dispositif__code", "code")),
    "exercice": Genre(Exercice, "l’exercice", ("dispositif__code", "annee", "regime")),
    "vague": Genre(Vague, "la vague", ("dispositif__code", "code"), feminin=True),
    "objectif": Genre(Objectif, "l’objectif", ("dispositif__code", "echeance")),
    "mesure": Genre(Mesure, "la mesure", ("code",), feminin=True),
    "competence": Genre(
        Competence, "la compétence", ("mesure__code", "niveau", "dispositif__code", "debut"), feminin=True
    ),
    "indicateur": Genre(Indicateur, "l’indicateur", ("code",)),
    "version": Genre(VersionIndicateur, "la définition", ("indicateur__code", "effet_le"), feminin=True),
    "demande": Genre(Demande, "la demande", ("indicateur__code", "dispositif__code"), feminin=True),
    "regle": Genre(Regle, "la règle", ("code",), feminin=True),
    "echeance": Genre(RegleEcheance, "l’échéance", ("code",), feminin=True),
    "redatage": Genre(Redatage, "la nouvelle date", ("regle__code", "texte__code"), feminin=True),
}
#: The natural key of what a column leads to.
CLES = {Source: "cle", Strategie: "code"}


def photographier() -> Image:
    """The framework that the database holds."""
    image: Image = {}
    for genre, description in GENRES.items():
        modele = description.modele
        colonnes = _colonnes(modele)
        lignes = modele._default_manager.order_by().values_list("pk", *description.cle, *colonnes.values())
        par_pk: dict[int, dict[str, Any]] = {}
        n = len(description.cle)
        for pk, *valeurs in lignes:
            champs = dict(zip(colonnes, map(_simple, valeurs[n:]), strict=True))
            image[genre, tuple(map(_simple, valeurs[:n]))] = par_pk[pk] = champs
        for lien in modele._meta.many_to_many:
            for champs in par_pk.values():
                champs[lien.name] = []
            cle = f"{lien.name}__{CLES.get(lien.related_model, 'code')}"
            lies = modele._default_manager.filter(**{f"{cle}__isnull": False})
            for pk, code in lies.order_by(cle).values_list("pk", cle):
                par_pk[pk][lien.name].append(code)
    return image


def _colonnes(modele: type[models.Model]) -> dict[str, str]:
    """Column → how it is looked up: a link by the natural key of what it leads to."""
    colonnes = {}
    for champ in modele._meta.concrete_fields:
        if champ.name in SANS_OBJET:
            continue
        lien = isinstance(champ, models.ForeignKey)
        colonnes[champ.name] = f"{champ.name}__code" if lien else champ.name
    return colonnes


def _simple(valeur: Any) -> Any:
    """A value that JSON can hold, and that compares as a reader would."""
    if isinstance(valeur, dt.date):
        return valeur.isoformat()
    if isinstance(valeur, Decimal):
        return str(valeur.normalize())
    return valeur
