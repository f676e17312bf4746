"""What the acts of the room leave in the journal: opaque references in the row, people's words and names aside."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from echelons.acteurs.models import Compte, Invitation, Mandat, Organisation
from echelons.socle.journal import Auteur, Objet, Personnel, ecrire
from echelons.socle.models import Ecriture

RIEN: Mapping[str, Any] = MappingProxyType({})


def objet_de(chose: Mandat | Invitation | Organisation | Compte) -> Objet:
    """The chain of what an act is about; an account's is its person's."""
    if isinstance(chose, Mandat):
        return Objet("mandat", str(chose.pk))
    if isinstance(chose, Invitation):
        return Objet("invitation", str(chose.pk))
    if isinstance(chose, Organisation):
        return Objet("organisation", chose.code)
    return Objet("personne", str(chose.personne.reference))


def noter(
    chose: Mandat | Invitation | Organisation | Compte,
    acte: str,
    auteur: Auteur,
    donnees: Mapping[str, Any] = RIEN,
    personnel: Mapping[str, Personnel] = RIEN,
) -> Ecriture:
    """Write one act; to be called in its transaction."""
    return ecrire(objet=objet_de(chose), acte=acte, auteur=auteur, donnees=donnees, personnel=personnel)


def office(tenu: Mandat | Invitation) -> dict[str, Any]:
    """What is held, where and when, by references."""
    return {
        "fonction": tenu.fonction.code,
        "organisation": tenu.organisation.code,
        "territoire": tenu.territoire.code if tenu.territoire else "",
        "titre": str(tenu.titre),
        "debut": tenu.debut,
        "fin": tenu.fin,
    }


def personnel_de(tenu: Mandat | Invitation) -> dict[str, Personnel]:
    """What an office held says of a person: the act of delegation, which may name them; the address and the name of
    somebody invited."""
    if isinstance(tenu, Mandat):
        reference, valeurs = str(tenu.personne.reference), {}
    else:
        reference = str(tenu.reference_personne)
        valeurs = {"courriel": tenu.courriel, "prenom": tenu.prenom, "nom": tenu.nom}
    valeurs["acte_de_delegation"] = tenu.acte_de_delegation
    return {cle: Personnel(reference, valeur) for cle, valeur in valeurs.items() if valeur}


def soi_meme(compte: Compte) -> Auteur:
    """Somebody who acts on their own account, under no mandate."""
    return Auteur(compte=str(compte.pk), personne=str(compte.personne.reference))
