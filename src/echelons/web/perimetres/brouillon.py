"""What a perimeter is made of, while it is being chosen: kept by the form itself, nothing is written.

Without JavaScript: each gesture (search, add, take off, paste, click on the map) sends the form, which comes back with
all that was typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.db.models import Q

from echelons.socle.horloge import aujourdhui
from echelons.territoires.cartes import CarteDeCommunes, CommuneDessinee, carte_des_communes
from echelons.territoires.cartes.communes import EtatDessine
from echelons.territoires.communes import resoudre_commune
from echelons.territoires.models import Composition, Territoire, TypeTerritoire
from echelons.territoires.perimetres import COMPOSANTS, communes_de

RESULTATS, LISTE_MAX, MEMBRES_LUS = 12, 60_000, 2_000
ENREGISTRER = "enregistrer"
#: « Autour de ce qui est choisi », in the list of what the map shows.
AUTOUR = ""


@dataclass
class Proposition:
    """What was not taken from a pasted list, and what could be instead."""

    phrase: str
    communes: tuple[Territoire, ...] = ()


@dataclass
class Brouillon:
    """The communes and EPCI chosen so far, by code, and what the last gesture brought."""

    membres: list[Territoire]
    jour: dt.date
    avant: frozenset[str] = frozenset()
    departement: str = AUTOUR
    q: str = ""
    resultats: Sequence[Territoire] = ()
    propositions: list[Proposition] = field(default_factory=list)
    avis: str = ""

    @classmethod
    def lire(
        cls, donnees: Mapping[str, str], *, jour: dt.date | None, avant: Iterable[Territoire] = ()
    ) -> Brouillon:
        """From a form sent."""
        codes = donnees.get("membres", "").split()[:MEMBRES_LUS]
        return cls(
            membres=_trouver(codes),
            jour=jour or aujourdhui(),
            avant=frozenset(m.code for m in avant),
            departement=donnees.get("departement", "")[:60],
            q=donnees.get("q", "")[:100].strip(),
        )

    @property
    def codes(self) -> list[str]:
        """In the order of their choice."""
        return [m.code for m in self.membres]

    def faire(self, geste: str, donnees: Mapping[str, str]) -> None:
        """One gesture: « chercher », « ajouter:59350 », « retirer:59350 », « basculer:59350 », « coller », « voir »."""
        acte, _, code = geste.partition(":")
        if acte == "retirer" or (acte == "basculer" and code in self.codes):
            self.membres = [m for m in self.membres if m.code != code]
        elif acte in {"ajouter", "basculer"}:
            self._ajouter(_trouver([code]))
        elif acte == "coller":
            self._coller(donnees.get("liste", "")[:LISTE_MAX])
        if self.q and acte in {"chercher", "ajouter", "voir"}:
            self.resultats = self._chercher()

    def _chercher(self) -> list[Territoire]:
        trouves = (
            Territoire.objects.valides(self.jour).filter(type__in=COMPOSANTS).rechercher(self.q, RESULTATS)
        )
        resultats = list(trouves.select_related("departement"))
        if not resultats:
            self.avis = f"Rien ne répond à «\u00a0{self.q}\u00a0»\u00a0: cherchez par le nom ou par le code."
        return resultats

    def _ajouter(self, nouveaux: Iterable[Territoire]) -> int:
        """Add those that are not there yet, by themselves or in an EPCI already chosen; how many were."""
        nouveaux = [n for n in nouveaux if n.code not in self.codes]
        epci = {m.pk: m for m in [*self.membres, *nouveaux] if m.type == TypeTerritoire.EPCI}
        dedans = dict(_compris(epci, [*self.membres, *nouveaux], self.jour))
        ajoutes = 0
        for nouveau in nouveaux:
            if nouveau.pk in dedans:
                self.propositions.append(
                    Proposition(f"{nouveau.nom} est déjà comprise avec {epci[dedans[nouveau.pk]].nom}.")
                )
            else:
                self.membres.append(nouveau)
                ajoutes += 1
        # An EPCI just added takes in its communes that were chosen one by one.
        self.membres = [m for m in self.membres if m.pk not in dedans]
        return ajoutes

    def _coller(self, liste: str) -> None:
        codes = list(dict.fromkeys(c.upper() for c in re.split(r"[\s,;|]+", liste) if c))[:MEMBRES_LUS]
        trouves = {t.code: t for t in _trouver(codes)}
        ajoutes = self._ajouter(trouves[c] for c in codes if c in trouves and trouves[c].valide_le(self.jour))
        for code in codes:
            if code not in trouves or not trouves[code].valide_le(self.jour):
                resolution = resoudre_commune(code, self.jour)
                suites = resolution.communes if code not in trouves else ()
                self.propositions.append(Proposition(resolution.phrase, suites))
        accord = "territoire ajouté" if ajoutes < 2 else "territoires ajoutés"
        self.avis = f"{ajoutes}\u00a0{accord}." if codes else "La liste est vide\u00a0: collez-y des codes."

    # --- The map ------------------------------------------------------------------------------------
    def carte(self, titre: str, *, choisir: bool = True) -> CarteDeCommunes:
        """What is chosen, among the communes of the département asked for, or of those that it lies in."""
        dedans = {c.pk for c in communes_de(self.membres, self.jour)}
        avant = {c.pk for c in communes_de(_trouver(self.avant), self.jour)} if self.avant else dedans
        voisines = Territoire.objects.valides(self.jour).filter(type=TypeTerritoire.COMMUNE)
        autour = self.departement == AUTOUR
        lieux = Q(departement__code=self.departement)
        if autour:
            lieux = Q(departement__in=Territoire.objects.filter(pk__in=dedans | avant).values("departement"))
        seules = {m.pk for m in self.membres if m.type == TypeTerritoire.COMMUNE}
        dessinees = []
        for c in voisines.filter(lieux).select_related("departement"):
            etat = _etat(c.pk in dedans, c.pk in avant)
            libre = choisir and (c.pk in seules or c.pk not in dedans)
            dessinees.append(
                CommuneDessinee(
                    code=c.code,
                    nom=c.nom,
                    departement=c.departement.code if c.departement else "",
                    etat=etat,
                    population=c.population or 0,
                    fictive=c.fictif,
                    geste=f"basculer:{c.code}" if libre else "",
                )
            )
        description = f"{len(dedans)}\u00a0communes dans le périmètre, parmi {len(dessinees)} montrées."
        return carte_des_communes(dessinees, titre, description, entiere=not autour, prefixe="composition")


def _etat(dedans: bool, avant: bool) -> EtatDessine:
    if dedans:
        return "dedans" if avant else "ajoutee"
    return "retiree" if avant else "dehors"


def _trouver(codes: Iterable[str]) -> list[Territoire]:
    """Communes and EPCI by their codes, in that order; the others are left out."""
    codes = list(dict.fromkeys(codes))
    lus = Territoire.objects.filter(code__in=codes, type__in=COMPOSANTS).select_related("departement")
    trouves = {t.code: t for t in lus}
    return [trouves[code] for code in codes if code in trouves]


def _compris(
    epci: Mapping[int, Territoire], membres: Iterable[Territoire], jour: dt.date
) -> Iterable[tuple[int, int]]:
    """Each commune of these that one of these EPCI holds on that day, with that EPCI (keys)."""
    return (
        Composition.objects.filter(
            Q(debut=None) | Q(debut__lte=jour),
            Q(fin=None) | Q(fin__gte=jour),
            contenant__in=list(epci),
            contenu__in=[m.pk for m in membres],
        )
        .values_list("contenu", "contenant")
        .iterator()
    )
