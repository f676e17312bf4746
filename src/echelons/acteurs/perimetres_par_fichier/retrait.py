"""Undoing an import of perimeters: all that it wrote, unless something recorded since rests on it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from echelons.territoires import actes
from echelons.territoires.models import Composition, Territoire, VersionDePerimetre


def defaire(cles: Mapping[str, Sequence[int]], par: Any) -> list[str]:
    """Remove what an import wrote; what prevents it, in French, and nothing is then removed. In a transaction."""
    liens = Composition.objects.filter(pk__in=cles.get("territoires_composition", ()))
    touches = set(liens.values_list("contenant", flat=True)) | set(cles.get("territoires_territoire", ()))
    if liens.count() != len(cles.get("territoires_composition", ())):
        return [
            "Cet import ne peut plus être annulé\u00a0: la composition d’un périmètre a été changée depuis."
        ]
    crees = list(Territoire.objects.filter(pk__in=cles.get("territoires_territoire", ())))
    for perimetre in crees:
        if _sert(perimetre, set(liens.values_list("pk", flat=True))):
            phrase = f"quelque chose s’appuie depuis sur «\u00a0{perimetre.nom}\u00a0»"
            return [f"Cet import ne peut plus être annulé\u00a0: {phrase}."]
    liens.delete()
    for version in VersionDePerimetre.objects.filter(pk__in=cles.get("territoires_versiondeperimetre", ())):
        if not Composition.objects.filter(contenant=version.perimetre, debut=version.debut).exists():
            version.delete()
    for perimetre in crees:
        perimetre.delete()
    actes.rafraichir()
    for perimetre in Territoire.objects.filter(pk__in=touches):
        actes.replacer(perimetre)
    return []


def _sert(perimetre: Territoire, liens: set[int]) -> bool:
    """Whether anything but what the import wrote refers to a perimeter."""
    siens = Composition.objects.filter(contenant=perimetre).exclude(pk__in=liens)
    autres = [
        lien
        for lien in perimetre._meta.related_objects
        if lien.related_model not in {Composition, VersionDePerimetre}
    ]
    return siens.exists() or any(
        lien.related_model._base_manager.filter(**{lien.field.name: perimetre.pk}).exists() for lien in autres
    )
