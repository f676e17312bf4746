"""How a row is said and shown; the words are the same on the map, in the table, the files and the method."""

from __future__ import annotations

from dataclasses import dataclass

from echelons.contrats.regles import Classe
from echelons.pilotage.tableau import Ligne
from echelons.socle.dates import Precision


@dataclass(frozen=True)
class PresentationClasse:
    """A class in words, and the class of the map it belongs to."""

    libelle: str
    explication: str
    carte: str


CLASSES: dict[Classe, PresentationClasse] = {
    Classe.SIGNEE: PresentationClasse(
        "Signée",
        "Une source atteste que toutes les parties ont signé, ce jour-là ou avant, et aucune ne dit qu’elles n’ont "
        "signé que plus tard.",
        "signee",
    ),
    Classe.PEUT_ETRE: PresentationClasse(
        "Peut-être signée",
        "La signature est attestée plus tard sans que son jour soit connu, ou les sources se contredisent sur ce "
        "jour.",
        "peut_etre",
    ),
    Classe.ENGAGEE: PresentationClasse(
        "Engagée ou protocole seul",
        "Une délibération, un engagement public ou un protocole est attesté ce jour-là, et pas encore la signature "
        "de tous. Un protocole n’est jamais compté comme une signature.",
        "engagee",
    ),
    Classe.PAS_ENCORE: PresentationClasse(
        "Pas encore signée",
        "La signature est datée, et elle est postérieure au jour regardé.",
        "non_signee",
    ),
    Classe.NON_SIGNATAIRE: PresentationClasse(
        "Non-signataire attesté",
        "Une source officielle dit qu’il n’y a pas de convention pendant cette période.",
        "non_signee",
    ),
    Classe.NON_DOCUMENTEE: PresentationClasse(
        "Non documenté",
        "Aucune source connue ne dit quand, ni si, la convention a été signée. Cela ne veut pas dire qu’elle ne "
        "l’était pas.",
        "non_documente",
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


@dataclass(frozen=True)
class Rangee:
    """A row ready to be written: its words and its sources (key, publisher, address)."""

    ligne: Ligne
    presentation: PresentationClasse
    date: str
    sources: tuple[tuple[str, str, str], ...]

    @property
    def divergente(self) -> bool:
        """The sources disagree on the date."""
        return self.ligne.etat is not None and self.ligne.etat.divergente

    @property
    def phrase(self) -> str:
        """The situation and its date in one phrase that cannot be misread."""
        return dire(self.ligne)

    @property
    def explication(self) -> str:
        """What the class means for this very row."""
        if self.divergente and self.ligne.classe is Classe.SIGNEE:
            return "Toutes les sources disent qu’elle était signée ce jour-là, mais pas à la même date."
        if self.ligne.classe is Classe.NON_DOCUMENTEE and self.date:
            return (
                "Rien ne dit si la convention était signée ce jour-là. Un constat collectif, plus tardif, compte ce "
                "territoire parmi les signataires sans donner de date."
            )
        return self.presentation.explication


def dire_date(ligne: Ligne) -> str:
    """When it was signed, in words: « le 18 décembre 2018 », « au plus tard le… », or both dates that conflict.

    A territory that took over others is said by theirs.
    """
    if ligne.heritages:
        dites = [(x.territoire.nom, dire_date(x)) for x in ligne.heritages]
        return " ; ".join(f"{nom}\u00a0: {date}" for nom, date in dites if date)
    if ligne.etat is None or not ligne.etat.dates:
        return ""
    textes = [str(date) for date in ligne.etat.dates]
    if len(textes) == 1:
        return textes[0]
    return " ou ".join([", ".join(textes[:-1]), textes[-1]]) + ", selon les sources"


def dire(ligne: Ligne) -> str:
    """« signée le 18 décembre 2018 », « pas encore signée : elle le sera le 10 juillet 2019 »…"""
    date, libelle = dire_date(ligne), CLASSES[ligne.classe].libelle.lower()
    if not date:
        return libelle
    if ligne.heritages:
        return f"{libelle} ({date})"
    if ligne.classe is Classe.SIGNEE:
        return f"{libelle} {date}"
    if ligne.classe is Classe.PEUT_ETRE and not ligne.etat_divergent:
        return f"{libelle}\u00a0: elle l’est {_sans_inconnue(ligne, date)}"
    if ligne.classe is Classe.PAS_ENCORE:
        return f"{libelle}\u00a0: elle le sera {date}"
    return f"{libelle}\u00a0; signature {date}"


def _sans_inconnue(ligne: Ligne, date: str) -> str:
    """« au plus tard le 31 décembre 2020 » rather than « à une date inconnue, au plus tard le… »."""
    if ligne.etat and ligne.etat.dates[0].precision is Precision.AU_PLUS_TARD:
        return date.removeprefix("à une date inconnue, ")
    return date
