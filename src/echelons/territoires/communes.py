"""Which commune, today or on a day, bears a code met in an old file."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.territoires.millesimes import decoupage_lu
from echelons.territoires.models import AncienCode, OrigineAncienCode, Territoire, TypeTerritoire

LONGUEUR_MAX = 40


class Constat(StrEnum):
    """What is known of a commune code on a day."""

    ACTUELLE = "actuelle"
    ANCIENNE = "ancienne"
    ARRONDISSEMENT = "arrondissement"
    SANS_FILIATION = "sans_filiation"
    HORS_DATE = "hors_date"
    INCONNUE = "inconnue"


@dataclass(frozen=True, slots=True)
class ResolutionCommune:
    """The answer: ``communes`` is empty when the code is unknown or « sans filiation connue ».

    Several communes when what the code named is shared, or when sources disagree (``discordante``).
    ``depuis`` is the first day on which the code was no longer a commune’s, when it is dated.
    """

    code: str
    jour: dt.date
    constat: Constat
    communes: tuple[Territoire, ...] = ()
    nom: str = ""
    depuis: dt.date | None = None
    discordante: bool = False

    @property
    def phrase(self) -> str:
        """The answer in French, as a reader can be told."""
        noms = " et ".join(f"{commune.nom} ({commune.code})" for commune in self.communes)
        ici = f"{self.nom} ({self.code})"
        plus = "n’est plus une commune"
        quand = f"{plus} depuis le\u00a0{en_lettres(self.depuis)}" if self.depuis else plus
        if self.constat is Constat.ACTUELLE:
            return noms
        if self.constat is Constat.ANCIENNE:
            doute = " Les sources divergent." if self.discordante else ""
            return f"{ici} {quand}\u00a0: voyez {noms}.{doute}"
        if self.constat is Constat.ARRONDISSEMENT:
            return f"{ici} est un arrondissement municipal\u00a0: voyez {noms}."
        if self.constat is Constat.SANS_FILIATION:
            return f"{ici} {quand}\u00a0: sans filiation connue."
        if self.constat is Constat.HORS_DATE:
            return f"{noms} n’était pas une commune à cette date, d’après le {decoupage_lu(self.jour)}."
        return f"Aucune commune n’est connue sous le code «\u00a0{self.code}\u00a0»."


def resoudre_commune(code: str, jour: dt.date | None = None) -> ResolutionCommune:
    """The commune or communes that bear ``code`` on ``jour`` (today by default), following old codes.

    What has no lineage is said so (``Constat.SANS_FILIATION``), never guessed. Three queries at most.
    """
    jour = jour or aujourdhui()
    code = code.strip().upper().replace("\x00", "")[:LONGUEUR_MAX]
    commune = Territoire.objects.filter(type=TypeTerritoire.COMMUNE, code=code).first()
    if commune and commune.valide_le(jour):
        return ResolutionCommune(code, jour, Constat.ACTUELLE, (commune,), commune.nom)
    anciens = list(AncienCode.objects.filter(code=code).select_related("actuel"))
    if anciens:
        suites = tuple(ancien.actuel for ancien in anciens if ancien.actuel)
        origines = {ancien.origine for ancien in anciens}
        constat = Constat.ANCIENNE if suites else Constat.SANS_FILIATION
        if origines == {OrigineAncienCode.ARRONDISSEMENT}:
            constat = Constat.ARRONDISSEMENT
        discordante = OrigineAncienCode.DISCORDANTE in origines
        return ResolutionCommune(code, jour, constat, suites, anciens[0].nom, anciens[0].depuis, discordante)
    if commune:
        return ResolutionCommune(code, jour, Constat.HORS_DATE, (commune,), commune.nom)
    return ResolutionCommune(code, jour, Constat.INCONNUE)
