"""Sending: at most one ordinary e-mail a person and a day, and nothing lost nor doubled by a sender that dies.

An e-mail goes through three steps. A transaction writes the row ``Envoi`` with its Message-ID and ties its messages
to it; the mail server takes the e-mail; another transaction marks it sent. Killed before the first commit, the
messages still wait, as if nothing had begun. Killed between the two commits, the row stays open, and the next run
tries the *same* e-mail again, worked out anew (who lost the right meanwhile receives nothing). Only there may an
e-mail go twice: when the server had already taken it and the sender died before it could write so. No protocol over
SMTP avoids this (the server's « 250 » may itself be lost); both bear the same Message-ID, by which mailboxes and
people recognise them. Killed after the second commit, it is sent, once.

One sender at a time: a lock that the system itself releases when the process dies, so that none has to be waited for.
"""

from __future__ import annotations

import datetime as dt
import logging
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from smtplib import SMTPException, SMTPRecipientsRefused

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from echelons.socle.envois.composition import Contenu, composer, en_attente, rediger
from echelons.socle.envois.registre import adresse_de, tous_les_destinataires
from echelons.socle.horloge import maintenant, reelle
from echelons.socle.models import Envoi, Message
from echelons.socle.verrous import Verrou, seul

ESSAIS_MAX = 10
PREMIER_DELAI, DELAI_MAX = dt.timedelta(minutes=5), dt.timedelta(hours=6)
journal = logging.getLogger(__name__)


@dataclass
class Bilan:
    """What a run did; ``occupe``: another sender was at work, nothing was tried."""

    envoyes: int = 0
    lignes: int = 0
    ecartes: int = 0
    echecs: int = 0
    abandonnes: int = 0
    occupe: bool = False


def expedier(*, urgents_seulement: bool = False) -> Bilan:
    """Send what is due. Stops at the first sign that the mail server does not answer; the rest waits."""
    bilan = Bilan()
    with seul(Verrou.ENVOIS) as tenu:
        if not tenu:
            return Bilan(occupe=True)
        poste = get_connection()
        try:
            for destinataire, urgent in _a_servir(urgents_seulement):
                if not _servir(destinataire, urgent, poste, bilan):
                    break
        finally:
            poste.close()
    return bilan


def _a_servir(urgents_seulement: bool) -> Iterator[tuple[str, bool]]:
    """Who may have something to receive: what a former run left open, then the urgent, then the rest."""
    ouverts = Envoi.objects.filter(envoye_le=None, abandonne_le=None).order_by("pk")
    if urgents_seulement:
        ouverts = ouverts.filter(urgent=True)
    yield from list(ouverts.values_list("destinataire", "urgent"))
    attente = Message.objects.filter(ecarte="").exclude(envoi__envoye_le__isnull=False)
    attente = attente.exclude(envoi__abandonne_le__isnull=False).order_by().distinct()
    for urgent in (True,) if urgents_seulement else (True, False):
        cles = set(attente.filter(urgent=urgent).values_list("destinataire", flat=True))
        if not urgent:
            cles.update(tous_les_destinataires())
        yield from ((cle, urgent) for cle in sorted(cles))


def _servir(destinataire: str, urgent: bool, poste: BaseEmailBackend, bilan: Bilan) -> bool:
    """Send one person what is due; tells whether the mail server still answers."""
    adresse = adresse_de(destinataire)
    prepare = _preparer(destinataire, urgent, adresse, bilan)
    if prepare is None or adresse is None:
        return True
    envoi, contenu = prepare
    try:
        rediger_et_remettre(envoi, contenu, adresse, poste)
    except SMTPRecipientsRefused:
        journal.exception("Un destinataire est refusé par le serveur de courrier (envoi %s).", envoi.pk)
        _echouer(envoi, bilan)
        return True
    except (OSError, SMTPException):
        journal.exception("Un courriel n’est pas parti. Vérifiez les réglages ECHELONS_SMTP_*.")
        _echouer(envoi, bilan)
        return False
    Envoi.objects.filter(pk=envoi.pk).update(envoye_le=maintenant())
    bilan.envoyes += 1
    bilan.lignes += len(contenu.lignes)
    return True


def rediger_et_remettre(envoi: Envoi, contenu: Contenu, adresse: str, poste: BaseEmailBackend) -> None:
    """Hand the e-mail to the mail server; ends well once the server answers for it."""
    message = rediger(contenu, envoi, adresse)
    message.connection = poste
    message.send()


@transaction.atomic
def _preparer(
    destinataire: str, urgent: bool, adresse: str | None, bilan: Bilan
) -> tuple[Envoi, Contenu] | None:
    """Write what is about to be sent, and set aside what must not leave; None when there is nothing to send now."""
    jour, instant = reelle(), maintenant()
    envoi = Envoi.objects.filter(
        destinataire=destinataire, urgent=urgent, envoye_le=None, abandonne_le=None
    ).first()
    if envoi is not None and envoi.pas_avant and instant < envoi.pas_avant:
        return None
    if not urgent and _a_deja_recu(destinataire, jour, envoi):
        return None
    messages = en_attente(destinataire, urgent=urgent)
    if envoi is not None:
        messages += envoi.messages.filter(ecarte="")
    if adresse is None:
        contenu = Contenu(ecartes={m.pk: Message.Ecart.COMPTE for m in messages})
    else:
        contenu = composer(
            destinataire, messages, avec_rappels=not urgent, sauf=envoi.pk if envoi is not None else 0
        )
    for motif in set(contenu.ecartes.values()):
        vises = [pk for pk, sien in contenu.ecartes.items() if sien == motif]
        bilan.ecartes += Message.objects.filter(pk__in=vises).update(ecarte=motif, ecarte_le=instant)
    if not contenu.lignes:
        if envoi is not None:
            Envoi.objects.filter(pk=envoi.pk).update(abandonne_le=instant)
        return None
    envoi = envoi or Envoi(
        destinataire=destinataire, urgent=urgent, identifiant=secrets.token_hex(16), prepare_le=instant
    )
    envoi.jour = jour
    envoi.rappels = list(contenu.rappels)
    envoi.nombre_de_lignes = len(contenu.lignes)
    envoi.save()
    Message.objects.filter(pk__in=contenu.retenus).update(envoi=envoi)
    return envoi, contenu


def _a_deja_recu(destinataire: str, jour: dt.date, ouvert: Envoi | None) -> bool:
    """Whether the ordinary e-mail of the day was sent, or given up, already."""
    du_jour = Envoi.objects.filter(destinataire=destinataire, jour=jour, urgent=False)
    return du_jour.exclude(pk=ouvert.pk if ouvert else 0).exists()


def _echouer(envoi: Envoi, bilan: Bilan) -> None:
    """Count a refusal; the next try waits longer, and the last one is not followed by another."""
    instant = maintenant()
    envoi.essais += 1
    bilan.echecs += 1
    if envoi.essais >= ESSAIS_MAX:
        envoi.abandonne_le = instant
        bilan.abandonnes += 1
    envoi.pas_avant = instant + min(PREMIER_DELAI * 2 ** (envoi.essais - 1), DELAI_MAX)
    envoi.save(update_fields=["essais", "abandonne_le", "pas_avant"])
