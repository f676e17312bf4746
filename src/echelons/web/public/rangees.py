"""The rows of a table, filtered and ordered as the address asks; the same for the page and for the files."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from echelons.contrats.regles import RANG
from echelons.pilotage.faits import SourcesParFait, sources_par_fait
from echelons.pilotage.presentation import CLASSES, Rangee, dire_date
from echelons.pilotage.tableau import Ligne, Tableau, lire_tableau
from echelons.socle.textes import normaliser
from echelons.web.public.formulaires import Lecture


def tableau_de(lecture: Lecture) -> Tableau | None:
    """The table of what is looked at, None when the instance has no dispositif."""
    if lecture.dispositif is None:
        return None
    return lire_tableau(lecture.dispositif.pk, lecture.au, lecture.connu)


def rangees(lecture: Lecture, lignes: tuple[Ligne, ...], filtrer: bool = True) -> list[Rangee]:
    """The rows kept by the filters, in the order asked."""
    sources: SourcesParFait = sources_par_fait(lecture.dispositif.pk) if lecture.dispositif else {}
    gardees = [
        ligne
        for ligne in lignes
        if not filtrer
        or (
            (not lecture.region or ligne.territoire.region == lecture.region)
            and (lecture.classe is None or ligne.classe is lecture.classe)
        )
    ]
    gardees.sort(key=TRIS[lecture.tri])
    return [rangee(ligne, sources) for ligne in gardees]


def rangee(ligne: Ligne, sources: SourcesParFait) -> Rangee:
    """One row as it is shown, with the sources of the facts on which it rests."""
    return Rangee(
        ligne=ligne,
        presentation=CLASSES[ligne.classe],
        date=dire_date(ligne),
        sources=tuple(dict.fromkeys(s for fait in sorted(ligne.faits) for s in sources.get(fait, ()))),
    )


def _date(ligne: Ligne) -> dt.date:
    return ligne.etat.dates[-1].au_plus_tard if ligne.etat and ligne.etat.dates else dt.date.max


#: How rows are ordered; the code settles what is equal.
TRIS: dict[str, Callable[[Ligne], tuple[Any, str]]] = {
    "code": lambda x: ("", x.territoire.code),
    "territoire": lambda x: (normaliser(x.territoire.nom), x.territoire.code),
    "region": lambda x: (normaliser(x.territoire.region_nom), x.territoire.code),
    "situation": lambda x: (-RANG[x.classe], x.territoire.code),
    "date": lambda x: (_date(x), x.territoire.code),
}
