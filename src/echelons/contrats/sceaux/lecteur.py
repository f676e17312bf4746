"""Run as a script, alone: read the codes printed on the pages of a hostile PDF, or of the photograph of a page.

Usage: ``python -I lecteur.py PAGES toutes|premiere < FILE``; « premiere » stops at the first page that bears one.
Answers one line of JSON: ``pages`` (how many there are), ``codes`` (page, then the texts read on it). Before it reads
anything, it gives up opening files, connecting, starting processes, and
bounds its memory and time. It imports nothing of the house. Ends with 1 when it cannot start.
"""

import io
import json
import resource
import sys

import PIL.Image
import pypdfium2 as pdfium
import zxingcpp

MEMOIRE_MAX = 1024**3
#: Of computing: for whoever seals every page, then for whoever verifies a file, who may be anybody.
SECONDES_MAX, SECONDES_PREMIERE = 40, 5
REPONSE_MAX = 2 * 1024**2
#: Points an inch of the drawing: the first is enough for a good scan, the second for a bad one.
FINESSES = (150, 260)
#: A page larger than this (in points of the PDF) is drawn smaller.
COTE_MAX = 2_000
#: A photograph is first looked at no larger than this, in pixels; it is refused past as many of them.
PHOTO_COTES, PHOTO_MAX = (1_600, 3_200), 80_000_000


def limiter(secondes: int) -> None:
    """Give up what a reader of codes does not need."""
    # What would otherwise be loaded on the way, when nothing more can be opened.
    PIL.Image.preinit()
    pdfium.PdfBitmap.new_native(1, 1, 1).to_pil()
    zxingcpp.read_barcodes(PIL.Image.new("L", (8, 8), 255))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (REPONSE_MAX, REPONSE_MAX))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (secondes, secondes))
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_MAX, MEMOIRE_MAX))


def lire(octets: bytes, pages_max: int, premiere: bool) -> dict[str, object]:
    """The codes of the first pages, or of the first that bears one."""
    if b"%PDF-" not in octets[:1024]:
        return {"pages": 1, "codes": {1: lire_photo(octets)}}
    document = pdfium.PdfDocument(octets)
    nombre = len(document)
    codes: dict[int, list[str]] = {}
    for rang in range(min(nombre, pages_max)):
        codes[rang + 1] = lire_page(document[rang])
        if premiere and codes[rang + 1]:
            break
    return {"pages": nombre, "codes": codes}


def lire_page(page: pdfium.PdfPage) -> list[str]:
    """The texts of the QR codes of a page."""
    cote = max(page.get_size())
    for finesse in FINESSES:
        echelle = finesse / 72 * min(1, COTE_MAX / max(cote, 1))
        image = page.render(scale=echelle, grayscale=True, may_draw_forms=False).to_pil()
        if lus := codes_de(image):
            return lus
    return []


def lire_photo(octets: bytes) -> list[str]:
    """The texts of the QR codes of a photograph."""
    PIL.Image.MAX_IMAGE_PIXELS = None  # ours is below
    photo = PIL.Image.open(io.BytesIO(octets), formats=["JPEG", "PNG"])
    if photo.width * photo.height > PHOTO_MAX:
        return []
    grise = photo.convert("L")
    for cote in PHOTO_COTES:
        reduite = grise.copy()
        reduite.thumbnail((cote, cote))
        if lus := codes_de(reduite):
            return lus
    return []


def codes_de(image: PIL.Image.Image) -> list[str]:
    """The texts of the QR codes of an image."""
    lus = zxingcpp.read_barcodes(image, formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode))
    return [code.text[:200] for code in lus]


def main() -> None:
    """Read the standard input."""
    pages_max, premiere = int(sys.argv[1]), sys.argv[2] == "premiere"
    limiter(SECONDES_PREMIERE if premiere else SECONDES_MAX)
    try:
        dit = lire(sys.stdin.buffer.read(), pages_max, premiere)
    except Exception:  # noqa: BLE001 - whatever a hostile file makes a library do
        dit = {"pages": 0, "codes": {}}
    sys.stdout.buffer.write(json.dumps(dit).encode())
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
