"""What becomes of a fictional act once printed, signed and scanned: askew, with noise, saved again as pictures."""

from __future__ import annotations

import io
import random

import pypdfium2
from PIL import Image, ImageChops


def numeriser(
    pdf: bytes,
    hasard: random.Random,
    *,
    penche: float = 5.0,
    points: int = 150,
    qualite: int = 60,
    pages: slice = slice(None),
) -> bytes:
    """A scan of this PDF: each page turned by at most ``penche`` degrees, with noise, as a JPEG of this quality."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        dessins = [page.render(scale=points / 72, grayscale=True).to_pil() for page in list(document)[pages]]
    finally:
        document.close()
    salies = [_salir(dessin, hasard, penche, qualite) for dessin in dessins]
    sortie = io.BytesIO()
    salies[0].save(sortie, "PDF", save_all=True, append_images=salies[1:], resolution=points, quality=qualite)
    return sortie.getvalue()


def _salir(dessin: Image.Image, hasard: random.Random, penche: float, qualite: int) -> Image.Image:
    tournee = dessin.rotate(hasard.uniform(-penche, penche), fillcolor=255, resample=Image.Resampling.BICUBIC)
    grain = Image.frombytes("L", (64, 64), hasard.randbytes(64 * 64)).resize(
        tournee.size, Image.Resampling.NEAREST
    )
    bruitee = ImageChops.subtract(tournee, grain.point(lambda v: v // 8))
    jpeg = io.BytesIO()
    bruitee.save(jpeg, "JPEG", quality=qualite)
    return Image.open(io.BytesIO(jpeg.getvalue()))
