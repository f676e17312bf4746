"""The rules of the dispositifs: kinds are the pure functions of this package, everything else is data.

``juger`` asks one rule about one project. There is no expression language: what a new circular may change is a
parameter, a severity, an exercice, a source; a kind that does not exist yet is written here, with its tests.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from echelons.socle.nombres import insecables
from echelons.socle.textes import majuscule
from echelons.strategie.regles import controles
from echelons.strategie.regles.enonces import exercices
from echelons.strategie.regles.projet import Projet
from echelons.strategie.regles.verdict import Constat, Etat, RegleLue, Verdict

CONTROLES: dict[str, Callable[[Any, RegleLue, Projet], Constat]] = {
    "cofinancement": controles.cofinancement,
    "plafond_annuel": controles.plafond_annuel,
    "plancher": controles.plancher,
    "action_par_axe": controles.action_par_axe,
    "justification_exigee": controles.justification_exigee,
    "cible_exigee": controles.cible_exigee,
    "avis_exige": controles.avis_exige,
    "dates_dans_l_ordre": controles.dates_dans_l_ordre,
}


def juger(regle: RegleLue, projet: Projet) -> Verdict:
    """What the rule says of the project: its state and one French sentence, with its figures and its source."""
    constat = _constater(regle, projet)
    return Verdict(regle, constat.etat, insecables(f"{majuscule(constat.phrase)} ({regle.appui})."))


def _constater(regle: RegleLue, projet: Projet) -> Constat:
    if projet.exercices and not any(regle.vaut_pour(an) for an in projet.exercices):
        annees = ", ".join(map(str, projet.exercices))
        return Constat(Etat.SANS_OBJET, f"la règle vaut ({exercices(regle)}) et le projet porte sur {annees}")
    return CONTROLES[regle.controle.genre](regle.controle, regle, projet)
