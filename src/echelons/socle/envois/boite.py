"""Adding a message to the outbox."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import connection

from echelons.socle.horloge import maintenant
from echelons.socle.journal import HorsTransaction, Objet
from echelons.socle.models import Message


def poster(
    *, destinataires: Iterable[str], genre: str, objet: Objet, periode: str, urgent: bool = False
) -> int:
    """Write one message a recipient, in the transaction of the act; return how many were new.

    The same kind about the same object and period is told once. Raises ``HorsTransaction`` outside a transaction.
    """
    if not connection.in_atomic_block:
        raise HorsTransaction("Un message s’écrit dans la transaction de l’acte qu’il annonce.")
    instant = maintenant()
    messages = {
        cle: Message(
            destinataire=destinataire,
            genre=genre,
            objet_type=objet.type,
            objet_ref=objet.ref,
            periode=periode,
            cle=cle,
            urgent=urgent,
            cree_le=instant,
        )
        for destinataire in destinataires
        if (cle := f"{destinataire}|{genre}|{objet.type}|{objet.ref}|{periode}")
    }
    deja = Message.objects.filter(cle__in=messages).count()
    Message.objects.bulk_create(messages.values(), ignore_conflicts=True)
    return len(messages) - deja
