"""Cells of the workbook of an instrument as people leave them: the same as they were given, or something to be read."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from echelons.contrats.contenu.cibles import SANS_CHIFFRE, Chiffre
from echelons.contrats.contenu.saisies import lire_chiffre, lire_montant, lire_nombre, sans_controles
from echelons.contrats.models import EtatDeValeur
from echelons.socle.exports import FORMULES, neutraliser
from echelons.socle.imports.champs import ValeurRefusee
from echelons.socle.imports.valeurs import jour
from echelons.socle.tableurs import Erreur, Valeur
from echelons.socle.textes import normaliser

#: What a spreadsheet keeps of a figure.
CHIFFRES_SIGNIFICATIFS = 15
UN_MONTANT = "un montant en euros, comme 12 500,50"
UN_CHIFFRE = "un chiffre, ou rien"
SANS = {normaliser(e.label): e for e in EtatDeValeur}
RIEN = {"", "—", "-"}


def texte(valeur: Valeur) -> str:
    """A cell as text, on several lines if it has some. Raises ``ValeurRefusee``."""
    if isinstance(valeur, Erreur):
        raise ValeurRefusee("un texte\u00a0: corrigez la formule, ou remplacez-la par ce qu’elle doit donner")
    if valeur is None:
        return ""
    if isinstance(valeur, dt.datetime | dt.date):
        return valeur.strftime("%d/%m/%Y")
    if isinstance(valeur, float):
        return str(decimal(valeur)).replace(".", ",")
    return sans_controles(str(valeur)).strip()


def lire_texte(valeur: Valeur) -> str:
    """What a cell says, without the apostrophe that kept it from being run. Raises ``ValeurRefusee``."""
    dit = texte(valeur)
    return dit[1:] if dit[:1] == "'" and dit[1:2] in FORMULES else dit


def _norme(dit: str) -> list[str]:
    """The words of each line: files do not keep every space."""
    return [" ".join(ligne.split()) for ligne in sans_controles(dit).strip().splitlines() if ligne.strip()]


def meme_texte(valeur: Valeur, donne: str) -> bool:
    """Whether a cell still says the text that was written in it."""
    return not isinstance(valeur, Erreur) and _norme(texte(valeur)) == _norme(neutraliser(donne))


def decimal(valeur: float) -> Decimal:
    """A number of a spreadsheet, without what its way of counting adds at the end."""
    return Decimal(format(valeur, f".{CHIFFRES_SIGNIFICATIFS}g"))


def meme_nombre(valeur: Valeur, donne: Decimal | int | None) -> bool:
    """Whether a cell still says the number that was written in it."""
    if donne is None or valeur is None:
        return donne is None and valeur is None
    return type(valeur) in {int, float} and float(valeur) == float(donne)  # type: ignore[arg-type]


def lire_decimal(valeur: Valeur, attendu: str) -> Decimal | None:
    """A number, as a spreadsheet or as people write it. Raises ``ValeurRefusee``."""
    if isinstance(valeur, bool | dt.date | Erreur):
        raise ValeurRefusee(attendu)
    if isinstance(valeur, int | float):
        return decimal(valeur) if isinstance(valeur, float) else Decimal(valeur)
    try:
        return lire_nombre(lire_texte(valeur))
    except ValidationError:
        raise ValeurRefusee(attendu) from None


def lire_euros(valeur: Valeur) -> Decimal | None:
    """An amount to the cent; nothing or zero is None. Raises ``ValeurRefusee`` with what is wrong."""
    lu = lire_decimal(valeur, UN_MONTANT)
    try:
        return lire_montant(format(lu, "f")) or None if lu is not None else None
    except ValidationError as refus:
        raise ValeurRefusee(f"{UN_MONTANT}. {' '.join(refus.messages)}") from None


def lire_entier(valeur: Valeur, attendu: str, maximum: int) -> int | None:
    """A whole number, from 0. Raises ``ValeurRefusee``."""
    lu = lire_decimal(valeur, attendu)
    if lu is None:
        return None
    if not 0 <= lu <= maximum or lu != lu.to_integral_value():
        raise ValeurRefusee(attendu)
    return int(lu)


def lire_jour(valeur: Valeur) -> str | None:
    """A day, in ISO form. Raises ``ValeurRefusee``."""
    lu = jour(valeur, None)
    return lu.isoformat() if lu else None


def lire_cible(
    valeur: Valeur, etat: Valeur, motif: Valeur, le: Valeur, donnee: list[Any] | None
) -> list[Any] | None:
    """The figure of a target, as traces keep it (``Chiffre.simple``), from its cells; None when they say nothing.

    ``donnee``: what the workbook said of it. A figure typed over « non disponible » takes its place, the state and the
    reason may be left as they were. Raises ``ValeurRefusee``.
    """
    donnee = donnee or Chiffre(EtatDeValeur.CHIFFREE).simple
    avant = None if donnee[1] is None else Decimal(donnee[1])
    quand = lire_jour(le)
    meme_etat = normaliser(texte(etat)) == normaliser(EtatDeValeur(donnee[0]).label)
    meme_motif = meme_texte(motif, donnee[2])
    if meme_nombre(valeur, avant) and meme_etat and meme_motif:
        return [donnee[0], donnee[1], donnee[2], quand]
    dit = lire_texte(etat)
    if dit not in RIEN and normaliser(dit) not in SANS:
        raise ValeurRefusee("dans la colonne de l’état\u00a0: chiffrée, sans objet ou non disponible")
    voulu = SANS.get(normaliser(dit), EtatDeValeur.CHIFFREE)
    pourquoi = lire_texte(motif)
    chiffre = _lire_chiffre(valeur)
    if chiffre is not None and chiffre.etat != EtatDeValeur.CHIFFREE:
        return Chiffre(chiffre.etat, chiffre.valeur, chiffre.motif, _vers_jour(quand)).simple
    if chiffre is not None:
        if not meme_etat and voulu != EtatDeValeur.CHIFFREE:
            raise ValeurRefusee("rien, ou l’état «\u00a0chiffrée\u00a0»")
        if pourquoi and not meme_motif:
            raise ValeurRefusee("rien, ou pas de motif\u00a0: un motif dit pourquoi il n’y a pas de chiffre")
        return Chiffre(chiffre.etat, chiffre.valeur, chiffre.motif, _vers_jour(quand)).simple
    return _sans_chiffre(voulu, pourquoi, quand)


def _sans_chiffre(etat: EtatDeValeur, motif: str, quand: str | None) -> list[Any] | None:
    """Why there is no figure; None when nothing is said at all. Raises ``ValeurRefusee``."""
    if etat == EtatDeValeur.CHIFFREE:
        if motif:
            raise ValeurRefusee(
                "un chiffre, ou dans la colonne de l’état\u00a0: sans objet, ou non disponible"
            )
        return None
    if not motif:
        raise ValeurRefusee("un chiffre, ou un motif qui dit pourquoi il n’y en a pas")
    return Chiffre(etat, motif=motif[:300], le=_vers_jour(quand)).simple


def _lire_chiffre(valeur: Valeur) -> Chiffre | None:
    """A figure, or « sans objet : … » typed in its place. Raises ``ValeurRefusee``."""
    if isinstance(valeur, bool | dt.date | Erreur):
        raise ValeurRefusee(UN_CHIFFRE)
    dit = format(decimal(valeur), "f") if isinstance(valeur, float) else lire_texte(valeur)
    try:
        return lire_chiffre(dit)
    except ValidationError as refus:
        raise ValeurRefusee(f"{UN_CHIFFRE}. {' '.join(refus.messages)}") from None


def _vers_jour(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None


def vers_chiffre(simple: list[Any] | None) -> Chiffre | None:
    """Back from what traces keep; None for what is still to be given."""
    if simple is None or simple == SANS_CHIFFRE.simple:
        return None
    etat, valeur, motif, le = simple
    return Chiffre(etat, None if valeur is None else Decimal(valeur), motif, _vers_jour(le))


def lignes_de(dit: str) -> list[str]:
    """What is told one a line, or between commas or semicolons."""
    return [bout.strip() for bout in re.split(r"[\n,;]", dit) if bout.strip()]
