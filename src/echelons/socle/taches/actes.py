"""Asking for a work, taking one, ending it. ``compte`` and ``mandat`` are opaque."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import IntegrityError, transaction
from django.urls import reverse

from echelons.socle.envois import Ligne, poster
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.journal import Auteur
from echelons.socle.models import Message, Tache
from echelons.socle.taches.fichiers import balayer, effacer_avancement
from echelons.socle.taches.registre import Fini

FINI = "taches.fini"
#: A work that stops its worker so many times is not tried again.
ESSAIS_MAX = 3
#: A finished work, and what it produced, are kept so long.
GARDE = dt.timedelta(days=7)
TROP_D_ESSAIS = (
    "Ce travail s’est interrompu trois fois\u00a0: il n’est plus tenté. Rien n’en est enregistré. "
    "Prévenez l’administration de cette instance."
)


def demander(
    *,
    genre: str,
    cle: str,
    intitule: str,
    auteur: Auteur,
    retour: str,
    parametres: Mapping[str, Any],
) -> Tache:
    """Have a work done; the one under way about the same thing (``cle``) when there is one."""
    try:
        with transaction.atomic():
            return Tache.objects.create(
                genre=genre,
                cle=cle,
                intitule=intitule[:300],
                parametres=dict(parametres),
                retour=retour,
                compte=auteur.compte,
                mandat=auteur.mandat,
                jour=aujourdhui(),
                demandee_le=maintenant(),
            )
    except IntegrityError:
        return Tache.objects.get(cle=cle, finie_le=None)


def en_cours(cle: str) -> Tache | None:
    """The work about this thing that is not ended yet."""
    return Tache.objects.filter(cle=cle, finie_le=None).first()


@transaction.atomic
def prendre() -> Tache | None:
    """The next work to do, interrupted ones first; to be called by the only worker."""
    for tache in Tache.objects.select_for_update().filter(finie_le=None).order_by("-etat", "pk"):
        if tache.essais >= ESSAIS_MAX:
            finir(tache, Tache.Etat.ECHOUEE, Fini(TROP_D_ESSAIS))
            continue
        tache.essais += 1
        tache.etat = Tache.Etat.EN_COURS
        tache.save(update_fields=["essais", "etat"])
        return tache
    return None


def repartir(tache: Tache) -> None:
    """A work made of steps passed one: only what interrupts it from now on counts against it."""
    Tache.objects.filter(pk=tache.pk).update(essais=0)


@transaction.atomic
def finir(tache: Tache, etat: Tache.Etat, fini: Fini) -> None:
    """Say how a work ended, and have whoever asked told."""
    tache.etat, tache.phrase, tache.fichier = etat, fini.phrase, fini.fichier
    tache.finie_le = maintenant()
    tache.save(update_fields=["etat", "phrase", "fichier", "finie_le"])
    poster({tache.compte: "fin"}, genre=FINI, objet=tache.objet_journal, urgent=True)
    effacer_avancement(tache)


def derniere(cle: str) -> Tache | None:
    """The last work about this thing that ended."""
    return Tache.objects.filter(cle=cle, finie_le__isnull=False).first()


def marquer_vues(cle: str, compte: str) -> None:
    """Whoever asked saw how the works about this thing ended: no message needs to say so."""
    Tache.objects.filter(cle=cle, compte=compte, finie_le__isnull=False, vue_le=None).update(
        vue_le=maintenant()
    )


def signaler_la_fin(destinataire: str, messages: Sequence[Message]) -> dict[int, Ligne | Message.Ecart]:
    """The line of each work that ended and that its reader did not see yet."""
    taches = {
        str(t.reference): t
        for t in Tache.objects.filter(compte=destinataire, reference__in=[m.objet_ref for m in messages])
    }
    return {m.pk: _ligne(taches.get(m.objet_ref)) for m in messages}


def _ligne(tache: Tache | None) -> Ligne | Message.Ecart:
    if tache is None:
        return Message.Ecart.DROIT
    if tache.vue_le:
        return Message.Ecart.FAIT
    phrase = f"{tache.intitule}\u00a0: {tache.get_etat_display()}."
    return Ligne("Travaux en arrière-plan", phrase, reverse("travail", args=[tache.reference]))


def oublier_les_anciennes() -> int:
    """Remove the works ended long ago, and every file that no work names any more; returns how many works."""
    combien, _ = Tache.objects.filter(finie_le__lt=maintenant() - GARDE).delete()
    _balayer()
    return combien


def oublier_le_compte(compte: str) -> None:
    """Remove the works of somebody who is forgotten, and the files that bear their name."""
    Tache.objects.filter(compte=compte).delete()
    transaction.on_commit(_balayer)


def oublier_les_travaux(cle: str) -> None:
    """Remove the works about a thing, and the files they gave; not the one under way, which ends by itself."""
    Tache.objects.filter(cle=cle).exclude(etat=Tache.Etat.EN_COURS).delete()
    transaction.on_commit(_balayer)


def _balayer() -> None:
    balayer({str(r) for r in Tache.objects.values_list("reference", flat=True)})
