"""The pack for the assembly: what its members receive before the vote, in one archive."""

from __future__ import annotations

import datetime as dt

from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.edition.bureautique import docx_de
from echelons.contrats.edition.donnees import Edition, Piece
from echelons.contrats.edition.production import produire
from echelons.contrats.edition.tableurs import xlsx
from echelons.socle.archives import archiver

#: What may be worked on before the vote, besides its PDF.
A_RETRAVAILLER = {Piece.RAPPORT: "rapport", Piece.DELIBERATION: "projet-de-deliberation"}
AUTRES = {Piece.CONVENTION: "convention", Piece.ANNEXES: "annexes"}


def dossier_de_seance(contenu: Contenu, *, projet: bool, jour: dt.date) -> bytes:
    """Report and draft deliberation, PDF and DOCX, the act, its annexes, the plan; the same bytes each time."""
    fichiers = []
    for piece, nom in {**A_RETRAVAILLER, **AUTRES}.items():
        fichiers.append((f"{nom}.pdf", produire(contenu, piece=piece, projet=projet, jour=jour)))
        if piece in A_RETRAVAILLER:
            fichiers.append((f"{nom}.docx", docx_de(Edition(contenu, piece, projet, jour))))
    fichiers.append(("plan-de-financement.xlsx", xlsx(contenu, jour)))
    return archiver(fichiers)
