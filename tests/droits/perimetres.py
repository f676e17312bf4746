"""The perimeter of each place of the small world, and what it is made of."""

from __future__ import annotations

import datetime as dt

from echelons.acteurs.perimetres import droit_de
from echelons.acteurs.pouvoirs import Acteur
from echelons.territoires.actes import creer_perimetre, rafraichir
from echelons.territoires.models import Composition, Territoire


def delimiter(par: Acteur, place: Territoire, lieu: str) -> Territoire:
    """A perimeter made of the first of the two communes of this place."""
    Composition.objects.create(contenant=place.region, contenu=place)
    for numero in ("01", "02"):
        commune = Territoire.objects.create(
            code=f"{place.code[:3]}{numero}",
            type="commune",
            nom=f"Commune {lieu} {numero} (fictive)",
            region=place.region,
            fictif=True,
        )
        Composition.objects.create(contenant=place, contenu=commune)
    rafraichir()
    return creer_perimetre(
        par=droit_de(par),
        nom=f"Périmètre {lieu} (fictif)",
        nature="projet",
        debut=dt.date(2020, 6, 29),
        membres=[f"{place.code[:3]}01"],
        source="Arrêté d’essai",
    )
