"""Adding a row, reading a chain, forgetting a person."""

from __future__ import annotations

import datetime as dt
import secrets
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.journal.forme import (
    CHAMPS,
    FORME,
    PERSONNEL,
    EcritureRefusee,
    condense_personnel,
    cumuler,
    empreinte_d_ecriture,
    normaliser,
    verifier_texte,
)
from echelons.socle.journal.signature import avancer_tete, tete_verrouillee
from echelons.socle.models import Ecriture, ValeurPersonnelle
from echelons.socle.models.journal import LONGUEUR_REFERENCE

OUBLIE = "[oublié]"
# The chain of a person holds the acts of forgetting: they explain the values that are no longer there.
PERSONNE, OUBLIER = "personne", "oublier"
RIEN: Mapping[str, Any] = MappingProxyType({})


class HorsTransaction(RuntimeError):
    """A row is written with what it tells of, or not at all."""


@dataclass(frozen=True)
class Objet:
    """The aggregate an act is about, by opaque references: its chain."""

    type: str
    ref: str


@dataclass(frozen=True)
class Auteur:
    """Who acts, by opaque references; all blank for the system itself.

    ``personne`` is not kept in the row: it says whose words a comment is, so that they can be forgotten.
    """

    compte: str = ""
    mandat: str = ""
    personne: str = ""


SYSTEME = Auteur()


@dataclass(frozen=True)
class Personnel:
    """A value about one person, or written by her; it can be forgotten."""

    personne_ref: str
    valeur: str


@dataclass(frozen=True)
class EcritureLue:
    """One row of a chain as it is read; a forgotten personal value reads « [oublié] »."""

    numero: int
    instant: dt.datetime
    date_metier: dt.date
    objet: Objet
    rang: int
    acte: str
    auteur: Auteur
    donnees: Mapping[str, Any]
    personnel: Mapping[str, str]


def ecrire(
    *,
    objet: Objet,
    acte: str,
    auteur: Auteur,
    date_metier: dt.date | None = None,
    donnees: Mapping[str, Any] = RIEN,
    personnel: Mapping[str, Personnel] = RIEN,
) -> Ecriture:
    """Add one row to the chain of ``objet``, in the transaction of what it tells of.

    Raises ``HorsTransaction`` outside a transaction, ``EcritureRefusee`` for what a row may not hold, and
    ``JournalAltere`` when the journal is no longer what the product wrote.
    """
    if not connection.in_atomic_block:
        raise HorsTransaction("Une écriture se fait dans la transaction de l’acte qu’elle raconte.")
    _verifier(objet, acte, auteur, personnel)
    if PERSONNEL in donnees:
        raise EcritureRefusee(f"«\u00a0{PERSONNEL}\u00a0» est réservé aux condensés du journal.")
    contenu = normaliser(donnees)
    sels = {cle: secrets.token_hex(16) for cle in personnel}
    if personnel:
        contenu[PERSONNEL] = {
            cle: {
                "personne": p.personne_ref,
                "condense": condense_personnel(cle, p.personne_ref, sels[cle], p.valeur),
            }
            for cle, p in personnel.items()
        }

    tete = tete_verrouillee()
    derniere = (
        Ecriture.objects.filter(objet_type=objet.type, objet_ref=objet.ref)
        .order_by("-rang")
        .values_list("rang", "empreinte")
        .first()
    )
    rang, precedente = derniere or (0, "")
    ecriture = Ecriture(
        numero=tete.nombre + 1,
        instant=maintenant(),
        date_metier=date_metier or aujourdhui(),
        objet_type=objet.type,
        objet_ref=objet.ref,
        rang=rang + 1,
        acte=acte,
        compte=auteur.compte,
        mandat=auteur.mandat,
        donnees=contenu,
        forme=FORME,
        precedente=precedente,
    )
    ecriture.empreinte = empreinte_d_ecriture(getattr(ecriture, champ) for champ in CHAMPS)
    ecriture.save(force_insert=True)
    ValeurPersonnelle.objects.bulk_create(
        ValeurPersonnelle(ecriture=ecriture, cle=cle, personne=p.personne_ref, sel=sels[cle], valeur=p.valeur)
        for cle, p in personnel.items()
    )
    avancer_tete(tete, cumuler(tete.cumul, ecriture.empreinte))
    return ecriture


def _verifier(objet: Objet, acte: str, auteur: Auteur, personnel: Mapping[str, Personnel]) -> None:
    exigees = {
        "type de l’objet": objet.type,
        "référence de l’objet": objet.ref,
        "acte": acte,
        **{f"clé «\u00a0{cle}\u00a0»": cle for cle in personnel},
        **{f"personne de «\u00a0{cle}\u00a0»": p.personne_ref for cle, p in personnel.items()},
    }
    for nom, reference in {**exigees, "compte": auteur.compte, "mandat": auteur.mandat}.items():
        if not reference and nom in exigees:
            raise EcritureRefusee(f"{nom}\u00a0: à donner.")
        verifier_texte(normaliser(reference, nom), nom, LONGUEUR_REFERENCE)
    for cle, p in personnel.items():
        verifier_texte(p.valeur, cle)


def _chaines(objets: Sequence[Objet]) -> QuerySet[Ecriture]:
    """The rows of these chains: one look in the index by type, whatever their number."""
    par_type: dict[str, list[str]] = defaultdict(list)
    for objet in objets:
        par_type[objet.type].append(objet.ref)
    chaines = Q(pk__in=[])
    for genre, refs in par_type.items():
        chaines |= Q(objet_type=genre, objet_ref__in=refs)
    return Ecriture.objects.filter(chaines)


def histoire(*objets: Objet) -> tuple[EcritureLue, ...]:
    """Every row of the chains of these objects, oldest first, in two queries."""
    return _lues(list(_chaines(objets).order_by("numero")))


def fin_d_histoire(
    *objets: Objet, nombre: int, avant: int | None = None, depuis: dt.datetime | None = None
) -> tuple[EcritureLue, ...]:
    """The last rows of these chains, newest first: before a number, since an instant, when they are given."""
    lignes = _chaines(objets)
    if avant is not None:
        lignes = lignes.filter(numero__lt=avant)
    if depuis is not None:
        lignes = lignes.filter(instant__gte=depuis)
    return _lues(list(lignes.order_by("-numero")[:nombre]))


def lire_dernieres(*, depuis: dt.datetime, nombre: int) -> tuple[EcritureLue, ...]:
    """The last rows of the journal, whatever they are about, newest first, not older than ``depuis``."""
    dernieres = Ecriture.objects.order_by("-numero")[:nombre]
    return _lues([e for e in dernieres if e.instant >= depuis])


def _lues(ecritures: list[Ecriture]) -> tuple[EcritureLue, ...]:
    valeurs = {
        (numero, cle): valeur
        for numero, cle, valeur in ValeurPersonnelle.objects.filter(
            ecriture__in=[e.pk for e in ecritures if PERSONNEL in e.donnees]
        ).values_list("ecriture_id", "cle", "valeur")
    }
    return tuple(_lue(e, Objet(e.objet_type, e.objet_ref), valeurs) for e in ecritures)


def _lue(ecriture: Ecriture, objet: Objet, valeurs: Mapping[tuple[int, str], str]) -> EcritureLue:
    donnees = dict(ecriture.donnees)
    cles = donnees.pop(PERSONNEL, {})
    return EcritureLue(
        numero=ecriture.numero,
        instant=ecriture.instant,
        date_metier=ecriture.date_metier,
        objet=objet,
        rang=ecriture.rang,
        acte=ecriture.acte,
        auteur=Auteur(ecriture.compte, ecriture.mandat),
        donnees=donnees,
        personnel={cle: valeurs.get((ecriture.numero, cle), OUBLIE) for cle in cles},
    )


def oublier(personne: str, *, auteur: Auteur = SYSTEME) -> int:
    """Delete every personal value of this person; return how many. The journal keeps that it was done.

    On SQLite the deleted text is overwritten in the file, and the write-ahead log emptied once committed.
    """
    if not personne:
        raise EcritureRefusee("personne\u00a0: à donner.")
    with transaction.atomic():
        if connection.vendor == "sqlite":
            with connection.cursor() as curseur:
                curseur.execute("PRAGMA secure_delete = ON")
        tete_verrouillee()  # a value that another transaction is writing is waited for, not missed
        nombre, _ = ValeurPersonnelle.objects.filter(personne=personne).delete()
        ecrire(objet=Objet(PERSONNE, personne), acte=OUBLIER, auteur=auteur, donnees={"valeurs": nombre})
        if connection.vendor == "sqlite":
            transaction.on_commit(_vider_journal_sqlite)
    return nombre


def _vider_journal_sqlite() -> None:
    with connection.cursor() as curseur:
        curseur.execute("PRAGMA wal_checkpoint(TRUNCATE)")
