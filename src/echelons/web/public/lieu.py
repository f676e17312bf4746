"""What the page of a commune, an EPCI or a perimeter says: its contracts, what they may hold, who to see."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q

from echelons.contrats.regles import Classe
from echelons.pilotage.citations import Cite, citer
from echelons.pilotage.faits import DossierMontre, FaitMontre, lire_dossiers_montres, sources_des_faits
from echelons.pilotage.interlocuteurs import Interlocuteur, interlocuteurs
from echelons.pilotage.lectures import NomTerritoire, noms
from echelons.pilotage.lieux import LieuLie
from echelons.pilotage.presentation import Rangee
from echelons.pilotage.tableau import Ligne, Regard, regards_autour
from echelons.strategie.models import Competence, Dispositif
from echelons.territoires.cartes import CarteDeCommunes, CommuneDessinee, carte_des_communes
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.territoires.perimetres import ContenuLu
from echelons.web.public.formulaires import Lecture
from echelons.web.public.rangees import rangee
from echelons.web.templatetags.echelons import accord


@dataclass(frozen=True)
class Couverture:
    """A contract that concerns the place, by a territory that contains it; ``certaine`` when it holds it whole."""

    dispositif: Dispositif
    nom: NomTerritoire
    rangee: Rangee
    partielle: bool
    incertaine: bool
    propre: bool

    @property
    def certaine(self) -> bool:
        """Whether it certainly concerns the whole place."""
        return not (self.partielle or self.incertaine)


@dataclass(frozen=True)
class DansLesContrats:
    """The contracts that concern the place, and the dispositifs of which nothing is known there."""

    couvertures: tuple[Couverture, ...]
    muets: tuple[Dispositif, ...]

    @property
    def certaines(self) -> list[Couverture]:
        """Those that certainly concern it."""
        return [c for c in self.couvertures if c.certaine]

    @property
    def autres(self) -> list[Couverture]:
        """Those that concern a part of it, or may."""
        return [c for c in self.couvertures if not c.certaine]

    @property
    def dispositifs(self) -> list[Dispositif]:
        """Each once, in the order of the contracts."""
        return list(dict.fromkeys(c.dispositif for c in self.couvertures))

    @property
    def sources(self) -> list[tuple[str, str, str]]:
        """What they rest on, each once."""
        return list(dict.fromkeys(s for c in self.couvertures for s in c.rangee.sources))

    @property
    def indecises(self) -> list[Couverture]:
        """Those of which the sources do not say whether they are signed."""
        return [
            c for c in self.couvertures if c.rangee.ligne.classe in {Classe.NON_DOCUMENTEE, Classe.PEUT_ETRE}
        ]


#: What is read of each dispositif begun on the day looked at, about the place and what contains it.
Regards = Mapping[Dispositif, Regard]


def regards_sur(lecture: Lecture, objet: Territoire, ou: Sequence[LieuLie]) -> Regards:
    """All that the contracts say of the place, in two queries; the dispositif begun latest comes first."""
    commences = sorted(
        (d for d in lecture.dispositifs if d.debut <= lecture.au),
        key=lambda d: (d.debut, d.principal),
        reverse=True,
    )
    codes = [objet.code, *(lieu.code for lieu in ou)]
    lus = regards_autour((d.pk for d in commences), codes, lecture.au, lecture.connu)
    return {dispositif: lus[dispositif.pk] for dispositif in commences}


def dans_les_contrats(
    lecture: Lecture, objet: Territoire, ou: Sequence[LieuLie], regards: Regards
) -> DansLesContrats:
    """By dispositif begun on that day, latest first: the contract of the place itself, then those around it."""
    soi = LieuLie(objet.code, objet.nom, objet.type)
    lignes = [
        (dispositif, lieu, ligne)
        for dispositif, regard in regards.items()
        for lieu in (soi, *ou)
        if (ligne := _ligne(dispositif, regard, lieu, lecture.au))
    ]
    sources = sources_des_faits(frozenset().union(*(ligne.faits for _, _, ligne in lignes)))
    couvertures = tuple(
        Couverture(
            dispositif,
            ligne.territoire,
            rangee(ligne, sources),
            lieu.partielle,
            lieu.incertaine,
            lieu.code == soi.code,
        )
        for dispositif, lieu, ligne in lignes
    )
    couverts = {c.dispositif for c in couvertures}
    return DansLesContrats(couvertures, tuple(d for d in regards if d not in couverts))


def _ligne(dispositif: Dispositif, regard: Regard, lieu: LieuLie, jour: dt.date) -> Ligne | None:
    """The row of one territory; None when nothing is known of it, and it is not called to sign."""
    if lieu.code not in noms():
        return None
    appele = lieu.type == TypeTerritoire.COLLECTIVITE and dispositif.principal
    return regard.ligne(lieu.code, jour) if appele or regard.a_montrer(lieu.code, jour) else None


def dossiers_de(
    lecture: Lecture, objet: Territoire, regards: Regards
) -> list[tuple[DossierMontre, list[FaitMontre], list[FaitMontre]]]:
    """The facts of the contracts made for the place itself, under every dispositif."""
    pks = [
        pk
        for _, regard in sorted(regards.items(), key=lambda lu: lu[0].debut)
        for pk in regard.a_montrer(objet.code, lecture.au)
    ]
    return [
        (dossier, dossier.avant(lecture.au), dossier.apres(lecture.au))
        for dossier in lire_dossiers_montres(tuple(dict.fromkeys(pks)), lecture.connu)
    ]


@dataclass(frozen=True)
class MesurePossible:
    """A measure that may enter the contracts of the place, and by whom."""

    competences: tuple[Cite[Competence], ...]

    @property
    def libelle(self) -> str:
        """In plain words."""
        return str(self.competences[0].objet.mesure.libelle)

    @property
    def code(self) -> str:
        """Where it is told in full."""
        return str(self.competences[0].objet.mesure.code)

    @property
    def niveaux(self) -> list[str]:
        """Who answers for it."""
        return list(dict.fromkeys(str(c.objet.get_niveau_display()) for c in self.competences))

    @property
    def dispositifs(self) -> list[str]:
        """The contracts that it may enter."""
        return list(
            dict.fromkeys(c.objet.dispositif.nom_court for c in self.competences if c.objet.dispositif)
        )

    @property
    def a_confirmer(self) -> bool:
        """Whether nothing official supports it yet."""
        return all(c.objet.a_confirmer for c in self.competences)


def mesures_possibles(
    dispositifs: Iterable[Dispositif], jour: dt.date, *, metropole: bool
) -> list[MesurePossible]:
    """The measures that may enter the contracts of these dispositifs, of those in force on that day, by name."""
    ouverts = [d for d in dispositifs if d.debut <= jour and (d.fin is None or jour <= d.fin)]
    competences = (
        Competence.objects.filter(
            Q(debut=None) | Q(debut__lte=jour), Q(fin=None) | Q(fin__gte=jour), dispositif__in=ouverts
        )
        .select_related("mesure", "dispositif", "texte")
        .order_by("mesure__libelle", "rang")
    )
    if not metropole:
        competences = competences.exclude(niveau=Competence.Niveau.METROPOLE)
    par_mesure: dict[int, list[Cite[Competence]]] = {}
    for citee in citer(competences):
        par_mesure.setdefault(citee.objet.mesure_id, []).append(citee)
    return [MesurePossible(tuple(liste)) for liste in par_mesure.values()]


def qui_voir(objet: Territoire, ou: Sequence[LieuLie], jour: dt.date) -> list[Interlocuteur]:
    """The services of the signatories and of the régions where the place lies."""
    lieux = [noms()[lieu.code] for lieu in ou if lieu.code in noms()]
    regions = [lieu for lieu in lieux if lieu.type == TypeTerritoire.REGION]
    return interlocuteurs([x for x in lieux if x.type == TypeTerritoire.COLLECTIVITE], regions, jour)


def carte_du_lieu(objet: Territoire, contenu: ContenuLu | None, jour: dt.date) -> CarteDeCommunes:
    """Where the place is: its communes among those around; empty when they are not known.

    ``contenu``: what it holds; None for a commune.
    """
    communes = contenu.communes_au(jour) if contenu else [objet]
    dedans = {commune.pk for commune in communes}
    if objet.fictif and communes:
        # Nothing is around a fictional place but its fictional département.
        communes = list(
            Territoire.objects.filter(
                type=TypeTerritoire.COMMUNE, departement__in={c.departement_id for c in communes}
            ).select_related("departement")
        )
    dessinees = [
        CommuneDessinee(
            code=c.code,
            nom=c.nom,
            departement=c.departement.code if c.departement else "",
            etat="dedans" if c.pk in dedans else "dehors",
            population=c.population or 0,
            fictive=c.fictif,
        )
        for c in communes
    ]
    description = f"{objet.nom}\u00a0: {accord(len(dedans), 'commune,communes')}, parmi leurs voisines."
    return carte_des_communes(
        dessinees, f"La carte de {objet.nom}", description, alentour=True, prefixe="lieu"
    )
