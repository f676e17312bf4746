"""The e-mails of the room: short, in French, with nothing confidential in their subject.

They leave after the transaction, from a thread of their own: how long an answer takes does not say whether an
address is known here, and a slow mail server holds no reader back.
"""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from smtplib import SMTPException

from django.core.mail import EmailMessage
from django.db import transaction

from echelons.acteurs.models import Invitation, Mandat
from echelons.socle.dates import en_lettres

journal = logging.getLogger(__name__)
_poste = ThreadPoolExecutor(max_workers=2, thread_name_prefix="poste")


def envoyer(message: EmailMessage) -> None:
    """Send once what was written is committed; a failure is logged for the operator, without its recipient."""
    transaction.on_commit(partial(_poste.submit, _remettre, message))


def _remettre(message: EmailMessage) -> None:
    try:
        message.send()
    except (OSError, SMTPException):
        journal.exception("Un courriel n’est pas parti. Vérifiez les réglages ECHELONS_SMTP_*.")


def invitation(invitee: Invitation, lien: str) -> EmailMessage:
    """Somebody is invited to hold a function."""
    lieu = f", {invitee.territoire.nom}" if invitee.territoire else ""
    texte = (
        f"Bonjour,\n\nVous êtes invité à tenir dans Échelons la fonction suivante\u00a0:\n"
        f"{invitee.fonction.libelle} ({invitee.organisation.nom_au(invitee.debut)}{lieu}).\n\n"
        f"Pour accepter, ouvrez ce lien, qui ne sert qu’une fois et expire le "
        f"{en_lettres(invitee.expire_le.date())}\u00a0:\n{lien}\n\n"
        "Ne le transmettez à personne. Si cette invitation ne vous concerne pas, ignorez-la\u00a0: "
        "aucun compte ne sera ouvert.\n"
    )
    return EmailMessage("Votre invitation dans Échelons", texte, to=[invitee.courriel])


def passation(courriel: str, mandat: Mandat) -> EmailMessage:
    """Somebody who has an account receives an office that a colleague leaves."""
    lieu = f", {mandat.territoire.nom}" if mandat.territoire else ""
    texte = (
        f"Bonjour,\n\nÀ partir du {en_lettres(mandat.debut)}, vous tenez dans Échelons la fonction suivante\u00a0:\n"
        f"{mandat.fonction.libelle} ({mandat.organisation.nom_au(mandat.debut)}{lieu}).\n\n"
        "Les dossiers et leur histoire vous attendent tels qu’ils sont\u00a0: connectez-vous ce jour-là avec votre "
        "compte.\n"
    )
    return EmailMessage("Une fonction vous est confiée dans Échelons", texte, to=[courriel])


def reinitialisation(courriel: str, lien: str) -> EmailMessage:
    """Somebody asked for a new password."""
    texte = (
        "Bonjour,\n\nVous avez demandé à choisir un nouveau mot de passe dans Échelons. "
        f"Ouvrez ce lien dans l’heure, il ne sert qu’une fois\u00a0:\n{lien}\n\n"
        "Si vous n’avez rien demandé, ignorez ce message\u00a0: votre mot de passe reste le même.\n"
    )
    return EmailMessage("Votre mot de passe dans Échelons", texte, to=[courriel])


def mot_de_passe_change(courriel: str) -> EmailMessage:
    """The password was just changed: its owner must know."""
    texte = (
        "Bonjour,\n\nLe mot de passe de votre compte Échelons vient d’être changé, et vos autres sessions ont été "
        "fermées.\n\nSi ce n’est pas vous, demandez tout de suite un nouveau mot de passe depuis la page de "
        "connexion et prévenez l’administration de cette instance.\n"
    )
    return EmailMessage("Votre mot de passe a été changé", texte, to=[courriel])
