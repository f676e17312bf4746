"""Who receives a message: the accounts that hold a capability today, and the address at which they can be written to.

The outbox knows an account by its opaque id only; here it becomes somebody again, at the moment of sending.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable

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


def qui_peut(cible: Cible, capacites: Collection[Capacite]) -> dict[Capacite, list[tuple[Compte, Mandat]]]:
    """By capability, the open accounts that hold it on this object today, with the mandate that gives it.

    Those who stand in for a vacant office are among them: the very rights of the page decide.
    """
    lieux = cible.territoires | cible.regions
    fonctions = {fonction for capacite in capacites for fonction in fonctions_de(capacite)}
    # The query only spares reading everybody's mandates.
    candidats = Mandat.objects.valides(aujourdhui()).filter(
        Q(territoire=None)
        | Q(territoire__code__in=lieux)
        | Q(territoire__successions_avant__avant__code__in=lieux),
        Q(fonction__code__in=fonctions) | Q(fonction__supplee__code__in=fonctions),
    )
    comptes = Compte.objects.filter(personne__in=candidats.values("personne")).select_related("personne")
    trouves: dict[Capacite, list[tuple[Compte, Mandat]]] = {capacite: [] for capacite in capacites}
    for acteur in [Acteur.de(compte) for compte in comptes.order_by("pk") if compte.ouvert]:
        for capacite in trouves:
            pouvoir = acteur.pouvoir(capacite, cible)
            if pouvoir is not None and acteur.compte is not None:
                trouves[capacite].append((acteur.compte, pouvoir.mandat))
    return trouves
