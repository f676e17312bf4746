"""What can be done on mandates: invite, accept, withdraw, end, renew; and open the first account of an instance."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs import messages
from echelons.acteurs.droits import TABLE, Capacite, Portee
from echelons.acteurs.models import Compte, Fonction, Invitation, Mandat, Organisation, Personne
from echelons.acteurs.pouvoirs import Acteur, Cible, Pouvoir, Refus
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.territoires.models import Territoire, TypeTerritoire

DUREE_D_UNE_INVITATION = dt.timedelta(days=14)
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


class InvitationInutilisable(Exception):
    """An invitation that cannot be accepted; its text says why and what to do."""


@dataclass(frozen=True)
class Identite:
    """Who somebody says they are when an account is opened, and how they will sign in."""

    prenom: str
    nom: str
    mot_de_passe: str | None = None
    sub_proconnect: str = ""


def inviter(
    *,
    par: Acteur,
    courriel: str,
    fonction: Fonction,
    organisation: Organisation,
    territoire: Territoire | None,
    debut: dt.date,
    adresse: Callable[[str], str],
    fin: dt.date | None = None,
    prenom: str = "",
    nom: str = "",
    titre: str = Mandat.Titre.TITULAIRE,
    acte_de_delegation: str = "",
) -> Invitation:
    """Invite somebody to hold a function. ``adresse`` gives the full address of the page that accepts a secret.

    Raises ``ActeRefuse``, or ``ValidationError`` when the mandate could not be held.
    """
    pouvoir = _autoriser(par, Capacite.MANDAT_INVITER, fonction, organisation, territoire)
    Mandat(
        fonction=fonction, organisation=organisation, territoire=territoire, titre=titre,
        acte_de_delegation=acte_de_delegation, debut=debut, fin=fin,
    ).full_clean(exclude=["personne"])  # fmt: skip
    secret, instant = secrets.token_urlsafe(32), maintenant()
    with transaction.atomic():
        invitation = Invitation(
            courriel=courriel.strip().lower(),
            prenom=prenom.strip(),
            nom=nom.strip(),
            fonction=fonction,
            organisation=organisation,
            territoire=territoire,
            titre=titre,
            acte_de_delegation=acte_de_delegation,
            debut=debut,
            fin=fin,
            empreinte_du_secret=empreinte(secret),
            envoyee_le=instant,
            expire_le=instant + DUREE_D_UNE_INVITATION,
            par=pouvoir.mandat,
        )
        invitation.full_clean()
        invitation.save()
        messages.envoyer(messages.invitation(invitation, adresse(secret)))
    return invitation


@transaction.atomic
def retirer_invitation(*, par: Acteur, invitation: Invitation) -> None:
    """Make the link useless. Raises ``ActeRefuse``, ``InvitationInutilisable``."""
    invitation = _verrouiller(empreinte_du_secret=invitation.empreinte_du_secret)
    _autoriser(
        par, Capacite.MANDAT_INVITER, invitation.fonction, invitation.organisation, invitation.territoire
    )
    if empechement := invitation.empechement(maintenant()):
        raise InvitationInutilisable(empechement)
    invitation.retiree_le = maintenant()
    invitation.save(update_fields=["retiree_le"])


@transaction.atomic
def accepter_invitation(*, secret: str, compte: Compte) -> Mandat:
    """Give the mandate to an account that exists, whose address is the one invited.

    Raises ``InvitationInutilisable``.
    """
    invitation = _utilisable(secret)
    if compte.courriel != invitation.courriel:
        raise InvitationInutilisable(
            f"Cette invitation est adressée à {invitation.courriel}, et vous êtes connecté avec {compte.courriel}. "
            "Déconnectez-vous, puis rouvrez le lien reçu."
        )
    mandat = Mandat(
        personne=compte.personne,
        fonction=invitation.fonction,
        organisation=invitation.organisation,
        territoire=invitation.territoire,
        titre=invitation.titre,
        acte_de_delegation=invitation.acte_de_delegation,
        debut=invitation.debut,
        fin=invitation.fin,
    )
    try:
        mandat.full_clean()
    except ValidationError as erreur:
        raise InvitationInutilisable(" ".join(erreur.messages)) from erreur
    mandat.save()
    invitation.mandat = mandat
    invitation.save(update_fields=["mandat"])
    return mandat


@transaction.atomic
def ouvrir_compte_invite(*, secret: str, identite: Identite) -> Compte:
    """Open the account of somebody invited who has none, and give them the mandate.

    Raises ``InvitationInutilisable``, also when an account exists: its owner must sign in first.
    """
    invitation = _utilisable(secret)
    if Compte.objects.filter(courriel=invitation.courriel).exists():
        raise InvitationInutilisable(
            "Un compte existe déjà avec cette adresse. Connectez-vous, puis acceptez."
        )
    if identite.sub_proconnect and Compte.objects.filter(sub_proconnect=identite.sub_proconnect).exists():
        raise InvitationInutilisable("Votre identité ProConnect est déjà reliée à un autre compte.")
    compte = _ouvrir(invitation.courriel, identite)
    accepter_invitation(secret=secret, compte=compte)
    return compte


@transaction.atomic
def terminer_mandat(*, par: Acteur, mandat: Mandat, fin: dt.date) -> Mandat:
    """Set the last day of a mandate. Raises ``ActeRefuse``, ``ValidationError``."""
    _autoriser(par, Capacite.MANDAT_TERMINER, mandat.fonction, mandat.organisation, mandat.territoire)
    mandat = Mandat.objects.select_for_update().get(pk=mandat.pk)
    if mandat.fin is not None and mandat.fin < aujourdhui():
        raise ValidationError("Ce mandat a déjà pris fin.")
    mandat.fin = fin
    mandat.full_clean()
    mandat.save(update_fields=["fin"])
    return mandat


@transaction.atomic
def renouveler_mandat(*, par: Acteur, mandat: Mandat, fin: dt.date | None) -> Mandat:
    """Carry the end of a mandate further, or remove it. Raises ``ActeRefuse``, ``ValidationError``."""
    _autoriser(par, Capacite.MANDAT_INVITER, mandat.fonction, mandat.organisation, mandat.territoire)
    mandat = Mandat.objects.select_for_update().get(pk=mandat.pk)
    if mandat.fin is None:
        raise ValidationError("Ce mandat n’a pas de fin : il n’y a rien à renouveler.")
    if mandat.fin < aujourdhui():
        raise ValidationError("Ce mandat a déjà pris fin. Invitez la personne à un nouveau mandat.")
    if fin is not None and fin <= mandat.fin:
        raise ValidationError("La nouvelle fin doit suivre l’ancienne ; pour abréger un mandat, terminez-le.")
    mandat.fin = fin
    mandat.full_clean()
    mandat.save(update_fields=["fin"])
    return mandat


@transaction.atomic
def installer_administrateur(*, courriel: str, identite: Identite, organisation: Organisation) -> Compte:
    """Open the account of the first national administrator, whom nobody is there to invite.

    Raises ``ValidationError`` as soon as one holds the office.
    """
    fonction = Fonction.objects.select_for_update().get(code="administrateur-national")
    if Mandat.objects.valides().filter(fonction=fonction).exists():
        raise ValidationError("Cette instance a déjà une administration nationale : qu’elle vous invite.")
    compte = _ouvrir(courriel, identite)
    mandat = Mandat(
        personne=compte.personne, fonction=fonction, organisation=organisation, debut=aujourdhui()
    )
    mandat.full_clean()
    mandat.save()
    return compte


def empreinte(secret: str) -> str:
    """What is kept of a secret link."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def invitation_de(secret: str) -> Invitation | None:
    """The invitation that this secret opens, usable or not."""
    return (
        Invitation.objects.filter(empreinte_du_secret=empreinte(secret))
        .select_related("fonction", "organisation", "territoire", "par__personne", "par__fonction")
        .first()
    )


def _ouvrir(courriel: str, identite: Identite) -> Compte:
    personne = Personne(prenom=identite.prenom.strip(), nom=identite.nom.strip())
    personne.full_clean()
    personne.save()
    compte = Compte.objects.creer(courriel=courriel, personne=personne, mot_de_passe=identite.mot_de_passe)
    if identite.sub_proconnect:
        compte.sub_proconnect = identite.sub_proconnect
        compte.save(update_fields=["sub_proconnect"])
    return compte


def _utilisable(secret: str) -> Invitation:
    invitation = _verrouiller(empreinte_du_secret=empreinte(secret))
    if empechement := invitation.empechement(maintenant()):
        raise InvitationInutilisable(empechement)
    return invitation


def _verrouiller(*, empreinte_du_secret: str) -> Invitation:
    invitation = (
        Invitation.objects.select_for_update().filter(empreinte_du_secret=empreinte_du_secret).first()
    )
    if invitation is None:
        raise InvitationInutilisable("Ce lien n’ouvre aucune invitation. Vérifiez qu’il est entier.")
    return invitation


def _autoriser(
    par: Acteur,
    capacite: Capacite,
    fonction: Fonction,
    organisation: Organisation,
    territoire: Territoire | None,
) -> Pouvoir:
    """The power under which a mandate of this kind may be given or taken away. Raises ``ActeRefuse``."""
    cible = _cible(organisation, territoire)
    if refus := par.refus(capacite, cible):
        raise ActeRefuse(refus)
    for pouvoir in par.pouvoirs[capacite]:
        if pouvoir.atteint(cible) and _peut_confier(pouvoir, fonction, territoire):
            return pouvoir
    raise ActeRefuse(Refus(capacite, hors_perimetre=False, fonctions=("l’échelon au-dessus du vôtre",)))


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


def _cible(organisation: Organisation, territoire: Territoire | None) -> Cible:
    """Where a mandate lies."""
    if territoire is None:
        return Cible(organisations=frozenset({organisation.pk}))
    region = territoire if territoire.type == TypeTerritoire.REGION else territoire.region
    return Cible(
        territoires=frozenset({territoire.code}),
        regions=frozenset({region.code}) if region else frozenset(),
        organisations=frozenset({organisation.pk}),
    )
