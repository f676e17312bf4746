"""Campaigns: the instruments of one dispositif, of one kind, for one period; those that a reader may read.

A campaign is no row: it is what the instruments have in common.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from django.db.models import Exists, OuterRef, Q

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.acces import InstrumentQuerySet, contenu_lisible
from echelons.contrats.models import CibleDIndicateur, Clause, FicheAction, Instrument, VersionDuTexte

#: An instrument that its dispositif does not name goes by its form.
SANS_NOM = "forme-"
SANS_DATE = "sans-date"


class Cle(NamedTuple):
    """What names a campaign in an address."""

    dispositif: str
    genre: str
    periode: str


@dataclass(frozen=True)
class Campagne:
    """A campaign, as it is called."""

    cle: Cle
    appelee: str
    dispositif: str

    @property
    def quand(self) -> str:
        """« 2019‑2021 », never cut in two."""
        return "sans période" if self.cle.periode == SANS_DATE else self.cle.periode.replace("-", "\u2011")

    @property
    def intitule(self) -> str:
        """« Avenant annuel, 2020 (Convention d’appui) »."""
        dit = f"{self.appelee[:1].upper()}{self.appelee[1:]}, {self.quand}"
        return dit if self.dispositif == self.appelee else f"{dit} ({self.dispositif})"


@dataclass(frozen=True)
class Contenance:
    """The instruments of a campaign by what can be produced of them, and how many are known by their facts only."""

    ecrits: tuple[Instrument, ...]
    vides: tuple[Instrument, ...]
    reserves: tuple[Instrument, ...]
    par_des_faits: int

    @property
    def nombre(self) -> int:
        """How many were drafted in the house."""
        return len(self.ecrits) + len(self.vides) + len(self.reserves)


def campagne_de(instrument: Instrument) -> Campagne:
    """The campaign of an instrument. Reads its kind, its contract and its dispositif."""
    dispositif = instrument.contrat.dispositif
    genre = instrument.genre.code if instrument.genre else SANS_NOM + instrument.type
    cle = Cle(dispositif.code, genre, _periode(instrument.debut, instrument.fin))
    return Campagne(cle, instrument.appele, dispositif.nom_court)


def _periode(debut: dt.date | None, fin: dt.date | None) -> str:
    annees = sorted({jour.year for jour in (debut, fin) if jour})
    return "-".join(map(str, annees)) or SANS_DATE


def campagnes_de(acteur: Acteur) -> list[tuple[Campagne, int]]:
    """The campaigns that a reader reads some instrument of, with how many: the latest period first."""
    lus = Instrument.objects.for_user(acteur).nes_ici().select_related("genre", "contrat__dispositif")
    comptees = Counter(campagne_de(instrument) for instrument in lus)
    ordre = sorted(comptees.items(), key=lambda c: (c[0].dispositif, c[0].appelee))
    return sorted(ordre, key=lambda c: c[0].cle.periode, reverse=True)


def lire_campagne(acteur: Acteur, cle: Cle) -> tuple[Campagne, Contenance] | None:
    """A campaign and what its instruments hold, for this reader; None when they read none of them."""
    siens = [i for i in _lus(acteur, cle) if campagne_de(i).cle == cle]
    nes_ici = [i for i in siens if i.ne_ici]
    if not nes_ici:
        return None
    reserves = tuple(i for i in nes_ici if not contenu_lisible(acteur, i))
    lisibles = [i for i in nes_ici if i not in reserves]
    contenance = Contenance(
        ecrits=tuple(i for i in lisibles if _ecrit(i)),
        vides=tuple(i for i in lisibles if not _ecrit(i)),
        reserves=reserves,
        par_des_faits=len(siens) - len(nes_ici),
    )
    return campagne_de(nes_ici[0]), contenance


def _lus(acteur: Acteur, cle: Cle) -> Sequence[Instrument]:
    siens: InstrumentQuerySet = Instrument.objects.for_user(acteur).filter(
        contrat__dispositif__code=cle.dispositif
    )
    if cle.genre.startswith(SANS_NOM):
        siens = siens.filter(genre=None, type=cle.genre.removeprefix(SANS_NOM))
    else:
        siens = siens.filter(genre__code=cle.genre)
    return list(
        siens.avec_contrat().annotate(est_ecrit=ECRIT).order_by("contrat__perimetre__code", "contrat", "pk")
    )


def _rang(modele: type[FicheAction | CibleDIndicateur | Clause | VersionDuTexte], **choix: bool) -> Exists:
    return Exists(modele._default_manager.filter(instrument=OuterRef("pk"), **choix))


#: Some content or some text: the articles of the model alone are nobody's words (``Contenu.vide``).
ECRIT = Q(
    _rang(FicheAction) | _rang(CibleDIndicateur) | _rang(Clause, particuliere=True) | _rang(VersionDuTexte)
)


def _ecrit(instrument: Instrument) -> bool:
    return bool(instrument.__dict__["est_ecrit"])
