"""Where a place lies, what it contains, and what it became, in the words of a page."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q

from echelons.pilotage.lectures import NomTerritoire, geographie, noms
from echelons.socle.dates import en_lettres
from echelons.territoires.models import (
    EtatComposition,
    Succession,
    Territoire,
    TypeTerritoire,
)
from echelons.territoires.perimetres import NATURES as NATURES_DE_PERIMETRE
from echelons.territoires.perimetres import ContenuLu

ORDRE = {
    TypeTerritoire.EPCI: 0,
    TypeTerritoire.PERIMETRE: 1,
    TypeTerritoire.COLLECTIVITE: 2,
    TypeTerritoire.DEPARTEMENT: 3,
    TypeTerritoire.REGION: 4,
}


@dataclass(frozen=True)
class LieuLie:
    """A territory linked to the one being looked at; ``partielle`` when only in part, ``incertaine`` perhaps not."""

    code: str
    nom: str
    type: str
    partielle: bool = False
    incertaine: bool = False

    @property
    def genre(self) -> str:
        """« région », « EPCI »…"""
        libelle = str(TypeTerritoire(self.type).label)
        return libelle if self.type == TypeTerritoire.EPCI else libelle.lower()


def appartenances(objet: Territoire, jour: dt.date) -> list[LieuLie]:
    """What contains the place on that day, nearest first; then what contains a part of it, or may.

    A perimeter whose composition is not documented may contain any place of the départements it crosses. A
    département is not listed beside the collectivité that has it whole.
    """
    geo = geographie()
    # A commune contains whole the perimeter made of it alone: it is among its members, not around it.
    entiers = set(geo.contenants(objet.code, jour)) & noms().keys()
    partiels = set(geo.contenants_partiels(objet.code, jour)) & noms().keys() - entiers
    incertains: set[str] = set()
    departements = {c for c in entiers | partiels if noms()[c].type == TypeTerritoire.DEPARTEMENT}
    if objet.type in {TypeTerritoire.COMMUNE, TypeTerritoire.EPCI}:
        incertains = {
            code
            for code in _perimetres_sans_composition()
            if departements & set(geo.contenants_partiels(code, jour))
        } - entiers
    noms_de_collectivites = {
        noms()[c].nom for c in entiers | partiels if noms()[c].type == TypeTerritoire.COLLECTIVITE
    }
    lieux = [
        LieuLie(code, nom.nom, nom.type, code in partiels, code in incertains)
        for code in entiers | partiels | incertains
        if (nom := noms()[code]).type != TypeTerritoire.DEPARTEMENT or nom.nom not in noms_de_collectivites
    ]
    return sorted(lieux, key=lambda x: (ORDRE.get(TypeTerritoire(x.type), 9), x.partielle, x.code))


def _perimetres_sans_composition() -> list[str]:
    return [
        nom.code
        for nom in noms().values()
        if nom.type == TypeTerritoire.PERIMETRE
        and nom.composition == EtatComposition.NON_DOCUMENTEE
        and not nom.fictif
    ]


def membres(contenu: ContenuLu, jour: dt.date) -> list[LieuLie]:
    """What lies in the place on that day, by name."""
    return [
        LieuLie(lien.contenu.code, lien.contenu.nom, lien.contenu.type, lien.partielle)
        for lien in sorted(contenu.au(jour), key=lambda lien: lien.contenu.nom_recherche)
    ]


NATURES = {
    "CC": "Communauté de communes",
    "CA": "Communauté d’agglomération",
    "CU": "Communauté urbaine",
    "METRO": "Métropole",
    "MET69": "Métropole",
}


def genre_de(objet: Territoire) -> str:
    """« Commune », « Communauté de communes », « Pacte territorial »: what the place is, in full."""
    return (
        NATURES.get(objet.nature) or NATURES_DE_PERIMETRE.get(objet.nature) or str(objet.get_type_display())
    )


def relais(objet: Territoire, jour: dt.date) -> list[NomTerritoire]:
    """Where to look when the territory does not exist on that day: who came before, or who took over."""
    if objet.valide_le(jour) or not _a_des_suites(objet):
        return []
    if objet.debut and objet.debut > jour:
        codes = Succession.objects.filter(apres=objet).values_list("avant__code", flat=True)
    else:
        codes = Succession.objects.filter(avant=objet).values_list("apres__code", flat=True)
    return [noms()[code] for code in codes if code in noms()]


def _a_des_suites(objet: Territoire) -> bool:
    """Whether it took over another, or was taken over: hardly any was."""
    return any(objet.code in {suite.avant, suite.apres} for suite in geographie().suites)


def successions_de(objet: Territoire) -> list[str]:
    """What the place took over, or what took it over, a sentence an event, with its law."""
    if not _a_des_suites(objet):
        return []
    evenements: dict[tuple[dt.date, bool, str, str], list[str]] = {}
    for s in Succession.objects.filter(Q(avant=objet) | Q(apres=objet)).select_related("avant", "apres"):
        devient = s.avant == objet
        cle = (s.date, devient, s.motif.rstrip("."), s.texte.rstrip("."))
        evenements.setdefault(cle, []).append(s.apres.nom if devient else s.avant.nom)
    return [
        f"Le\u00a0{en_lettres(date)}, {'devient' if devient else 'succède à'}\u00a0: "
        f"{', '.join(autres)}. {motif} ({texte})."
        for (date, devient, motif, texte), autres in evenements.items()
    ]
