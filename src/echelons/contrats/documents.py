"""What can be done with the documents of a contract: give one, withdraw one, read those one may read.

A document is received before the transaction begins (it takes seconds), then kept and written down at once.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Protocol

from django.core.exceptions import ValidationError
from django.db import transaction

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.acces import DocumentQuerySet
from echelons.contrats.actes import refus_de
from echelons.contrats.models import ActeDeLot, Contrat, Document, Instrument, Sceau
from echelons.socle import depot
from echelons.socle.circuit import ActeInterdit, Refus
from echelons.socle.circuit.moteur import COMMENTAIRE
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import maintenant
from echelons.socle.imports import actes as imports
from echelons.socle.journal import Auteur, Personnel, ecrire
from echelons.socle.models import Ecriture

DEPOT, RETRAIT = "deposer_document", "retirer_document"


class Fichier(Protocol):
    """A file as a form gives it."""

    name: str | None

    def chunks(self) -> Iterable[bytes]:
        """Its content, in pieces."""


def documents_de(contrat: Contrat, acteur: Acteur) -> DocumentQuerySet:
    """The documents of a contract that somebody may read, withdrawn ones too, latest first; with who gave them."""
    return (
        Document.objects.for_user(acteur)
        .filter(contrat=contrat)
        .select_related("instrument", "mandat__personne", "retire_par__personne")
    )


def jours_de(contrat: Contrat) -> dict[tuple[str, str], dt.date]:
    """The business date of each act on a document of the contract, by act and reference: the journal keeps it."""
    objet = contrat.objet_journal
    ecritures = Ecriture.objects.filter(
        objet_type=objet.type, objet_ref=objet.ref, acte__in=(DEPOT, RETRAIT)
    ).values_list("acte", "donnees__document", "date_metier")
    return {(acte, reference): jour for acte, reference, jour in ecritures}


def deposer(
    *,
    par: Acteur,
    contrat: Contrat,
    instrument: Instrument | None = None,
    genre: str,
    titre: str,
    fichier: Fichier,
) -> Document:
    """Keep a file in the dossier of a contract.

    Raises ``ActeInterdit``; ``ValidationError`` by field when the title or the file is refused, also a content already
    there; ``AntivirusInjoignable``. Nothing is then kept. Not part of a longer transaction while the server runs: the
    safe is held, against its cleaner, until this one ends.
    """
    capacite = Capacite.DOCUMENT_DEPOSER
    mandat, auteur = _droit(par, capacite, contrat)
    document = Document(
        contrat=contrat,
        instrument=instrument,
        genre=genre,
        titre=" ".join(titre.split()),
        mandat=mandat,
    )
    document.full_clean(exclude=["nom", "type", "taille", "empreinte", "antivirus", "depose_le"])
    if instrument is not None and instrument.contrat_id != contrat.pk:
        raise ValidationError({"instrument": "Cet instrument n’est pas de ce contrat."})
    try:
        with depot.recevoir(fichier.chunks()) as recu:
            _remplir(document, recu, fichier.name or "")
            with depot.coffre.occupation(), transaction.atomic():
                _garder(document, recu, auteur)
    except depot.FichierRefuse as refus:
        raise ValidationError({"fichier": str(refus)}) from refus
    return document


def _remplir(document: Document, recu: depot.Recu, nom: str) -> None:
    document.nom = depot.nom_propre(nom, recu.type)
    document.type, document.pages = recu.type.code, recu.pages
    document.taille, document.empreinte, document.antivirus = recu.taille, recu.empreinte, recu.antivirus


def _garder(document: Document, recu: depot.Recu, auteur: Auteur) -> None:
    """Put the file away, write the row, journal it."""
    # The row of the contract is the lock: of two deposits of the same file at once, the second is told.
    contrat = Contrat.objects.select_for_update(of=("self",)).get(pk=document.contrat.pk)
    memes = Document.objects.presents().filter(contrat=contrat, empreinte=recu.empreinte)
    if deja := memes.select_related("contrat", "mandat__personne").first():
        raise ValidationError({"fichier": phrase_du_doublon(deja)})
    document.depose_le = maintenant()
    document.full_clean()
    recu.ranger()
    document.save(force_insert=True)
    instrument = document.instrument
    ecrire(
        objet=contrat.objet_journal,
        acte=DEPOT,
        auteur=auteur,
        donnees={
            "document": str(document.reference),
            "genre": document.genre,
            "instrument": instrument.cle if instrument else "",
            "type": document.type,
            "taille": document.taille,
            "pages": document.pages,
            "empreinte": document.empreinte,
            "antivirus": document.antivirus,
        },
        personnel={
            "titre": Personnel(auteur.personne, document.titre),
            "nom": Personnel(auteur.personne, document.nom),
        },
    )


def phrase_du_doublon(deja: Document) -> str:
    """« Ce fichier est déjà déposé dans ce dossier, le 30 juin 2019 par Camille Essai, sous le titre « … ». »"""
    jour = en_lettres(jours_de(deja.contrat)[DEPOT, str(deja.reference)])
    return (
        f"Ce fichier est déjà déposé dans ce dossier, le {jour} par {deja.mandat.personne}, "
        f"sous le titre «\u00a0{deja.titre}\u00a0»."
    )


@transaction.atomic
def retirer(*, par: Acteur, document: Document, motif: str) -> Document:
    """Withdraw a document: it is no longer read, its row and the reason stay.

    Raises ``ActeInterdit``, or ``ValidationError`` without a reason or when it is already withdrawn.
    """
    mandat, auteur = _droit(par, Capacite.DOCUMENT_RETIRER, document.contrat)
    motif = " ".join(motif.split())
    if not motif:
        raise ValidationError(
            {"motif": "Dites pourquoi vous retirez ce document\u00a0: la raison reste au dossier."}
        )
    frais = Document.objects.select_for_update(of=("self",)).get(pk=document.pk)
    if frais.retire_le is not None:
        raise ValidationError("Ce document est déjà retiré.")
    frais.retire_le, frais.retire_par, frais.motif_du_retrait = maintenant(), mandat, motif
    frais.full_clean()
    frais.save(update_fields=["retire_le", "retire_par", "motif_du_retrait"])
    ecrire(
        objet=document.contrat.objet_journal,
        acte=RETRAIT,
        auteur=auteur,
        donnees={"document": str(frais.reference), "empreinte": frais.empreinte},
        personnel={
            "titre": Personnel(str(document.mandat.personne.reference), frais.titre),
            COMMENTAIRE: Personnel(auteur.personne, motif),
        },
    )
    return frais


def empreintes_gardees() -> set[str]:
    """The contents that some row names, withdrawn documents, seals, batches and imports included: what the safe must
    hold."""
    recus = set(Document.objects.values_list("empreinte", flat=True))
    scelles = set(Sceau.objects.values_list("produit", flat=True))
    produits = set(ActeDeLot.objects.exclude(fichier="").values_list("fichier", flat=True))
    return recus | scelles | produits | imports.empreintes_gardees()


def nomme(empreinte: str) -> bool:
    """Whether a document, withdrawn or not, a seal, or an act of a batch has this content."""
    return (
        Document.objects.filter(empreinte=empreinte).exists()
        or Sceau.objects.filter(produit=empreinte).exists()
        or ActeDeLot.objects.filter(fichier=empreinte).exists()
    )


def _droit(par: Acteur, capacite: Capacite, contrat: Contrat) -> tuple[Mandat, Auteur]:
    """The mandate under which the act is done. Raises ``ActeInterdit``."""
    pouvoir = par.pouvoir(capacite, contrat.cible)
    if pouvoir is None:
        raise ActeInterdit(refus_de(par, capacite, contrat) or Refus("Cet acte vous est refusé."))
    return pouvoir.mandat, auteur_de(par, capacite, contrat.cible)
