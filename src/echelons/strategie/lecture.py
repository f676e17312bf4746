"""The framework as pages and checks read it: rules ready to judge, definitions in force."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Concat

from echelons.acteurs.models import Fonction
from echelons.socle.models import Source
from echelons.socle.revision import memoire
from echelons.strategie.models import (
    ArticleDeModele,
    Axe,
    ChampDeFiche,
    Competence,
    Dispositif,
    Exercice,
    Mesure,
    NatureAction,
    PartieAttendue,
    Regle,
    RegleEcheance,
    Vague,
    VersionIndicateur,
    Volet,
)
from echelons.strategie.regles.parametres import LECTEUR, AvisExige
from echelons.strategie.regles.verdict import Gravite, RegleLue


def lire_regles(regles: Iterable[Regle], libelles: Mapping[str, str]) -> list[RegleLue]:
    """These rules, with the names of the volets and natures that they cite (given) and of functions (looked up)."""
    lues = [(r, LECTEUR.validate_python(r.controle)) for r in regles]
    fonctions = {c.de for _, c in lues if isinstance(c, AvisExige)}
    if fonctions:
        siennes = Fonction.objects.filter(code__in=fonctions).values_list("code", "libelle")
        libelles = {**libelles, **dict(siennes)}
    return [
        RegleLue(
            code=regle.code,
            libelle=regle.libelle,
            controle=controle,
            gravite=Gravite(regle.gravite),
            source=regle.appui,
            a_confirmer=regle.a_confirmer,
            exercice_debut=regle.exercice_debut,
            exercice_fin=regle.exercice_fin,
            libelles=libelles,
        )
        for regle, controle in lues
    ]


def regles_de(dispositif: Dispositif) -> list[RegleLue]:
    """The rules of a dispositif, ready for ``regles.juger``, in the order of its texts."""
    libelles = dict(dispositif.volets.values_list("code", "libelle"))
    libelles |= dict(dispositif.natures.values_list("code", "libelle"))
    return lire_regles(Regle.objects.de(dispositif), libelles)


@dataclass(frozen=True)
class CadreDActe:
    """What a dispositif asks of the content of its instruments, as plain objects that nobody changes."""

    numerotation: str
    exiges: tuple[str, ...]
    volets: Mapping[int, Volet]
    natures: Mapping[str, NatureAction]
    champs: tuple[ChampDeFiche, ...]
    mesures: tuple[Mesure, ...]
    annees: tuple[int, ...]
    regles: tuple[RegleLue, ...]


@memoire(places=100)
def cadre_d_acte(dispositif: int) -> CadreDActe:
    """That of a dispositif (its key), read once a revision."""
    lu = Dispositif.objects.get(pk=dispositif)
    return CadreDActe(
        numerotation=lu.numerotation,
        exiges=tuple(lu.fiche_exige),
        volets=MappingProxyType({v.pk: v for v in lu.volets.all()}),
        natures=MappingProxyType({n.code: n for n in lu.natures.all()}),
        champs=tuple(lu.champs_de_fiche.all()),
        mesures=tuple(Mesure.objects.filter(competences__dispositif=lu).distinct()),
        annees=tuple(sorted({e.annee for e in lu.exercices.all()})),
        regles=tuple(regles_de(lu)),
    )


def en_vigueur(versions: Iterable[VersionIndicateur], jour: dt.date) -> VersionIndicateur | None:
    """The definition in force on that day; before the first, the first."""
    dans_l_ordre = sorted(versions, key=lambda v: v.effet_le)
    passees = [v for v in dans_l_ordre if v.effet_le <= jour]
    return passees[-1] if passees else next(iter(dans_l_ordre), None)


#: How the parts of the framework are called in a list, and what names one of them.
PARTIES_DU_CADRE = (
    (Axe, "Axe", F("libelle")),
    (PartieAttendue, "Signataire", Concat("dispositif__nom_court", Value(", "), "libelle")),
    (Volet, "Volet", F("libelle")),
    (Exercice, "Exercice", Concat("dispositif__nom_court", Value(", "), Cast("annee", CharField()))),
    (ArticleDeModele, "Article", F("titre")),
    (Vague, "Vague", F("libelle")),
    (Mesure, "Mesure", F("libelle")),
    (Competence, "Compétence", F("mesure__libelle")),
    (VersionIndicateur, "Indicateur", F("libelle")),
    (Regle, "Règle", F("libelle")),
    (RegleEcheance, "Échéance", F("libelle")),
)


def cadre_appuye_sur(source: Source) -> list[tuple[str, str]]:
    """What of the framework rests on a source: kind and name, in one query."""
    premiere, *autres = (
        modele._default_manager.filter(sources=source)
        .order_by()
        .annotate(quoi=Value(quoi, CharField()), nomme=nom)
        .values_list("quoi", "nomme")
        for modele, quoi, nom in PARTIES_DU_CADRE
    )
    return sorted(premiere.union(*autres, all=True))
