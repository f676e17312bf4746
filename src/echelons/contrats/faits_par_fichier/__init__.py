"""Facts of instruments by file: what the engine of imports is told of them, and the same table given back."""

from __future__ import annotations

from collections.abc import Sequence

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.faits_par_fichier.champs import CHAMPS
from echelons.contrats.faits_par_fichier.chantier import ChantierDesFaits
from echelons.contrats.faits_par_fichier.retrait import defaire
from echelons.socle.horloge import aujourdhui
from echelons.socle.imports.champs import Destination
from echelons.territoires.models import Territoire

LIGNES_DU_MODELE = 150


def modele(par: Acteur) -> Sequence[dict[str, str]]:
    """One row a signatory of the reader's reach, its date and its source left to fill."""
    portee = par.territoires(Capacite.IMPORTER)
    lieux = Territoire.objects.valides(aujourdhui()).filter(
        portee.filtre(territoire="code", region="region__code"), type="collectivite"
    )
    return [
        {"territoire": f"{lieu.nom} ({lieu.code})"}
        for lieu in lieux.filter(fictif=False).order_by("code")[:LIGNES_DU_MODELE]
        or lieux.order_by("code")[:LIGNES_DU_MODELE]
    ]


FAITS = Destination(
    code="faits",
    libelle="Faits des instruments",
    explication=(
        "Signatures, délibérations, entrées en vigueur… d’un protocole, d’une convention, d’un avenant\u00a0: "
        "le territoire, le dispositif, la date et sa précision, et la source publique qui le dit."
    ),
    champs=CHAMPS,
    essentiels=("date", "adresse", "cles", "partie"),
    ouvrir=ChantierDesFaits,
    defaire=defaire,
    modele=modele,
    capacite=Capacite.IMPORTER,
)
