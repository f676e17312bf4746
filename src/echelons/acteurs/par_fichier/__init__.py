"""The directory and the mandates by file: what the engine of imports is told of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from echelons.acteurs.droits import Capacite
from echelons.acteurs.habilitations import fonctions_a_confier
from echelons.acteurs.models import Fonction, Organisation
from echelons.acteurs.par_fichier import mandats, organisations
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.imports.champs import Destination

LIGNES_DU_MODELE = 150


def _connues(par: Acteur) -> Sequence[Mapping[str, str]]:
    """The organisations that somebody may see, by the names they bear today."""
    siennes = (
        Organisation.objects.vivantes().for_user(par).prefetch_related("noms").select_related("territoire")
    )
    return [
        {
            "code": o.code,
            "nom": o.nom_au(par.jour),
            "type": str(o.get_type_display()),
            "siret": o.siret,
            "territoire": o.territoire.code if o.territoire else "",
        }
        for o in siennes.order_by("code")[:LIGNES_DU_MODELE]
    ]


def _fonctions(par: Acteur) -> Sequence[Mapping[str, str]]:
    """The functions that somebody may confide somewhere, to be completed."""
    confiees: list[Fonction] = fonctions_a_confier(par)
    return [{"fonction": f"{f.libelle} ({f.code})"} for f in confiees[:LIGNES_DU_MODELE]]


ORGANISATIONS = Destination(
    code="organisations",
    libelle="Organisations",
    explication=(
        "Services, collectivités, associations\u00a0: leur nom et depuis quand, leur type, leur SIRET, leur territoire"
        ". Ce qui ressemble à une organisation connue est montré avant d’être enregistré."
    ),
    champs=organisations.CHAMPS,
    essentiels=("nom",),
    ouvrir=organisations.ChantierDesOrganisations,
    defaire=organisations.defaire,
    modele=_connues,
    capacite=Capacite.ORGANISATION_GERER,
)
MANDATS = Destination(
    code="mandats",
    libelle="Invitations à des fonctions",
    explication=(
        "Une ligne par personne et par fonction\u00a0: son adresse électronique, la fonction, l’organisation, le "
        "territoire, les dates. Publier envoie à chacun une invitation\u00a0; aucun compte n’est ouvert sans lui."
    ),
    champs=mandats.CHAMPS,
    essentiels=("courriel",),
    ouvrir=mandats.ChantierDesMandats,
    defaire=mandats.defaire,
    modele=_fonctions,
    capacite=Capacite.MANDAT_INVITER,
    nomme_des_personnes=True,
)
