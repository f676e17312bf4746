"""What can be done on mandates: invite, accept, withdraw, end, renew; and open the first account of an instance.

Every act writes its row of the journal in its transaction.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q

from echelons.acteurs import messages
from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import noter, office, personnel_de, soi_meme
from echelons.acteurs.habilitations import ActeRefuse, auteur_sous, autoriser, autoriser_sur
from echelons.acteurs.models import Compte, Fonction, Invitation, Mandat, Organisation, Personne
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.journal import SYSTEME
from echelons.territoires.models import Territoire

__all__ = ["ActeRefuse"]

DUREE_D_UNE_INVITATION = dt.timedelta(days=14)


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

    Raises ``ActeRefuse``, or ``ValidationError`` when the mandate could not be held, or already is.
    """
    sous = autoriser(par, Capacite.MANDAT_INVITER, fonction, organisation, territoire)
    if organisation.fusionnee_dans_id is not None:
        raise ValidationError(
            {"organisation": "Cette organisation a été réunie à une autre\u00a0: choisissez l’autre."}
        )
    Mandat(
        fonction=fonction, organisation=organisation, territoire=territoire, titre=titre,
        acte_de_delegation=acte_de_delegation, debut=debut, fin=fin,
    ).full_clean(exclude=["personne"])  # fmt: skip
    secret, instant = secrets.token_urlsafe(32), maintenant()
    courriel = courriel.strip().lower()
    with transaction.atomic():
        invitation = Invitation(
            reference_personne=_reference(courriel),
            courriel=courriel,
            prenom=prenom.strip(),
            nom=nom.strip(),
            fonction=fonction,
            organisation=organisation,
            territoire=territoire,
            titre=titre,
            acte_de_delegation=acte_de_delegation.strip(),
            debut=debut,
            fin=fin,
            empreinte_du_secret=empreinte(secret),
            envoyee_le=instant,
            expire_le=instant + DUREE_D_UNE_INVITATION,
            par=sous,
        )
        invitation.full_clean()
        _refuser_un_double(invitation, instant)
        invitation.save()
        noter(invitation, "inviter", auteur_sous(par, sous), office(invitation), personnel_de(invitation))  # fmt: skip
        messages.envoyer(messages.invitation(invitation, adresse(secret)))
    return invitation


def _reference(courriel: str) -> uuid.UUID:
    """The reference of whoever holds this address, whether or not they have an account yet."""
    if compte := Compte.objects.select_related("personne").filter(courriel=courriel).first():
        return compte.personne.reference
    connue = Invitation.objects.filter(courriel=courriel).values_list("reference_personne", flat=True).first()
    return connue or uuid.uuid4()


def _refuser_un_double(invitation: Invitation, instant: dt.datetime) -> None:
    """Nobody is invited twice to the same office, nor to one that they hold. Raises ``ValidationError``."""
    meme = {
        "fonction": invitation.fonction,
        "organisation": invitation.organisation,
        "territoire": invitation.territoire,
    }
    if Invitation.objects.en_attente(instant).filter(courriel=invitation.courriel, **meme).exists():
        raise ValidationError(
            {
                "courriel": "Une invitation à cette fonction attend déjà cette personne. Retirez-la pour la refaire."
            }
        )
    tenus = Mandat.objects.filter(personne__reference=invitation.reference_personne, **meme)
    if tenus.filter(chevauche(invitation.debut, invitation.fin)).exists():
        raise ValidationError({"courriel": "Cette personne tient déjà cette fonction à cette date."})


def chevauche(debut: dt.date, fin: dt.date | None) -> Q:
    """The mandates that share at least a day with a period."""
    condition = Q(fin=None) | Q(fin__gte=debut)
    return condition & Q(debut__lte=fin) if fin else condition


@transaction.atomic
def retirer_invitation(*, par: Acteur, invitation: Invitation) -> None:
    """Make the link useless. Raises ``ActeRefuse``, ``InvitationInutilisable``."""
    invitation = _verrouiller(empreinte_du_secret=invitation.empreinte_du_secret)
    auteur = autoriser_sur(par, Capacite.MANDAT_INVITER, invitation)
    if empechement := invitation.empechement(maintenant()):
        raise InvitationInutilisable(empechement)
    invitation.retiree_le = maintenant()
    invitation.save(update_fields=["retiree_le"])
    noter(invitation, "retirer", auteur)


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
    auteur = soi_meme(compte)
    noter(invitation, "accepter", auteur, {"mandat": mandat.pk})
    noter(mandat, "accepter", auteur, {"invitation": invitation.pk, **office(mandat)}, personnel_de(mandat))
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
    compte = _ouvrir(invitation.courriel, identite, reference=invitation.reference_personne)
    noter(compte, "ouvrir_un_compte", soi_meme(compte), {"invitation": invitation.pk})
    accepter_invitation(secret=secret, compte=compte)
    return compte


@transaction.atomic
def terminer_mandat(*, par: Acteur, mandat: Mandat, fin: dt.date) -> Mandat:
    """Set the last day of a mandate. Raises ``ActeRefuse``, ``ValidationError``."""
    mandat = verrouiller_mandat(mandat)
    auteur = autoriser_sur(par, Capacite.MANDAT_TERMINER, mandat)
    ancienne = mandat.fin
    mandat.fin = fin
    mandat.full_clean()
    mandat.save(update_fields=["fin"])
    noter(mandat, "terminer", auteur, {"fin": fin, "ancienne_fin": ancienne})
    return mandat


@transaction.atomic
def renouveler_mandat(*, par: Acteur, mandat: Mandat, fin: dt.date | None) -> Mandat:
    """Carry the end of a mandate further, or remove it. Raises ``ActeRefuse``, ``ValidationError``."""
    mandat = verrouiller_mandat(mandat)
    auteur = autoriser_sur(par, Capacite.MANDAT_INVITER, mandat)
    ancienne = mandat.fin
    if ancienne is None:
        raise ValidationError("Ce mandat n’a pas de fin\u00a0: il n’y a rien à renouveler.")
    if fin is not None and fin <= ancienne:
        raise ValidationError(
            {"fin": "La nouvelle fin doit suivre l’ancienne\u00a0; pour abréger un mandat, mettez-y fin."}
        )
    mandat.fin = fin
    mandat.full_clean()
    mandat.save(update_fields=["fin"])
    noter(mandat, "renouveler", auteur, {"fin": fin, "ancienne_fin": ancienne})
    return mandat


def verrouiller_mandat(mandat: Mandat) -> Mandat:
    """The row as it stands, kept for this transaction; one that is over is history, and is changed no more.

    Raises ``ValidationError``.
    """
    lu = Mandat.objects.select_for_update(of=("self",)).avec_noms().get(pk=mandat.pk)
    if lu.fin is not None and lu.fin < aujourdhui():
        raise ValidationError(
            "Ce mandat a déjà pris fin. Pour confier de nouveau la fonction, invitez la personne."
        )
    return lu


@transaction.atomic
def installer_administrateur(*, courriel: str, identite: Identite, organisation: Organisation) -> Compte:
    """Open the account of the first national administrator, whom nobody is there to invite.

    Raises ``ValidationError`` as soon as one holds the office.
    """
    fonction = Fonction.objects.select_for_update().get(code="administrateur-national")
    if Mandat.objects.valides().filter(fonction=fonction).exists():
        raise ValidationError(
            "Cette instance a déjà une administration nationale\u00a0: qu’elle vous invite."
        )
    compte = _ouvrir(courriel, identite, reference=_reference(courriel.strip().lower()))
    mandat = Mandat(
        personne=compte.personne, fonction=fonction, organisation=organisation, debut=aujourdhui()
    )
    mandat.full_clean()
    mandat.save()
    noter(compte, "ouvrir_un_compte", SYSTEME)
    noter(mandat, "installer", SYSTEME, office(mandat))
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


def _ouvrir(courriel: str, identite: Identite, *, reference: uuid.UUID) -> Compte:
    personne = Personne(reference=reference, prenom=identite.prenom.strip(), nom=identite.nom.strip())
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
