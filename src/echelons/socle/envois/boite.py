"""Adding a message to the outbox."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import connection

from echelons.socle.horloge import maintenant
from echelons.socle.journal import HorsTransaction, Objet
from echelons.socle.models import Message


def poster(periodes: Mapping[str, str], *, genre: str, objet: Objet, urgent: bool = False) -> int:
    """Write one message a recipient (of ``periodes``: recipient → period), in the transaction of the act.

    The same kind about the same object and period is told once; returns how many were new. Raises
    ``HorsTransaction`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise HorsTransaction("Un message s’écrit dans la transaction de l’acte qu’il annonce.")
    if not periodes:
        return 0
    instant = maintenant()
    messages = [
        Message(
            destinataire=destinataire,
            genre=genre,
            objet_type=objet.type,
            objet_ref=objet.ref,
            periode=periode,
            cle=f"{destinataire}|{genre}|{objet.type}|{objet.ref}|{periode}",
            urgent=urgent,
            cree_le=instant,
        )
        for destinataire, periode in periodes.items()
    ]
    deja = Message.objects.filter(cle__in=[m.cle for m in messages]).count()
    Message.objects.bulk_create(messages, ignore_conflicts=True)
    return len(messages) - deja
