"""Who has signed, on a date, as known on another: the one reading that every page, map, curve and export shows.

The rows come from the signatories valid on the date, their class from ``ContratLu.etat_au``; the counts are made
from the rows, so that the table, the map, the curve and the files cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from echelons.contrats.regles import RANG, Classe, EtatContrat, Signature
from echelons.contrats.requetes import DossiersLus, lire_dossiers
from echelons.pilotage.lectures import NomTerritoire, geographie, noms
from echelons.socle.revision import memoire

#: Natures of EPCI which may sign a contract of their own beside the départements.
METROPOLES = frozenset({"METRO"})


@dataclass(frozen=True)
class Ligne:
    """One signatory on the date looked at, with the state of the contract that speaks for it."""

    territoire: NomTerritoire
    etat: EtatContrat | None
    contrat: int | None
    herite_de: tuple[NomTerritoire, ...] = ()

    @property
    def classe(self) -> Classe:
        """Its class; a territory without any contract is not documented, never unsigned."""
        return self.etat.classe if self.etat else Classe.NON_DOCUMENTEE

    @property
    def signature(self) -> Signature:
        """What is known of the signature on that day."""
        return self.etat.signature if self.etat else Signature.INCONNUE

    @property
    def faits(self) -> frozenset[int]:
        """The facts on which the class rests, or which speak of the signature."""
        etat = self.etat
        return etat.pour | etat.contre | etat.possibles | etat.appuis if etat else frozenset()


@dataclass(frozen=True)
class Decompte:
    """How many rows in each class, and the bounds of what may be signed."""

    par_classe: Mapping[Classe, int]
    total: int
    au_plus: int

    @property
    def signees(self) -> int:
        """Certainly signed on that day, by the sources."""
        return self.par_classe[Classe.SIGNEE]


@dataclass(frozen=True)
class Tableau:
    """Every signatory of departmental rank on the date, and the other signatories listed apart."""

    dispositif: int
    date: dt.date
    connu_le: dt.date | None
    lignes: tuple[Ligne, ...]
    metropoles: tuple[Ligne, ...]
    regions: tuple[Ligne, ...]

    def ligne(self, code: str) -> Ligne | None:
        """The row of a territory, wherever it is listed."""
        return next(
            (x for x in self.lignes + self.metropoles + self.regions if x.territoire.code == code), None
        )


def decompter(lignes: tuple[Ligne, ...]) -> Decompte:
    """Count the rows by class; ``au_plus`` are those that no source says unsigned on that day."""
    compte = Counter(ligne.classe for ligne in lignes)
    return Decompte(
        par_classe=MappingProxyType({classe: compte[classe] for classe in Classe}),
        total=len(lignes),
        au_plus=sum(ligne.signature is not Signature.NON for ligne in lignes),
    )


@memoire(places=60)
def lire_tableau(dispositif: int, date: dt.date, connu_le: dt.date | None) -> Tableau:
    """The table of a dispositif on a date, as known on another."""
    dossiers = lire_dossiers(dispositif)
    geo, libelles = geographie(), noms()

    def ligne(code: str) -> Ligne:
        return lire_ligne(code, dossiers, date, connu_le)

    autres = [
        nom
        for nom in libelles.values()
        if not nom.fictif and nom.valide_le(date) and nom.type in {"epci", "region"}
    ]
    return Tableau(
        dispositif=dispositif,
        date=date,
        connu_le=connu_le,
        lignes=tuple(ligne(code) for code in geo.signataires(date)),
        metropoles=tuple(
            ligne(n.code)
            for n in autres
            if n.type == "epci" and (n.nature in METROPOLES or n.code in dossiers.par_territoire)
        ),
        regions=tuple(ligne(n.code) for n in autres if n.type == "region"),
    )


def lire_ligne(code: str, dossiers: DossiersLus, date: dt.date, connu_le: dt.date | None) -> Ligne:
    """The row of one territory, fictional ones included.

    Its own contracts speak first: the best attested of those whose perimeter covers it wholly. When they say
    nothing, a territory that took over others (Alsace) is as signed as the least signed of them.
    """
    libelles = noms()
    propre = _meilleur(code, dossiers, date, connu_le)
    predecesseurs = geographie().predecesseurs(code, date)
    documentee = propre is not None and propre[0].classe is not Classe.NON_DOCUMENTEE
    if documentee or not any(avant in dossiers.par_territoire for avant in predecesseurs):
        etat, contrat = propre or (None, None)
        return Ligne(libelles[code], etat, contrat)
    herites = [lire_ligne(avant, dossiers, date, connu_le) for avant in predecesseurs]
    moindre = min(herites, key=lambda x: RANG[x.classe])
    return Ligne(
        libelles[code], moindre.etat, moindre.contrat, tuple(libelles[avant] for avant in predecesseurs)
    )


def contrats_de(code: str, dossiers: DossiersLus) -> tuple[int, ...]:
    """The contracts that speak for the territory: it is a party to them and their perimeter covers it wholly.

    A project perimeter signs nothing itself: the contracts made for it speak for it.
    """
    geo = geographie()
    nom = noms()[code]
    if nom.type == "perimetre":
        return tuple(pk for pk, perimetre in dossiers.perimetres.items() if perimetre == code)
    jour = nom.fin or dt.date.max
    return tuple(
        pk
        for pk in dossiers.par_territoire.get(code, ())
        if dossiers.perimetres[pk] == code or geo.couvre(dossiers.perimetres[pk], code, jour)
    )


def _meilleur(
    code: str, dossiers: DossiersLus, date: dt.date, connu_le: dt.date | None
) -> tuple[EtatContrat, int] | None:
    etats = [(dossiers.contrats[pk].etat_au(date, connu_le), pk) for pk in contrats_de(code, dossiers)]
    return max(etats, key=lambda paire: (paire[0].rang, -paire[1]), default=None)


@dataclass(frozen=True)
class PointDeCourbe:
    """The counts from this day on, until the next point."""

    date: dt.date
    signees: int
    au_plus: int
    total: int


@memoire(places=30)
def lire_courbe(
    dispositif: int, debut: dt.date, fin: dt.date, connu_le: dt.date | None
) -> tuple[PointDeCourbe, ...]:
    """The curve of signatures between two dates, a point for each day on which something may change.

    ``signees`` counts the certain ones; ``au_plus`` adds all that no source says unsigned: the band between
    them is what is not known.
    """
    variations: dict[dt.date, list[int]] = {debut: [0, 0, 0], fin: [0, 0, 0]}
    for nom in noms().values():
        if nom.type == "collectivite" and not nom.fictif:
            for jour, ecarts in _paliers(nom, lire_dossiers(dispositif), debut, fin, connu_le):
                cumul = variations.setdefault(jour, [0, 0, 0])
                for i, ecart in enumerate(ecarts):
                    cumul[i] += ecart
    points: list[PointDeCourbe] = []
    signees = au_plus = total = 0
    for jour in sorted(variations):
        signees, au_plus, total = (
            ancien + ecart for ancien, ecart in zip((signees, au_plus, total), variations[jour], strict=True)
        )
        points.append(PointDeCourbe(jour, signees, au_plus, total))
    return tuple(points)


def _paliers(
    nom: NomTerritoire, dossiers: DossiersLus, debut: dt.date, fin: dt.date, connu_le: dt.date | None
) -> list[tuple[dt.date, tuple[int, int, int]]]:
    """The days on which one signatory changes (signed, perhaps signed, counted), with the change of each count."""
    jours = {debut}
    for code in (nom.code, *geographie().predecesseurs(nom.code, fin)):
        for pk in contrats_de(code, dossiers):
            jours |= dossiers.contrats[pk].bornes(connu_le)
    if nom.debut:
        jours.add(nom.debut)
    if nom.fin:
        jours.add(nom.fin + dt.timedelta(days=1))
    paliers = []
    avant = (0, 0, 0)
    for jour in sorted(j for j in jours if debut <= j <= fin):
        apres = (0, 0, 0)
        if nom.valide_le(jour):
            signature = lire_ligne(nom.code, dossiers, jour, connu_le).signature
            apres = (int(signature is Signature.OUI), int(signature is not Signature.NON), 1)
        if apres != avant:
            paliers.append((jour, (apres[0] - avant[0], apres[1] - avant[1], apres[2] - avant[2])))
            avant = apres
    return paliers


def lire_ligne_de(dispositif: int, code: str, date: dt.date, connu_le: dt.date | None) -> Ligne:
    """The row of any territory above the commune, fictional or not a signatory included."""
    return lire_ligne(code, lire_dossiers(dispositif), date, connu_le)


def contrats_a_montrer(dispositif: int, code: str, date: dt.date) -> tuple[int, ...]:
    """The contracts a territory's page shows: all those it is a party to, then those of whom it took over."""
    dossiers = lire_dossiers(dispositif)
    pks = list(dossiers.par_territoire.get(code, ()))
    for avant in geographie().predecesseurs(code, date):
        pks += dossiers.par_territoire.get(avant, ())
    pks += [pk for pk, perimetre in dossiers.perimetres.items() if perimetre == code]
    return tuple(dict.fromkeys(pks))
