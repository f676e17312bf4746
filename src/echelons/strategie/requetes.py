"""Querysets of the room, with the verbs of the domain.

Everywhere ``connu_le`` is the day of what was known; None: all that is recorded.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from echelons.strategie.models import (  # noqa: F401
        CompteOfficiel,
        Dispositif,
        Enveloppe,
        Evenement,
        Indicateur,
        Objectif,
        Regle,
        RegleEcheance,
    )


class ObjectifQuerySet(models.QuerySet["Objectif"]):
    """What texts ask of the signatories."""

    def premier_de(self, dispositif: Dispositif) -> Objectif | None:
        """The objective of the dispositif that falls due first, with its text."""
        return self.filter(dispositif=dispositif).select_related("texte").order_by("echeance").first()


class RegleEcheanceQuerySet(models.QuerySet["RegleEcheance"]):
    """What is owed under a dispositif, and by when."""

    def avec_tout(self) -> Self:
        """With the texts, those that moved a date included, and who owes what to whom, in six queries."""
        redatages = self.model._meta.get_field("redatages").related_model._base_manager
        return self.select_related("texte", "dispositif").prefetch_related(
            "texte__territoires",
            models.Prefetch(
                "redatages",
                redatages.select_related("texte").prefetch_related("texte__territoires"),
            ),
            "dues_par",
            "dues_a",
        )


class CompteOfficielQuerySet(models.QuerySet["CompteOfficiel"]):
    """Official counts."""

    def de(self, dispositif: Dispositif, connu_le: dt.date | None) -> Self:
        """Those of a dispositif, with their sources, in the order of their dates."""
        comptes = self.filter(dispositif=dispositif).prefetch_related("sources")
        return comptes.filter(connu_le__lte=connu_le) if connu_le else comptes


class EvenementQuerySet(models.QuerySet["Evenement"]):
    """Events."""

    def connus(self, connu_le: dt.date | None) -> Self:
        """Those known on that day, with their figures and sources, in the order of their dates."""
        evenements = self.select_related("territoire").prefetch_related("sources", "chiffres__sources")
        return evenements.filter(connu_le__lte=connu_le) if connu_le else evenements

    def de_la_region(self, code: str, connu_le: dt.date | None) -> Self:
        """Those of a région itself, not of its territories."""
        return self.connus(connu_le).filter(territoire__code=code)


class EnveloppeQuerySet(models.QuerySet["Enveloppe"]):
    """Money announced outside any one contract."""

    def de(self, territoire_code: str | None, dispositif: Dispositif, connu_le: dt.date | None) -> Self:
        """That of a territory (None: of the nation) under a dispositif, with its sources, in the order of the years."""
        enveloppes = self.filter(territoire__code=territoire_code, dispositif=dispositif)
        enveloppes = enveloppes.prefetch_related("sources")
        return enveloppes.filter(connu_le__lte=connu_le) if connu_le else enveloppes


class IndicateurQuerySet(models.QuerySet["Indicateur"]):
    """What is measured."""

    def avec_demandes(self) -> Self:
        """With the versions of each and who asks for it, in three queries."""
        demandes = self.model._meta.get_field("demandes").related_model._base_manager
        return self.prefetch_related(
            "versions", models.Prefetch("demandes", demandes.select_related("dispositif", "volet"))
        )


class RegleQuerySet(models.QuerySet["Regle"]):
    """The rules of the dispositifs."""

    def de(self, dispositif: Dispositif) -> Self:
        """Those of a dispositif, with what supports them, in two queries."""
        return self.filter(dispositif=dispositif).select_related("texte").prefetch_related("sources")
