"""Spreadsheets altered at random: bytes turned, cut, doubled, parts of archives replaced, numbers swollen."""

from __future__ import annotations

import io
import random
import re
import zipfile

from tests.socle.tableaux import ENTETES, csv_de, negligent, ods

CELLULES = "".join(
    f'<table:table-cell office:value-type="string"><text:p>{t}</text:p></table:table-cell>' for t in ENTETES
)
#: What is altered, by name.
GRAINES = {
    "xlsx": negligent(),
    "ods": ods(
        f'<table:table table:name="Un"><table:table-row>{CELLULES}</table:table-row>'
        '<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="59"'
        ' table:number-columns-repeated="3"><text:p>59</text:p></table:table-cell></table:table-row></table:table>'
    ),
    "csv": csv_de(
        [ENTETES, ["Nord (59)", "calpae", "18/12/2018", "Communiqué", "https://exemple.invalid/a"]] * 3
    ),
}
GROS = (b"0", b"-1", b"9999999", b"99999999999999999999", b"1e309", b"NaN", b"A1048577", b"XFE1")
INTRUS = (
    b"\0",
    b"\xff\xfe",
    b'"',
    b"<",
    b"&a;",
    b"]]>",
    b"\x1b",
    b"\xe9",
    b"\r",
    b"=cmd|'/c'!A1",
    b"PK\x05\x06",
)


def muter(graine: bytes, hasard: random.Random) -> bytes:
    """One of the infinitely many files that look like this one."""
    if graine[:2] == b"PK" and hasard.random() < 0.7:
        return _une_partie(graine, hasard)
    return _octets(graine, hasard)


def _octets(graine: bytes, hasard: random.Random) -> bytes:
    lus = bytearray(graine)
    for _ in range(hasard.choice((1, 1, 2, 5, 40))):
        ou = hasard.randrange(len(lus) + 1)
        geste = hasard.randrange(5)
        if geste == 0 and ou < len(lus):
            lus[ou] = hasard.randrange(256)
        elif geste == 1:
            lus[ou:ou] = hasard.choice(INTRUS)
        elif geste == 2:
            del lus[ou : ou + hasard.randrange(1, 200)]
        elif geste == 3:
            lus[ou:ou] = lus[ou : ou + hasard.randrange(1, 400)]
        else:
            del lus[ou:]
    return bytes(lus)


def _une_partie(graine: bytes, hasard: random.Random) -> bytes:
    """The archive made anew, one or two of its parts altered: the checksums are right, the content is not."""
    sortie = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(graine)) as source, zipfile.ZipFile(sortie, "w") as neuve:
        noms = source.namelist()
        vises = set(hasard.sample(noms, min(len(noms), hasard.choice((1, 1, 2)))))
        for nom in noms:
            contenu = source.read(nom)
            if nom in vises:
                contenu = _gonfler(contenu, hasard) if hasard.random() < 0.5 else _octets(contenu, hasard)
            if nom not in vises or hasard.random() > 0.1:
                neuve.writestr(
                    nom, contenu, zipfile.ZIP_STORED if nom == "mimetype" else zipfile.ZIP_DEFLATED
                )
    return sortie.getvalue()


def _gonfler(contenu: bytes, hasard: random.Random) -> bytes:
    """A number between quotation marks becomes another."""
    nombres = [m.span(1) for m in re.finditer(rb'"([A-Z]{0,3}\d+)"', contenu)]
    if not nombres:
        return _octets(contenu, hasard)
    debut, fin = hasard.choice(nombres)
    return contenu[:debut] + hasard.choice(GROS) + contenu[fin:]
