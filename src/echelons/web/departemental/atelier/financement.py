"""The grid of the money: a row for each fiche, financeur, nature and imputation; a column for each exercice."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from echelons.contrats.contenu import financements as actes
from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.contenu.saisies import lire_montant
from echelons.contrats.contenu.totaux import Totaux, totaliser
from echelons.contrats.models import Financeur, LigneFinancement
from echelons.socle.circuit import ActeRefuse
from echelons.socle.nombres import euros, nombre
from echelons.web.departemental.atelier.commun import Atelier, dire_le_conflit, erreurs_json

#: Cells on a page: a browser sends them all, and the server reads no more fields than this.
CASES_MAX = 1_500
PREFIXE = "m/"
#: What the grid does not show of the whole.
SANS_DETAIL = ("clauses", "exceptions", "cibles", "pieces", "territoires")


@dataclass
class Cellule:
    """One cell of the grid."""

    cle: str
    libelle: str
    valeur: str
    erreur: str = ""
    conflit: str = ""


@dataclass
class Rangee:
    """One row: who brings what to a fiche."""

    financeur: str
    cote: str
    precision: str
    cellules: list[Cellule]
    total: Decimal


@dataclass
class Groupe:
    """The rows of a fiche, and its total."""

    reference: str
    nom: str
    rangees: list[Rangee]
    par_exercice: list[Decimal]
    total: Decimal


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def financement(requete: Any, code: str, cle: str) -> HttpResponse:
    """The grid; what is typed in it is written cell by cell, and refused cell by cell."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    if requete.method != "POST":
        return _montrer(atelier)
    atelier.exiger_la_plume()
    saisies = {c[len(PREFIXE) :]: v for c, v in requete.POST.items() if c.startswith(PREFIXE)}
    cases, erreurs = _lire(saisies)
    ecrit, erreurs = atelier.ecrire_les_cases(
        saisies,
        erreurs,
        lambda rang: actes.enregistrer(
            par=requete.acteur, instrument=atelier.objet, cases=cases, rang_lu=rang
        ),
    )
    if ecrit is not None:
        if atelier.seul:
            return atelier.repondre(ecrit, _dire, lambda conflit: f"{PREFIXE}{conflit.cle}")
        if not ecrit.conflits:
            page = requete.POST.get("page", "")
            suite = f"&page={page}" if page.isdecimal() else ""
            return redirect(f"{atelier.adresse('financement')}?enregistre=1{suite}")
        conflits = {c.cle: dire_le_conflit(c, _dire) for c in ecrit.conflits}
        siennes = {c: v for c, v in saisies.items() if c in conflits}
        return _montrer(atelier, siennes, conflits=conflits, statut=409, rang=ecrit.rang)
    if atelier.seul:
        return erreurs_json(erreurs)
    return _montrer(atelier, saisies, erreurs, statut=422)


def _lire(saisies: dict[str, str]) -> tuple[dict[Case, Decimal | None], dict[str, list[str]]]:
    """The cells typed, and what cannot be read among them."""
    cases: dict[Case, Decimal | None] = {}
    erreurs = {}
    for cle, texte in saisies.items():
        try:
            cases[Case.lire(cle)] = lire_montant(texte)
        except ValidationError as refus:
            erreurs[cle] = list(refus.messages)
        except ValueError:
            erreurs[cle] = ["Cette case n’existe pas."]
    return cases, erreurs


def _dire(champ: str, valeur: Any) -> str:
    return euros(Decimal(valeur)) if valeur else "rien"


def _montrer(
    atelier: Atelier,
    saisies: dict[str, str] | None = None,
    erreurs: dict[str, list[str]] | None = None,
    conflits: dict[str, dict[str, str]] | None = None,
    statut: int = 200,
    rang: int | None = None,
    refus: str = "",
) -> HttpResponse:
    contenu = atelier.contenu
    largeur = max(1, len(contenu.financeurs) * len(contenu.exercices))
    feuilles = Paginator(contenu.fiches, max(1, min(30, CASES_MAX // largeur)))
    demande = atelier.requete.POST.get("page") or atelier.requete.GET.get("page")
    page = feuilles.get_page(demande)
    totaux = totaliser(contenu)
    references = {f.reference for f in page.object_list}
    groupes = [
        _groupe(contenu, totaux, fiche.reference, f"{fiche.numero} {fiche.intitule}", saisies or {})
        for fiche in page.object_list
    ]
    refusees = _poser_les_refus(groupes, erreurs or {}, conflits or {})
    contexte = {
        "groupes": groupes,
        "exercices": contenu.exercices,
        "pages": page,
        "references": references,
        "financeurs": [(f, totaux.par_financeur[f.code]) for f in contenu.financeurs],
        "par_financeur": [
            (
                f,
                [totaux.par_financeur_exercice.get((f.code, an), Decimal(0)) for an in contenu.exercices],
                totaux.par_financeur[f.code],
            )
            for f in contenu.financeurs
        ],
        "par_axe": _par_axe(contenu, totaux),
        "par_exercice": [totaux.par_exercice[an] for an in contenu.exercices if an in totaux.par_exercice],
        "ensemble": totaux.ensemble,
        "plafonds": _plafonds(contenu, totaux),
        "refusees": refusees,
        "generales": (erreurs or {}).get("__all__", []),
        "conflits": conflits,
        "natures": LigneFinancement.Nature.choices,
        "cotes": Financeur.Cote.choices,
        "enregistre": "enregistre" in atelier.requete.GET,
        "erreur_de_liste": refus,
    }
    if rang is not None:
        contexte["rang"] = rang
    return atelier.rendre("financement", "Financement", "financement", contexte, statut)


def _groupe(contenu: Contenu, totaux: Totaux, fiche: str, nom: str, saisies: dict[str, str]) -> Groupe:
    """A fiche with a row for each financeur, and one more for each other nature or imputation that it has."""
    montants = {
        Case(x.fiche, int(x.financeur), x.exercice, x.nature, x.imputation): x.montant
        for x in contenu.lignes
        if x.fiche == fiche
    }
    tapees = [c for c in _lire(dict.fromkeys(saisies, ""))[0] if c.fiche == fiche]
    rangees = []
    for financeur in contenu.financeurs:
        siennes = {c[3:] for c in [*montants, *tapees] if c.financeur == int(financeur.code)}
        for nature, imputation in sorted(siennes or {("credit", "")}):
            cellules = []
            for an in contenu.exercices:
                case = Case(fiche, int(financeur.code), an, nature, imputation)
                valeur = saisies.get(case.cle)
                if valeur is None:
                    valeur = nombre(montants[case]) if case in montants else ""
                cellules.append(Cellule(case.cle, f"{nom}, {financeur.libelle}, {an}", valeur))
            precision = ", ".join(filter(None, [nature if nature != "credit" else "", imputation]))
            total = sum(
                (
                    m
                    for c, m in montants.items()
                    if c.financeur == int(financeur.code) and c[3:] == (nature, imputation)
                ),
                Decimal(0),
            )
            rangees.append(Rangee(financeur.libelle, financeur.cote, precision, cellules, total))
    par_exercice = [totaux.par_fiche_exercice.get((fiche, an), Decimal(0)) for an in contenu.exercices]
    return Groupe(fiche, nom, rangees, par_exercice, totaux.par_fiche[fiche])


def _poser_les_refus(
    groupes: list[Groupe], erreurs: dict[str, list[str]], conflits: dict[str, dict[str, str]]
) -> list[Cellule]:
    """Mark the cells refused; those marked, in the order of the page."""
    marquees = []
    for groupe in groupes:
        for rangee in groupe.rangees:
            for cellule in rangee.cellules:
                cellule.erreur = " ".join(erreurs.get(cellule.cle, []))
                if conflit := conflits.get(cellule.cle):
                    cellule.conflit = f"{conflit['par']} a écrit {conflit['actuel']} {conflit['quand']}."
                if cellule.erreur or cellule.conflit:
                    marquees.append(cellule)
    return marquees


def _par_axe(contenu: Contenu, totaux: Totaux) -> list[tuple[str, list[Decimal], Decimal]]:
    noms = {f.axe.code if f.axe else "": f.axe.libelle if f.axe else "Sans axe" for f in contenu.fiches}
    return [
        (noms[axe], [totaux.par_axe_exercice.get((axe, an), Decimal(0)) for an in contenu.exercices], total)
        for axe, total in totaux.par_axe.items()
    ]


def _plafonds(contenu: Contenu, totaux: Totaux) -> list[tuple[int, str, Decimal]]:
    """By exercice: the ceiling as it is typed, and what the State brings."""
    notifies = {p.exercice: nombre(p.montant) for p in contenu.plafonds}
    return [
        (an, notifies.get(an, ""), totaux.par_cote_exercice.get(("etat", an), Decimal(0)))
        for an in contenu.exercices
    ]


@login_required
@require_POST
def financeurs(requete: Any, code: str, cle: str) -> HttpResponse:
    """Add a financeur, remove one that brings nothing, add a row, fix the ceilings notified."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    atelier.exiger_la_plume()
    geste, dit = requete.POST.get("geste", ""), requete.POST
    soi: dict[str, Any] = {"par": requete.acteur, "instrument": atelier.objet}
    refus = ""
    try:
        if geste == "ajouter":
            actes.ajouter_financeur(**soi, libelle=dit.get("libelle", "")[:200], cote=dit.get("cote", ""))
        elif geste == "retirer" and dit.get("rang", "").isdecimal():
            actes.retirer_financeur(**soi, rang=int(dit["rang"][:6]))
        elif geste == "plafonds":
            montants = {
                int(c.removeprefix("plafond-")): lire_montant(v)
                for c, v in dit.items()
                if re.fullmatch(r"plafond-\d{4}", c, re.ASCII)
            }
            actes.fixer_plafonds(**soi, montants=montants, rang_lu=None)
        else:
            refus = "Dites ce qui change\u00a0: un financeur, ou les plafonds."
    except Financeur.DoesNotExist:
        pass  # removed by somebody else: it is no longer there, as asked
    except ActeRefuse as interdit:
        refus = str(interdit)
    except ValidationError as invalide:
        refus = " ".join(invalide.messages)
    if refus:
        return _montrer(atelier, statut=422, refus=refus)
    return redirect(f"{atelier.adresse('financement')}#financeurs")


@login_required
@require_POST
def ligne(requete: Any, code: str, cle: str) -> HttpResponse:
    """One more row for a fiche: another nature or imputation, with its first amount."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    atelier.exiger_la_plume()
    dit = requete.POST
    imputation = dit.get("imputation", "").strip().replace("/", "-")[:80]
    cle_de_case = "/".join(
        [*(dit.get(c, "") for c in ("fiche", "financeur", "exercice", "nature")), imputation]
    )
    cases, erreurs = _lire({cle_de_case: dit.get("montant", "")})
    refus = " ".join(m for messages in erreurs.values() for m in messages)
    if not refus and not any(cases.values()):
        refus = "Donnez le montant de cette ligne."
    if not refus:
        try:
            actes.enregistrer(par=requete.acteur, instrument=atelier.objet, cases=cases, rang_lu=None)
        except ValidationError as invalide:
            refus = " ".join(invalide.messages)
        except ActeRefuse as interdit:
            refus = str(interdit)
    if refus:
        return _montrer(atelier, statut=422, refus=refus)
    return redirect(f"{atelier.adresse('financement')}#financeurs")
