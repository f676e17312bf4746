"""What people type in a cell: amounts, figures or why there is none, places; read, or refused with a sentence."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.db.models import Q

from echelons.contrats.contenu.cibles import Chiffre
from echelons.contrats.contenu.financements import refus_du_montant
from echelons.contrats.models import EtatDeValeur
from echelons.socle.nombres import insecables, nombre
from echelons.socle.textes import normaliser
from echelons.territoires.models import Territoire, TypeTerritoire

#: Spaces of all kinds, the sign of the euro and of the part, as spreadsheets and people write them.
_ORNEMENTS = re.compile(r"[\s\u00a0\u202f€%]+")
_SANS_CHIFFRE = re.compile(
    r"^\s*(sans objet|so|non disponible|nd)\b\s*[:;,.–—-]*\s*(.*)$", re.IGNORECASE | re.DOTALL
)
#: Control characters that no document can hold; a paste from elsewhere may bring some.
_CONTROLES = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x9f\ufffe\uffff]")
LIEUX = (TypeTerritoire.COMMUNE, TypeTerritoire.EPCI, TypeTerritoire.PERIMETRE)
LIEUX_MAX = 600
REFUS_MAX = 20
NOMBRE_MAX = Decimal("99999999999999.9999")


def sans_controles(texte: str) -> str:
    """A text without what no document can hold, its lines ended one way."""
    return _CONTROLES.sub("", texte.replace("\r\n", "\n"))


def lire_nombre(texte: str) -> Decimal | None:
    """« 12 500,50 » → 12500.50; nothing typed → None. Raises ``ValidationError``.

    A comma is the decimal mark; with a point too, the last of them is, the other parts thousands.
    """
    net = _ORNEMENTS.sub("", texte)
    if not net:
        return None
    if "," in net and "." in net:
        milliers = "." if net.rfind(",") > net.rfind(".") else ","
        net = net.replace(milliers, "")
    if not re.fullmatch(r"[+-]?\d{1,30}(?:[.,]\d{1,12})?", net, re.ASCII):
        raise ValidationError(
            f"Trouvé «\u00a0{texte.strip()[:40]}\u00a0»\u00a0: écrivez un nombre, comme 12 500,50."
        )
    try:
        return Decimal(net.replace(",", "."))
    except InvalidOperation as erreur:
        raise ValidationError("Écrivez un nombre, comme 12 500,50.") from erreur


def lire_montant(texte: str) -> Decimal | None:
    """An amount in euros, to the cent; nothing typed → None. Raises ``ValidationError``."""
    montant = lire_nombre(texte)
    if montant is not None and (refus := refus_du_montant(montant)):
        raise ValidationError(refus)
    return montant


def lire_chiffre(texte: str, le: dt.date | None = None) -> Chiffre | None:
    """« 70 », « sans objet : le service n’existe pas », « nd : logiciel changé »; nothing → None.

    Raises ``ValidationError``.
    """
    if not texte.strip():
        return None
    if dit := _SANS_CHIFFRE.match(texte):
        etat = (
            EtatDeValeur.SANS_OBJET if dit[1].lower() in {"sans objet", "so"} else EtatDeValeur.NON_DISPONIBLE
        )
        motif = dit[2].strip()[:300]
        if not motif:
            raise ValidationError(
                f"Dites pourquoi, comme «\u00a0{etat.label}\u00a0: le service ouvre en 2020\u00a0»."
            )
        return Chiffre(etat, motif=motif, le=le)
    valeur = lire_nombre(texte)
    if valeur is None:
        return None
    if abs(valeur) > NOMBRE_MAX or valeur != valeur.quantize(Decimal("0.0001")):
        raise ValidationError(
            "Ce chiffre est trop long\u00a0: au plus quatorze chiffres, et quatre décimales."
        )
    return Chiffre(valeur=valeur, le=le)


def dire_chiffre(etat: str, valeur: Decimal | None, motif: str) -> str:
    """What a cell shows, and reads back the same: « 70 », « sans objet : … »; a figure still to be given is blank."""
    if etat == EtatDeValeur.CHIFFREE:
        if valeur is None:
            return ""
        return (
            nombre(valeur)
            if valeur == valeur.quantize(Decimal("0.01"))
            else str(valeur.normalize()).replace(".", ",")
        )
    if motif == "à renseigner":
        return ""
    return insecables(f"{EtatDeValeur(etat).label} : {motif}")


def dire_lieux(territoires: Iterable[Territoire]) -> str:
    """One place a line, with its code: what ``lire_lieux`` reads back."""
    return "\n".join(f"{t.nom} ({t.code})" for t in territoires)


def lire_lieux(texte: str, jour: dt.date) -> list[str]:
    """The codes of the places named, one a line, by name or by code. Raises ``ValidationError``, a sentence a line."""
    lignes = [ligne.strip() for ligne in texte.splitlines() if ligne.strip()]
    if len(lignes) > LIEUX_MAX:
        raise ValidationError(f"Au plus {LIEUX_MAX} territoires\u00a0: pour davantage, créez un périmètre.")
    codes: dict[str, str] = {}
    for ligne in lignes:
        if entre := re.search(r"\(([0-9A-Za-z-]{2,60})\)\s*$", ligne):
            codes[ligne] = entre[1]
    connus = Territoire.objects.filter(type__in=LIEUX)
    trouves = set(
        connus.filter(code__in={*codes.values(), *(x.upper() for x in lignes)}).values_list("code", flat=True)
    )
    lus: list[str] = []
    refus: list[str] = []
    for ligne in lignes:
        if len(refus) >= REFUS_MAX:
            break  # each line that is not understood is looked for: those told are enough to begin with
        code = codes.get(ligne, ligne.upper())
        if code in trouves:
            lus.append(code)
            continue
        candidats = list(
            connus.valides(jour)
            .filter(Q(nom_recherche__startswith=f" {normaliser(ligne)} |") | Q(nom=ligne))
            .order_by("code")[:6]
        )
        if len(candidats) == 1:
            lus.append(candidats[0].code)
        elif candidats:
            dits = ", ".join(f"{t.nom} ({t.code})" for t in candidats)
            refus.append(f"«\u00a0{ligne[:60]}\u00a0» peut être {dits}\u00a0: précisez par le code.")
        else:
            proches = ", ".join(f"{t.nom} ({t.code})" for t in connus.valides(jour).rechercher(ligne, 3))
            suite = f" Vouliez-vous dire {proches}\u00a0?" if proches else ""
            refus.append(
                f"«\u00a0{ligne[:60]}\u00a0» n’est ni une commune, ni un EPCI, ni un périmètre connu.{suite}"
            )
    if refus:
        raise ValidationError(refus)
    return sorted(set(lus))
