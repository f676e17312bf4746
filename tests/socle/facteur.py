"""A process that sends the outbox without rest, on an existing database.

Usage: ``python -m tests.socle.facteur DATABASE BOX MARKS [finir]``. What the mail server took is a line of BOX: the
Message-ID, then the messages told. MARKS holds two bytes: a transaction is open, an e-mail is in the server's hands.
Prints « prêt » before its first run; with « finir », ends once nothing waits any more.
"""

import mmap
import os
import re
import sys
import time
from pathlib import Path

import django
from django.core.mail.backends.base import BaseEmailBackend

ECRIT, REMIS = 0, 1
DIT = re.compile(r"<<(\S+)>>")


class Boite(BaseEmailBackend):
    """A mail server: it takes an e-mail at one instant, which the sender learns a little later."""

    chemin: Path
    marques: mmap.mmap

    def send_messages(self, email_messages):
        for message in email_messages:
            self.marques[REMIS] = 1
            time.sleep(0.002)
            ligne = f"{message.extra_headers['Message-ID']} {' '.join(DIT.findall(message.body))}\n"
            boite = os.open(self.chemin, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
            os.write(boite, ligne.encode())
            os.close(boite)
            time.sleep(0.002)
            self.marques[REMIS] = 0
        return len(email_messages)


def marquer_les_ecritures(marques: mmap.mmap) -> None:
    """Say in MARKS when a transaction is open."""
    from django.db.transaction import Atomic

    ouvertes = 0
    entrer, sortir = Atomic.__enter__, Atomic.__exit__

    def noter_l_entree(self):
        nonlocal ouvertes
        entrer(self)
        ouvertes += 1
        marques[ECRIT] = 1

    def noter_la_sortie(self, *erreur):
        nonlocal ouvertes
        try:
            sortir(self, *erreur)
        finally:
            ouvertes -= 1
            marques[ECRIT] = int(ouvertes > 0)

    Atomic.__enter__, Atomic.__exit__ = noter_l_entree, noter_la_sortie


def brancher() -> None:
    """A kind of message that names what it tells, and addresses for everybody."""
    from echelons.socle import envois
    from echelons.socle.envois import Ligne

    def dire(destinataire, messages):
        return {m.pk: Ligne(m.objet_ref, f"<<{m.cle}>>", "/") for m in messages}

    envois.REDACTEURS["essai"] = dire
    envois.RAPPELS.clear()
    envois.brancher(adresse=lambda qui: f"{qui}@exemple.test", destinataires=tuple)


def main() -> None:
    """Send until killed, or until nothing waits."""
    base, boite, marques, *finir = sys.argv[1:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "tests.reglages"
    django.setup()
    from django.conf import settings
    from django.db import connection
    from django.urls import reverse

    from echelons.socle.envois import expedier

    connection.settings_dict["NAME"] = base
    settings.EMAIL_BACKEND = "tests.socle.facteur.Boite"
    with Path(marques).open("r+b") as fichier:
        # Under « -m » this module is also imported by its name: the one that Django will use.
        from tests.socle.facteur import Boite as Servie

        Servie.chemin, Servie.marques = Path(boite), mmap.mmap(fichier.fileno(), 2)
        marquer_les_ecritures(Servie.marques)
        brancher()
        connection.ensure_connection()
        reverse("messages")  # loads every view: death must fall on the sending, not on that
        sys.stdout.write("prêt\n")
        sys.stdout.flush()
        while expedier().envoyes or not finir:
            time.sleep(0.001)


if __name__ == "__main__":
    main()
