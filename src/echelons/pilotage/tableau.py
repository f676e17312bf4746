"""Who has signed, on a date, as known on another: the one reading that every page, map, curve and export shows.

The rows come from the signatories valid on the date, their class from ``ContratLu.etat_au``; the counts are made
from the rows, so that the table, the map, the curve and the files cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from echelons.contrats.regles import RANG, Classe, EtatContrat, Signature
from echelons.contrats.requetes import DossiersLus, lire_dossiers
from echelons.pilotage.lectures import NomTerritoire, geographie, noms
from echelons.socle.revision import memoire
from echelons.territoires.geographie import Geographie

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


@dataclass(frozen=True, slots=True)
class _Regard:
    """What is read of a dispositif as known on a date, gathered once for many rows."""

    dossiers: DossiersLus
    contrats: Mapping[str, tuple[int, ...]]
    geographie: Geographie
    noms: Mapping[str, NomTerritoire]
    connu_le: dt.date | None

    def palier(self, code: str, date: dt.date) -> tuple[EtatContrat | None, int | None, tuple[str, ...]]:
        """The state that speaks for a territory (see ``palier_au``), its contract, of whom it took it over.

        Its own contracts speak first: the best attested of those whose perimeter covers it wholly. When they say
        nothing, a territory that took over others (Alsace) is as signed as the least signed of them.
        """
        etat, contrat = None, None
        for pk in self.contrats.get(code, ()):
            autre = self.dossiers.contrats[pk].palier_au(date, self.connu_le)
            if etat is None or contrat is None or (autre.rang, -pk) > (etat.rang, -contrat):
                etat, contrat = autre, pk
        if etat is None or etat.classe is Classe.NON_DOCUMENTEE:
            avant = self.geographie.predecesseurs(code, date)
            if any(predecesseur in self.dossiers.par_territoire for predecesseur in avant):
                herites = [self.palier(predecesseur, date)[:2] for predecesseur in avant]
                moindre = min(herites, key=lambda lu: lu[0].rang if lu[0] else RANG[Classe.NON_DOCUMENTEE])
                return (*moindre, avant)
        return etat, contrat, ()

    def ligne(self, code: str, date: dt.date) -> Ligne:
        """The row of a territory, fictional ones included."""
        etat, contrat, avant = self.palier(code, date)
        return Ligne(
            self.noms[code],
            replace(etat, date=date, connu_le=self.connu_le) if etat else None,
            contrat,
            tuple(self.noms[predecesseur] for predecesseur in avant),
        )


def _regard(dispositif: int, connu_le: dt.date | None) -> _Regard:
    return _Regard(lire_dossiers(dispositif), _contrats_par_code(dispositif), geographie(), noms(), connu_le)


@memoire(places=40)
def _contrats_par_code(dispositif: int) -> Mapping[str, tuple[int, ...]]:
    """The contracts that speak for a territory: it is a party to them and their perimeter covers it wholly.

    A project perimeter signs nothing itself: the contracts made for it speak for it.
    """
    dossiers, geo, libelles = lire_dossiers(dispositif), geographie(), noms()
    resultat: dict[str, tuple[int, ...]] = {}
    for code, pks in dossiers.par_territoire.items():
        jour = (libelles[code].fin if code in libelles else None) or dt.date.max
        resultat[code] = tuple(
            pk
            for pk in pks
            if dossiers.perimetres[pk] == code or geo.couvre(dossiers.perimetres[pk], code, jour)
        )
    for code in set(dossiers.perimetres.values()):
        if code in libelles and libelles[code].type == "perimetre":
            resultat[code] = tuple(pk for pk, perimetre in dossiers.perimetres.items() if perimetre == code)
    return MappingProxyType(resultat)


@memoire(places=60)
def lire_tableau(dispositif: int, date: dt.date, connu_le: dt.date | None) -> Tableau:
    """The table of a dispositif on a date, as known on another."""
    regard = _regard(dispositif, connu_le)
    autres = [
        nom
        for nom in regard.noms.values()
        if nom.type in {"epci", "region"} and not nom.fictif and nom.valide_le(date)
    ]
    return Tableau(
        dispositif=dispositif,
        date=date,
        connu_le=connu_le,
        lignes=tuple(regard.ligne(code, date) for code in regard.geographie.signataires(date)),
        metropoles=tuple(
            regard.ligne(n.code, date)
            for n in autres
            if n.type == "epci" and (n.nature in METROPOLES or n.code in regard.dossiers.par_territoire)
        ),
        regions=tuple(regard.ligne(n.code, date) for n in autres if n.type == "region"),
    )


@dataclass(frozen=True)
class PointDeCourbe:
    """The counts from this day on, until the next point."""

    date: dt.date
    signees: int
    au_plus: int
    total: int


def lire_courbe(
    dispositif: int, debut: dt.date, fin: dt.date, connu_le: dt.date | None
) -> tuple[PointDeCourbe, ...]:
    """The curve of signatures between two dates, a point for each day on which something may change.

    ``signees`` counts the certain ones; ``au_plus`` adds all that no source says unsigned: the band between
    them is what is not known.
    """
    points = [point for point in _courbe_depuis(dispositif, debut, connu_le) if point.date <= fin]
    if points[-1].date < fin:
        points.append(replace(points[-1], date=fin))
    return tuple(points)


@memoire(places=30)
def _courbe_depuis(dispositif: int, debut: dt.date, connu_le: dt.date | None) -> tuple[PointDeCourbe, ...]:
    """The whole curve from a date on."""
    regard = _regard(dispositif, connu_le)
    variations: dict[dt.date, list[int]] = {debut: [0, 0, 0]}
    for nom in regard.noms.values():
        if nom.type == "collectivite" and not nom.fictif:
            for jour, ecarts in _ecarts(regard, nom, debut):
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


def _ecarts(
    regard: _Regard, nom: NomTerritoire, debut: dt.date
) -> list[tuple[dt.date, tuple[int, int, int]]]:
    """The days on which one signatory changes (signed, perhaps signed, counted), with the change of each count."""
    jours = {debut}
    for code in (nom.code, *regard.geographie.predecesseurs(nom.code, dt.date.max)):
        for pk in regard.contrats.get(code, ()):
            jours |= regard.dossiers.contrats[pk].bornes(regard.connu_le)
    if nom.debut:
        jours.add(nom.debut)
    if nom.fin:
        jours.add(nom.fin + dt.timedelta(days=1))
    ecarts = []
    avant = (0, 0, 0)
    for jour in sorted(j for j in jours if debut <= j):
        apres = (0, 0, 0)
        if nom.valide_le(jour):
            etat, _, _ = regard.palier(nom.code, jour)
            signature = etat.signature if etat else Signature.INCONNUE
            apres = (int(signature is Signature.OUI), int(signature is not Signature.NON), 1)
        if apres != avant:
            ecarts.append((jour, (apres[0] - avant[0], apres[1] - avant[1], apres[2] - avant[2])))
            avant = apres
    return ecarts


def lire_ligne_de(dispositif: int, code: str, date: dt.date, connu_le: dt.date | None) -> Ligne:
    """The row of any territory above the commune, fictional or not a signatory included."""
    return _regard(dispositif, connu_le).ligne(code, date)


def contrats_a_montrer(dispositif: int, code: str, date: dt.date) -> tuple[int, ...]:
    """The contracts a territory's page shows: all those it is a party to, then those of whom it took over."""
    dossiers = lire_dossiers(dispositif)
    pks = list(dossiers.par_territoire.get(code, ()))
    for avant in geographie().predecesseurs(code, date):
        pks += dossiers.par_territoire.get(avant, ())
    pks += [pk for pk, perimetre in dossiers.perimetres.items() if perimetre == code]
    return tuple(dict.fromkeys(pks))
