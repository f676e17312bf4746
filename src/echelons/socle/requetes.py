"""Querysets of the ground floor."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, F, OuterRef, Subquery, Value
from django.db.models.functions import Coalesce, Concat

if TYPE_CHECKING:
    from echelons.socle.models import Source  # noqa: F401


class SourceQuerySet(models.QuerySet["Source"]):
    """Sources, and what rests on them."""

    def par_editeur(self) -> Self:
        """By publisher, title, then key; with how many statements of each kind cite the source.

        ``nombre_de_faits``, ``nombre_de_textes``… are named after what each room calls its rows, and
        ``nombre_d_appuis`` is their total. Rows that one statement fills (a signature, a row a party) count once:
        a model says by ``COLONNES_D_UN_ENONCE`` which columns such rows share.
        """
        nombres = {
            f"nombre_de_{relation.get_accessor_name()}": _nombre(relation)
            for relation in self.model._meta.related_objects
            if isinstance(relation, models.ManyToManyRel)
        }
        total = sum((F(nom) for nom in nombres), start=Value(0))
        return self.annotate(**nombres).annotate(nombre_d_appuis=total).order_by("editeur", "titre", "cle")


def _nombre(relation: models.ManyToManyRel) -> Coalesce:
    """How many statements of that kind cite the source of the outer query."""
    modele = relation.related_model
    colonnes = getattr(modele, "COLONNES_D_UN_ENONCE", ("pk",))
    enonce = Concat(*colonnes, output_field=models.CharField()) if len(colonnes) > 1 else F(colonnes[0])
    par_source = (
        modele._default_manager.filter(**{relation.field.name: OuterRef("pk")})
        .order_by()
        .values(relation.field.name)
        .annotate(nombre=Count(enonce, distinct=True))
        .values("nombre")
    )
    return Coalesce(Subquery(par_source), Value(0))
