"""The kinds of rule: pure functions of parameters and of a project, to the cent. Each says one sentence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from echelons.socle.dates import en_lettres
from echelons.socle.nombres import euros, nombre, pour_cent
from echelons.strategie.regles.parametres import (
    ActionParAxe,
    AvisExige,
    CibleExigee,
    Cofinancement,
    DatesDansLOrdre,
    Etape,
    JustificationExigee,
    PlafondAnnuel,
    Plancher,
)
from echelons.strategie.regles.projet import Action, Financement, Financeur, Projet
from echelons.strategie.regles.verdict import Constat, Etat, RegleLue

CENTIME = Decimal("0.01")
#: Subject of a sentence, by side.
QUI = {
    Financeur.ETAT: "l’État",
    Financeur.COLLECTIVITE: "la collectivité",
    Financeur.AUTRE: "les autres financeurs",
}
BASES = {"conjoint": "de ce qu’apportent l’État et la collectivité", "cout_total": "du coût total"}
ETAPES = {
    Etape.DELIBERATION: "la délibération",
    Etape.TRANSMISSION: "la transmission",
    Etape.SIGNATURE: "la signature",
    Etape.ENTREE_EN_VIGUEUR: "l’entrée en vigueur",
    Etape.DEBUT: "le début",
    Etape.FIN: "la fin",
}
AUCUN_FINANCEMENT = Constat(Etat.INDECIDABLE, "aucun financement n’est inscrit")
AUCUNE_ACTION = Constat(Etat.INDECIDABLE, "aucune action n’est inscrite")


def _nommer(action: Action) -> str:
    return f"« {action.code} {action.intitule} »".replace("  ", " ")


def _et_autres(reste: int) -> str:
    """« , comme 2 autres »: how many more are in the same case."""
    return f", comme {reste} {'autre' if reste == 1 else 'autres'}" if reste else ""


def _somme(lignes: Iterable[Financement]) -> Decimal:
    return sum((ligne.montant for ligne in lignes), Decimal(0))


def _lignes(regle: RegleLue, projet: Projet) -> list[Financement]:
    """The money of the years that the rule binds."""
    return [f for f in projet.financements if regle.vaut_pour(f.exercice)]


# --- Shares -------------------------------------------------------------------------------------------


def _parts(
    parametres: Cofinancement, lignes: Sequence[Financement], projet: Projet
) -> Iterator[tuple[str, list[Financement]]]:
    """What each share is reckoned on: where, and its rows (none: nothing entered there)."""
    lieux: list[tuple[str, list[Financement]]] = [("dans l’ensemble du contrat", list(lignes))]
    if parametres.niveau == "action":
        lieux = [
            (f"pour l’action {_nommer(a)}", [f for f in lignes if f.action == a.code]) for a in projet.actions
        ]
    for lieu, siennes in lieux:
        annees = sorted({f.exercice for f in siennes})
        if parametres.par_exercice and annees:
            yield from ((f"{lieu} en {an}", [f for f in siennes if f.exercice == an]) for an in annees)
        else:
            yield lieu, siennes


def cofinancement(parametres: Cofinancement, regle: RegleLue, projet: Projet) -> Constat:
    """A share at most or at least. The cent that halves leave over is not held against anybody."""
    lignes = [f for f in _lignes(regle, projet) if parametres.valorisation or not f.valorisation]
    if not lignes:
        return AUCUN_FINANCEMENT
    seuil = parametres.maximum or parametres.minimum
    assert seuil is not None
    fautes, muets, juges = [], [], 0
    for lieu, siennes in _parts(parametres, lignes, projet):
        base = _somme(f for f in siennes if parametres.base == "cout_total" or f.cote != Financeur.AUTRE)
        if not base:
            muets.append(lieu)
            continue
        juges += 1
        part = _somme(f for f in siennes if f.cote == parametres.cote)
        if parametres.maximum:
            tenu = part <= (base * seuil).quantize(CENTIME, ROUND_UP)
        else:
            tenu = part >= (base * seuil).quantize(CENTIME, ROUND_DOWN)
        if not tenu:
            fautes.append(f"{lieu}, {QUI[parametres.cote]} apporte {_sur(part, base)}")
    borne = f"{'au plus' if parametres.maximum else 'au moins'} {pour_cent(seuil)}"
    if fautes:
        return Constat(
            Etat.ENFREINTE, f"{fautes[0]}, alors qu’il en faut {borne}{_et_autres(len(fautes) - 1)}"
        )
    if muets:
        return Constat(
            Etat.INDECIDABLE, f"{muets[0]}, aucun financement n’est inscrit{_et_autres(len(muets) - 1)}"
        )
    ou = f"pour {nombre(juges)} actions" if parametres.niveau == "action" and juges > 1 else "partout"
    return Constat(Etat.RESPECTEE, f"{QUI[parametres.cote]} apporte {borne} {BASES[parametres.base]}, {ou}")


def _sur(part: Decimal, base: Decimal) -> str:
    """« 60 000 € sur 100 000 € (60 %) »."""
    return f"{euros(part)} sur {euros(base)} ({pour_cent(part / base)})"


# --- Ceiling and floor ----------------------------------------------------------------------------------


def plafond_annuel(parametres: PlafondAnnuel, regle: RegleLue, projet: Projet) -> Constat:
    """The total of each year does not exceed the ceiling of that year."""
    lignes = [f for f in _lignes(regle, projet) if f.cote == parametres.cote]
    notifies = {an: p for an, p in projet.plafonds.items() if regle.vaut_pour(an)}
    if parametres.constant and len(set(notifies.values())) > 1:
        dits = ", ".join(f"{euros(p)} en {an}" for an, p in sorted(notifies.items()))
        return Constat(Etat.ENFREINTE, f"le plafond change d’une année à l’autre : {dits}")
    if not lignes:
        return AUCUN_FINANCEMENT
    sans_plafond, tenus = [], []
    for an in sorted({f.exercice for f in lignes}):
        plafond = parametres.montant if parametres.montant is not None else notifies.get(an)
        total = _somme(f for f in lignes if f.exercice == an)
        if plafond is None:
            sans_plafond.append(str(an))
        elif total > plafond:
            exces = (
                f"{euros(total)}, soit {euros(total - plafond)} de plus que le plafond de {euros(plafond)}"
            )
            return Constat(Etat.ENFREINTE, f"en {an}, {QUI[parametres.cote]} apporte {exces}")
        else:
            tenus.append(f"{euros(total)} sur {euros(plafond)} en {an}")
    if sans_plafond:
        return Constat(Etat.INDECIDABLE, f"le plafond de {', '.join(sans_plafond)} n’est pas connu")
    return Constat(Etat.RESPECTEE, f"{QUI[parametres.cote]} reste dans le plafond : {', '.join(tenus)}")


def plancher(parametres: Plancher, regle: RegleLue, projet: Projet) -> Constat:
    """The total of each year reaches the floor."""
    actions = {a.code for a in projet.actions if parametres.axe is None or a.sert(parametres.axe)}
    lignes = [
        f
        for f in _lignes(regle, projet)
        if f.cote == parametres.cote and (parametres.axe is None or f.action in actions)
    ]
    ou = f" pour « {regle.nommer(parametres.axe)} »" if parametres.axe else ""
    annees = sorted({f.exercice for f in _lignes(regle, projet)})
    if not annees:
        return AUCUN_FINANCEMENT
    atteints = []
    for an in annees:
        total = _somme(f for f in lignes if f.exercice == an)
        if total < parametres.montant:
            return Constat(
                Etat.ENFREINTE,
                f"en {an}, {QUI[parametres.cote]} apporte {euros(total)}{ou}, "
                f"moins que le plancher de {euros(parametres.montant)}",
            )
        atteints.append(f"{euros(total)} en {an}")
    return Constat(
        Etat.RESPECTEE,
        f"le plancher de {euros(parametres.montant)}{ou} est atteint : {', '.join(atteints)}",
    )


# --- Actions ------------------------------------------------------------------------------------------


def action_par_axe(parametres: ActionParAxe, regle: RegleLue, projet: Projet) -> Constat:
    """Each volet has its actions."""
    if not projet.actions:
        return AUCUNE_ACTION
    nombres = {axe: sum(a.sert(axe) for a in projet.actions) for axe in parametres.axes}
    manquent = [axe for axe, n in nombres.items() if n < parametres.minimum]
    if manquent:
        dits = ", ".join(f"« {regle.nommer(axe)} » ({nombres[axe]})" for axe in manquent)
        attendu = f"il en faut au moins {parametres.minimum} dans chacun"
        return Constat(Etat.ENFREINTE, f"il manque des actions dans {dits} : {attendu}")
    dits = ", ".join(f"{n} dans « {regle.nommer(axe)} »" for axe, n in nombres.items())
    return Constat(Etat.RESPECTEE, f"chaque axe a ses actions : {dits}")


def justification_exigee(parametres: JustificationExigee, regle: RegleLue, projet: Projet) -> Constat:
    """Each action is of an admitted nature, and says why."""
    if not projet.actions:
        return AUCUNE_ACTION
    admises = " ou ".join(f"« {regle.nommer(n)} »" for n in parametres.natures)
    hors = [a for a in projet.actions if a.nature not in parametres.natures]
    if hors:
        return Constat(
            Etat.ENFREINTE,
            f"l’action {_nommer(hors[0])} n’est pas dite {admises}{_et_autres(len(hors) - 1)}",
        )
    muettes = [a for a in projet.actions if not a.justification.strip()]
    if muettes:
        nature = regle.nommer(muettes[0].nature)
        return Constat(
            Etat.ENFREINTE,
            f"l’action {_nommer(muettes[0])} est dite « {nature} » sans dire pourquoi{_et_autres(len(muettes) - 1)}",
        )
    combien = nombre(len(projet.actions))
    return Constat(Etat.RESPECTEE, f"{combien} actions sur {combien} sont {admises}, avec leur justification")


def cible_exigee(parametres: CibleExigee, regle: RegleLue, projet: Projet) -> Constat:
    """Each action has its targets."""
    if not projet.actions:
        return AUCUNE_ACTION
    visees = {a.code: {c.indicateur for c in projet.cibles if c.action == a.code} for a in projet.actions}
    pauvres = [a for a in projet.actions if len(visees[a.code]) < parametres.minimum]
    attendu = f"{parametres.minimum} {'cible chiffrée' if parametres.minimum == 1 else 'cibles chiffrées'}"
    if pauvres:
        return Constat(
            Etat.ENFREINTE,
            f"l’action {_nommer(pauvres[0])} a {len(visees[pauvres[0].code])} cible sur au moins {attendu}"
            f"{_et_autres(len(pauvres) - 1)}",
        )
    return Constat(Etat.RESPECTEE, f"chacune des {nombre(len(projet.actions))} actions a au moins {attendu}")


# --- Opinions and dates -------------------------------------------------------------------------------


def avis_exige(parametres: AvisExige, regle: RegleLue, projet: Projet) -> Constat:
    """The last opinion of that function is given, and favourable where it must be."""
    de_qui = f"de « {regle.nommer(parametres.de)} »"
    donnes = sorted((a for a in projet.avis if a.de == parametres.de), key=lambda a: a.date)
    if not donnes:
        return Constat(Etat.ENFREINTE, f"l’avis {de_qui} n’est pas donné")
    dernier = donnes[-1]
    dit = f"l’avis {de_qui}, du {en_lettres(dernier.date)}, est {'' if dernier.favorable else 'dé'}favorable"
    tenu = dernier.favorable or not parametres.favorable
    return Constat(Etat.RESPECTEE if tenu else Etat.ENFREINTE, dit)


def dates_dans_l_ordre(parametres: DatesDansLOrdre, regle: RegleLue, projet: Projet) -> Constat:
    """No known step comes before one that should precede it; nothing is said of those that are not known."""
    connues = [(e, jour) for e in parametres.etapes if (jour := projet.dates.get(e.value))]
    for (avant, j1), (apres, j2) in itertools.pairwise(connues):
        if j2 < j1:
            return Constat(
                Etat.ENFREINTE,
                f"{ETAPES[apres]} ({en_lettres(j2)}) précède {ETAPES[avant]} ({en_lettres(j1)})",
            )
    a_l_envers = [a for a in projet.actions if parametres.actions and a.debut and a.fin and a.fin < a.debut]
    for action in a_l_envers[:1]:
        assert action.debut is not None
        assert action.fin is not None
        dates = f"finit le {en_lettres(action.fin)}, avant de commencer le {en_lettres(action.debut)}"
        return Constat(Etat.ENFREINTE, f"l’action {_nommer(action)} {dates}{_et_autres(len(a_l_envers) - 1)}")
    inconnues = [ETAPES[e] for e in parametres.etapes if not projet.dates.get(e.value)]
    if inconnues:
        verbe = "ne sont pas connues" if len(inconnues) > 1 else "n’est pas connue"
        return Constat(
            Etat.INDECIDABLE,
            f"{'les dates' if len(inconnues) > 1 else 'la date'} {_enumerer(inconnues)} {verbe}",
        )
    if parametres.actions and any(not (a.debut and a.fin) for a in projet.actions):
        return Constat(Etat.INDECIDABLE, "les dates de certaines actions ne sont pas connues")
    suite = ", ".join(f"{ETAPES[e]} le {en_lettres(jour)}" for e, jour in connues)
    return Constat(Etat.RESPECTEE, f"les dates se suivent{' : ' if suite else ''}{suite}")


def _enumerer(etapes: Sequence[str]) -> str:
    """« de la délibération et du début »."""
    dits = [f"de {s}".replace("de le ", "du ") for s in etapes]
    return " et ".join([", ".join(dits[:-1]), dits[-1]]) if len(dits) > 1 else dits[0]
