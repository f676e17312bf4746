"""Annexe A: for each fiche and for the whole, the indicators aimed at, where they start from, what is aimed at."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods, require_POST

from echelons.contrats.contenu import cibles as actes
from echelons.contrats.contenu.cibles import Chiffre
from echelons.contrats.contenu.recit import dire_la_trace
from echelons.contrats.contenu.registre import Conflit
from echelons.contrats.contenu.saisies import dire_chiffre, lire_chiffre
from echelons.contrats.models import CibleDIndicateur, FicheAction
from echelons.socle.circuit import ActeRefuse
from echelons.strategie.lecture import en_vigueur
from echelons.strategie.models import Indicateur
from echelons.web.departemental.atelier.commun import Atelier, dire_le_conflit, erreurs_json

LUES_MAX = 400
#: What the table does not show of the whole, or reads by itself.
SANS_DETAIL = ("clauses", "exceptions", "plafonds", "financeurs", "lignes", "cibles", "pieces", "territoires")


@dataclass
class Case:
    """One cell: what it says, and what is said against it."""

    cle: str
    libelle: str
    valeur: str
    erreur: str = ""


@dataclass
class Ligne:
    """One indicator."""

    cible: CibleDIndicateur
    depart: Case
    le: str
    visees: list[Case] = field(default_factory=list)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def cibles(requete: Any, code: str, cle: str) -> HttpResponse:
    """The table; a cell takes a figure, or « sans objet : … », « non disponible : … »."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    if requete.method != "POST":
        return _montrer(atelier)
    atelier.exiger_la_plume()
    saisies = {c: v for c, v in requete.POST.items() if "/" in c}
    lignes, erreurs = _lire(saisies)
    ecrit, erreurs = atelier.ecrire_les_cases(
        saisies,
        erreurs,
        lambda rang: actes.enregistrer(
            par=requete.acteur, instrument=atelier.objet, lignes=lignes, rang_lu=rang
        ),
    )
    if ecrit is not None:
        if atelier.seul:
            return atelier.repondre(ecrit, _dire, _noms(atelier))
        if not ecrit.conflits:
            return redirect(f"{atelier.adresse('cibles')}?enregistre=1")
        conflits = [dire_le_conflit(c, _dire) for c in ecrit.conflits]
        noms = {nom for c in ecrit.conflits for nom in _avec_sa_date(_noms(atelier)(c))}
        siennes = {c: v for c, v in saisies.items() if c in noms}
        return _montrer(atelier, siennes, {}, conflits, 409, ecrit.rang)
    if atelier.seul:
        return erreurs_json(erreurs)
    return _montrer(atelier, saisies, erreurs, statut=422)


def _lire(saisies: dict[str, str]) -> tuple[dict[int, dict[str, Chiffre | None]], dict[str, list[str]]]:
    lignes: dict[int, dict[str, Chiffre | None]] = {}
    erreurs: dict[str, list[str]] = {}
    for cle, texte in saisies.items():
        pk, _, quoi = cle.partition("/")
        if not pk.isdecimal() or len(pk) > 15 or quoi == "le":
            continue
        try:
            le = _jour(saisies.get(f"{pk}/le", "")) if quoi == "depart" else None
            lignes.setdefault(int(pk), {})[quoi] = lire_chiffre(texte, le)
        except ValidationError as refus:
            erreurs[cle] = list(refus.messages)
    return lignes, erreurs


def _noms(atelier: Atelier) -> Callable[[Conflit], str]:
    """What the field of a conflict is called on this page."""
    lignes = {actes.cle_de(c): c.pk for c in actes.cibles_lues(atelier.objet.cibles)}
    return lambda conflit: f"{lignes.get(conflit.cle, 0)}/{conflit.champ}"


def _avec_sa_date(nom: str) -> tuple[str, ...]:
    """A field, and that of the day for where one starts from."""
    return (nom, nom.replace("/depart", "/le")) if nom.endswith("/depart") else (nom,)


def _jour(texte: str) -> dt.date | None:
    if not texte.strip():
        return None
    for forme in ("%Y-%m-%d", "%d/%m/%Y"):
        try:
            return dt.datetime.strptime(texte.strip(), forme).date()  # noqa: DTZ007 - a day, without a time
        except ValueError:
            continue
    raise ValidationError("Cette date n’existe pas. Écrivez-la comme 31/12/2018.")


def _dire(champ: str, valeur: Any) -> str:
    return dire_la_trace(valeur)


def _montrer(
    atelier: Atelier,
    saisies: dict[str, str] | None = None,
    erreurs: dict[str, list[str]] | None = None,
    conflits: list[dict[str, str]] | None = None,
    statut: int = 200,
    rang: int | None = None,
    refus: str = "",
) -> HttpResponse:
    saisies, erreurs = saisies or {}, erreurs or {}
    contenu = atelier.contenu
    siennes = (
        CibleDIndicateur.objects.filter(instrument=atelier.objet)
        .select_related("fiche", "version__indicateur")
        .prefetch_related("visees")
        .order_by("fiche__rang", "version__indicateur__rang")[:LUES_MAX]
    )
    groupes: dict[str, list[Ligne]] = {"": [], **{f.reference: [] for f in contenu.fiches}}
    refusees = []
    for cible in siennes:
        ligne = _ligne(cible, contenu.exercices, saisies, erreurs)
        groupes.setdefault(str(cible.fiche.reference) if cible.fiche else "", []).append(ligne)
        refusees += [c for c in (ligne.depart, *ligne.visees) if c.erreur]
    noms = {"": "Pour l’ensemble", **{f.reference: f"{f.numero} {f.intitule}" for f in contenu.fiches}}
    contexte = {
        "groupes": [(noms.get(r, r), lignes) for r, lignes in groupes.items() if lignes],
        "exercices": contenu.exercices,
        "refusees": refusees,
        "generales": erreurs.get("__all__", []),
        "conflits": conflits or [],
        "indicateurs": _a_viser(atelier),
        "fiches": [(f.reference, f"{f.numero} {f.intitule}") for f in contenu.fiches],
        "enregistre": "enregistre" in atelier.requete.GET,
        "refus_de_ligne": refus,
    }
    if rang is not None:
        contexte["rang"] = rang
    return atelier.rendre("cibles", "Cibles", "cibles", contexte, statut)


def _ligne(
    cible: CibleDIndicateur,
    exercices: tuple[int, ...],
    saisies: dict[str, str],
    erreurs: dict[str, list[str]],
) -> Ligne:
    def case(quoi: str, libelle: str, actuel: str) -> Case:
        cle = f"{cible.pk}/{quoi}"
        return Case(
            cle,
            f"{cible.version.libelle}, {libelle}",
            saisies.get(cle, actuel),
            " ".join(erreurs.get(cle, [])),
        )

    par_an = {v.exercice: v for v in cible.visees.all()}
    jour = saisies.get(f"{cible.pk}/le", cible.depart_le.isoformat() if cible.depart_le else "")
    visees = [
        case(str(an), str(an), dire_chiffre(v.etat, v.valeur, v.motif) if (v := par_an.get(an)) else "")
        for an in exercices
    ]
    depart = case("depart", "situation de départ", dire_chiffre(cible.etat, cible.depart, cible.motif))
    return Ligne(cible, depart, jour, visees)


def _a_viser(atelier: Atelier) -> list[tuple[str, str]]:
    """The indicators that the dispositif asks for, as defined when the instrument begins."""
    dispositif = atelier.objet.contrat.dispositif
    jour = atelier.objet.debut or dispositif.debut
    siens = Indicateur.objects.filter(demandes__dispositif=dispositif).prefetch_related("versions").distinct()
    return [(i.code, v.libelle) for i in siens if (v := en_vigueur(i.versions.all(), jour)) is not None]


@login_required
@require_POST
def lignes(requete: Any, code: str, cle: str) -> HttpResponse:
    """Aim at one more indicator, or remove a line."""
    atelier = Atelier.ouvrir(requete, code, cle, *SANS_DETAIL)
    atelier.exiger_la_plume()
    dit = requete.POST
    refus = ""
    try:
        if dit.get("geste") == "retirer" and dit.get("cible", "").isdecimal():
            actes.retirer(par=requete.acteur, instrument=atelier.objet, pk=int(dit["cible"][:15]))
        elif dit.get("geste") == "viser":
            indicateur = Indicateur.objects.filter(
                code=dit.get("indicateur", ""), demandes__dispositif=atelier.objet.contrat.dispositif
            ).first()
            siennes = {str(f.reference): f for f in FicheAction.objects.filter(instrument=atelier.objet)}
            if indicateur is None:
                refus = "Choisissez un indicateur de la liste."
            elif dit.get("fiche") and dit["fiche"] not in siennes:
                refus = "Cette fiche a été retirée."
            elif atelier.objet.cibles.count() >= actes.CIBLES_MAX:
                refus = actes.TROP_DE_CIBLES
            else:
                actes.viser(
                    par=requete.acteur,
                    instrument=atelier.objet,
                    indicateur=indicateur,
                    fiche=siennes.get(dit.get("fiche", "")),
                )
        else:
            refus = "Choisissez un indicateur à viser, ou une ligne à retirer."
    except CibleDIndicateur.DoesNotExist:
        pass  # removed by somebody else: it is no longer there, as asked
    except ActeRefuse as interdit:
        refus = str(interdit)
    except ValidationError as invalide:
        refus = " ".join(invalide.messages)
    if refus:
        return _montrer(atelier, statut=422, refus=refus)
    return redirect(f"{atelier.adresse('cibles')}#viser")
