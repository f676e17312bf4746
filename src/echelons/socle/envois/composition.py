"""What one person would receive now: lines worked out again from rights and states, gathered by dossier."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse

from echelons.socle.dates import INSECABLE, en_lettres
from echelons.socle.envois.registre import RAPPELS, REDACTEURS, Ligne, Rappel
from echelons.socle.horloge import aujourdhui
from echelons.socle.models import Envoi, Message

journal = logging.getLogger(__name__)


@dataclass(frozen=True)
class Contenu:
    """What an e-mail says; ``retenus`` are the messages it tells, ``ecartes`` those that must not leave, with why."""

    lignes: tuple[Ligne, ...] = ()
    retenus: tuple[int, ...] = ()
    ecartes: dict[int, Message.Ecart] = field(default_factory=dict)
    rappels: tuple[str, ...] = ()

    @property
    def par_dossier(self) -> dict[str, list[Ligne]]:
        """The lines of each dossier, in the order in which they came."""
        groupes: dict[str, list[Ligne]] = defaultdict(list)
        for ligne in self.lignes:
            groupes[ligne.dossier].append(ligne)
        return dict(groupes)


def en_attente(destinataire: str, *, urgent: bool) -> list[Message]:
    """The messages of a recipient that are in no e-mail yet."""
    return list(Message.objects.filter(destinataire=destinataire, urgent=urgent, envoi=None, ecarte=""))


def composer(destinataire: str, messages: Sequence[Message], *, avec_rappels: bool, sauf: int = 0) -> Contenu:
    """The lines of these messages, and the reminders that no e-mail but ``sauf`` already carried."""
    par_genre: dict[str, list[Message]] = defaultdict(list)
    for message in messages:
        par_genre[message.genre].append(message)
    lignes: dict[Ligne, None] = {}
    retenus: list[int] = []
    ecartes: dict[int, Message.Ecart] = {}
    for genre, siens in par_genre.items():
        if genre not in REDACTEURS:
            journal.error("Genre de message inconnu, laissé en attente : %s.", genre)
            continue
        dits = REDACTEURS[genre](destinataire, siens)
        for message in siens:
            dit = dits[message.pk]
            if isinstance(dit, Ligne):
                retenus.append(message.pk)
                lignes[dit] = None
            else:
                ecartes[message.pk] = dit
    rappels = list(_rappels(destinataire, sauf)) if avec_rappels else []
    lignes |= dict.fromkeys(rappel.ligne for rappel in rappels)
    return Contenu(tuple(lignes), tuple(retenus), ecartes, tuple(rappel.cle for rappel in rappels))


def _rappels(destinataire: str, sauf: int) -> Iterable[Rappel]:
    """Those due today that were never told to this person."""
    dus = [rappel for rappels in RAPPELS for rappel in rappels(destinataire)]
    if not dus:
        return []
    partis = Envoi.objects.filter(destinataire=destinataire, abandonne_le=None).exclude(pk=sauf)
    dits = partis.values_list("rappels", flat=True)
    deja = {cle for cles in dits for cle in cles}
    return [rappel for rappel in dus if rappel.cle not in deja]


def prochain(destinataire: str) -> Contenu:
    """What the next e-mail of the day would say, urgent matters included; nothing is written."""
    messages = [*en_attente(destinataire, urgent=True), *en_attente(destinataire, urgent=False)]
    messages += Message.objects.filter(
        destinataire=destinataire,
        ecarte="",
        envoi__envoye_le=None,
        envoi__abandonne_le=None,
        envoi__isnull=False,
    )
    return composer(destinataire, messages, avec_rappels=True)


def recus(destinataire: str, nombre: int) -> list[tuple[Envoi, Contenu]]:
    """The last e-mails sent to somebody, each with what its lines have become.

    What was said is kept nowhere: it is worked out again, without what they may no longer read.
    """
    envois = Envoi.objects.filter(destinataire=destinataire, envoye_le__isnull=False).order_by("-envoye_le")
    derniers = list(envois.prefetch_related("messages")[:nombre])
    return [(e, composer(destinataire, list(e.messages.all()), avec_rappels=False)) for e in derniers]


def rediger(contenu: Contenu, envoi: Envoi, adresse: str) -> EmailMessage:
    """The e-mail. Its subject says how much waits, and nothing of what."""
    nombre = len(contenu.lignes)
    choses = "une chose" if nombre == 1 else f"{nombre}{INSECABLE}choses"
    objet = f"Échelons{INSECABLE}: {choses} à regarder{' sans attendre' if envoi.urgent else ''}"
    corps = [f"Bonjour,\n\nAu {en_lettres(aujourdhui())}, voici ce qui vous concerne dans Échelons.\n"]
    for dossier, lignes in contenu.par_dossier.items():
        corps.append(f"{dossier}\n")
        corps += [f"  - {ligne.phrase}\n    {settings.ADRESSE}{ligne.lien}\n" for ligne in lignes]
    corps.append(
        "Vous recevez un message par jour au plus, et ceux qui ne peuvent attendre. Ce qui vous a été envoyé, et ce "
        f"qui le sera{INSECABLE}:\n{settings.ADRESSE}{reverse('messages')}\n"
    )
    domaine = settings.ADRESSE.partition("://")[2].partition("/")[0].partition(":")[0]
    identifiant = f"<{envoi.identifiant}@{domaine}>"
    return EmailMessage(objet, "\n".join(corps), to=[adresse], headers={"Message-ID": identifiant})
