"""Who has signed, on a date, as known on another: the one reading that every page, map, curve and export shows.

The rows come from the signatories valid on the date, their class from ``ContratLu.etat_au``; the counts are made
from the rows, so that the table, the map, the curve and the files cannot disagree.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import chain
from types import MappingProxyType

from echelons.contrats.regles import RANG, Classe, EtatContrat, Savoir, Signature
from echelons.contrats.requetes import RIEN, DossiersLus, lire_dossiers, lire_dossiers_autour
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
    heritages: tuple[Ligne, ...] = ()

    @property
    def herite_de(self) -> tuple[NomTerritoire, ...]:
        """Of whom it took over, when their contracts speak for it."""
        return tuple(ligne.territoire for ligne in self.heritages)

    @property
    def classe(self) -> Classe:
        """Its class; a territory without any contract is not documented, never unsigned."""
        return self.etat.classe if self.etat else Classe.NON_DOCUMENTEE

    @property
    def signature(self) -> Signature:
        """What is known of the signature on that day."""
        return self.etat.signature if self.etat else Signature.INCONNUE

    @property
    def etat_divergent(self) -> bool:
        """The sources cannot all be right about the date."""
        return self.etat is not None and self.etat.divergente

    @property
    def faits(self) -> frozenset[int]:
        """The facts on which the class rests, or which speak of the signature."""
        etat = self.etat
        if etat is None:
            return frozenset()
        siens = etat.pour | etat.contre | etat.possibles | etat.appuis or etat.muets
        return siens.union(*(ligne.faits for ligne in self.heritages))


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

    @property
    def indecises(self) -> int:
        """Those of which the sources say neither yes nor no."""
        return self.au_plus - self.signees


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
class Regard:
    """What is read of a dispositif as known on a date, gathered once for many rows."""

    dossiers: DossiersLus
    contrats: Mapping[str, tuple[int, ...]]
    geographie: Geographie
    successeurs: frozenset[str]
    noms: Mapping[str, NomTerritoire]
    connu_le: dt.date | None
    savoirs: dict[int, Savoir] = field(default_factory=dict)

    def savoir(self, pk: int) -> Savoir:
        """What is known of a contract."""
        savoir = self.savoirs.get(pk)
        if savoir is None:
            savoir = self.savoirs[pk] = self.dossiers.contrats[pk].savoir_au(self.connu_le)
        return savoir

    def predecesseurs(self, code: str, date: dt.date) -> tuple[str, ...]:
        """Whom the territory took over by that day; hardly any took over anyone."""
        return self.geographie.predecesseurs(code, date) if code in self.successeurs else ()

    def palier(self, code: str, date: dt.date) -> tuple[EtatContrat | None, int | None, tuple[str, ...]]:
        """The state that speaks for a territory (see ``palier_au``), its contract, of whom it took it over.

        Its own contracts speak first: of those whose perimeter covers it wholly, one that no source says unsigned,
        then the best attested. A territory that took over others (Alsace) is as signed as the least signed of them,
        unless its own contracts say as much.
        """
        etat, contrat = None, None
        for pk in self.contrats.get(code, ()):
            autre = self.savoir(pk).palier_au(date)
            if etat is None or contrat is None or (_parole(autre), -pk) > (_parole(etat), -contrat):
                etat, contrat = autre, pk
        avant = self.predecesseurs(code, date)
        if any(predecesseur in self.dossiers.par_territoire for predecesseur in avant):
            herite, contrat_herite = min((self.palier(p, date)[:2] for p in avant), key=_avancement)
            muet = etat is None or etat.classe is Classe.NON_DOCUMENTEE
            if muet or (herite and etat and _parole(herite) > _parole(etat)):
                return herite, contrat_herite, avant
        return etat, contrat, ()

    def jours(self, code: str) -> Iterator[dt.date]:
        """The days on which its signature may change."""
        avant = self.predecesseurs(code, dt.date.max)
        for pk in chain.from_iterable(self.contrats.get(c, ()) for c in (code, *avant)):
            savoir = self.savoir(pk)
            yield from savoir.bornes if avant else (jour for jour, _ in savoir.etapes)

    def avancement(self, code: str, date: dt.date) -> tuple[int, int]:
        """1 when it is signed, 1 when no source says it unsigned: what ``palier`` says, at a lower price.

        Where nobody was taken over, one contract signed is enough, and so is one that may be.
        """
        if self.predecesseurs(code, date):
            etat, _, _ = self.palier(code, date)
            signatures = [etat.signature] if etat else []
        else:
            signatures = [self.savoir(pk).signature_au(date) for pk in self.contrats.get(code, ())]
        non = signatures and all(signature is Signature.NON for signature in signatures)
        return int(Signature.OUI in signatures), int(not non)

    def ligne(self, code: str, date: dt.date) -> Ligne:
        """The row of a territory, fictional ones included."""
        etat, contrat, avant = self.palier(code, date)
        return Ligne(
            self.noms[code],
            replace(etat, date=date, connu_le=self.connu_le) if etat else None,
            contrat,
            tuple(self.ligne(predecesseur, date) for predecesseur in avant),
        )

    def a_montrer(self, code: str, date: dt.date) -> tuple[int, ...]:
        """The contracts a territory's page shows: all those it is a party to, then those of whom it took over."""
        pks = list(self.dossiers.par_territoire.get(code, ()))
        for avant in self.predecesseurs(code, date):
            pks += self.dossiers.par_territoire.get(avant, ())
        pks += [pk for pk, perimetre in self.dossiers.perimetres.items() if perimetre == code]
        return tuple(dict.fromkeys(pks))


def _parole(etat: EtatContrat) -> tuple[bool, int]:
    """The greatest speaks: a contract dated later never makes unsigned whom another, undated, may bind already."""
    return etat.signature is not Signature.NON, etat.rang


def _avancement(lu: tuple[EtatContrat | None, int | None]) -> tuple[int, int]:
    """The least signed first; among equals, the last to sign."""
    etat = lu[0]
    if etat is None:
        return RANG[Classe.NON_DOCUMENTEE], 0
    return etat.rang, -etat.dates[-1].au_plus_tard.toordinal() if etat.dates else 0


def _regard(dispositif: int, connu_le: dt.date | None) -> Regard:
    return _regarder(lire_dossiers(dispositif), _contrats_par_code(dispositif), connu_le)


def regards_autour(
    dispositifs: Iterable[int], codes: Iterable[str], date: dt.date, connu_le: dt.date | None
) -> dict[int, Regard]:
    """What is read of each of these dispositifs about these territories, in two queries for all of them.

    Their rows, and those of whom they took over by that day, can be asked for; no others.
    """
    geo, a_lire = geographie(), set(codes)
    reste = list(a_lire)
    while reste:
        avant = set(geo.predecesseurs(reste.pop(), date)) - a_lire
        a_lire |= avant
        reste += avant
    lus = lire_dossiers_autour(frozenset(a_lire))
    return {
        dispositif: _regarder(dossiers, _qui_parle(dossiers), connu_le)
        for dispositif in dispositifs
        for dossiers in [lus.get(dispositif, RIEN)]
    }


def _regarder(
    dossiers: DossiersLus, contrats: Mapping[str, tuple[int, ...]], connu_le: dt.date | None
) -> Regard:
    geo = geographie()
    return Regard(
        dossiers=dossiers,
        contrats=contrats,
        geographie=geo,
        successeurs=frozenset(suite.apres for suite in geo.suites),
        noms=noms(),
        connu_le=connu_le,
    )


@memoire(places=40)
def _contrats_par_code(dispositif: int) -> Mapping[str, tuple[int, ...]]:
    return _qui_parle(lire_dossiers(dispositif))


def _qui_parle(dossiers: DossiersLus) -> Mapping[str, tuple[int, ...]]:
    """The contracts that speak for a territory: it is a party to them and their perimeter covers it wholly.

    A project perimeter signs nothing itself: the contracts made for it speak for it.
    """
    geo, libelles = geographie(), noms()
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


def _ecarts(regard: Regard, nom: NomTerritoire, debut: dt.date) -> list[tuple[dt.date, tuple[int, int, int]]]:
    """The days on which one signatory changes (signed, perhaps signed, counted), with the change of each count."""
    jours = {debut, *regard.jours(nom.code)}
    if nom.debut:
        jours.add(nom.debut)
    if nom.fin:
        jours.add(nom.fin + dt.timedelta(days=1))
    ecarts = []
    avant = (0, 0, 0)
    for jour in sorted(j for j in jours if debut <= j):
        apres = (*regard.avancement(nom.code, jour), 1) if nom.valide_le(jour) else (0, 0, 0)
        if apres != avant:
            ecarts.append((jour, (apres[0] - avant[0], apres[1] - avant[1], apres[2] - avant[2])))
            avant = apres
    return ecarts


def lire_ligne_de(dispositif: int, code: str, date: dt.date, connu_le: dt.date | None) -> Ligne:
    """The row of any territory above the commune, fictional or not a signatory included."""
    return _regard(dispositif, connu_le).ligne(code, date)


def contrats_signes(
    dispositif: int,
    date: dt.date,
    connu_le: dt.date | None,
    dedans: Callable[[NomTerritoire], bool],
    annee: int | None = None,
) -> frozenset[int]:
    """The contracts of the territories kept by ``dedans`` whose signature is attested on that day.

    ``annee``: only those that have an instrument which may cover it; one without dates may.
    """
    regard, libelles = _regard(dispositif, connu_le), noms()
    return frozenset(
        pk
        for pk, code in regard.dossiers.perimetres.items()
        if code in libelles
        and dedans(libelles[code])
        and (annee is None or regard.dossiers.contrats[pk].couvre(annee))
        and regard.savoir(pk).signature_au(date) is Signature.OUI
    )


def contrats_a_montrer(dispositif: int, code: str, date: dt.date) -> tuple[int, ...]:
    """The contracts a territory's page shows (see ``Regard.a_montrer``)."""
    return _regard(dispositif, None).a_montrer(code, date)
