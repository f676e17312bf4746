"""Who contains whom, at a date: an immutable reading of territories and the rules of containment.

A territory covers another when it contains it whole, through any number of levels: a région covers the EPCI of
its départements. A partial membership never covers. A project perimeter lies where all its members lie; one
whose composition is not documented lies only where its file says so.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from echelons.territoires.models import Chargement, Composition, Succession, Territoire, TypeTerritoire

PROFONDEUR_MAX = 12


class TerritoireInconnu(KeyError):
    """No territory bears this code; the message is in French and can be shown."""

    def __init__(self, code: str) -> None:
        extrait = code if len(code) <= 40 else code[:40] + "…"
        self.code = code
        self.message = (
            f"Aucun territoire ne porte le code «\u00a0{extrait}\u00a0». "
            "Vérifiez le code ou cherchez par le nom."
        )
        super().__init__(self.message)

    def __str__(self) -> str:
        return self.message


class Lieu(NamedTuple):
    """What the rules need to know of a territory."""

    code: str
    type: str
    debut: dt.date | None
    fin: dt.date | None
    region: str | None
    departement: str | None
    fictif: bool

    def valide_le(self, jour: dt.date) -> bool:
        """True if the territory exists on that day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


class Lien(NamedTuple):
    """A membership seen from what is contained."""

    contenant: str
    partielle: bool
    debut: dt.date | None
    fin: dt.date | None

    def vaut_le(self, jour: dt.date) -> bool:
        """True if the membership is read on that day."""
        return (self.debut is None or self.debut <= jour) and (self.fin is None or jour <= self.fin)


class Suite(NamedTuple):
    """A succession: ``apres`` from ``date`` on."""

    avant: str
    apres: str
    date: dt.date


@dataclass(frozen=True, slots=True)
class Geographie:
    """All territories and their memberships, read once. Every method is pure.

    Methods given a code that no territory bears raise ``TerritoireInconnu``.
    """

    lieux: Mapping[str, Lieu]
    departements: tuple[str, ...]
    collectivites: tuple[str, ...]
    liens: Mapping[str, tuple[Lien, ...]]
    membres: Mapping[str, tuple[tuple[str, Lien], ...]]
    suites: tuple[Suite, ...]

    # --- Reading -----------------------------------------------------------------------------------

    @classmethod
    def lire(cls) -> Geographie:
        """Read the database as it is now, in three queries (about 0.2 s with all communes)."""
        codes: dict[int, str] = {}
        lieux: dict[str, Lieu] = {}
        lignes = list(
            Territoire.objects.order_by().values_list(
                "pk", "code", "type", "debut", "fin", "region_id", "departement_id", "fictif"
            )
        )
        for ligne in lignes:
            codes[ligne[0]] = ligne[1]
        for _, code, type_, debut, fin, region, departement, fictif in lignes:
            lieux[code] = Lieu(code, type_, debut, fin, codes.get(region), codes.get(departement), fictif)
        liens: dict[str, list[Lien]] = defaultdict(list)
        membres: dict[str, list[tuple[str, Lien]]] = defaultdict(list)
        deja: dict[Lien, Lien] = {}
        compositions = Composition.objects.order_by().values_list(
            "contenu_id", "contenant_id", "partielle", "debut", "fin"
        )
        for contenu, contenant, partielle, debut, fin in compositions:
            lien = Lien(codes[contenant], partielle, debut, fin)
            lien = deja.setdefault(lien, lien)
            liens[codes[contenu]].append(lien)
            if lieux[lien.contenant].type == TypeTerritoire.PERIMETRE:
                membres[lien.contenant].append((codes[contenu], lien))
        suites = Succession.objects.order_by("date", "avant__code").values_list(
            "avant_id", "apres_id", "date"
        )
        return cls(
            lieux=lieux,
            departements=_du_type(lieux, TypeTerritoire.DEPARTEMENT),
            collectivites=_du_type(lieux, TypeTerritoire.COLLECTIVITE),
            liens={
                code: tuple(sorted(tous, key=lambda lien: lien.contenant)) for code, tous in liens.items()
            },
            membres={code: tuple(tous) for code, tous in membres.items()},
            suites=tuple(Suite(codes[avant], codes[apres], date) for avant, apres, date in suites),
        )

    @classmethod
    def courante(cls) -> Geographie:
        """The reading of what the loading commands wrote, kept by the process until they write again.

        One small query a call. Territories created otherwise (by a test) are seen through ``lire``.
        """
        return _lire_une_fois(tuple(Chargement.objects.order_by("jeu").values_list("jeu", "empreinte")))

    # --- Containment -------------------------------------------------------------------------------

    def couvre(self, contenant: str, contenu: str, jour: dt.date) -> bool:
        """True if ``contenant`` contains the whole of ``contenu`` on that day; everything covers itself."""
        self._lieu(contenant)
        return contenant == self._lieu(contenu).code or contenant in self._entiers(contenu, jour)

    def contenants(self, code: str, jour: dt.date) -> tuple[str, ...]:
        """The codes of what contains the whole of the territory on that day, itself excepted, sorted."""
        return tuple(sorted(self._entiers(code, jour)))

    def contenants_partiels(self, code: str, jour: dt.date) -> tuple[str, ...]:
        """The codes of what contains a part of the territory only, sorted: the two départements of an EPCI."""
        touches = set()
        for direct in self._liens(code, jour, partielles=True):
            touches |= {direct, *self._entiers(direct, jour)}
        for membre in self._membres(code, jour):
            touches |= {membre, *self._entiers(membre, jour), *self.contenants_partiels(membre, jour)}
        return tuple(sorted(touches - self._entiers(code, jour) - {code, *self._membres(code, jour)}))

    def collectivite_de_commune(self, code: str, jour: dt.date) -> str | None:
        """The signatory on whose territory the commune lies on that day, None if there is none."""
        return next(
            (
                autre
                for autre in self.contenants(code, jour)
                if self.lieux[autre].type == TypeTerritoire.COLLECTIVITE
            ),
            None,
        )

    def departements_de(self, code: str) -> tuple[str, ...]:
        """The départements of which the signatory has, or had, the whole or a part, sorted."""
        self._lieu(code)
        return tuple(
            departement
            for departement in self.departements
            if any(lien.contenant == code for lien in self.liens.get(departement, ()))
        )

    def region_de(self, code: str) -> str | None:
        """The région of the territory: its own, or where most inhabitants of an EPCI live; None if unknown."""
        lieu = self._lieu(code)
        return lieu.code if lieu.type == TypeTerritoire.REGION else lieu.region

    # --- Signatories and successions -----------------------------------------------------------------

    def signataires(self, jour: dt.date) -> tuple[str, ...]:
        """The real collectivités of departmental rank called to sign on that day, sorted by code."""
        lieux = (self.lieux[code] for code in self.collectivites)
        return tuple(lieu.code for lieu in lieux if not lieu.fictif and lieu.valide_le(jour))

    def predecesseurs(self, code: str, jour: dt.date) -> tuple[str, ...]:
        """The ended territories that this one has replaced by that day, directly or not, sorted.

        One that goes on beside its successor (Rhône beside the Métropole de Lyon) is not replaced.
        """
        self._lieu(code)
        trouves: set[str] = set()
        a_voir = [code]
        while a_voir:
            actuel = a_voir.pop()
            for suite in self.suites:
                fini = not self.lieux[suite.avant].valide_le(jour)
                if suite.apres == actuel and suite.date <= jour and fini and suite.avant not in trouves:
                    trouves.add(suite.avant)
                    a_voir.append(suite.avant)
        return tuple(sorted(trouves))

    def successeur(self, code: str, jour: dt.date) -> str:
        """The territory that answers on that day for ``code``: itself while it lasts, else who replaced it."""
        actuel = self._lieu(code)
        for _ in range(PROFONDEUR_MAX):
            suites = [s for s in self.suites if s.avant == actuel.code and s.date <= jour]
            if actuel.valide_le(jour) or not suites:
                break
            actuel = self.lieux[suites[-1].apres]
        return actuel.code

    # --- Small parts ---------------------------------------------------------------------------------

    def _lieu(self, code: str) -> Lieu:
        try:
            return self.lieux[code]
        except (KeyError, TypeError):
            raise TerritoireInconnu(str(code)) from None

    def _liens(self, code: str, jour: dt.date, *, partielles: bool) -> Iterable[str]:
        """Direct containers in force on that day; those of a commune include its département."""
        lieu = self._lieu(code)
        if (
            lieu.type == TypeTerritoire.COMMUNE
            and lieu.departement
            and not partielles
            and lieu.valide_le(jour)
        ):
            yield lieu.departement
        for lien in self.liens.get(code, ()):
            if (
                lien.partielle == partielles
                and lien.vaut_le(jour)
                and self.lieux[lien.contenant].valide_le(jour)
            ):
                yield lien.contenant

    def _membres(self, code: str, jour: dt.date) -> list[str]:
        return [membre for membre, lien in self.membres.get(code, ()) if lien.vaut_le(jour)]

    def _entiers(self, code: str, jour: dt.date) -> set[str]:
        """All that contains the whole of the territory, itself excepted."""
        trouves: set[str] = set()
        a_voir = [code]
        while a_voir:
            actuel = a_voir.pop()
            for contenant in self._liens(actuel, jour, partielles=False):
                if contenant not in trouves:
                    trouves.add(contenant)
                    a_voir.append(contenant)
        membres = self._membres(code, jour)
        if membres:
            communs = [{membre, *self._entiers(membre, jour)} for membre in membres]
            trouves |= set.intersection(*communs)
        return trouves - {code}


def _du_type(lieux: Mapping[str, Lieu], type_: TypeTerritoire) -> tuple[str, ...]:
    return tuple(sorted(code for code, lieu in lieux.items() if lieu.type == type_))


@lru_cache(maxsize=1)
def _lire_une_fois(empreintes: tuple[tuple[str, str], ...]) -> Geographie:
    """The reading that goes with what is loaded, told by its digests."""
    return Geographie.lire()
