"""Keeping perimeters: the list, a new one, what each is made of from a day on, a correction, its end."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs.perimetres import CAPACITE, cible_de, droit_de, emprise_du_perimetre
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.circuit import ActeInterdit
from echelons.territoires import actes
from echelons.territoires.cartes import CREDIT, CREDIT_DES_COMMUNES
from echelons.territoires.geographie import Geographie
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.territoires.perimetres import VersionLue, membres_au, versions_de
from echelons.web.compte.formulaires_equipe import porter
from echelons.web.compte.pages_equipe import partir, prendre_avis
from echelons.web.compte.refus import AccesRefuse
from echelons.web.perimetres.brouillon import ENREGISTRER, Brouillon
from echelons.web.perimetres.formulaires import (
    FormulaireCloture,
    FormulaireCorrection,
    FormulaireMotif,
    FormulairePerimetre,
    FormulaireVersion,
    initiale,
)

FORMULAIRE = require_http_methods(["GET", "HEAD", "POST"])


def _exiger_quelque_part(acteur: Acteur) -> None:
    if not acteur.pouvoirs.get(CAPACITE):
        raise AccesRefuse(acteur.refus_general(CAPACITE).phrase)


def _mien(requete: Any, code: str) -> Territoire:
    """The perimeter, for who may keep it. Out of scope, there is none."""
    perimetres = Territoire.objects.filter(type=TypeTerritoire.PERIMETRE).select_related("region")
    perimetre = perimetres.filter(code=code[:60]).first()
    refus = perimetre and requete.acteur.refus(CAPACITE, cible_de(emprise_du_perimetre(perimetre)))
    if perimetre is None or (refus and refus.hors_perimetre):
        raise Http404("Aucun périmètre de ce code n’est tout entier dans votre territoire.")
    if refus:
        raise AccesRefuse(refus.phrase)
    return perimetre


def _fil(*suite: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Périmètres de projet", reverse("perimetres")), *suite]


@login_required
@require_safe
def perimetres(requete: Any) -> HttpResponse:
    """The perimeters that the reader may keep."""
    acteur = requete.acteur
    _exiger_quelque_part(acteur)
    tous = Territoire.objects.filter(type=TypeTerritoire.PERIMETRE).select_related("region", "departement")
    if settings.DEMONSTRATION:
        tous = tous.filter(fictif=True)
    miens = [p for p in tous.order_by("nom") if acteur.peut(CAPACITE, cible_de(emprise_du_perimetre(p)))]
    contexte = {
        "lignes": [(p, versions_de(p), len(membres_au(p, acteur.jour))) for p in miens],
        "avis": prendre_avis(requete),
        "nav": "contrats",
        "fil": [("Mes contrats", reverse("contrats")), ("Périmètres de projet", "")],
    }
    return render(requete, "perimetres/perimetres.html", contexte)


# --- What a perimeter is made of ---------------------------------------------------------------------
def _composer(
    requete: Any,
    *,
    gabarit: str,
    formulaire: Callable[..., Any],
    acte: Callable[[dict[str, Any], list[str]], tuple[str, str]],
    contexte: dict[str, Any],
    depart: list[Territoire],
    compare: bool = False,
    jour: dt.date | None = None,
) -> HttpResponse:
    """A form with its composition: a gesture brings it back; recording it does the act, then leaves.

    ``jour``: the day whose communes are looked for, when the form asks for none; today by default.
    """
    envoye = requete.method == "POST"
    form = formulaire(requete.POST if envoye else None)
    geste = requete.POST.get("geste", ENREGISTRER)
    if envoye:
        form.is_valid()
        jour = form.cleaned_data.get("debut") or jour
    avant = depart if compare else []
    if not envoye:
        brouillon = Brouillon(list(depart), jour or requete.acteur.jour, frozenset(m.code for m in avant))
        brouillon.departement = "" if depart else _premier_departement(requete.acteur)
        return _rendre(requete, gabarit, form, brouillon, contexte)
    brouillon = Brouillon.lire(requete.POST, jour=jour, avant=avant)
    if geste != ENREGISTRER:
        brouillon.faire(geste, requete.POST)
        form = formulaire(None, initial=requete.POST.dict())
        return _rendre(requete, gabarit, form, brouillon, contexte)
    if form.is_valid():
        try:
            avis, code = acte(form.cleaned_data, brouillon.codes)
            return partir(requete, avis, "territoire", code)
        except ActeInterdit as interdit:
            form.add_error(None, str(interdit))
        except ValidationError as erreur:
            contexte |= {"erreurs_de_composition": _de_composition(erreur)}
            porter(form, erreur)
    return _rendre(requete, gabarit, form, brouillon, contexte, statut=422)


def _de_composition(erreur: ValidationError) -> list[str]:
    return erreur.message_dict.get("membres", []) if hasattr(erreur, "error_dict") else []


def _rendre(
    requete: Any, gabarit: str, form: Any, brouillon: Brouillon, contexte: dict[str, Any], statut: int = 200
) -> HttpResponse:
    contexte |= {
        "formulaire": form,
        "brouillon": brouillon,
        "carte": brouillon.carte("Le périmètre en cours de composition"),
        "departements": _departements(requete.acteur),
        "credits": (CREDIT, CREDIT_DES_COMMUNES),
        "nav": "contrats",
    }
    return render(requete, gabarit, contexte, status=statut)


def _departements(acteur: Acteur) -> list[tuple[str, str]]:
    """The départements whose communes the map can show: those of the reader’s reach."""
    lieux = Territoire.objects.valides(acteur.jour).filter(type=TypeTerritoire.DEPARTEMENT)
    portee = acteur.territoires(CAPACITE)
    if settings.DEMONSTRATION:
        lieux = lieux.filter(fictif=True)
    if not portee.nation:
        geo = Geographie.courante()
        siens = {d for code in portee.territoires if code in geo.lieux for d in geo.departements_de(code)}
        lieux = lieux.filter(code__in=siens) | lieux.filter(region__code__in=portee.regions)
    return list(lieux.order_by("code").values_list("code", "nom"))


def _premier_departement(acteur: Acteur) -> str:
    liste = _departements(acteur)
    return liste[0][0] if liste else ""


@login_required
@FORMULAIRE
def creer(requete: Any) -> HttpResponse:
    """A new perimeter, with its first composition."""
    _exiger_quelque_part(requete.acteur)

    def acte(donnees: dict[str, Any], membres: list[str]) -> tuple[str, str]:
        perimetre = actes.creer_perimetre(par=droit_de(requete.acteur), membres=membres, **donnees)
        return f"«\u00a0{perimetre.nom}\u00a0» est créé.", perimetre.code

    return _composer(
        requete,
        gabarit="perimetres/creer.html",
        formulaire=FormulairePerimetre,
        acte=acte,
        contexte={"fil": _fil(("Nouveau périmètre", ""))},
        depart=[],
    )


@login_required
@FORMULAIRE
def composition(requete: Any, code: str) -> HttpResponse:
    """A new composition from a day on; the former stays readable."""
    perimetre = _mien(requete, code)

    def acte(donnees: dict[str, Any], membres: list[str]) -> tuple[str, str]:
        version = actes.changer_composition(
            par=droit_de(requete.acteur), perimetre=perimetre, membres=membres, **donnees
        )
        return f"La composition du {version.debut:%d/%m/%Y} est enregistrée.", perimetre.code

    return _composer(
        requete,
        gabarit="perimetres/composition.html",
        formulaire=FormulaireVersion,
        acte=acte,
        contexte={
            "perimetre": perimetre,
            "fil": _fil((perimetre.nom, _page(perimetre)), ("Changer la composition", "")),
        },
        depart=membres_au(perimetre, requete.acteur.jour),
        compare=True,
    )


@login_required
@FORMULAIRE
def corriger_la_composition(requete: Any, code: str) -> HttpResponse:
    """Correct what was wrongly entered in a version (``?du=2020-01-01``; the version of today when nothing is said)."""
    perimetre = _mien(requete, code)
    version = _version_visee(requete, versions_de(perimetre))
    debut = version.version.debut if version else None

    def acte(donnees: dict[str, Any], membres: list[str]) -> tuple[str, str]:
        actes.corriger_composition(
            par=droit_de(requete.acteur), perimetre=perimetre, debut=debut, membres=membres, **donnees
        )
        return "La composition est corrigée.", perimetre.code

    depart = list(version.membres) if version else membres_au(perimetre, requete.acteur.jour)
    contexte = {
        "perimetre": perimetre,
        "version": version,
        "fil": _fil((perimetre.nom, _page(perimetre)), ("Corriger la composition", "")),
    }
    return _composer(
        requete,
        gabarit="perimetres/recomposer.html",
        formulaire=FormulaireMotif,
        acte=acte,
        contexte=contexte,
        depart=depart,
        compare=True,
        jour=debut,
    )


def _version_visee(requete: Any, versions: list[VersionLue]) -> VersionLue | None:
    voulue = requete.GET.get("du", "")
    for version in versions:
        if voulue and str(version.version.debut or "premiere") == voulue:
            return version
    en_vigueur = [v for v in versions if v.vaut_le(requete.acteur.jour)]
    return next(iter(en_vigueur or versions[:1]), None)


def _page(perimetre: Territoire) -> str:
    return reverse("territoire", args=[perimetre.code])


# --- The other acts -----------------------------------------------------------------------------------
@login_required
@FORMULAIRE
def corriger(requete: Any, code: str) -> HttpResponse:
    """Its name, its kind, what is said of it."""
    perimetre = _mien(requete, code)
    return _agir(
        requete,
        perimetre,
        FormulaireCorrection(requete.POST or None, initial=initiale(perimetre)),
        acte=actes.corriger_perimetre,
        titre="Corriger ce qui est dit de lui",
        bouton="Enregistrer la correction",
        avis="La correction est enregistrée.",
    )


@login_required
@FORMULAIRE
def clore(requete: Any, code: str) -> HttpResponse:
    """Its last day."""
    perimetre = _mien(requete, code)
    return _agir(
        requete,
        perimetre,
        FormulaireCloture(requete.POST or None),
        acte=actes.clore_perimetre,
        titre="Clore le périmètre",
        bouton="Clore",
        avis="Le périmètre est clos.",
    )


def _agir(
    requete: Any,
    perimetre: Territoire,
    formulaire: Any,
    *,
    acte: Callable[..., Territoire],
    titre: str,
    bouton: str,
    avis: str,
) -> HttpResponse:
    """A form without composition, and its act."""
    statut = 200
    if requete.method == "POST":
        statut = 422
        if formulaire.is_valid():
            try:
                acte(par=droit_de(requete.acteur), perimetre=perimetre, **formulaire.cleaned_data)
                return partir(requete, avis, "territoire", perimetre.code)
            except ActeInterdit as interdit:
                formulaire.add_error(None, str(interdit))
            except ValidationError as erreur:
                porter(formulaire, erreur)
    contexte = {
        "formulaire": formulaire,
        "perimetre": perimetre,
        "titre": titre,
        "bouton": bouton,
        "nav": "contrats",
        "fil": _fil((perimetre.nom, _page(perimetre)), (titre, "")),
    }
    return render(requete, "perimetres/acte.html", contexte, status=statut)
