"""Files as people and attackers give them, made in memory."""

import io
import itertools
import zipfile

import pypdfium2
from PIL import Image

_TYPES = "application/vnd.openxmlformats-officedocument"
_ODF = "application/vnd.oasis.opendocument"
_numeros = itertools.count(1)


def pdf(pages: int = 1, titre: str = "") -> bytes:
    """A PDF of blank pages; never twice the same."""
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(595, 842)
    sortie = io.BytesIO()
    document.save(sortie)
    return sortie.getvalue() + f"% {titre or next(_numeros)}\n".encode()


def pdf_a_mot_de_passe() -> bytes:
    """A PDF that no password we know opens."""
    objets = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"11" * 32 + b"> /U <" + b"22" * 32 + b"> >>",
    ]
    corps, places = b"%PDF-1.4\n", []
    for rang, objet in enumerate(objets, 1):
        places.append(len(corps))
        corps += b"%d 0 obj\n%s\nendobj\n" % (rang, objet)
    table = b"xref\n0 5\n0000000000 65535 f \n" + b"".join(b"%010d 00000 n \n" % p for p in places)
    suite = b"trailer\n<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>\nstartxref\n%d\n%%%%EOF\n"
    return corps + table + suite % len(corps)


def image(format: str = "PNG", taille: tuple[int, int] = (200, 300), mode: str = "RGB", **choix) -> bytes:  # noqa: A002
    """An image of one colour; a TIFF of several pages with ``append_images``."""
    sortie = io.BytesIO()
    Image.new(mode, taille, 80).save(sortie, format, **choix)
    return sortie.getvalue()


def tiff(pages: int) -> bytes:
    """A scan of several pages."""
    suite = [Image.new("1", (100, 140)) for _ in range(pages - 1)]
    return image("TIFF", (100, 140), "1", compression="group4", save_all=True, append_images=suite)


def archive(*parties: tuple[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of these parts."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(sortie, "w", compression) as zip_:
        for nom, contenu in parties:
            zip_.writestr(nom, contenu)
    return sortie.getvalue()


def office(genre: str, *plus: tuple[str, str | bytes], principal: str = "") -> bytes:
    """A docx or an xlsx."""
    mot, dossier = {"docx": ("wordprocessingml.document", "word"), "xlsx": ("spreadsheetml.sheet", "xl")}[
        genre
    ]
    principal = principal or f"{_TYPES}.{mot}.main+xml"
    types = f'<Types><Override PartName="/{dossier}/document.xml" ContentType="{principal}"/></Types>'
    texte = (f"{dossier}/document.xml", f"<d>{next(_numeros)}</d>")
    return archive(("[Content_Types].xml", types), ("_rels/.rels", "<r/>"), texte, *plus)


def opendocument(genre: str, *plus: tuple[str, str | bytes], manifeste: str = "<m/>") -> bytes:
    """An odt or an ods."""
    mime = f"{_ODF}.{ {'odt': 'text', 'ods': 'spreadsheet'}[genre] }"
    texte = ("content.xml", f"<d>{next(_numeros)}</d>")
    return archive(("mimetype", mime), texte, ("META-INF/manifest.xml", manifeste), *plus)


#: One of each accepted kind: name, content, and how many pages are counted.
ACCEPTES = {
    "pdf": ("acte.pdf", pdf, 1),
    "jpeg": ("page.jpg", lambda: image("JPEG"), 1),
    "png": ("page.png", image, 1),
    "tiff": ("numérisation.tif", lambda: tiff(3), 3),
    "docx": ("projet.docx", lambda: office("docx"), None),
    "xlsx": ("plan.xlsx", lambda: office("xlsx"), None),
    "odt": ("projet.odt", lambda: opendocument("odt"), None),
    "ods": ("plan.ods", lambda: opendocument("ods"), None),
}
MACROS = "application/vnd.ms-word.document.macroEnabled.main+xml"
DOCX = f"{_TYPES}.wordprocessingml.document.main+xml"
EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"


def _zip_menteur() -> bytes:
    """A part that unfolds to more than it says."""
    octets = bytearray(office("docx", ("word/gros.xml", b"a" * 100_000)))
    reel, faux = (100_000).to_bytes(4, "little"), (10).to_bytes(4, "little")
    return bytes(octets.replace(reel, faux))


#: What is refused: name, content, and a word of the sentence that says why.
REFUSES = {
    "a program renamed": ("acte.pdf", lambda: b"MZ\x90\0" + b"\0" * 500, "programme"),
    "a Linux program": ("acte.pdf", lambda: b"\x7fELF" + b"\0" * 500, "n’est pas accepté"),
    "a page renamed": ("acte.pdf", lambda: b"<!DOCTYPE html><html><script>1</script></html>", "page web"),
    "a page that begins as a PDF": ("acte.pdf", lambda: b"%PDF-1.4\n<html><script>1</script>\n", "deux formats"),
    "an SVG": ("logo.svg", lambda: b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "SVG"),
    "an SVG after its declaration": ("logo.png", lambda: b"<?xml version='1.0'?>\n<svg></svg>", "SVG"),
    "a GIF": ("page.gif", lambda: image("GIF", mode="P"), "format d’image"),
    "plain text": ("note.txt", lambda: b"bonjour", "n’est pas accept"),
    "an old Word file": ("acte.doc", lambda: bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 600, "ancien format"),
    "a docm": ("acte.docm", lambda: office("docx", principal=MACROS), "macros"),
    "a docm renamed": (
        "acte.docx",
        lambda: archive(
            ("[Content_Types].xml", f"{DOCX} application/vnd.ms-office.vbaProject"),
            ("word/document.xml", "x"),
            ("word/vbaProject.bin", b"x"),
        ),
        "macros",
    ),
    "a docm in UTF-16": (
        "acte.docx",
        lambda: archive(("[Content_Types].xml", f"{DOCX} vbaProject".encode("utf-16"))),
        "macros",
    ),
    "a template from elsewhere": (
        "acte.docx",
        lambda: office("docx", ("word/_rels/settings.xml.rels", '<R Type="…/attachedTemplate" Target="https://x.test/a.dotm"/>')),
        "macros",
    ),
    "an ods with macros": ("plan.ods", lambda: opendocument("ods", ("Basic/Standard/Module1.xml", "x")), "macros"),
    "an odt with a password": ("a.odt", lambda: opendocument("odt", manifeste="<encryption-data/>"), "mot de passe"),
    "a PDF with a password": ("acte.pdf", pdf_a_mot_de_passe, "mot de passe"),
    "a PDF of 501 pages": ("acte.pdf", lambda: pdf(501), "501"),
    "a TIFF of 501 pages": ("page.tif", lambda: tiff(501), "501"),
    "a PDF cut in two": ("acte.pdf", lambda: pdf()[:60], "abîmé"),
    "an image cut in two": ("page.png", lambda: image(taille=(900, 900))[:800], "abîmé"),
    "a JPEG cut in two": ("page.jpg", lambda: image("JPEG")[:200], "abîmé"),
    "an image bomb": ("page.png", lambda: image(taille=(30_000, 30_000), mode="1"), "trop grande"),
    "an archive": ("pièces.zip", lambda: archive(("a.txt", "a"), ("b.txt", "b")), "archive"),
    "an archive named docx": ("acte.docx", lambda: archive(("word/document.xml", "x")), "archive"),
    "a zip bomb": ("acte.docx", lambda: office("docx", ("word/gros.xml", b"\0" * 80_000_000)), "trop de place"),
    "a zip bomb that lies": ("acte.docx", _zip_menteur, "abîmé"),
    "a zip of too many parts": (
        "acte.docx", lambda: archive(*((f"p{i}", "") for i in range(5_001))), "trop de place",
    ),
    "a PDF that is also an archive": ("acte.pdf", lambda: pdf() + archive(("a", "b")), "deux formats"),
    "an image that is also an archive": ("a.png", lambda: image() + archive(("a", "b")), "deux formats"),
    "an image with a tail": ("a.png", lambda: image() + b"<script>1</script>", "deux formats"),
    "a docx behind something else": ("acte.docx", lambda: b"#!/bin/sh\n" + office("docx"), "n’est pas accept"),
    "a docx with a tail": ("acte.docx", lambda: office("docx") + b"<script>", "deux formats"),
    "nothing": ("acte.pdf", lambda: b"", "vide"),
    "21 MB": ("acte.pdf", lambda: pdf() + b"%" * (21 * 1024 * 1024), "20\u00a0Mo"),
}  # fmt: skip
