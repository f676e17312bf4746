"""Run as a script, alone: read a hostile file on the standard input, say on the standard output what it is.

Usage: ``python -I examinateur.py PAGES PIXELS < FILE``. Answers one line of JSON (``type``, ``pages``, ``refus``), then
the PNG of the first page. Before it reads anything, it gives up opening files, connecting, starting processes, and
bounds its memory and time: a file that takes it over gets nothing else. It imports nothing of the house.
Ends with 1 when it cannot start.
"""

import importlib
import io
import json
import resource
import sys
import zipfile
from collections.abc import Callable

import puremagic
import pypdfium2 as pdfium
from PIL import Image, ImageOps

MEMOIRE_MAX = 1024**3
SECONDES_MAX = 15
REPONSE_MAX = 2 * 1024**2
VIGNETTE = (480, 640)
ENTREES_MAX = 5_000
DEPLIE_MAX = 200 * 1024**2
#: How many times larger a compressed file may unfold to, as a whole, once that is much: rows that repeat fold well.
RAPPORT_MAX, BEAUCOUP = 100, 50 * 1024**2
Constat = tuple[str, int | None, bytes | None]

ACCEPTES = "Déposez un PDF, une image JPEG, PNG ou TIFF, un document docx, xlsx, odt ou ods."
ABIME = (
    f"Ce fichier est abîmé ou incomplet. Ouvrez-le et enregistrez-le de nouveau, puis recommencez. {ACCEPTES}"
)
DOUBLE = (
    "Ce fichier est écrit pour être lu comme deux formats à la fois\u00a0: il n’est pas accepté. "
    "Enregistrez-le de nouveau en PDF."
)
MACROS = (
    "Ce document contient des macros\u00a0: il n’est pas accepté. Enregistrez-le sans macros (docx, xlsx, odt, ods), "
    "ou en PDF."
)
MOT_DE_PASSE = (
    "Ce fichier est protégé par un mot de passe. Enregistrez-le sans mot de passe, puis recommencez."
)
BOMBE = "Ce fichier occupe beaucoup trop de place une fois déplié\u00a0: il n’est pas accepté."
ANCIEN = (
    "Ce fichier est d’un ancien format de bureautique (doc, xls), ou protégé par un mot de passe. "
    "Enregistrez-le en docx, xlsx, odt, ods ou PDF, sans mot de passe."
)
ARCHIVE = f"Ce fichier est une archive. Déposez chacun des documents qu’elle contient. {ACCEPTES}"
#: What is worth naming among what is refused, by the start of its MIME type.
REFUSES = {
    "application/vnd.microsoft.portable-executable": f"Ce fichier est un programme. {ACCEPTES}",
    "text/html": f"Ce fichier est une page web. {ACCEPTES}",
    "image/svg": f"Ce fichier est une image SVG, qui peut contenir un programme. {ACCEPTES}",
    "image/": f"Ce format d’image n’est pas accepté. {ACCEPTES}",
    "application/msword": ANCIEN,
    "application/vnd.ms-": ANCIEN,
}
INCONNU = f"Ce type de fichier n’est pas accepté. {ACCEPTES}"
#: The content type of the main part of an office file → our code.
PARTIES = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": "docx",
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": "xlsx",
}
OPENDOCUMENT = {
    b"application/vnd.oasis.opendocument.text": "odt",
    b"application/vnd.oasis.opendocument.spreadsheet": "ods",
}


class Refus(Exception):
    """Why the file is not accepted, and what to do."""


def limiter() -> None:
    """Give up what a reader of files does not need."""
    # What would otherwise be loaded on the way, when nothing more can be opened.
    Image.preinit()
    for module in ("PIL.MpoImagePlugin", "PIL.TiffImagePlugin", "encodings.cp437"):
        importlib.import_module(module)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (REPONSE_MAX, REPONSE_MAX))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDES_MAX, SECONDES_MAX))
    resource.setrlimit(resource.RLIMIT_AS, (MEMOIRE_MAX, MEMOIRE_MAX))


def examiner(octets: bytes, pages_max: int, pixels_max: int) -> Constat:
    """What the file is: code, pages, image. Raises ``Refus``."""
    genre = reconnaitre(octets)
    if genre == "pdf":
        return lire_pdf(octets, pages_max)
    if genre in {"jpeg", "png", "tiff"}:
        return lire_image(octets, genre, pages_max, pixels_max)
    return lire_conteneur(octets), None, None


def reconnaitre(octets: bytes) -> str:
    """The family of a file by its first bytes."""
    try:
        trouves = [m.mime_type.lower() for m in puremagic.magic_string(octets[:8192])]
    except (puremagic.PureError, ValueError):
        trouves = []
    # The library tells families apart by signatures, some of them anywhere near the start: ours stand at the start.
    for code, mime, debuts in (
        ("pdf", "application/pdf", (b"%PDF-",)),
        ("jpeg", "image/jpeg", (b"\xff\xd8\xff",)),
        ("png", "image/png", (b"\x89PNG\r\n\x1a\n",)),
        ("tiff", "image/tiff", (b"II*\0", b"MM\0*")),
    ):
        if mime in trouves and octets.startswith(debuts):
            return code
    if octets.startswith(b"PK\x03\x04"):
        return "zip"
    for mime in trouves:
        for debut, phrase in REFUSES.items():
            if mime.startswith(debut):
                raise Refus(phrase)
    raise Refus(INCONNU)


def un_seul_format(octets: bytes) -> None:
    """Refuse what another program would read as a page or as an archive."""
    debut = octets[:1024].lower()
    if any(marque in debut for marque in (b"<html", b"<script", b"<!doctype", b"<?php")):
        raise Refus(DOUBLE)
    if zipfile.is_zipfile(io.BytesIO(octets)):
        raise Refus(DOUBLE)


def lire_pdf(octets: bytes, pages_max: int) -> Constat:
    """Pages, and the first one drawn."""
    un_seul_format(octets)
    try:
        document = pdfium.PdfDocument(octets)
        nombre = len(document)
    except pdfium.PdfiumError as erreur:
        mot_de_passe = "password" in str(erreur).lower()
        raise Refus(MOT_DE_PASSE if mot_de_passe else ABIME) from None
    if not nombre:
        raise Refus(ABIME)
    if nombre > pages_max:
        raise Refus(
            f"Ce document a {nombre}\u00a0pages\u00a0: {pages_max} au plus. Déposez-le en plusieurs parties."
        )
    try:
        page = document[0]
        largeur, hauteur = page.get_size()
        echelle = min(VIGNETTE[0] / max(largeur, 1), VIGNETTE[1] / max(hauteur, 1))
        dessin = page.render(scale=echelle, may_draw_forms=False).to_pil()
    except pdfium.PdfiumError:
        raise Refus(ABIME) from None
    return "pdf", nombre, vignette(dessin)


def lire_image(octets: bytes, genre: str, pages_max: int, pixels_max: int) -> Constat:
    """Every page decoded to its end; the first one reduced."""
    un_seul_format(octets)
    if b"%PDF-" in octets[:1024]:
        raise Refus(DOUBLE)
    Image.MAX_IMAGE_PIXELS = None  # ours is below, and refuses at once
    image = Image.open(io.BytesIO(octets), formats=[genre.upper()])
    pages = getattr(image, "n_frames", 1) if genre == "tiff" else 1
    if pages > pages_max:
        raise Refus(
            f"Cette image a {pages}\u00a0pages\u00a0: {pages_max} au plus. Déposez-la en plusieurs parties."
        )
    reduite = None
    for rang in range(pages):
        if rang:
            image.seek(rang)
        if image.width * image.height > pixels_max:
            raise Refus(
                f"Cette image est trop grande\u00a0: {image.width} × {image.height}\u00a0points. Numérisez-la de "
                "nouveau à 300\u00a0points par pouce."
            )
        image.load()
        reduite = reduite or vignette(image)
    if genre == "png" and octets[octets.rfind(b"IEND") + 8 :].strip(b"\0"):
        raise Refus(DOUBLE)
    return genre, pages, reduite


def vignette(image: Image.Image) -> bytes:
    """A small PNG on white, upright, with nothing of the original but what is seen."""
    if image.mode == "1":
        image = image.convert("L")
    elif image.mode in {"I;16", "I;16B", "I", "F"}:
        image = image.convert("F").point(lambda v: v / 256, None).convert("L")
    elif image.mode == "P":
        image = image.convert("RGBA")
    echelle = min(VIGNETTE[0] / image.width, VIGNETTE[1] / image.height, 1)
    taille = max(1, round(image.width * echelle)), max(1, round(image.height * echelle))
    petite = ImageOps.exif_transpose(image.resize(taille, reducing_gap=2.0))
    if petite.mode not in {"L", "RGB"}:
        petite = petite.convert("RGBA")
        fond = Image.new("RGBA", petite.size, "white")
        petite = Image.alpha_composite(fond, petite).convert("RGB")
    propre = Image.new(petite.mode, petite.size)
    propre.paste(petite)
    sortie = io.BytesIO()
    propre.save(sortie, "PNG")
    return sortie.getvalue()


def lire_conteneur(octets: bytes) -> str:
    """The code of an office file, read to its end without ever being unfolded on the disk."""
    with zipfile.ZipFile(io.BytesIO(octets)) as archive:
        entrees = archive.infolist()
        noms = [e.filename for e in entrees]
        if any(e.flag_bits & 0x1 for e in entrees):
            raise Refus(MOT_DE_PASSE)
        deplie = sum(e.file_size for e in entrees)
        demesure = deplie > BEAUCOUP and deplie > RAPPORT_MAX * len(octets)
        if len(entrees) > ENTREES_MAX or deplie > DEPLIE_MAX or demesure:
            raise Refus(BOMBE)
        # Nothing before, nothing after, each part once: what one program reads, every program reads.
        entier = min(e.header_offset for e in entrees) == 0 and octets[-22:-18] == b"PK\x05\x06"
        if not entier or len(set(noms)) != len(noms):
            raise Refus(DOUBLE)
        lues = {}
        for entree in entrees:
            contenu = deplier(archive, entree)
            if entree.filename in {"mimetype", "[Content_Types].xml", "META-INF/manifest.xml"} or (
                entree.filename.endswith(".rels")
            ):
                # Without the zeros of UTF-16, so that words are found whatever the encoding.
                lues[entree.filename] = contenu.replace(b"\0", b"")
    code = code_opendocument(noms, lues) or code_office(lues)
    if code is None:
        raise Refus(ARCHIVE)
    return code


def deplier(archive: zipfile.ZipFile, entree: zipfile.ZipInfo) -> bytes:
    """One part, not a byte more than it says; its checksum is verified on the way."""
    with archive.open(entree) as flux:
        contenu = flux.read(entree.file_size + 1)
    if len(contenu) != entree.file_size:
        raise Refus(BOMBE)
    return contenu


def code_opendocument(noms: list[str], lues: dict[str, bytes]) -> str | None:
    """« odt », « ods », or None."""
    if noms[0] != "mimetype" or "content.xml" not in noms:
        return None
    code = OPENDOCUMENT.get(lues["mimetype"].strip())
    if b"encryption-data" in lues.get("META-INF/manifest.xml", b""):
        raise Refus(MOT_DE_PASSE)
    if code and any(nom.startswith(("Basic/", "Scripts/")) for nom in noms):
        raise Refus(MACROS)
    return code


def code_office(lues: dict[str, bytes]) -> str | None:
    """« docx », « xlsx », or None."""
    types = lues.get("[Content_Types].xml", b"")
    bas = types.lower()
    if any(marque in bas for marque in (b"macroenabled", b"vbaproject", b"activex", b"macrosheet")):
        raise Refus(MACROS)
    for nom, liens in lues.items():
        # A template fetched from elsewhere brings its macros with it.
        if nom.endswith(".rels") and b"attachedTemplate" in liens and b'Target="http' in liens:
            raise Refus(MACROS)
    codes = {code for partie, code in PARTIES.items() if partie in types}
    return codes.pop() if len(codes) == 1 else None


def repondre(examen: Callable[[], Constat]) -> None:
    """Say what was found, or why it is refused."""
    try:
        genre, pages, image = examen()
        dit = {"type": genre, "pages": pages, "refus": None}
    except Refus as refus:
        dit, image = {"type": None, "pages": None, "refus": str(refus)}, None
    except MemoryError:
        dit, image = {"type": None, "pages": None, "refus": BOMBE}, None
    except Exception:  # noqa: BLE001 - whatever a hostile file makes a library do
        dit, image = {"type": None, "pages": None, "refus": ABIME}, None
    sys.stdout.buffer.write(json.dumps(dit).encode() + b"\n" + (image or b""))
    sys.stdout.buffer.flush()


def main() -> None:
    """Examine the standard input."""
    pages_max, pixels_max = int(sys.argv[1]), int(sys.argv[2])
    limiter()
    repondre(lambda: examiner(sys.stdin.buffer.read(), pages_max, pixels_max))


if __name__ == "__main__":
    main()
