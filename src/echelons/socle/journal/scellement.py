"""Sealing: one signature over the whole journal as it stands, kept in the database and in a file of the instance."""

from __future__ import annotations

from django.db import transaction

from echelons.socle.horloge import maintenant
from echelons.socle.journal.forme import CHAMPS_DE_RACINE, FORME
from echelons.socle.journal.racines import (
    completer_fichier,
    condense_des_tetes,
    contenu_signe,
    derniere_racine,
    empreinte_de_racine,
    ligne_de_racine,
)
from echelons.socle.journal.signature import (
    JournalAltere,
    cle_du_journal,
    cle_publique,
    signer,
    tete_verrouillee,
)
from echelons.socle.journal.verification import verifier
from echelons.socle.models import Racine


def sceller() -> Racine | None:
    """Add a root over everything written so far; None when nothing was written since the last one.

    What follows the last root is verified first: raises ``JournalAltere``, and seals nothing, at any anomaly.
    """
    derniere = Racine.objects.order_by("numero").last()
    constat = verifier(depuis=derniere)
    if constat.anomalies:
        raise JournalAltere(*constat.anomalies)
    completer_fichier()
    if constat.nombre == (derniere.nombre if derniere else 0):
        return None
    chaines, tetes = condense_des_tetes(constat.nombre)
    with transaction.atomic():
        tete_verrouillee()
        avant = derniere_racine()
        if avant and avant["nombre"] >= constat.nombre:
            return None  # another process sealed meanwhile
        cle = cle_du_journal()
        racine = Racine(
            numero=avant["numero"] + 1 if avant else 1,
            instant=maintenant(),
            nombre=constat.nombre,
            cumul=constat.cumul,
            chaines=chaines,
            tetes=tetes,
            forme=FORME,
            precedente=empreinte_de_racine(avant),
            cle=cle_publique(cle),
        )
        ligne = ligne_de_racine(tuple(getattr(racine, champ) for champ in (*CHAMPS_DE_RACINE, "signature")))
        racine.signature = signer(cle, "racine", contenu_signe(ligne))
        racine.save(force_insert=True)
        transaction.on_commit(completer_fichier)
    return racine
