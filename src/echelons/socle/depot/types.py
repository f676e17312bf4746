"""The kinds of file that are accepted, and how much of each."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

OCTETS_MAX = 20 * 1024 * 1024
PAGES_MAX = 500
#: An A3 page scanned at 600 dots an inch has 70 million.
PIXELS_MAX = 80_000_000


@dataclass(frozen=True)
class TypeDeFichier:
    """One accepted kind. ``en_ligne``: may be shown in the browser, where nothing of it can run."""

    code: str
    libelle: str
    mime: str
    extensions: tuple[str, ...]
    en_ligne: bool = False


_OFFICE, _ODF = "application/vnd.openxmlformats-officedocument", "application/vnd.oasis.opendocument"
#: By the code that the examination gives. A PDF is downloaded: browsers do not show it under a sandbox.
TYPES: Mapping[str, TypeDeFichier] = {
    t.code: t
    for t in (
        TypeDeFichier("pdf", "PDF", "application/pdf", (".pdf",)),
        TypeDeFichier("jpeg", "image JPEG", "image/jpeg", (".jpg", ".jpeg"), en_ligne=True),
        TypeDeFichier("png", "image PNG", "image/png", (".png",), en_ligne=True),
        TypeDeFichier("tiff", "image TIFF", "image/tiff", (".tif", ".tiff")),
        TypeDeFichier("docx", "texte Word", f"{_OFFICE}.wordprocessingml.document", (".docx",)),
        TypeDeFichier("xlsx", "classeur Excel", f"{_OFFICE}.spreadsheetml.sheet", (".xlsx",)),
        TypeDeFichier("odt", "texte OpenDocument", f"{_ODF}.text", (".odt",)),
        TypeDeFichier("ods", "classeur OpenDocument", f"{_ODF}.spreadsheet", (".ods",)),
    )
}
ACCEPTES = "PDF, images JPEG, PNG ou TIFF, textes et classeurs docx, xlsx, odt ou ods"


class FichierRefuse(Exception):
    """A file that is not kept; the message says why and what to do, in French."""


class AntivirusInjoignable(Exception):
    """An antivirus is configured and does not answer: nothing may be kept until it does."""
