"""Reuniting a duplicate, moving mandates in bulk: what will happen is shown first, then done at once."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from echelons.acteurs.annuaire import compter_la_reunion, reunir_organisations
from echelons.acteurs.models import Invitation, Organisation
from echelons.acteurs.transfert import Ligne, Transfert, TransfertChange, prevoir
from echelons.acteurs.transfert import transferer as transferer_les_mandats
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui
from echelons.web.compte.formulaires_equipe import FormulaireReunion, FormulaireTransfert, porter
from echelons.web.compte.pages_equipe import faire, montrer, page_de_formulaire, partir
from echelons.web.compte.vues.organisations import fil_de, trouver


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def reunir(requete: Any, code: str) -> HttpResponse:
    """Reunite a duplicate: choose (GET ``dans``), read what will follow, confirm (POST)."""
    doublon = trouver(requete, code, gerer=True)
    demande = requete.POST if requete.method == "POST" else requete.GET if "dans" in requete.GET else None
    formulaire = FormulaireReunion(requete.acteur, doublon, demande)
    if demande is None or not formulaire.is_valid():
        return _choisir_la_reunion(requete, doublon, formulaire)
    dans: Organisation = formulaire.cleaned_data["dans"]
    if requete.method == "POST":

        def acte(donnees: Any) -> str:
            faite = reunir_organisations(par=requete.acteur, doublon=doublon, dans=dans)
            pluriel = faite.mandats > 1
            suivis = f"{faite.mandats} mandat{'s' if pluriel else ''} y passe{'nt' if pluriel else ''}"
            return f"Le doublon est réuni à cette organisation\u00a0: {suivis}."

        if (avis := faire(formulaire, acte)) is not None:
            return partir(requete, avis, "organisation", dans.code)
        return _choisir_la_reunion(requete, doublon, formulaire)
    jour = aujourdhui()
    contexte = {
        "retour": reverse("organisation", args=[code]),
        "fil": fil_de(doublon, "Réunir à une autre"),
        "doublon": doublon.nom_au(jour),
        "dans": dans,
        "nom": dans.nom_au(jour),
        "suite": compter_la_reunion(doublon),
    }
    return montrer(requete, "equipe/reunir.html", contexte)


def _choisir_la_reunion(requete: Any, doublon: Organisation, formulaire: FormulaireReunion) -> HttpResponse:
    return page_de_formulaire(
        requete,
        formulaire,
        titre="Réunir ce doublon à une autre organisation",
        chapo=f"«\u00a0{doublon.nom_au(aujourdhui())}\u00a0» est la même organisation qu’une autre, inscrite deux "
        "fois. Pour un service qui en remplace un autre, transférez plutôt ses mandats.",
        bouton="Voir ce qui va suivre",
        retour=("Ne rien changer", reverse("organisation", args=[doublon.code])),
        fil=fil_de(doublon, "Réunir à une autre"),
        lecture=True,
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def transferer(requete: Any, code: str) -> HttpResponse:
    """Move all the mandates in force: choose where and when (GET), read exactly what moves, confirm (POST)."""
    origine = trouver(requete, code, gerer=True)
    poste = requete.method == "POST"
    demande = requete.POST if poste else requete.GET if "destination" in requete.GET else None
    formulaire = FormulaireTransfert(requete.acteur, origine, demande, initial={"le": aujourdhui()})
    if demande is None or not formulaire.is_valid():
        return _choisir_le_transfert(requete, origine, formulaire)
    choix = {"origine": origine, **formulaire.cleaned_data}
    try:
        if not poste:
            return _montrer(requete, prevoir(par=requete.acteur, **choix))
        fait = transferer_les_mandats(
            par=requete.acteur, empreinte=requete.POST.get("empreinte", ""), **choix
        )
    except TransfertChange as change:
        return _montrer(requete, change.transfert, avis=str(change), statut=409)
    except ValidationError as erreur:
        porter(formulaire, erreur)
        return _choisir_le_transfert(requete, origine, formulaire)
    return partir(requete, _bilan(fait), "organisation", fait.destination.code)


def _bilan(fait: Transfert) -> str:
    nombre = len(fait.deplaces)
    if not nombre:
        return "Il n’y avait plus rien à transférer."
    pluriel = "s" if nombre > 1 else ""
    reste = f" {len(fait.empeches)} reste(nt) où ils étaient." if fait.empeches else ""
    return f"C’est fait\u00a0: {nombre} mandat{pluriel} transféré{pluriel} à partir du {en_lettres(fait.le)}.{reste}"


def _choisir_le_transfert(
    requete: Any, origine: Organisation, formulaire: FormulaireTransfert
) -> HttpResponse:
    return page_de_formulaire(
        requete,
        formulaire,
        titre="Transférer les mandats d’un service réorganisé",
        chapo=f"Toutes les personnes qui agissent pour «\u00a0{origine.nom_au(aujourdhui())}\u00a0» agiront pour une "
        "autre organisation, à partir d’un jour, avec les mêmes droits. Vous verrez tout avant que rien ne soit fait.",
        bouton="Voir ce qui va être transféré",
        retour=("Ne rien changer", reverse("organisation", args=[origine.code])),
        fil=fil_de(origine, "Transférer"),
        lecture=True,
    )


def _montrer(requete: Any, transfert: Transfert, avis: str = "", statut: int = 200) -> HttpResponse:
    contexte = {
        "transfert": transfert,
        "origine": transfert.origine.nom_au(aujourdhui()),
        "destination": transfert.destination.nom_au(transfert.le),
        "deplaces": [_ligne(ligne) for ligne in transfert.deplaces],
        "empeches": [_ligne(ligne) for ligne in transfert.empeches],
        "alerte": avis,
        "retour": reverse("organisation", args=[transfert.origine.code]),
        "fil": fil_de(transfert.origine, "Transférer"),
    }
    return montrer(requete, "equipe/transferer.html", contexte, statut)


def _ligne(ligne: Ligne) -> dict[str, Any]:
    tenu = ligne.tenu
    qui = f"{tenu.courriel} (invitation)" if isinstance(tenu, Invitation) else str(tenu.personne)
    return {"qui": qui, "tenu": tenu, "entier": ligne.entier, "empechement": ligne.empechement}
