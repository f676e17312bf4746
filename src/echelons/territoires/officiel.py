"""Reads the shipped files into one data set: what they say, and the memberships that follow from it.

CSV files hold pictures of the code officiel géographique; YAML files hold the exceptions.
The memberships of an EPCI in départements, régions and signatories are computed here, from its communes.
"""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from echelons.socle.textes import normaliser
from echelons.territoires.fichiers import lire_fichier
from echelons.territoires.jeux import FicheAncienCode, FicheComposition, FicheTerritoire, Jeu
from echelons.territoires.millesimes import DONNEES, millesimes, periodes
from echelons.territoires.models import OrigineAncienCode, Precision, TypeTerritoire
from echelons.territoires.noms import liaison_d_epci

FICHIERS = (
    "regions.csv",
    "departements.csv",
    "sirens.csv",
    "epci.csv",
    "communes.csv",
    "anciens_codes.csv",
    "collectivites.yaml",
    "successions.yaml",
    "perimetres.yaml",
    "manifeste.json",
)
# To be raised when the way of reading changes what is written, so that instances reload.
VERSION_DE_LECTURE = "1"

Periode = tuple[dt.date | None, dt.date | None]


def empreinte() -> str:
    """SHA-256 of all that the official data set depends on."""
    somme = hashlib.sha256(VERSION_DE_LECTURE.encode())
    for nom in FICHIERS:
        somme.update(hashlib.sha256((DONNEES / nom).read_bytes()).digest())
    return somme.hexdigest()


def lire_officiel() -> Jeu:
    """The whole official data set. Raises ``ErreurDeFichier`` if a YAML file is wrong."""
    return _Lecture().jeu


def _lignes(nom: str) -> Iterator[dict[str, str]]:
    with (DONNEES / nom).open(encoding="utf-8", newline="") as fichier:
        yield from csv.DictReader(fichier)


class _Lecture:
    """One reading: each method adds a level to ``jeu`` from the ones above it."""

    def __init__(self) -> None:
        self.jeu = Jeu()
        self._sirens = {ligne["code"]: ligne["siren"] for ligne in _lignes("sirens.csv")}
        self._annees = [str(jour.year) for jour in millesimes()]
        self._periodes = dict(zip(self._annees, periodes(), strict=True))
        self._communes_de: dict[str, dict[str, set[str]]] = {
            annee: defaultdict(set) for annee in self._annees
        }
        self._regions_et_departements()
        self._epci()
        self._communes()
        self._collectivites()
        # Read before memberships are computed from it, and once for all.
        self._partagees = self._communes_des_collectivites_partagees()
        self._appartenances_calculees()
        self._populations()
        self.jeu.joindre(lire_fichier(DONNEES / "successions.yaml")[0])
        self.jeu.joindre(lire_fichier(DONNEES / "perimetres.yaml")[0])

    # --- Levels ------------------------------------------------------------------------------------

    def _regions_et_departements(self) -> None:
        for ligne in _lignes("regions.csv"):
            code = f"R{ligne['code']}"
            self._ajouter(
                FicheTerritoire(
                    code,
                    TypeTerritoire.REGION,
                    ligne["nom"],
                    nature="region",
                    liaison=int(ligne["liaison"]),
                    siren=self._sirens.get(code, ""),
                )
            )
        for ligne in _lignes("departements.csv"):
            self._ajouter(
                FicheTerritoire(
                    ligne["code"],
                    TypeTerritoire.DEPARTEMENT,
                    ligne["nom"],
                    nature="departement",
                    liaison=int(ligne["liaison"]),
                    region=f"R{ligne['region']}",
                    hors_recherche=True,
                )
            )
            self.jeu.compositions.append(FicheComposition(f"R{ligne['region']}", ligne["code"]))

    def _epci(self) -> None:
        for ligne in _lignes("epci.csv"):
            self._ajouter(
                FicheTerritoire(
                    ligne["code"],
                    TypeTerritoire.EPCI,
                    ligne["nom"],
                    nature=ligne["nature"],
                    liaison=liaison_d_epci(ligne["nom"]),
                    siren=ligne["code"],
                    departement=ligne["departement"],
                    region=self.jeu.territoires[ligne["departement"]].region,
                    population=int(ligne["population"]),
                    autres_noms=_differents(ligne["nom"], [ligne["nom_2019"]]),
                    hors_recherche=ligne["nature"] == "MET69",
                ),
                ligne["millesimes"].split(),
            )

    def _communes(self) -> None:
        noms, codes = self._anciens_codes()
        for ligne in _lignes("communes.csv"):
            code, annees = ligne["code"], ligne["millesimes"].split()
            reunies = [nom for nom, origine in noms[code] if origine != OrigineAncienCode.ARRONDISSEMENT]
            self._ajouter(
                FicheTerritoire(
                    code,
                    TypeTerritoire.COMMUNE,
                    ligne["nom"],
                    nature="commune",
                    liaison=int(ligne["liaison"]) if ligne["liaison"] else None,
                    siren=ligne["siren"],
                    departement=ligne["departement"],
                    region=self.jeu.territoires[ligne["departement"]].region,
                    population=int(ligne["population"]) if ligne["population"] else None,
                    autres_noms=_differents(ligne["nom"], [ligne["nom_2019"], *reunies]),
                    noms_cherches=tuple(nom for nom, _ in noms[code]),
                    codes_cherches=(*ligne["codes_postaux"].split(), *codes[code]),
                ),
                annees,
            )
            for annee in annees:
                dans = self._communes_de[annee]
                dans[ligne["departement"]].add(code)
                dans[self.jeu.territoires[ligne["departement"]].region].add(code)
                if ligne[f"epci_{annee}"]:
                    dans[ligne[f"epci_{annee}"]].add(code)
            self._par_millesime({annee: {(ligne[f"epci_{annee}"], False)} for annee in annees}, code)

    def _anciens_codes(
        self,
    ) -> tuple[Mapping[str, list[tuple[str, OrigineAncienCode]]], Mapping[str, list[str]]]:
        """Register the old codes; returns, by commune of today, their names and the codes themselves."""
        noms: dict[str, list[tuple[str, OrigineAncienCode]]] = defaultdict(list)
        codes: dict[str, list[str]] = defaultdict(list)
        for ligne in _lignes("anciens_codes.csv"):
            fiche = FicheAncienCode(
                ligne["code"],
                ligne["nom"],
                ligne["actuel"] or None,
                dt.date.fromisoformat(ligne["depuis"]) if ligne["depuis"] else None,
                OrigineAncienCode(ligne["origine"]),
            )
            self.jeu.anciens_codes.append(fiche)
            if fiche.actuel:
                noms[fiche.actuel].append((fiche.nom, fiche.origine))
                codes[fiche.actuel].append(fiche.code)
        return noms, codes

    def _collectivites(self) -> None:
        """The exceptions of the YAML file, then an ordinary collectivité for every other département."""
        exceptions, _ = lire_fichier(DONNEES / "collectivites.yaml")
        departements = [t for t in self.jeu.territoires.values() if t.type == TypeTerritoire.DEPARTEMENT]
        for departement in departements:
            if f"{departement.code}D" not in exceptions.territoires:
                ordinaire = FicheTerritoire(
                    f"{departement.code}D",
                    TypeTerritoire.COLLECTIVITE,
                    departement.nom,
                    nature="departement",
                    liaison=departement.liaison,
                    region=departement.region,
                    departement=departement.code,
                    codes_cherches=(departement.code,),
                )
                exceptions.territoires[ordinaire.code] = ordinaire
                exceptions.compositions.append(FicheComposition(ordinaire.code, departement.code))
        for fiche in exceptions.territoires.values():
            fiche.siren = self._sirens.get(fiche.code, "")
            exceptions.compositions.append(
                FicheComposition(fiche.region, fiche.code, False, fiche.debut, fiche.fin)
            )
        self.jeu.joindre(exceptions)

    # --- Memberships that follow from those of communes ----------------------------------------------

    def _appartenances_calculees(self) -> None:
        """EPCI in départements, régions and the signatories that share a département; communes in the latter."""
        partagees = self._partagees
        deja = {(lien.contenant, lien.contenu) for lien in self.jeu.compositions}
        for epci in [t for t in self.jeu.territoires.values() if t.type == TypeTerritoire.EPCI]:
            liens: dict[str, set[tuple[str, bool]]] = {}
            for annee in self._annees:
                membres = self._communes_de[annee].get(epci.code)
                if membres:
                    dessus = self._dessus(membres)
                    dessus |= {code for code, communes in partagees[annee].items() if communes & membres}
                    liens[annee] = {
                        (code, not membres <= (partagees[annee].get(code) or self._communes_de[annee][code]))
                        for code in dessus
                        if (code, epci.code) not in deja
                    }
            self._par_millesime(liens, epci.code)
        for collectivite in sorted({code for annee in self._annees for code in partagees[annee]}):
            for commune in sorted(set().union(*(partagees[annee][collectivite] for annee in self._annees))):
                if (collectivite, commune) not in deja:
                    presences = {
                        a: {(collectivite, False)}
                        for a in self._annees
                        if commune in partagees[a][collectivite]
                    }
                    self._par_millesime(presences, commune)

    def _dessus(self, communes: Iterable[str]) -> set[str]:
        departements = {self.jeu.territoires[commune].departement for commune in communes}
        return departements | {self.jeu.territoires[code].region for code in departements}

    def _communes_des_collectivites_partagees(self) -> dict[str, dict[str, set[str]]]:
        """By picture, the communes of each signatory that has only a part of a département.

        One that is told as containing EPCI has their communes; the département’s own collectivité has the rest.
        """
        partages: dict[str, set[str]] = defaultdict(set)
        epci_de: dict[str, set[str]] = defaultdict(set)
        for lien in self.jeu.compositions:
            contenant = self.jeu.territoires[lien.contenant]
            if contenant.type != TypeTerritoire.COLLECTIVITE:
                continue
            if lien.partielle:
                partages[lien.contenu].add(lien.contenant)
            if self.jeu.territoires[lien.contenu].type == TypeTerritoire.EPCI:
                epci_de[lien.contenant].add(lien.contenu)
        resultat: dict[str, dict[str, set[str]]] = {annee: {} for annee in self._annees}
        for annee in self._annees:
            dans = self._communes_de[annee]
            for departement, collectivites in partages.items():
                pris: set[str] = set()
                for code in collectivites & epci_de.keys():
                    resultat[annee][code] = set().union(*(dans[epci] for epci in epci_de[code]))
                    pris |= resultat[annee][code]
                for code in collectivites - epci_de.keys():
                    resultat[annee][code] = dans[departement] - pris
        return resultat

    def _populations(self) -> None:
        """Régions, départements and signatories in force have the inhabitants of their communes."""
        habitants: Counter[str] = Counter()
        recente = self._communes_de[self._annees[-1]]
        partagees = self._partagees[self._annees[-1]]
        for code, communes in (*recente.items(), *partagees.items()):
            if code in partagees or self.jeu.territoires[code].type != TypeTerritoire.EPCI:
                habitants[code] = sum(self.jeu.territoires[commune].population or 0 for commune in communes)
        for lien in self.jeu.compositions:
            contenant = self.jeu.territoires[lien.contenant]
            if contenant.type == TypeTerritoire.COLLECTIVITE and contenant.code not in partagees:
                habitants[contenant.code] += habitants[lien.contenu]
        for code, total in habitants.items():
            fiche = self.jeu.territoires[code]
            if fiche.fin is None:
                fiche.population = total

    # --- Small parts ---------------------------------------------------------------------------------

    def _ajouter(self, fiche: FicheTerritoire, annees: Sequence[str] = ()) -> None:
        """Register a territory; one seen in some pictures only has bounds whose exact day is not known."""
        if annees and annees[0] != self._annees[0]:
            fiche.debut, fiche.debut_precision = self._periodes[annees[0]][0], Precision.AU_PLUS_TARD
        if annees and annees[-1] != self._annees[-1]:
            fiche.fin, fiche.fin_precision = self._periodes[annees[-1]][1], Precision.AU_PLUS_TARD
        self.jeu.territoires[fiche.code] = fiche

    def _par_millesime(self, liens: Mapping[str, set[tuple[str, bool]]], contenu: str) -> None:
        """One row for each container, over the consecutive pictures that agree on it."""
        for contenant, partielle in sorted(set().union(*liens.values())):
            if not contenant:
                continue
            bornes = self.jeu.territoires[contenant]
            for debut, fin in self._suites(
                [a for a in self._annees if (contenant, partielle) in liens.get(a, set())]
            ):
                self.jeu.compositions.append(
                    FicheComposition(
                        contenant,
                        contenu,
                        partielle,
                        max(filter(None, (debut, bornes.debut)), default=None),
                        min(filter(None, (fin, bornes.fin)), default=None),
                    )
                )

    def _suites(self, annees: list[str]) -> Iterator[Periode]:
        """The periods of consecutive pictures, joined."""
        reste = list(annees)
        while reste:
            premiere = derniere = reste.pop(0)
            while reste and self._annees.index(reste[0]) == self._annees.index(derniere) + 1:
                derniere = reste.pop(0)
            yield self._periodes[premiere][0], self._periodes[derniere][1]


def _differents(nom: str, autres: Iterable[str]) -> tuple[str, ...]:
    """The other names, once each, without those that read like ``nom``."""
    vus = {normaliser(nom), ""}
    gardes = []
    for autre in autres:
        if normaliser(autre) not in vus:
            vus.add(normaliser(autre))
            gardes.append(autre)
    return tuple(gardes)
