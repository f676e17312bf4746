"""An act as a PDF: which version of the templates, the codes of its pages, then the engine.

The templates of a day are those of the last folder of ``documents/`` dated that day or before; the version that
served is written in the document. A new version is a new folder: what was produced with another stays as it is.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pypdfium2
from django.conf import settings

from echelons.contrats.contenu.forme import Contenu, Fiche
from echelons.contrats.edition.code import qr_de
from echelons.contrats.edition.donnees import Edition, Piece, donnees_de
from echelons.socle.edition import composer

#: The template of each piece, in the folder of a version.
MODELES = {
    Piece.CONVENTION: "convention.typ",
    Piece.ANNEXES: "annexes.typ",
    Piece.FICHE: "fiche.typ",
    Piece.FINANCEMENT: "financement.typ",
    Piece.DELIBERATION: "expose.typ",
    Piece.RAPPORT: "expose.typ",
    Piece.SIGNATURES: "signatures.typ",
}
#: Those of a few pages, whatever the instrument.
COURTES = {Piece.FICHE, Piece.DELIBERATION, Piece.SIGNATURES}
#: What a page and a line hold, in characters, and a page in rows: on the low side.
SIGNES_PAR_PAGE, LIGNE, LIGNES_PAR_PAGE = 3600, 70, 40


def modele_au(jour: dt.date) -> Path:
    """The folder of the templates in force that day; the oldest, before them all."""
    versions = sorted(d for d in (Path(settings.RACINE) / "documents").iterdir() if d.is_dir())
    return [versions[0], *(v for v in versions if v.name <= jour.isoformat())][-1]


def produire(contenu: Contenu, *, piece: Piece, projet: bool, jour: dt.date, reference: str = "") -> bytes:
    """The PDF of a piece; ``projet`` is a preview, marked so and without a code to check.

    ``jour`` is the day that the content was frozen, or today: it chooses the template and dates the document.
    ``reference`` names the fiche, for that piece. Raises ``LookupError`` when there is no such fiche.
    """
    edition = Edition(contenu, piece, projet, jour, reference)
    modele = modele_au(jour)
    donnees = donnees_de(edition)
    donnees["mots_cles"] = [
        f"modele:{modele.name}",
        f"piece:{piece}",
        f"instrument:{contenu.instrument.contrat}/{contenu.instrument.cle}",
        *([f"code:{edition.code}"] if edition.code else []),
    ]
    marquees = _pages_probables(contenu, piece) if edition.code else 0
    while True:
        marques = [qr_de(edition.code, edition.lettre, page) for page in range(1, marquees + 1)]
        pdf = composer(modele / MODELES[piece], donnees, jour, marques)
        pages = nombre_de_pages(pdf)
        if not edition.code or pages <= marquees:
            return pdf
        marquees = pages


def nombre_de_pages(pdf: bytes) -> int:
    """How many pages a document has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return len(document)
    finally:
        document.close()


def _pages_probables(contenu: Contenu, piece: Piece) -> int:
    """Somewhat more pages than the piece has: a code too many costs little, one missing the whole again."""
    if piece in COURTES:
        return 4
    textes = [*(c.texte for c in contenu.clauses), contenu.texte]
    articles = sum(map(len, textes)) + LIGNE * sum(t.count("\n") + 2 for t in textes)
    fiches = sum(_signes_de(f) // SIGNES_PAR_PAGE + 1 for f in contenu.fiches)
    tableaux = (len(contenu.lignes) + 6 * len(contenu.fiches) + 10 * len(contenu.cibles)) // LIGNES_PAR_PAGE
    return 6 + articles // SIGNES_PAR_PAGE + fiches + tableaux


def _signes_de(fiche: Fiche) -> int:
    """How much room a fiche takes, in characters: its texts, then what is written a line each."""
    textes = (
        fiche.diagnostic,
        fiche.description,
        fiche.situation_de_depart,
        fiche.justification,
        fiche.public,
    )
    courts = 30 + len(fiche.partenaires) + len(fiche.operateurs) + len(fiche.pieces)
    return sum(map(len, textes)) + LIGNE * (courts + sum(t.count("\n") for t in textes))
