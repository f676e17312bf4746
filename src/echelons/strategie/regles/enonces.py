"""What a rule asks, in one sentence with its figures: read on the public pages before any project exists."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from echelons.socle.nombres import euros, insecables, pour_cent
from echelons.socle.textes import majuscule
from echelons.strategie.regles.controles import BASES, ETAPES, QUI
from echelons.strategie.regles.parametres import (
    ActionParAxe,
    AvisExige,
    CibleExigee,
    Cofinancement,
    DatesDansLOrdre,
    JustificationExigee,
    PlafondAnnuel,
    Plancher,
)
from echelons.strategie.regles.verdict import RegleLue


def _cofinancement(p: Cofinancement, regle: RegleLue) -> str:
    seuil = p.maximum or p.minimum
    assert seuil is not None
    ou = "dans chaque action" if p.niveau == "action" else "dans l’ensemble du contrat"
    ou += ", chaque année" if p.par_exercice else ""
    borne = f"{'au plus' if p.maximum else 'au moins'} {pour_cent(seuil)}"
    moyens = "" if p.valorisation else ", sans compter les moyens valorisés"
    return f"{QUI[p.cote]} apporte {borne} {BASES[p.base]}, {ou}{moyens}"


def _plafond(p: PlafondAnnuel, regle: RegleLue) -> str:
    if p.montant is not None:
        return f"{QUI[p.cote]} apporte au plus {euros(p.montant)} par an"
    constant = ", le même chaque année" if p.constant else ""
    return f"{QUI[p.cote]} n’apporte pas plus, chaque année, que le plafond notifié au contrat{constant}"


def _plancher(p: Plancher, regle: RegleLue) -> str:
    ou = f" pour « {regle.nommer(p.axe)} »" if p.axe else ""
    return f"{QUI[p.cote]} apporte au moins {euros(p.montant)} par an{ou}"


def _axes(p: ActionParAxe, regle: RegleLue) -> str:
    combien = "une action" if p.minimum == 1 else f"{p.minimum} actions"
    return f"il y a au moins {combien} dans chacun de ces axes : {', '.join(f'« {regle.nommer(a)} »' for a in p.axes)}"


def _justification(p: JustificationExigee, regle: RegleLue) -> str:
    return (
        f"chaque action est dite {' ou '.join(f'« {regle.nommer(n)} »' for n in p.natures)}, et dit pourquoi"
    )


def _cible(p: CibleExigee, regle: RegleLue) -> str:
    combien = "un indicateur" if p.minimum == 1 else f"{p.minimum} indicateurs"
    return f"chaque action vise une valeur pour au moins {combien}"


def _avis(p: AvisExige, regle: RegleLue) -> str:
    return f"l’avis de « {regle.nommer(p.de)} » est donné{', et favorable' if p.favorable else ''}"


def _dates(p: DatesDansLOrdre, regle: RegleLue) -> str:
    dits = [f"ces dates se suivent : {', '.join(ETAPES[e] for e in p.etapes)}"] if p.etapes else []
    return ", et ".join([*dits, "chaque action commence avant de finir"] if p.actions else dits)


ENONCES: dict[str, Callable[[Any, RegleLue], str]] = {
    "cofinancement": _cofinancement,
    "plafond_annuel": _plafond,
    "plancher": _plancher,
    "action_par_axe": _axes,
    "justification_exigee": _justification,
    "cible_exigee": _cible,
    "avis_exige": _avis,
    "dates_dans_l_ordre": _dates,
}


def exercices(regle: RegleLue) -> str:
    """« exercice 2019 », « exercices 2024 à 2027 », « à partir de 2020 », nothing when it binds every year."""
    debut, fin = regle.exercice_debut, regle.exercice_fin
    if debut and debut == fin:
        return f"exercice {debut}"
    if debut and fin:
        return f"exercices {debut} à {fin}"
    return f"à partir de {debut}" if debut else f"jusqu’en {fin}" if fin else ""


def enoncer(regle: RegleLue) -> str:
    """« L’État apporte au plus 50 % …, dans chaque action (exercices 2024 à 2027 ; source : …). »"""
    phrase = ENONCES[regle.controle.genre](regle.controle, regle)
    precisions = " ; ".join(filter(None, [exercices(regle), regle.appui]))
    return insecables(f"{majuscule(phrase)}{f' ({precisions})' if precisions else ''}.")
