"""What several readings share: the upper levels of the territory and their names, kept for the data's revision."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from echelons.socle.revision import memoire
from echelons.socle.textes import normaliser
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.territoires.noms import avec_de


@dataclass(frozen=True, slots=True)
class NomTerritoire:
    """A territory above the commune, as pages name it."""

    code: str
    type: str
    nature: str
    nom: str
    liaison: int | None
    region: str
    region_nom: str
    debut: dt.date | None
    fin: dt.date | None
    fictif: bool
    composition: str

    @property
    def nom_avec_de(self) -> str:
        """« du Nord », « de l’Aisne »."""
        return avec_de(self.nom, self.liaison)

    def valide_le(self, jour: dt.date) -> bool:
        """Whether it exists on that day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


@memoire(places=1, reference=True)
def regions_reelles() -> tuple[NomTerritoire, ...]:
    """The régions but the fictional one, as a French reader sorts them."""
    reelles = (n for n in noms().values() if n.type == TypeTerritoire.REGION and not n.fictif)
    return tuple(sorted(reelles, key=lambda n: normaliser(n.nom)))


@memoire(places=1, reference=True)
def geographie() -> Geographie:
    """The containments and successions of the upper levels."""
    lue = Geographie.courante()
    _mettre_a_part(lue)
    return lue


_A_PART: list[Geographie] = []


def _mettre_a_part(lue: Geographie) -> None:
    """Spare the garbage collector the hundred thousand objects of a geography, which live as long as the process.

    Going through them takes it 0.1 to 0.2 s at any moment of any page. Once a geography: what is set apart is freed
    as usual when nothing refers to it any more.
    """
    if not any(lue is deja for deja in _A_PART):
        _A_PART[:] = [lue]
        gc.collect()
        gc.freeze()


@memoire(places=1, reference=True)
def noms() -> Mapping[str, NomTerritoire]:
    """Every territory above the commune, by code, in the order of codes."""
    colonnes = ("type", "nature", "nom", "liaison", "region__code", "region__nom", "debut", "fin", "fictif")
    lus: dict[str, NomTerritoire] = {}
    for code, type_, nature, nom, liaison, region, region_nom, debut, fin, fictif, composition in (
        Territoire.objects.exclude(type=TypeTerritoire.COMMUNE)
        .order_by("code")
        .values_list("code", *colonnes, "composition")
    ):
        # A région is its own.
        soi = type_ == TypeTerritoire.REGION
        lus[code] = NomTerritoire(
            code=code,
            type=type_,
            nature=nature,
            nom=nom,
            liaison=liaison,
            region=region or (code if soi else ""),
            region_nom=region_nom or (nom if soi else ""),
            debut=debut,
            fin=fin,
            fictif=fictif,
            composition=composition,
        )
    return MappingProxyType(lus)


@memoire(places=1, reference=True)
def departements_des_signataires() -> Mapping[str, tuple[str, ...]]:
    """Signatory of departmental rank → the départements it is drawn with."""
    geo = geographie()
    departements: dict[str, list[str]] = {code: [] for code in geo.collectivites}
    for departement in geo.departements:
        for code in dict.fromkeys(lien.contenant for lien in geo.liens.get(departement, ())):
            if code in departements:
                departements[code].append(departement)
    return MappingProxyType({code: tuple(codes) for code, codes in departements.items()})
