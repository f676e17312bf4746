"""Brakes on guessing: after some attempts, the next ones are refused for a delay that doubles.

An attempt is counted *before* it is tried and given back when it succeeds, in one locked row: however many are made
at once, by however many processes, no more are tried than the rule allows.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction
from django.utils.crypto import salted_hmac

from echelons.acteurs.models import Frein
from echelons.socle.horloge import maintenant


class Objet(StrEnum):
    """What attempts are counted on."""

    COMPTE = "compte"
    ADRESSE = "adresse"
    SECOND_FACTEUR = "second-facteur"
    COURRIEL = "courriel"
    LIEN_SECRET = "lien-secret"  # noqa: S105 - a name, not a secret


@dataclass(frozen=True)
class Regle:
    """``libres`` attempts, then a first delay that doubles at each further one up to a ceiling; all is forgotten
    after a day without any."""

    libres: int
    delai: dt.timedelta = dt.timedelta(minutes=1)
    plafond: dt.timedelta = dt.timedelta(hours=1)
    oubli: dt.timedelta = dt.timedelta(days=1)

    def attente(self, essais: int) -> dt.timedelta | None:
        """How long further attempts are refused after that many."""
        if essais < self.libres:
            return None
        fois = 1 << min(essais - self.libres, 20)
        return min(self.delai * fois, self.plafond)


#: A whole service may come out of one address; an account has one owner.
REGLES = {
    Objet.COMPTE: Regle(libres=5),
    Objet.ADRESSE: Regle(libres=30),
    Objet.SECOND_FACTEUR: Regle(libres=5),
    Objet.COURRIEL: Regle(libres=3, delai=dt.timedelta(minutes=10)),
    Objet.LIEN_SECRET: Regle(libres=30),
}


class TropDEssais(Exception):
    """Attempts are refused until ``jusqu_a``."""

    def __init__(self, jusqu_a: dt.datetime) -> None:
        super().__init__(jusqu_a)
        self.jusqu_a = jusqu_a


def _cle(objet: Objet, valeur: str) -> str:
    return salted_hmac("echelons.frein", f"{objet}:{valeur}", algorithm="sha256").hexdigest()


def essayer(objet: Objet, valeur: str) -> dt.datetime | None:
    """Count one attempt, or raise ``TropDEssais``. Gives the instant until which the next ones will be refused."""
    cle, instant, regle = _cle(objet, valeur), maintenant(), REGLES[objet]
    with transaction.atomic():
        Frein.objects.get_or_create(cle=cle, defaults={"dernier_essai": instant})
        frein = Frein.objects.select_for_update().get(cle=cle)
        if frein.refuse(instant):
            assert frein.bloque_jusqu_a is not None
            raise TropDEssais(frein.bloque_jusqu_a)
        if instant - frein.dernier_essai > regle.oubli:
            frein.essais = 0
        frein.essais += 1
        frein.dernier_essai = instant
        attente = regle.attente(frein.essais)
        frein.bloque_jusqu_a = instant + attente if attente else None
        frein.save()
    return frein.bloque_jusqu_a


def rendre(objet: Objet, valeur: str) -> None:
    """Give back the attempt that succeeded, without forgetting the others."""
    with transaction.atomic():
        frein = Frein.objects.select_for_update().filter(cle=_cle(objet, valeur)).first()
        if frein is not None and frein.essais:
            frein.essais -= 1
            if REGLES[objet].attente(frein.essais) is None:
                frein.bloque_jusqu_a = None
            frein.save()


def liberer(objet: Objet, valeur: str) -> None:
    """Forget every attempt: its owner came in, or proved who they are."""
    Frein.objects.filter(cle=_cle(objet, valeur)).delete()
