"""One pass over a file: each row read by the columns chosen, judged by its destination, by lots."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from echelons.socle.depot.types import FichierRefuse
from echelons.socle.imports.champs import Champ, Chantier, Destination, LigneLue, ValeurRefusee
from echelons.socle.tableurs import Classeur, Ligne, Valeur
from echelons.socle.textes import normaliser

LOT = 1_000
LECTURES_GARDEES = 5_000
#: How many rows are judged together, for a destination that compares a whole file.
ENSEMBLE_MAX = 30_000
TROP_DE_LIGNES = (
    f"Ce classeur a plus de {ENSEMBLE_MAX}\u00a0lignes\u00a0: ce n’est pas celui que vous avez téléchargé."
)


@dataclass(frozen=True)
class Correspondance:
    """Which columns are read: by normalised heading, a code; fixed values for what no column gives; which sheets."""

    colonnes: Mapping[str, str]
    constantes: Mapping[str, str]
    feuilles: frozenset[int]

    @classmethod
    def de(cls, gardee: Mapping[str, Any]) -> Correspondance:
        """From what an import keeps."""
        return cls(
            gardee.get("colonnes", {}), gardee.get("constantes", {}), frozenset(gardee.get("feuilles", ()))
        )

    def en_json(self) -> dict[str, Any]:
        """To be kept."""
        return {
            "colonnes": dict(self.colonnes),
            "constantes": dict(self.constantes),
            "feuilles": sorted(self.feuilles),
        }

    def de_la_feuille(self, vue: Mapping[str, Any]) -> dict[str, int]:
        """By code: the column of a sheet that gives it, counted from 0."""
        trouvees: dict[str, int] = {}
        for colonne, intitule in vue["intitules"].items():
            code = self.colonnes.get(normaliser(intitule))
            if code:
                trouvees.setdefault(code, int(colonne))
        return trouvees


@dataclass(frozen=True)
class _FeuilleLue:
    """What is needed to read the rows of one sheet."""

    nom: str
    entete: int
    colonnes: Mapping[str, int]
    intitules: frozenset[str]


def lots(
    classeur: Classeur,
    vues: Sequence[Mapping[str, Any]],
    destination: Destination,
    correspondance: Correspondance,
    chantier: Chantier,
) -> Iterator[list[LigneLue]]:
    """Every row of the sheets chosen, judged, a thousand at a time; all together for a destination that compares.

    Raises ``FichierRefuse`` when those are too many.
    """
    entier = destination.comparer is not None
    feuilles = {
        vue["rang"]: _FeuilleLue(
            vue["nom"],
            vue["entete"],
            correspondance.de_la_feuille(vue),
            frozenset(vue["intitules"].values()),
        )
        for vue in vues
        if vue["rang"] in correspondance.feuilles
    }
    lectures = _Lectures(chantier)
    lot: list[LigneLue] = []
    for ligne in classeur.lignes():
        feuille = feuilles.get(ligne.feuille)
        lue = feuille and _lire(ligne, feuille, destination, correspondance.constantes, lectures)
        if lue:
            lot.append(lue)
        if entier and len(lot) > ENSEMBLE_MAX:
            raise FichierRefuse(TROP_DE_LIGNES)
        if len(lot) == LOT and not entier:
            chantier.juger(lot)
            yield lot
            lot = []
    if lot:
        chantier.juger(lot)
        yield lot


def _lire(
    ligne: Ligne,
    feuille: _FeuilleLue,
    destination: Destination,
    constantes: Mapping[str, str],
    lectures: _Lectures,
) -> LigneLue | None:
    """A row with its values; None above the data, for headings told again, and for what is left blank."""
    if ligne.numero <= feuille.entete:
        return None
    brutes: dict[str, Valeur] = {c: ligne.valeur(colonne) for c, colonne in feuille.colonnes.items()}
    if all(brutes.get(code) is None for code in destination.essentiels):
        return None
    textes = [v for v in brutes.values() if v is not None]
    if len(textes) > 1 and all(v in feuille.intitules for v in textes):
        return None
    for code, constante in constantes.items():
        if brutes.get(code) is None and constante:
            brutes[code] = constante
    lue = LigneLue(feuille.nom, ligne.numero, {}, feuille.colonnes, brutes)
    for champ in destination.champs:
        valeur = lectures.lire(champ, brutes.get(champ.code))
        if isinstance(valeur, ValeurRefusee):
            lue.refuser(champ.code, str(valeur))
            continue
        lue.valeurs[champ.code] = valeur
        if champ.requis and valeur in (None, ""):
            lue.refuser(champ.code, champ.aide)
    return lue


class _Lectures:
    """Cells read by their columns; a table says the same things again and again, each is read once."""

    def __init__(self, chantier: Chantier) -> None:
        self.chantier = chantier
        self.connues: dict[tuple[str, type, Valeur], Any] = {}

    def lire(self, champ: Champ, valeur: Valeur) -> Any:
        """What a cell says, or the refusal."""
        # 1, 1.0 and True are equal, and are not the same cell.
        cle = (champ.code, type(valeur), valeur)
        if cle in self.connues:
            return self.connues[cle]
        lue: Any
        try:
            lue = champ.lire(valeur, self.chantier)
        except ValeurRefusee as refus:
            lue = refus
        if len(self.connues) >= LECTURES_GARDEES:
            self.connues.clear()
        self.connues[cle] = lue
        return lue
