"""What an instrument gives to read, vote on and work with: PDF, the pack for the assembly, spreadsheets.

A draft is produced from its rows, marked as such; what is submitted, from its frozen content, on the day it was frozen;
the act that is sealed is given as it was sealed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from echelons.acteurs.droits import Capacite
from echelons.contrats.contenu.instantane import Origine
from echelons.contrats.edition import tableurs
from echelons.contrats.edition.bureautique import docx_de
from echelons.contrats.edition.courante import edition_courante
from echelons.contrats.edition.donnees import Edition, Piece
from echelons.contrats.edition.production import produire
from echelons.contrats.edition.seance import dossier_de_seance
from echelons.contrats.models import Instrument
from echelons.contrats.sceaux.lecture import SIGNES, sceau_en_cours
from echelons.socle.depot import coffre
from echelons.socle.exports import FORMATS
from echelons.socle.octets import MemoireDOctets
from echelons.web.compte.refus import exiger
from echelons.web.departemental.lecture import contenu_lisible, lire_instrument

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
#: Files made lately: the pack, the preview and each of its readers ask for the same.
FAITS = MemoireDOctets(32 << 20)
CLASSEURS = {"xlsx": tableurs.xlsx, "ods": tableurs.ods}


@login_required
@require_safe
def piece(requete: Any, code: str, cle: str, piece: Piece) -> HttpResponse:
    """One of the documents of the instrument, as a PDF."""
    instrument = _lire(requete, code, cle)
    sceau = sceau_en_cours(instrument) if piece is Piece.CONVENTION and instrument.etat in SIGNES else None
    if sceau is None:
        return _pdf(instrument, piece, piece)
    with coffre.ouvrir(sceau.produit) as fichier:
        return _telecharger(instrument, f"{piece}.pdf", "application/pdf", fichier.read())


@login_required
@require_safe
def fiche(requete: Any, code: str, cle: str, reference: UUID) -> HttpResponse:
    """One fiche-action, as a PDF."""
    instrument = _lire(requete, code, cle)
    try:
        return _pdf(instrument, Piece.FICHE, f"fiche-{str(reference)[:8]}", str(reference))
    except LookupError:
        raise Http404 from None


def _pdf(instrument: Instrument, piece: Piece, nom: str, reference: str = "") -> HttpResponse:
    """A piece. Raises ``LookupError`` for a fiche that is not there."""
    e = edition_courante(instrument, piece, reference)
    return _donner(
        instrument,
        e,
        f"{nom}.pdf",
        "application/pdf",
        lambda: produire(e.contenu, piece=piece, projet=e.projet, jour=e.jour, reference=reference),
    )


@login_required
@require_safe
def editable(requete: Any, code: str, cle: str) -> HttpResponse:
    """The whole convention, to work on in a word processor."""
    instrument = _lire(requete, code, cle)
    e = replace(edition_courante(instrument, Piece.CONVENTION), projet=True)
    return _donner(instrument, e, "convention.docx", DOCX, lambda: docx_de(e))


@login_required
@require_safe
def seance(requete: Any, code: str, cle: str) -> HttpResponse:
    """The pack for the assembly."""
    instrument = _lire(requete, code, cle)
    e = edition_courante(instrument, Piece.CONVENTION)
    return _donner(
        instrument,
        e,
        "dossier-de-seance.zip",
        "application/zip",
        lambda: dossier_de_seance(e.contenu, projet=e.projet, jour=e.jour),
    )


@login_required
@require_safe
def classeur(requete: Any, code: str, cle: str, extension: str) -> HttpResponse:
    """Fiches, money and targets as a workbook: exporting is a right of its own."""
    instrument = lire_instrument(requete, code, cle, dossier=False)
    exiger(requete, Capacite.EXPORTER, instrument.contrat)
    if not contenu_lisible(requete, instrument):
        raise Http404
    e = edition_courante(instrument, Piece.CONVENTION)
    origine = Origine.de(instrument)
    return _donner(
        instrument,
        replace(e, reference=f"écriture {origine.rang}"),
        f"contenu.{extension}",
        FORMATS[extension].mime,
        lambda: CLASSEURS[extension](e.contenu, e.jour, origine),
    )


def _lire(requete: Any, code: str, cle: str) -> Instrument:
    """The instrument, if this reader may read what it says. Raises ``Http404``."""
    instrument = lire_instrument(requete, code, cle, dossier=False)
    if not contenu_lisible(requete, instrument):
        raise Http404
    return instrument


def _donner(
    instrument: Instrument, edition: Edition, quoi: str, mime: str, faire: Callable[[], bytes]
) -> HttpResponse:
    """The file, to be downloaded: under the policy of the house, browsers show no PDF."""
    # All that the bytes depend on; the names of those who read are not in them.
    cle = (instrument.pk, quoi, edition.contenu.empreinte, edition.projet, edition.jour, edition.reference)
    return _telecharger(instrument, quoi, mime, FAITS.lire(cle, faire))


def _telecharger(instrument: Instrument, quoi: str, mime: str, octets: bytes) -> HttpResponse:
    nom = f"{instrument.contrat.code}-{instrument.cle}-{quoi}"
    reponse = HttpResponse(octets, content_type=mime)
    reponse["Content-Disposition"] = f'attachment; filename="{nom}"'
    return reponse
