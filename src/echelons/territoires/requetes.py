"""Querysets of the room, with the verbs of the domain."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Case, F, Q, When

from echelons.socle.textes import normaliser

if TYPE_CHECKING:
    from echelons.territoires.models import Territoire  # noqa: F401

CARACTERES_LUS = 200
MOTS_LUS = 8


class TerritoireQuerySet(models.QuerySet["Territoire"]):
    """Territories, read at a date or by what a person types."""

    def valides(self, jour: dt.date) -> Self:
        """Those that exist on that day (bounds included)."""
        return self.filter(
            Q(debut=None) | Q(debut__lte=jour),
            Q(fin=None) | Q(fin__gte=jour),
        )

    def signataires(self, jour: dt.date) -> Self:
        """The real collectivités of departmental rank called to sign on that day, by code.

        101 on 1 January 2019, 100 from 1 January 2021. Métropoles and régions sign beside them and are not here.
        """
        return self.valides(jour).filter(type="collectivite", fictif=False).order_by("code")

    def rechercher(self, texte: str, limite: int = 20) -> Self:
        """What a person typing ``texte`` is looking for, best first, at most ``limite``.

        Each word must begin a word of a name (former names and merged communes included) or, if it bears a
        digit, a code (postal codes, SIREN and old commune codes included). Accents, case and punctuation do not
        count. Order: exact code, exact name, then names and codes that begin so; among equals those still in
        force, then région, collectivité, perimeter, EPCI, commune, then the most populated. A place that exists
        twice (a département and its collectivité) comes once, as the signatory. Any text is accepted.
        """
        lu = normaliser(texte[:CARACTERES_LUS])
        mots = lu.split()[:MOTS_LUS]
        if not mots:
            return self.none()
        trouves = self.model._base_manager.order_by()
        for mot in mots:
            condition = Q(nom_recherche__contains=f" {mot}")
            if any(caractere.isdigit() for caractere in mot):
                condition |= Q(codes_recherche__contains=f" {mot}")
            trouves = trouves.filter(condition)
        debut = Q(nom_recherche__startswith=f" {lu}") | Q(codes_recherche__startswith=f" {lu}")
        rang = Case(
            When(codes_recherche__contains=f" {lu} ", then=0),
            When(nom_recherche__startswith=f" {lu} |", then=1),
            When(nom_recherche__contains=f"| {lu} |", then=2),
            When(debut | Q(type__in=("region", "collectivite")), then=3),
            default=4,
        )
        type_ = Case(
            *(
                When(type=nom, then=i)
                for i, nom in enumerate(("region", "collectivite", "perimetre", "epci"))
            ),
            default=9,
        )
        en_vigueur = Case(When(fin=None, then=0), default=1)
        return self.filter(hors_recherche=False, pk__in=trouves.values("pk")).order_by(
            rang, en_vigueur, type_, F("population").desc(nulls_last=True), "code"
        )[:limite]
