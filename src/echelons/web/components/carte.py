"""The map of a table: areas for the collectivités, marks for the signatories that are not a département."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from echelons.contrats.regles import Classe
from echelons.pilotage.lectures import departements_des_signataires
from echelons.pilotage.presentation import CLASSES, CLASSES_DE_CARTE, Rangee
from echelons.territoires import cartes

#: The nature of the signatories that share a département with another: a mark within its outline.
EN_REPERE = "metropole_statut_particulier"

ASPECTS = {
    "signee": cartes.FORTE,
    "peut_etre": cartes.INCERTAINE,
    "engagee": cartes.MOYENNE,
    "non_signee": cartes.CONTRAIRE,
}
CLASSES_DESSINEES = [
    cartes.NON_DOCUMENTE if cle == cartes.NON_DOCUMENTE.cle else cartes.Classe(cle, libelle, *ASPECTS[cle])
    for cle, libelle in CLASSES_DE_CARTE.items()
]


@dataclass(frozen=True)
class LigneDeLegende:
    """A class of the map with its swatch, how many territories it counts, and their detailed classes."""

    pastille: SafeString
    libelle: str
    nombre: int
    detail: tuple[tuple[str, int], ...]


def legende(comptes: dict[Classe, int]) -> list[LigneDeLegende]:
    """The legend with counts; a class that gathers two says how many of each."""
    lignes = []
    for classe in CLASSES_DESSINEES:
        detail = [(CLASSES[c].libelle, n) for c, n in comptes.items() if CLASSES[c].carte == classe.cle]
        lignes.append(
            LigneDeLegende(
                pastille=mark_safe(cartes.pastille(classe)),  # noqa: S308 - built by our own renderer
                libelle=classe.libelle,
                nombre=sum(n for _, n in detail),
                detail=tuple(detail) if len(detail) > 1 else (),
            )
        )
    return lignes


def carte_de_france(
    signataires: Sequence[Rangee], autres: Sequence[Rangee], suite: str, titre: str, description: str
) -> SafeString:
    """The national map; ``suite`` is the query string that its links carry."""
    dessines, poses = _partager(signataires)
    donnees = [_donnee(r, suite) for r in dessines]
    reperes = [_repere(r, suite) for r in poses]
    reperes += [_repere(r, suite) for r in _placables(autres) if r.ligne.classe is not Classe.NON_DOCUMENTEE]
    return mark_safe(  # noqa: S308 - built by our own renderer, which escapes
        cartes.carte_france(donnees, reperes, CLASSES_DESSINEES, titre, description)
    )


def carte_de_region(
    signataires: Sequence[Rangee], autres: Sequence[Rangee], suite: str, titre: str, description: str
) -> SafeString | None:
    """The map of a région; None for the fictional one, which is nowhere."""
    dessines, poses = _partager(signataires)
    donnees = [_donnee(r, suite) for r in dessines]
    codes = [code for donnee in donnees for code in donnee.codes]
    if not codes or any(r.ligne.territoire.fictif for r in signataires):
        return None
    reperes = [_repere(r, suite) for r in [*poses, *_placables(autres)]]
    noms = {code: r.ligne.territoire.nom for r in dessines for code in _departements(r)}
    return mark_safe(  # noqa: S308 - built by our own renderer, which escapes
        cartes.carte_region(codes, donnees, reperes, CLASSES_DESSINEES, titre, description, noms=noms)
    )


def _partager(signataires: Sequence[Rangee]) -> tuple[list[Rangee], list[Rangee]]:
    """Those drawn by their outline, and those posed as a mark in the outline of another."""
    poses = [r for r in signataires if r.ligne.territoire.nature == EN_REPERE]
    return [r for r in signataires if r not in poses], poses


def _placables(autres: Sequence[Rangee]) -> list[Rangee]:
    """Those whose place is known; the others are in the table only."""
    return [r for r in autres if r.ligne.territoire.code in cartes.PLACES_CONNUES]


def _departements(rangee: Rangee) -> tuple[str, ...]:
    return departements_des_signataires()[rangee.ligne.territoire.code]


def _phrase(rangee: Rangee) -> str:
    return f"{rangee.ligne.territoire.nom}\u00a0: {rangee.phrase}"


def _donnee(rangee: Rangee, suite: str) -> cartes.Donnee:
    code = rangee.ligne.territoire.code
    return cartes.Donnee(
        code=code,
        classe=rangee.presentation.carte,
        libelle=_phrase(rangee),
        href=f"/territoire/{code}/{suite}",
        codes=_departements(rangee),
    )


def _repere(rangee: Rangee, suite: str) -> cartes.Repere:
    code = rangee.ligne.territoire.code
    return cartes.Repere(
        code=code,
        classe=rangee.presentation.carte,
        libelle=_phrase(rangee),
        href=f"/territoire/{code}/{suite}",
    )
