"""Signed roots: what each one says, how it is digested, and the text file that keeps them outside the database."""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef

from echelons.socle.journal.forme import CHAMPS_DE_RACINE, canonique, condense, contenu
from echelons.socle.journal.pages import par_pages
from echelons.socle.journal.signature import cle_du_journal, cle_publique, est_signe
from echelons.socle.models import Ecriture, Racine

Ligne = dict[str, Any]


def ligne_de_racine(valeurs: tuple[Any, ...]) -> Ligne:
    """A root as a line of the file: what is signed, and the signature; from its columns, the signature last."""
    return contenu((*CHAMPS_DE_RACINE, "signature"), valeurs)


def contenu_signe(ligne: Ligne) -> Ligne:
    """What the signature of a root is on."""
    return {cle: valeur for cle, valeur in ligne.items() if cle != "signature"}


def est_authentique(ligne: Ligne) -> bool:
    """Whether the root was signed by the key of this instance. Raises ``JournalAltere`` without that key."""
    cle = cle_du_journal()
    return ligne["cle"] == cle_publique(cle) and est_signe(
        cle, "racine", contenu_signe(ligne), ligne["signature"]
    )


def empreinte_de_racine(ligne: Ligne | None) -> str:
    """What the next root keeps of this one."""
    return condense(canonique(ligne)) if ligne else ""


def lire_racines(de: int, a: int | None = None) -> Iterator[Ligne | None]:
    """The roots of the database from number ``de`` to number ``a``, oldest first; None for one that cannot be read."""
    requete = Racine.objects.values_list(*CHAMPS_DE_RACINE, "signature")
    if a is not None:
        requete = requete.filter(numero__lte=a)
    for page in par_pages(requete, apres=de - 1):
        for valeurs in page:
            yield ligne_de_racine(valeurs) if len(valeurs) > 1 else None


def derniere_racine() -> Ligne | None:
    """The last root of the database."""
    valeurs = Racine.objects.order_by("-numero").values_list(*CHAMPS_DE_RACINE, "signature").first()
    return ligne_de_racine(valeurs) if valeurs else None


def condense_des_tetes(nombre: int) -> tuple[int, str]:
    """Number of chains among the first ``nombre`` rows, and digest of their heads in the order of their numbers."""
    somme, chaines = sha256(), 0
    suivante = Ecriture.objects.filter(
        objet_type=OuterRef("objet_type"),
        objet_ref=OuterRef("objet_ref"),
        rang=OuterRef("rang") + 1,
        numero__lte=nombre,
    )
    requete = Ecriture.objects.filter(~Exists(suivante), numero__lte=nombre)
    for page in par_pages(requete.values_list("numero", "objet_type", "objet_ref", "rang", "empreinte")):
        chaines += len(page)
        for tete in page:
            somme.update(canonique(list(tete)) + b"\n")
    return chaines, somme.hexdigest()


def lire_fichier() -> Iterator[Any]:
    """The lines of the file, oldest first; an unreadable one comes empty, an unfinished last one not at all."""
    try:
        with Path(settings.JOURNAL_RACINES).open(encoding="utf-8", errors="replace") as fichier:
            fcntl.flock(fichier, fcntl.LOCK_SH)
            for ligne in fichier:
                if ligne.endswith("\n"):
                    try:
                        yield json.loads(ligne)
                    except json.JSONDecodeError:
                        yield {}
    except FileNotFoundError:
        return


def completer_fichier() -> None:
    """Append to the file the roots that it lacks; an unfinished last line (the machine stopped) is written again."""
    with Path(settings.JOURNAL_RACINES).open("a+b") as fichier:
        fcntl.flock(fichier, fcntl.LOCK_EX)
        fichier.seek(0)
        lignes = fichier.read().splitlines(keepends=True)
        if lignes and not lignes[-1].endswith(b"\n"):
            fichier.truncate(sum(len(ligne) for ligne in lignes[:-1]))
            lignes.pop()
        fichier.writelines(canonique(ligne) + b"\n" for ligne in lire_racines(len(lignes) + 1))
        fichier.flush()
        os.fsync(fichier.fileno())
