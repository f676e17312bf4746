"""The code of a content: what is printed on each page, typed by whoever checks it, read back from a scan.

::

    code     = 20 characters of 0123456789ABCDEFGHJKMNPQRSTVWXYZ, printed in fours of five: XXXXX-XXXXX-XXXXX-XXXXX
             = the first 100 bits of the SHA-256 of the canonical JSON of the content (``Contenu.empreinte``)
    page     = letter of the piece, number of the page: C3
    payload  = "ECHELONS1:" code ":" page              e.g. ECHELONS1:7K2M9QX4T0B8ZC5RW1DH:C3

I, L, O and U are not used: they are mistaken for others. The payload holds no address: whoever reads it knows where to
check. It fits a QR code of version 2, level M (a sixth of it may be spoilt).
"""

from __future__ import annotations

import re

import segno

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LONGUEUR = 20
GENRE = "ECHELONS1"
#: Light modules around, besides the white of the page.
BORD = 2
SOMBRE = re.compile(b"\x01+")


def code_de(empreinte: str) -> str:
    """The twenty characters of a SHA-256 in hexadecimal."""
    bits = int(empreinte, 16) >> (256 - 5 * LONGUEUR)
    return "".join(ALPHABET[bits >> 5 * rang & 31] for rang in reversed(range(LONGUEUR)))


def grouper(code: str) -> str:
    """As it is printed and typed: « 7K2M9-QX4T0-B8ZC5-RW1DH »."""
    return "-".join(code[i : i + 5] for i in range(0, len(code), 5))


def qr_de(code: str, lettre: str, page: int) -> str:
    """The QR code of one page, as SVG: a rectangle for each run of dark modules.

    Its mask is fixed: choosing the best one costs more than laying out the page.
    """
    dessin = segno.make(
        f"{GENRE}:{code}:{lettre}{page}", micro=False, version=2, error="m", boost_error=False, mask=2
    )
    cote = len(dessin.matrix) + 2 * BORD
    traits = "".join(
        f"M{suite.start() + BORD} {rang + BORD}h{len(suite[0])}v1h-{len(suite[0])}z"
        for rang, ligne in enumerate(dessin.matrix)
        for suite in SOMBRE.finditer(bytes(ligne))
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {cote} {cote}">'
        f'<path fill="#fff" d="M0 0h{cote}v{cote}h-{cote}z"/><path d="{traits}"/></svg>'
    )
