"""The documents that the demonstration has already received: pages of fictional text, drawn when they are given."""

from __future__ import annotations

import datetime as dt
import io
import textwrap
import time
from pathlib import Path

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from PIL import Image, ImageDraw
from pydantic import Field

from echelons.contrats.demonstration import acteur_de_demonstration
from echelons.contrats.documents import deposer, retirer
from echelons.contrats.models import Contrat, Document
from echelons.socle.circuit import ActeRefuse
from echelons.socle.fichiers import Cle, Jour, Modele, Relecture, Texte, Texte200
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml

#: A4 at 100 dots an inch.
PAGE, MARGE, LIGNE, CORPS = (827, 1169), 90, 34, 21


class RetraitLu(Modele):
    """Who withdrew it, when, why."""

    le: Jour
    par: Cle
    motif: Texte


class DocumentLu(Modele):
    """One document: the business date, the account that gave it, and what it says."""

    contrat: Cle
    instrument: Cle | None = None
    le: Jour
    par: Cle
    genre: Document.Genre
    titre: Texte200
    nom: Texte200
    texte: Texte
    retrait: RetraitLu | None = None


class FichierDocuments(Modele):
    """``demonstration/documents.yaml``."""

    documents: list[DocumentLu] = Field(min_length=1)


def charger_documents(*, chemin: Path) -> None:
    """Give the documents of the file that are not there yet. Raises ``ErreurDeFichier``."""
    lu, document = charger_yaml(chemin, FichierDocuments)
    relecture = Relecture(document)
    for i, un in enumerate(lu.documents):
        contrat = Contrat.objects.get(code=un.contrat)
        if Document.objects.filter(contrat=contrat, titre=un.titre).exists():
            continue
        try:
            _deposer(un, contrat)
        except ActeRefuse as refus:
            relecture.refuser(("documents", i), str(refus))
        except ValidationError as refus:
            relecture.refuser(("documents", i), " ".join(refus.messages))
    relecture.conclure()


def _deposer(lu: DocumentLu, contrat: Contrat) -> None:
    with a_la_date(lu.le):
        recu = deposer(
            par=acteur_de_demonstration(lu.par),
            contrat=contrat,
            instrument=contrat.instruments.get(cle=lu.instrument) if lu.instrument else None,
            genre=lu.genre,
            titre=lu.titre,
            fichier=ContentFile(dessiner(lu.texte, lu.le), name=lu.nom),
        )
    if lu.retrait is not None:
        with a_la_date(lu.retrait.le):
            retirer(par=acteur_de_demonstration(lu.retrait.par), document=recu, motif=lu.retrait.motif)


def dessiner(texte: str, jour: dt.date) -> bytes:
    """A PDF of one scanned page; the same text on the same day gives the same bytes."""
    page = Image.new("L", PAGE, "white")
    dessin = ImageDraw.Draw(page)
    lignes = [ligne for p in texte.splitlines() for ligne in (textwrap.wrap(p, 58) or [""])]
    for rang, ligne in enumerate(lignes):
        dessin.text((MARGE, MARGE + rang * LIGNE), ligne, fill="black", font_size=CORPS)
    dessin.text(
        (MARGE, PAGE[1] - MARGE), "Spécimen fictif de démonstration, sans valeur.", fill=90, font_size=CORPS
    )
    sortie = io.BytesIO()
    date = time.struct_time((*jour.timetuple()[:6], 0, 0, 0))
    page.save(sortie, "PDF", resolution=100, creationDate=date, modDate=date)
    return sortie.getvalue()
