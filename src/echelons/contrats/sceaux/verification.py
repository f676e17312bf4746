"""Is this file what was signed? The answer that anybody may have, about a file or about a code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.edition.code import ALPHABET, GENRE, LONGUEUR
from echelons.contrats.models import Sceau
from echelons.contrats.sceaux.codes import lire_les_codes
from echelons.contrats.sceaux.forme import defauts
from echelons.contrats.sceaux.lecture import contenu_du_sceau
from echelons.socle.depot import FichierRefuse, coffre
from echelons.socle.depot.examen import Examen

#: The pages on which a code is looked for in a file that is not known.
PAGES_LUES = 5
#: How a JPEG and a PNG begin.
PHOTOS = {b"\xff\xd8\xff": "jpeg", b"\x89PNG\r\n\x1a\n": "png"}
#: How letters that are not in the alphabet of the codes are understood.
MEPRISES = str.maketrans({"O": "0", "I": "1", "L": "1"})
MOT_CLE = re.compile(rb"code:([0-9A-Z]{20})")


class Etat(StrEnum):
    """What can be said of a file or of a code."""

    AUTHENTIQUE = "authentique"
    PRODUIT = "produit"
    CODE = "code"
    ALTERE = "altere"
    ABIME = "abime"
    INCONNU = "inconnu"


@dataclass(frozen=True)
class Reponse:
    """The answer, with the seals that it speaks of (several when one was cancelled and made again), latest first."""

    etat: Etat
    sceaux: tuple[Sceau, ...] = ()
    empreinte: str = ""
    defauts: tuple[str, ...] = ()

    @property
    def sceau(self) -> Sceau | None:
        """The one that stands, else the latest."""
        valides = [s for s in self.sceaux if not hasattr(s, "annulation")]
        return next(iter(valides or self.sceaux), None)

    @property
    def contenu(self) -> Contenu | None:
        """What was signed."""
        return contenu_du_sceau(self.sceau) if self.sceau else None


def verifier_fichier(chemin: Path, empreinte: str) -> Reponse:
    """What a file is; ``empreinte`` is its SHA-256, already worked out when it was received."""
    for champ, etat in (("original", Etat.AUTHENTIQUE), ("produit", Etat.PRODUIT)):
        if sceaux := _sceaux(**{champ: empreinte}):
            return _confirmer(etat, sceaux, empreinte)
    for code in _codes_de(chemin):
        if sceaux := _sceaux(code=code):
            if _genre(chemin) in PHOTOS.values():
                return _confirmer(Etat.CODE, sceaux, "")
            return Reponse(Etat.ALTERE, sceaux, empreinte)
    return Reponse(Etat.INCONNU, empreinte=empreinte)


def reconnaitre(chemin: Path) -> Examen:
    """What a file says that it is. It is examined no further: one that a change has spoilt is to be answered too.

    Raises ``FichierRefuse``.
    """
    if (genre := _genre(chemin)) is not None:
        return Examen(genre, None, None)
    raise FichierRefuse(
        "Ce type de fichier n’est pas accepté. Déposez un PDF, ou la photographie d’une page."
    )


def _genre(chemin: Path) -> str | None:
    """By how it begins: « pdf », « jpeg », « png », or none of these."""
    with chemin.open("rb") as fichier:
        tete = fichier.read(1024)
    if b"%PDF-" in tete:
        return "pdf"
    return next((genre for debut, genre in PHOTOS.items() if tete.startswith(debut)), None)


def verifier_code(tape: str) -> Reponse:
    """What a code typed by somebody names. It says which act exists, not that the paper in hand is it."""
    code = normaliser(tape)
    sceaux = _sceaux(code=code) if code else ()
    return _confirmer(Etat.CODE, sceaux, "") if sceaux else Reponse(Etat.INCONNU)


def normaliser(tape: str) -> str:
    """The code that somebody typed, with what is mistaken put right; empty when it is none."""
    tape = tape.strip().upper()
    if tape.startswith(f"{GENRE}:"):  # what a telephone reads of the printed square
        tape = tape.split(":")[1]
    net = re.sub(r"[\s.-]+", "", tape).translate(MEPRISES)
    return net if len(net) == LONGUEUR and set(net) <= set(ALPHABET) else ""


def _sceaux(**choix: str) -> tuple[Sceau, ...]:
    lus = Sceau.objects.filter(**choix).select_related("instrument__contrat__perimetre", "annulation")
    return tuple(lus.order_by("-instant"))


def _confirmer(etat: Etat, sceaux: tuple[Sceau, ...], empreinte: str) -> Reponse:
    """The answer, unless the seal itself or its files are no longer what their digests say."""
    trouves: list[str] = []
    for sceau in sceaux:
        trouves += defauts(sceau)
        for nom, sienne in (("l’original", sceau.original), ("le PDF produit", sceau.produit)):
            if dit := coffre.etat(sienne):
                trouves.append(f"{nom} gardé ici est {dit}")
    return Reponse(Etat.ABIME if trouves else etat, sceaux, empreinte, tuple(trouves))


def _codes_de(chemin: Path) -> Iterator[str]:
    """The codes that a file bears: in the keywords of a PDF made here, then on its first pages, or on a photograph."""
    yield from [lu.decode() for lu in MOT_CLE.findall(chemin.read_bytes())][:3]
    with chemin.open("rb") as fichier:
        yield from list(lire_les_codes(fichier, PAGES_LUES, premiere=True).trouves)[:3]
