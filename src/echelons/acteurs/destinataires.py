"""Who receives a message: the accounts that hold a capability today, and the address at which they can be written to.

The outbox knows an account by its opaque id only; here it becomes somebody again, at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from echelons.acteurs.droits import Capacite, fonctions_de
from echelons.acteurs.models import Compte, Mandat
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.socle.horloge import aujourdhui


def compte_de(destinataire: str) -> Compte | None:
    """The open account of that id, of somebody who was not forgotten."""
    if not destinataire.isdigit():
        return None
    compte = Compte.objects.select_related("personne").filter(pk=int(destinataire)).first()
    return compte if compte is not None and compte.ouvert and compte.personne.oubliee_le is None else None


def adresse_de(destinataire: str) -> str | None:
    """Where to write to them; None when nobody can be."""
    compte = compte_de(destinataire)
    return compte.courriel if compte else None


def acteur_de(destinataire: str) -> Acteur:
    """What they may do today; nobody when the account is closed or gone."""
    return Acteur.de(compte_de(destinataire))


def tous() -> Iterable[str]:
    """Every account whose owner holds a mandate today."""
    titulaires = Mandat.objects.valides(aujourdhui()).values("personne")
    comptes = Compte.objects.filter(is_active=True, personne__in=titulaires).order_by("pk")
    return [str(pk) for pk in comptes.values_list("pk", flat=True)]


def qui_peut(capacite: Capacite, cible: Cible) -> list[tuple[Compte, Mandat]]:
    """The open accounts that hold this capability on this object today, standing in for a vacant office included."""
    lieux = cible.territoires | cible.regions
    fonctions = fonctions_de(capacite)
    candidats = Mandat.objects.valides(aujourdhui()).filter(
        Q(territoire=None)
        | Q(territoire__code__in=lieux)
        | Q(territoire__successions_avant__avant__code__in=lieux),
        Q(fonction__code__in=fonctions) | Q(fonction__supplee__code__in=fonctions),
    )
    trouves = []
    comptes = Compte.objects.filter(personne__in=candidats.values("personne")).select_related("personne")
    for compte in comptes.order_by("pk"):
        # The very rights of the page decide; the query above only spares reading everybody's.
        pouvoir = Acteur.de(compte).pouvoir(capacite, cible) if compte.ouvert else None
        if pouvoir is not None:
            trouves.append((compte, pouvoir.mandat))
    return trouves
