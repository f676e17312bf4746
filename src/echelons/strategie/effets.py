"""What a text does to the calendar, in itself: the dates that it moves and the obligations that it creates.

The same shape says what is being prepared and what is in force, so that one subtraction tells what publishing changes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from echelons.socle.dates import INSECABLE, en_lettres
from echelons.strategie.models import Circulaire, RegleEcheance, TexteReference
from echelons.strategie.redaction import rang_de


@dataclass(frozen=True)
class Effet:
    """One date that a text gives; ``ancienne`` is the one it replaces, None when it creates the obligation or when
    the date was counted from an event."""

    libelle: str
    dispositif: str
    date: dt.date
    ancienne: dt.date | None = None
    creation: bool = False


#: By « deplace:code » or « cree:rang ».
Effets = Mapping[str, Effet]


def effets_prevus(circulaire: Circulaire) -> Effets:
    """What a circular would do as it is written."""
    effets = {}
    deplacements = circulaire.deplacements.select_related("regle__dispositif")
    for prevu in deplacements.prefetch_related("regle__redatages__texte__territoires"):
        ancienne = date_sans(prevu.regle, circulaire.texte_id)
        if ancienne != prevu.date:
            effets[f"deplace:{prevu.regle.code}"] = Effet(
                prevu.regle.libelle, prevu.regle.dispositif.nom_court, prevu.date, ancienne
            )
    for creee in circulaire.creations.select_related("dispositif"):
        effets[f"cree:{creee.rang}"] = Effet(
            creee.libelle, creee.dispositif.nom_court, creee.date, creation=True
        )
    return effets


def effets_du_texte(texte: TexteReference | None) -> Effets:
    """What a text published here does today; nothing once it is withdrawn."""
    if texte is None or texte.retire_le is not None:
        return {}
    effets = {}
    redatages = texte.redatages.select_related("regle__dispositif")
    for redatage in redatages.prefetch_related("regle__redatages__texte__territoires"):
        regle = redatage.regle
        effets[f"deplace:{regle.code}"] = Effet(
            regle.libelle, regle.dispositif.nom_court, redatage.date, date_sans(regle, texte.pk)
        )
    for regle in texte.regles_d_echeance.select_related("dispositif"):
        if regle.date is not None:
            effets[f"cree:{rang_de(regle)}"] = Effet(
                regle.libelle, regle.dispositif.nom_court, regle.date, creation=True
            )
    return effets


def date_sans(regle: RegleEcheance, texte: int | None) -> dt.date | None:
    """The date of an obligation everywhere, without one text (its key); None when it is counted from an event.

    A text that speaks of some territories only moves nothing elsewhere: the incidence says what it moves there.
    """
    date = regle.date
    for redatage in sorted(regle.redatages.all(), key=lambda r: (r.texte.date, r.pk)):
        ailleurs = redatage.texte_id != texte and redatage.texte.retire_le is None
        if ailleurs and not redatage.texte.territoires.all():
            date = redatage.date
    return date


def enoncer(avant: Effets, apres: Effets) -> list[str]:
    """What changes from one to the other, a sentence each, moved dates first."""
    phrases = []
    for cle in sorted({*avant, *apres}, key=lambda c: (c.startswith("cree:"), _rang(c, avant, apres))):
        ancien, nouveau = avant.get(cle), apres.get(cle)
        if ancien == nouveau:
            continue
        if nouveau is None:
            assert ancien is not None
            phrases.append(_fin(ancien))
        elif ancien is None:
            phrases.append(_debut(nouveau))
        else:
            phrases.append(_change(ancien, nouveau))
    return phrases


def _rang(cle: str, avant: Effets, apres: Effets) -> tuple[str, dt.date]:
    effet = apres.get(cle) or avant[cle]
    return effet.dispositif, effet.date


def _nom(effet: Effet) -> str:
    return f"«{INSECABLE}{effet.libelle}{INSECABLE}» ({effet.dispositif})"


def _debut(effet: Effet) -> str:
    if effet.creation:
        return f"Crée {_nom(effet)}, pour le {en_lettres(effet.date)}."
    if effet.ancienne is None:
        return f"Porte au {en_lettres(effet.date)} {_nom(effet)}."
    return f"Déplace {_nom(effet)} du {en_lettres(effet.ancienne)} au {en_lettres(effet.date)}."


def _fin(effet: Effet) -> str:
    if effet.creation:
        return f"Ne crée plus {_nom(effet)}, qui était pour le {en_lettres(effet.date)}."
    retour = f" retour au {en_lettres(effet.ancienne)}." if effet.ancienne else " la date d’origine revient."
    return f"Ne déplace plus {_nom(effet)}{INSECABLE}:{retour}"


def _change(ancien: Effet, nouveau: Effet) -> str:
    if ancien.date == nouveau.date:
        return f"{_nom(nouveau)} remplace {_nom(ancien)}."
    return f"{_nom(nouveau)}{INSECABLE}: {en_lettres(nouveau.date)} au lieu du {en_lettres(ancien.date)}."
