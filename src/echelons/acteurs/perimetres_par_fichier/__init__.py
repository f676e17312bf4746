"""Perimeters by file: a row says that a commune or an EPCI is part of a perimeter from a day on, until another.

Only memberships are added: what is recorded is changed on the page of the perimeter, so that undoing an import removes
what it wrote and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence

from django.conf import settings

from echelons.acteurs.perimetres import CAPACITE, cible_de, emprise_du_perimetre
from echelons.acteurs.perimetres_par_fichier.champs import CHAMPS
from echelons.acteurs.perimetres_par_fichier.chantier import ChantierDesPerimetres
from echelons.acteurs.perimetres_par_fichier.retrait import defaire
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.imports.champs import Destination
from echelons.territoires.models import Composition, Territoire, TypeTerritoire
from echelons.territoires.perimetres import NATURES

LIGNES_DU_MODELE = 500


def modele(par: Acteur) -> Sequence[dict[str, str]]:
    """The perimeters of the reader’s reach as they are today: given back unchanged, the file changes nothing."""
    lignes: list[dict[str, str]] = []
    tous = Territoire.objects.filter(type=TypeTerritoire.PERIMETRE, fin=None).order_by("code")
    for perimetre in tous.filter(fictif=True) if settings.DEMONSTRATION else tous:
        if not par.peut(CAPACITE, cible_de(emprise_du_perimetre(perimetre))):
            continue
        liens = Composition.objects.filter(contenant=perimetre, fin=None).select_related("contenu")
        lignes += [
            {
                "perimetre": perimetre.code,
                "nom": perimetre.nom,
                "nature": NATURES.get(perimetre.nature, ""),
                "membre": f"{lien.contenu.nom} ({lien.contenu.code})",
                "debut": lien.debut.strftime("%d/%m/%Y") if lien.debut else "",
                "source": "Déjà enregistré",
            }
            for lien in liens.order_by("contenu__code")
        ]
    return lignes[:LIGNES_DU_MODELE]


PERIMETRES = Destination(
    code="perimetres",
    libelle="Périmètres de projet",
    explication=(
        "De quelles communes et de quels EPCI chaque périmètre est fait, depuis quand, jusqu’à quand, et le document "
        "qui le dit. Un périmètre dont le nom est nouveau est créé."
    ),
    champs=CHAMPS,
    essentiels=("membre",),
    ouvrir=ChantierDesPerimetres,
    defaire=defaire,
    modele=modele,
    capacite=CAPACITE,
)
