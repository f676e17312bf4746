"""Imports: one's list, a new file, its columns, what is wrong in it, publishing it, undoing it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.acteurs.droits import Capacite
from echelons.contrats import imports as actes
from echelons.contrats import imports_en_fond as en_fond
from echelons.contrats.contenu_par_fichier.chantier import ContenuChange
from echelons.contrats.models import Instrument
from echelons.socle import taches
from echelons.socle.circuit import ActeRefuse
from echelons.socle.depot import AntivirusInjoignable, FichierRefuse
from echelons.socle.exports import FORMATS
from echelons.socle.imports import retour as retours
from echelons.socle.imports.actes import ANOMALIES_GARDEES, manquantes
from echelons.socle.imports.champs import DESTINATIONS, Anomalie
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import Auteur, histoire
from echelons.socle.models import Import
from echelons.web.compte import entree
from echelons.web.compte.refus import AccesRefuse
from echelons.web.imports.comparaison import montrer
from echelons.web.imports.formulaires import FormulaireAnnulation, FormulaireColonnes, FormulaireDepot
from echelons.web.public.vues.erreurs import page_d_erreur
from echelons.web.travaux.vues import suivi_de

ANOMALIES_MONTREES = 200
IMPORTS_MONTRES = 100


def _exiger_quelque_part(requete: Any) -> None:
    if not actes.destinations_de(requete.acteur):
        raise AccesRefuse(requete.acteur.refus_general(Capacite.IMPORTER).phrase)


def _mien(requete: Any, reference: UUID) -> Import:
    """The import, for who may act on it. Out of scope, there is none."""
    objet = get_object_or_404(actes.imports_visibles(requete.acteur), reference=reference)
    if refus := actes.refus_de(requete.acteur, objet):
        raise AccesRefuse(str(refus))
    return objet


def _chemin(instrument: Instrument) -> list[tuple[str, str]]:
    """Where a workbook brought back lies."""
    contrat = instrument.contrat
    ici = [contrat.code, instrument.cle]
    return [
        ("Mes contrats", reverse("contrats")),
        (contrat.intitule, reverse("dossier", args=[contrat.code])),
        (instrument.intitule, reverse("instrument", args=ici)),
        ("Le classeur, hors ligne", reverse("classeur", args=ici)),
    ]


def _fil(*suite: tuple[str, str]) -> list[tuple[str, str]]:
    return [("Imports", reverse("imports")), *suite]


def _avis(requete: Any) -> str:
    return requete.session.pop(entree.AVIS, "") if entree.AVIS in requete.session else ""


@login_required
@require_safe
def imports(requete: Any) -> HttpResponse:
    """The imports of one's reach, latest first."""
    _exiger_quelque_part(requete)
    liste = list(actes.imports_de(requete.acteur)[:IMPORTS_MONTRES])
    noms = noms_des_auteurs(Auteur(mandat=objet.mandat) for objet in liste)
    regions = dict(actes.regions_de(requete.acteur))
    contexte = {
        "lignes": [
            (
                objet,
                noms.get(objet.mandat, ""),
                regions.get(objet.region, ""),
                DESTINATIONS[objet.destination],
            )
            for objet in liste
        ],
        "destinations": actes.destinations_de(requete.acteur),
        "avis": _avis(requete),
        "nav": "imports",
    }
    return render(requete, "imports/imports.html", contexte)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(requete: Any) -> HttpResponse:
    """Give a spreadsheet: nothing of it is published yet."""
    _exiger_quelque_part(requete)
    destinations = actes.destinations_de(requete.acteur)
    trop_lourd = getattr(requete, "fichier_trop_lourd", False)
    donnees = (requete.POST, requete.FILES) if requete.method == "POST" else ()
    formulaire = FormulaireDepot(
        *donnees,
        destinations=destinations,
        regions=actes.regions_de(requete.acteur),
        lieux={d.code: actes.lieux_de(requete.acteur, d) for d in destinations},
        trop_lourd=trop_lourd,
    )
    statut = 200
    if requete.method == "POST":
        statut = 422
        if formulaire.is_valid():
            lues = formulaire.cleaned_data
            try:
                objet = actes.deposer(
                    par=requete.acteur,
                    destination=DESTINATIONS[lues["destination"]],
                    region=lues["region"],
                    nom=lues["fichier"].name or "",
                    morceaux=lues["fichier"].chunks(),
                )
            except FichierRefuse as refus:
                formulaire.add_error("fichier", str(refus))
            except AntivirusInjoignable as refus:
                formulaire.add_error("fichier", str(refus))
                statut = 503
            else:
                return redirect("import_colonnes", reference=objet.reference)
    contexte = {
        "formulaire": formulaire,
        "destinations": destinations,
        "nav": "imports",
        "fil": _fil(("Importer un fichier", "")),
    }
    return render(requete, "imports/nouveau.html", contexte, status=statut)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def colonnes(requete: Any, reference: UUID) -> HttpResponse:
    """Say what each column is, then have every row read: nothing is written."""
    objet = _mien(requete, reference)
    a_verifier = objet.etat in {Import.Etat.DEPOSE, Import.Etat.A_CORRIGER, Import.Etat.PRET}
    if not a_verifier or taches.en_cours(objet.cle_des_travaux):
        return redirect("import", reference=reference)
    if objet.sujet is not None:
        return (
            _comparer(requete, objet) if requete.method == "POST" else redirect("import", reference=reference)
        )
    destination = DESTINATIONS[objet.destination]
    formulaire = FormulaireColonnes(objet, destination, requete.POST if requete.method == "POST" else None)
    statut = 200
    if requete.method == "POST":
        statut = 422
        if formulaire.is_valid():
            correspondance = formulaire.cleaned_data["correspondance"]
            try:
                if en_fond.trop_grand(objet):
                    choix = {"correspondance": correspondance.en_json()}
                    en_fond.confier(requete.acteur, objet, "verifier", **choix)
                else:
                    actes.verifier(par=requete.acteur, objet=objet, correspondance=correspondance)
            except (ActeRefuse, FichierRefuse) as refus:
                formulaire.add_error(None, str(refus))
            else:
                return redirect("import", reference=reference)
    contexte = {
        "import_": objet,
        "destination": destination,
        "formulaire": formulaire,
        "manquantes": []
        if formulaire.is_bound
        else manquantes(objet, destination, Correspondance.de(objet.correspondance)),
        "nav": "imports",
        "fil": _fil((objet.nom, reverse("import", args=[reference])), ("Colonnes", "")),
    }
    return render(requete, "imports/colonnes.html", contexte, status=statut)


def _comparer(requete: Any, objet: Import) -> HttpResponse:
    """Compare a workbook with its instrument, by the columns that it was received with."""
    correspondance = Correspondance.de(objet.correspondance)
    try:
        if en_fond.trop_grand(objet):
            en_fond.confier(requete.acteur, objet, "verifier", correspondance=correspondance.en_json())
        else:
            actes.verifier(par=requete.acteur, objet=objet, correspondance=correspondance)
    except (ActeRefuse, FichierRefuse) as refus:
        return _montrer(requete, Import.objects.get(pk=objet.pk), refus=str(refus), statut=409)
    return redirect("import", reference=objet.reference)


@login_required
@require_safe
def un_import(requete: Any, reference: UUID) -> HttpResponse:
    """One import: what was read, what is wrong, what can be done now, what was done."""
    return _montrer(requete, _mien(requete, reference))


def _montrer(
    requete: Any,
    objet: Import,
    annulation: FormulaireAnnulation | None = None,
    refus: str = "",
    statut: int = 200,
) -> HttpResponse:
    anomalies = objet.anomalies.order_by("-grave", "pk")
    instrument = actes.instrument_de(objet)
    ecritures = histoire(objet.objet_journal)
    noms = noms_des_auteurs(e.auteur for e in ecritures)
    travail = taches.en_cours(objet.cle_des_travaux)
    if travail is None:
        taches.marquer_vues(objet.cle_des_travaux, str(requete.user.pk))
    dits = ACTES_DE_CLASSEUR if instrument else ACTES
    contexte = {
        "suivi": suivi_de(travail) if travail else None,
        "dernier_travail": taches.derniere(objet.cle_des_travaux),
        "import_": objet,
        "destination": DESTINATIONS[objet.destination],
        "bilan": objet.bilan,
        "instrument": instrument,
        "ecrite": _ecrite(objet, instrument) if instrument else None,
        "difference": montrer(objet.comparaison),
        "retour": _chemin(instrument)[-1][1] if instrument else reverse("imports"),
        "anomalies": [
            (Anomalie(a.feuille, a.ligne, a.colonne, a.texte, a.grave))
            for a in anomalies[:ANOMALIES_MONTREES]
        ],
        "montrees": ANOMALIES_MONTREES,
        "gardees": ANOMALIES_GARDEES,
        "histoire": [(e, noms.get(e.auteur.mandat, ""), dits.get(e.acte, e.acte)) for e in ecritures],
        "annulation": annulation or FormulaireAnnulation(),
        "refus": refus,
        "avis": _avis(requete),
        "nav": "contrats" if instrument else "imports",
        "fil": [*_chemin(instrument), (objet.nom, "")] if instrument else _fil((objet.nom, "")),
    }
    return render(requete, "imports/import.html", contexte, status=statut)


def _ecrite(objet: Import, instrument: Instrument) -> dict[str, Any] | None:
    """What a workbook wrote: how many fields, and where they are read; None while it wrote nothing."""
    rang, champs = actes.ecriture_de(objet)
    if rang is None:
        return None
    moments = reverse("moments", args=[instrument.contrat.code, instrument.cle])
    return {"champs": champs, "adresse": f"{moments}?depuis={rang - 1}&jusqu_a={rang}"}


ACTES = {
    "deposer": "Déposé",
    "verifier": "Vérifié",
    "publier": "Publié",
    "annuler": "Annulé",
    "abandonner": "Abandonné",
    "retirer_le_fichier": "Fichier retiré",
}
#: The same of a workbook: it is brought back, and what it changes is saved.
ACTES_DE_CLASSEUR = {**ACTES, "deposer": "Rapporté", "publier": "Enregistré"}


@login_required
@require_POST
def publier(requete: Any, reference: UUID) -> HttpResponse:
    """Write all that is new, or nothing."""
    objet = _mien(requete, reference)
    ecarter, choix = "ecarter" in requete.POST, requete.POST.getlist("choix")
    lue = requete.POST.get("version", "")
    version = int(lue) if lue.isdecimal() and len(lue) < 10 else None
    try:
        if en_fond.trop_grand(objet) and objet.etat == Import.Etat.PRET:
            en_fond.confier(requete.acteur, objet, "publier", ecarter_proches=ecarter, choix=choix)
            return redirect("import", reference=reference)
        actes.publier(
            par=requete.acteur, objet=objet, ecarter_proches=ecarter, choix=choix, version_lue=version
        )
    except ContenuChange as refus:
        return _relire(requete, objet, str(refus))
    except (ActeRefuse, FichierRefuse) as refus:
        return _montrer(requete, Import.objects.get(pk=objet.pk), refus=str(refus), statut=409)
    quoi = "est publié" if objet.sujet is None else "est enregistré dans l’instrument"
    requete.session[entree.AVIS] = f"«\u00a0{objet.nom}\u00a0» {quoi}."
    return redirect("import", reference=reference)


def _relire(requete: Any, objet: Import, phrase: str) -> HttpResponse:
    """Somebody wrote since: the comparison made anew, with what is told of it."""
    frais = Import.objects.get(pk=objet.pk)
    if not en_fond.trop_grand(frais):
        try:
            actes.verifier(
                par=requete.acteur, objet=frais, correspondance=Correspondance.de(frais.correspondance)
            )
        except (ActeRefuse, FichierRefuse) as refus:
            phrase = f"{phrase} {refus}"
    return _montrer(requete, frais, refus=phrase, statut=409)


@login_required
@require_POST
def annuler(requete: Any, reference: UUID) -> HttpResponse:
    """Remove all that the import wrote, saying why."""
    objet = _mien(requete, reference)
    formulaire = FormulaireAnnulation(requete.POST)
    if not formulaire.is_valid():
        return _montrer(requete, objet, annulation=formulaire, statut=422)
    try:
        actes.annuler(par=requete.acteur, objet=objet, motif=formulaire.cleaned_data["motif"])
    except ActeRefuse as refus:
        return _montrer(requete, Import.objects.get(pk=objet.pk), refus=str(refus), statut=409)
    requete.session[entree.AVIS] = (
        f"«\u00a0{objet.nom}\u00a0» est annulé\u00a0: ce qu’il avait écrit est retiré."
        if objet.sujet is None
        else f"«\u00a0{objet.nom}\u00a0» est annulé\u00a0: tout est revenu comme avant lui."
    )
    return redirect("import", reference=reference)


@login_required
@require_POST
def abandonner(requete: Any, reference: UUID) -> HttpResponse:
    """Leave a file that will not be published."""
    objet = _mien(requete, reference)
    try:
        actes.abandonner(par=requete.acteur, objet=objet)
    except ActeRefuse as refus:
        return _montrer(requete, Import.objects.get(pk=objet.pk), refus=str(refus), statut=409)
    requete.session[entree.AVIS] = f"«\u00a0{objet.nom}\u00a0» est abandonné\u00a0: rien n’en a été écrit."
    instrument = actes.instrument_de(objet)
    return redirect(_chemin(instrument)[-1][1] if instrument else "imports")


@login_required
@require_safe
def retour(requete: Any, reference: UUID) -> HttpResponse:
    """The file given back, what is wrong written beside the cells."""
    objet = _mien(requete, reference)
    if en_fond.trop_grand(objet):
        return redirect("travail", en_fond.confier(requete.acteur, objet, "rendre").reference)
    try:
        contenu = retours.rendre(objet)
    except (FichierRefuse, FileNotFoundError) as refus:
        message = "Ce fichier manque au dépôt. Prévenez l’administration."
        if isinstance(refus, FichierRefuse):
            message = str(refus)
        return page_d_erreur(requete, 410, "Fichier illisible", message)
    return _classeur(contenu, retours.nom_rendu(objet))


@login_required
@require_safe
def modele(requete: Any, destination: str) -> HttpResponse:
    """A workbook to fill, with the territories of one's reach."""
    _exiger_quelque_part(requete)
    if destination not in DESTINATIONS:
        raise Http404
    cible = DESTINATIONS[destination]
    if not actes.lieux_de(requete.acteur, cible):
        raise AccesRefuse(requete.acteur.refus_general(actes.capacite_de(cible)).phrase)
    return _classeur(retours.modele(cible, cible.modele(requete.acteur)), f"modele-{cible.code}.xlsx")


def _classeur(contenu: bytes, nom: str) -> HttpResponse:
    reponse = HttpResponse(contenu, content_type=FORMATS["xlsx"].mime)
    reponse.headers["Content-Disposition"] = content_disposition_header(True, nom) or ""
    return reponse
