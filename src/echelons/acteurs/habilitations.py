"""Who may give or take away which mandate: the table of rights, and nobody gives more than their own échelon."""

from __future__ import annotations

from echelons.acteurs.droits import TABLE, Capacite, Portee
from echelons.acteurs.models import Fonction, Invitation, Mandat, Organisation
from echelons.acteurs.pouvoirs import Acteur, Cible, Pouvoir, Refus
from echelons.socle.journal import Auteur
from echelons.territoires.models import Territoire, TypeTerritoire

#: Who signs or agrees for a party is never invited by a colleague of the same service.
SIGNATAIRES = frozenset().union(
    *(TABLE[c] for c in (Capacite.SIGNER_ETAT, Capacite.SIGNER_COLLECTIVITE, Capacite.ACCORDER))
)
_ECHELONS_LOCAUX = {Fonction.Echelon.DEPARTEMENTAL, Fonction.Echelon.LOCAL}


class ActeRefuse(Exception):
    """An act that the rights do not allow; ``refus`` says why and who can."""

    def __init__(self, refus: Refus) -> None:
        super().__init__(refus.phrase)
        self.refus = refus


def cible_de(organisation: Organisation, territoire: Territoire | None) -> Cible:
    """Where what is held in an organisation, on a territory, lies."""
    ici = frozenset({organisation.pk})
    if territoire is None:
        return Cible(organisations=ici, actions=ici)
    region = territoire if territoire.type == TypeTerritoire.REGION else territoire.region
    return Cible(
        territoires=frozenset({territoire.code}),
        regions=frozenset({region.code}) if region else frozenset(),
        organisations=ici,
        actions=ici,
    )


def examiner(
    par: Acteur,
    capacite: Capacite,
    fonction: Fonction,
    organisation: Organisation,
    territoire: Territoire | None,
) -> Pouvoir | Refus:
    """The power under which a mandate of this kind may be given or taken away, or why there is none."""
    cible = cible_de(organisation, territoire)
    if refus := par.refus(capacite, cible):
        return refus
    for pouvoir in par.pouvoirs[capacite]:
        if pouvoir.atteint(cible) and _peut_confier(pouvoir, fonction, territoire):
            return pouvoir
    return Refus(capacite, hors_perimetre=False, fonctions=("l’échelon au-dessus du vôtre",))


def refus_sur(par: Acteur, capacite: Capacite, tenu: Mandat | Invitation) -> Refus | None:
    """Why somebody may not act on a mandate or an invitation; None when they may."""
    trouve = examiner(par, capacite, tenu.fonction, tenu.organisation, tenu.territoire)
    return trouve if isinstance(trouve, Refus) else None


def autoriser(
    par: Acteur,
    capacite: Capacite,
    fonction: Fonction,
    organisation: Organisation,
    territoire: Territoire | None,
) -> Mandat:
    """The mandate under which somebody acts on one of this kind. Raises ``ActeRefuse``."""
    trouve = examiner(par, capacite, fonction, organisation, territoire)
    if isinstance(trouve, Refus):
        raise ActeRefuse(trouve)
    return trouve.mandat


def autoriser_sur(par: Acteur, capacite: Capacite, tenu: Mandat | Invitation) -> Auteur:
    """Who acts, as the journal knows them, on a mandate or an invitation. Raises ``ActeRefuse``."""
    return auteur_sous(par, autoriser(par, capacite, tenu.fonction, tenu.organisation, tenu.territoire))


def autoriser_nation(par: Acteur, capacite: Capacite) -> Auteur:
    """Who acts where only the nation may: organisations, people to forget. Raises ``ActeRefuse``."""
    pouvoir = par.pouvoir(capacite, Cible())
    if pouvoir is None:
        raise ActeRefuse(par.refus_general(capacite))
    return auteur_sous(par, pouvoir.mandat)


def auteur_sous(par: Acteur, mandat: Mandat) -> Auteur:
    """The references of who acts under this mandate."""
    if par.compte is None:
        raise ValueError("Personne n’agit sans compte.")
    return Auteur(str(par.compte.pk), str(mandat.pk), str(par.compte.personne.reference))


def fonctions_a_confier(par: Acteur) -> list[Fonction]:
    """The functions that exist today and to which somebody may invite, somewhere."""
    pouvoirs = par.pouvoirs.get(Capacite.MANDAT_INVITER, ())
    return [
        fonction
        for fonction in Fonction.objects.order_by("pk")
        if (fonction.fin is None or par.jour <= fonction.fin)
        and any(_peut_confier(p, fonction, p.mandat.territoire) for p in pouvoirs)
    ]


def _peut_confier(pouvoir: Pouvoir, fonction: Fonction, territoire: Territoire | None) -> bool:
    """Nobody gives more than their own échelon: the nation gives all; a région, what is not national; a service, to
    its own side, on its own territory, functions that neither agree nor sign."""
    if pouvoir.portee is Portee.NATION:
        return True
    if pouvoir.portee is Portee.REGION:
        return fonction.echelon != Fonction.Echelon.NATIONAL and territoire is not None
    return (
        fonction.echelon in _ECHELONS_LOCAUX
        and fonction.cote == pouvoir.mandat.fonction.cote
        and fonction.code not in SIGNATAIRES
        and territoire is not None
        and territoire.pk == pouvoir.mandat.territoire_id
    )
