"""What a reader, a screen reader and a scanner find in a PDF."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pikepdf
import pypdfium2
import zxingcpp


def texte(pdf: bytes) -> str:
    """All that is written, page after page."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        return "\n\f".join(page.get_textpage().get_text_range() for page in document).replace("\r\n", "\n")
    finally:
        document.close()


def propre(lu: str) -> str:
    """On one line, its ordinary spaces single, those that do not break as they are.

    In a line that is justified, the reader sees one more after those: they are wide there.
    """
    return re.sub(r"[ \n\r\f\u200b]+", " ", lu).replace("\u00a0 ", "\u00a0").replace("\u202f ", "\u202f")


def codes(pdf: bytes, points: int = 150, pages: slice = slice(None)) -> list[str]:
    """What is read from the image of these pages, at this many points an inch."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        images = [page.render(scale=points / 72).to_pil() for page in list(document)[pages]]
    finally:
        document.close()
    return [lu.text for image in images for lu in zxingcpp.read_barcodes(image)]


def ouvrir(pdf: bytes) -> pikepdf.Pdf:
    """The objects of the file."""
    return pikepdf.open(io.BytesIO(pdf))


def elements(document: pikepdf.Pdf, sorte: str) -> list[Any]:
    """The elements of the structure tree of this kind (« /Table »)."""
    return [e for e in _branche(document.Root.StructTreeRoot.K) if e.get("/S") == sorte]


def dedans(element: Any, sorte: str) -> list[Any]:
    """Those of this kind under an element."""
    return [e for e in _branche(element.get("/K", [])) if e.get("/S") == sorte]


def _branche(noeud: Any) -> Iterator[Any]:
    if isinstance(noeud, pikepdf.Array):
        for enfant in noeud:
            yield from _branche(enfant)
    elif isinstance(noeud, pikepdf.Dictionary) and "/S" in noeud:
        yield noeud
        yield from _branche(noeud.get("/K", pikepdf.Array()))


def polices(document: pikepdf.Pdf) -> list[Any]:
    """The descriptor of each font used."""
    return [
        objet
        for objet in document.objects
        if isinstance(objet, pikepdf.Dictionary) and objet.get("/Type") == "/FontDescriptor"
    ]
