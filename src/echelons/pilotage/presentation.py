"""How a class is said and shown; the words are the same on the map, in the table, the files and the method."""

from __future__ import annotations

from dataclasses import dataclass

from echelons.contrats.regles import Classe
from echelons.pilotage.tableau import Ligne


@dataclass(frozen=True)
class PresentationClasse:
    """A class in words, and the class of the map it belongs to."""

    libelle: str
    explication: str
    carte: str
    pluriel: str


CLASSES: dict[Classe, PresentationClasse] = {
    Classe.SIGNEE: PresentationClasse(
        "Signée",
        "Une source atteste que toutes les parties ont signé, ce jour-là ou avant, et aucune ne dit le contraire.",
        "signee",
        "signées",
    ),
    Classe.PEUT_ETRE: PresentationClasse(
        "Peut-être signée",
        "La signature est attestée plus tard sans que son jour soit connu, ou les sources se contredisent sur ce jour.",
        "peut_etre",
        "peut-être signées",
    ),
    Classe.ENGAGEE: PresentationClasse(
        "Engagée ou protocole seul",
        "Une délibération, un engagement public ou un protocole est attesté, mais aucune source ne dit quand la "
        "convention a été signée par tous. Un protocole n’est jamais compté comme une signature.",
        "engagee",
        "engagées ou protocole seul",
    ),
    Classe.PAS_ENCORE: PresentationClasse(
        "Pas encore signée",
        "La signature est datée, et elle est postérieure au jour regardé.",
        "non_signee",
        "pas encore signées",
    ),
    Classe.NON_SIGNATAIRE: PresentationClasse(
        "Non-signataire attesté",
        "Une source officielle dit qu’il n’y a pas de convention pendant cette période.",
        "non_signee",
        "non-signataires attestés",
    ),
    Classe.NON_DOCUMENTEE: PresentationClasse(
        "Non documenté",
        "Aucune source connue ne dit quand, ni si, la convention a été signée. "
        "Cela ne veut pas dire qu’elle ne l’était pas.",
        "non_documente",
        "non documentées",
    ),
}

#: The five classes of a map, in the order of its legend.
CLASSES_DE_CARTE: dict[str, str] = {
    "signee": "Signée",
    "peut_etre": "Peut-être signée",
    "engagee": "Engagée ou protocole seul",
    "non_signee": "Pas encore signée, ou non-signataire attesté",
    "non_documente": "Non documenté",
}


def dire_date(ligne: Ligne) -> str:
    """When it was signed, in words: « le 18 décembre 2018 », « au plus tard le… », or both dates that conflict."""
    if ligne.etat is None or not ligne.etat.dates:
        return ""
    textes = [str(date) for date in ligne.etat.dates]
    if len(textes) == 1:
        return textes[0]
    return " ou ".join([", ".join(textes[:-1]), textes[-1]]) + ", selon les sources"
