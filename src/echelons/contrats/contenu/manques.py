"""What is missing in a content and the rules that it breaks: each with a sentence, its source, the place to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from echelons.contrats.contenu.forme import CibleDite, Contenu, Fiche
from echelons.contrats.models import FicheAction
from echelons.socle.nombres import insecables
from echelons.strategie.lecture import CadreDActe
from echelons.strategie.regles import juger
from echelons.strategie.regles.projet import Action, Avis, Cible, Financement, Financeur, Projet
from echelons.strategie.regles.verdict import Etat, RegleLue, Verdict


class Sorte(StrEnum):
    """How serious a point is, the worst first."""

    BLOQUE = "bloque"
    ENFREINT = "enfreint"
    MANQUE = "manque"
    A_SAVOIR = "a_savoir"
    EXCEPTION = "exception"
    RESPECTE = "respecte"


@dataclass(frozen=True)
class Point:
    """One thing to mend or to know. ``page`` is « fiches », « financement », « cibles » or « dates »; ``fiche`` the
    reference of one, ``champ`` the field, ``bref`` what to do without its name; ``regle`` the code of a rule."""

    sorte: Sorte
    phrase: str
    page: str
    fiche: str = ""
    champ: str = ""
    regle: str = ""
    motif: str = ""
    bref: str = ""


#: Where each kind of rule is mended.
PAGES_DES_REGLES = {
    "cofinancement": "financement",
    "plafond_annuel": "financement",
    "plancher": "financement",
    "action_par_axe": "fiches",
    "justification_exigee": "fiches",
    "cible_exigee": "cibles",
    "avis_exige": "dates",
    "dates_dans_l_ordre": "dates",
}


@dataclass(frozen=True)
class Circonstances:
    """What the rules look at besides the content: the steps of the instrument, by code, and the opinions given."""

    dates: Mapping[str, dt.date | None] = field(default_factory=dict)
    avis: tuple[Avis, ...] = ()


def points_de(contenu: Contenu, cadre: CadreDActe, circonstances: Circonstances) -> list[Point]:
    """Every point, the worst first, those of a fiche together."""
    points = [
        *_des_regles(contenu, cadre, circonstances),
        *_des_fiches(contenu, cadre),
        *_des_cibles(contenu),
    ]
    ordre = list(Sorte)
    return sorted(points, key=lambda p: ordre.index(p.sorte))


def manques_de_la_fiche(fiche: Fiche, cadre: CadreDActe) -> list[Point]:
    """The fields that one fiche still lacks."""
    return list(_de_la_fiche(fiche, cadre))


# --- Fields ----------------------------------------------------------------------------------------------
def _des_fiches(contenu: Contenu, cadre: CadreDActe) -> Iterator[Point]:
    for fiche in contenu.fiches:
        yield from _de_la_fiche(fiche, cadre)
    finances = {ligne.fiche for ligne in contenu.lignes}
    for fiche in contenu.fiches:
        if fiche.reference not in finances:
            yield Point(
                Sorte.MANQUE,
                insecables(f"{_nommer(fiche)} n’a aucun financement : inscrivez ce que chacun y apporte."),
                "financement",
                fiche.reference,
                bref="aucun financement n’est inscrit.",
            )


def _de_la_fiche(fiche: Fiche, cadre: CadreDActe) -> Iterator[Point]:
    def manque(champ: str, phrase: str) -> Point:
        complete, bref = insecables(f"{_nommer(fiche)} : {phrase}"), insecables(phrase)
        return Point(Sorte.MANQUE, complete, "fiches", fiche.reference, champ, bref=bref)

    if fiche.axe is None:
        yield manque("volet", "choisissez l’axe ou l’objectif qu’elle sert.")
    if cadre.natures and fiche.nature is None:
        yield manque("nature", f"dites si elle est {' ou '.join(n.libelle for n in cadre.natures.values())}.")
    nature = cadre.natures.get(fiche.nature.code) if fiche.nature else None
    if nature and nature.sortes and not fiche.sorte:
        yield manque("sorte", f"elle est dite {nature.libelle} ; dites ce qui l’est.")
    if nature and nature.sortes and not fiche.situation_de_depart.strip():
        yield manque("situation_de_depart", "dites d’où elle part, avant d’être renforcée.")
    for champ in cadre.exiges:
        valeur = getattr(fiche, champ)
        if valeur in (None, (), "") or (isinstance(valeur, str) and not valeur.strip()):
            libelle = FicheAction._meta.get_field(champ).verbose_name  # type: ignore[union-attr]
            yield manque(champ, f"« {libelle} » est à remplir.")
    remplis = {c.code for c in fiche.complement}
    for ajoute in cadre.champs:
        concerne = not ajoute.nature or (fiche.nature is not None and fiche.nature.code == ajoute.nature)
        if ajoute.exige and concerne and ajoute.code not in remplis:
            yield manque(f"complement.{ajoute.code}", f"« {ajoute.libelle} » est à remplir.")


def _des_cibles(contenu: Contenu) -> Iterator[Point]:
    for cible in contenu.cibles:
        dites = {v.exercice for v in cible.visees}
        absentes = [str(an) for an in contenu.exercices if an not in dites]
        if absentes:
            quand = ", ".join(absentes)
            phrase = f"« {cible.libelle} » : donnez la cible de {quand}, ou dites pourquoi il n’y en a pas."
            yield Point(Sorte.MANQUE, insecables(phrase), "cibles", cible.fiche, cible.indicateur)
        if _a_renseigner(cible):
            phrase = f"« {cible.libelle} » : donnez la situation de départ et sa date."
            yield Point(Sorte.MANQUE, insecables(phrase), "cibles", cible.fiche, cible.indicateur)
        if cible.a_confirmer:
            phrase = f"La définition de « {cible.libelle} » reste à confirmer : elle n’est pas officielle."
            yield Point(Sorte.A_SAVOIR, insecables(phrase), "cibles", cible.fiche, cible.indicateur)


def _a_renseigner(cible: CibleDite) -> bool:
    chiffree = cible.etat == "chiffree"
    return (chiffree and cible.depart_le is None) or (not chiffree and cible.motif == "à renseigner")


# --- Rules -----------------------------------------------------------------------------------------------
def _des_regles(contenu: Contenu, cadre: CadreDActe, circonstances: Circonstances) -> Iterator[Point]:
    motifs = {e.regle: e.motif for e in contenu.exceptions}
    for verdict in verdicts_de(contenu, cadre.regles, circonstances):
        if verdict.etat is Etat.SANS_OBJET:
            continue
        motif = motifs.get(verdict.regle.code, "")
        yield Point(
            _sorte(verdict, bool(motif)),
            verdict.phrase,
            PAGES_DES_REGLES[verdict.regle.controle.genre],
            regle=verdict.regle.code,
            motif=motif if verdict.etat is Etat.ENFREINTE else "",
        )


def _sorte(verdict: Verdict, exception: bool) -> Sorte:
    if verdict.etat is Etat.RESPECTEE:
        return Sorte.RESPECTE
    if verdict.etat is Etat.INDECIDABLE:
        return Sorte.A_SAVOIR
    if exception:
        return Sorte.EXCEPTION
    return Sorte.BLOQUE if verdict.bloque else Sorte.ENFREINT


def verdicts_de(contenu: Contenu, regles: Sequence[RegleLue], circonstances: Circonstances) -> list[Verdict]:
    """What each rule says of a content."""
    projet = projet_de(contenu, circonstances)
    return [juger(regle, projet) for regle in regles]


def projet_de(contenu: Contenu, circonstances: Circonstances) -> Projet:
    """The content as the rules look at it. Nothing here depends on the order of the rows."""
    numeros = {f.reference: f.numero for f in contenu.fiches}
    cotes = {f.code: Financeur(f.cote) for f in contenu.financeurs}
    return Projet(
        actions=tuple(_action(f) for f in contenu.fiches),
        financements=tuple(
            Financement(
                action=numeros[ligne.fiche],
                cote=cotes[ligne.financeur],
                exercice=ligne.exercice,
                montant=ligne.montant,
                valorisation=ligne.nature == "valorisation",
            )
            for ligne in contenu.lignes
        ),
        cibles=tuple(
            Cible(numeros[c.fiche], c.indicateur, dt.date(v.exercice, 12, 31), v.valeur)
            for c in contenu.cibles
            for v in c.visees
            if c.fiche and v.valeur is not None
        ),
        avis=circonstances.avis,
        dates={"debut": contenu.instrument.debut, "fin": contenu.instrument.fin, **circonstances.dates},
        plafonds={p.exercice: p.montant for p in contenu.plafonds},
        exercices=contenu.exercices,
    )


def _action(fiche: Fiche) -> Action:
    return Action(
        code=fiche.numero,
        intitule=fiche.intitule,
        axe=fiche.axe.code if fiche.axe else "",
        objectif=fiche.objectif.code if fiche.objectif else "",
        nature=fiche.nature.code if fiche.nature else "",
        justification=fiche.justification,
        territoire=fiche.territoires[0].code if fiche.territoires else "",
        debut=fiche.debut,
        fin=fiche.fin,
    )


def _nommer(fiche: Fiche) -> str:
    return f"« {fiche.numero} {fiche.intitule} »"
