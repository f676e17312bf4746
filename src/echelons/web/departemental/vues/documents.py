"""The documents of a contract: read them, give one, withdraw one. Nothing of a file ever runs in a page."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from echelons.acteurs.droits import Capacite
from echelons.contrats import documents as actes
from echelons.contrats.models import Contrat, Document, Instrument
from echelons.socle.dates import en_lettres
from echelons.socle.depot import AntivirusInjoignable
from echelons.web.compte import entree
from echelons.web.compte.refus import exiger
from echelons.web.departemental.formulaires_documents import FormulaireDocument, FormulaireRetrait
from echelons.web.fichiers import envoyer
from echelons.web.public.vues.erreurs import page_d_erreur


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def documents(requete: Any, code: str) -> HttpResponse:
    """The documents of a contract, and the form to give one."""
    contrat = get_object_or_404(Contrat.objects.for_user(requete.acteur).avec_cible(), code=code)
    if requete.method != "POST":
        exiger(requete, Capacite.DOCUMENT_LIRE, contrat)
        return _montrer(requete, contrat, _formulaire(requete, contrat))
    exiger(requete, Capacite.DOCUMENT_DEPOSER, contrat)
    formulaire = _formulaire(requete, contrat, requete.POST, requete.FILES)
    statut = 422
    if formulaire.is_valid():
        donnees = formulaire.cleaned_data
        try:
            depose = actes.deposer(par=requete.acteur, contrat=contrat, **donnees)
        except ValidationError as refus:
            formulaire.refuser(refus)
        except AntivirusInjoignable as refus:
            formulaire.refuser(ValidationError({"fichier": str(refus)}))
            statut = 503
        else:
            requete.session[entree.AVIS] = f"«\u00a0{depose.titre}\u00a0» est déposé."
            return redirect("documents", code=contrat.code)
    return _montrer(requete, contrat, formulaire, statut)


def _formulaire(requete: Any, contrat: Contrat, *donnees: Any) -> FormulaireDocument:
    instruments = Instrument.objects.for_user(requete.acteur).filter(contrat=contrat)
    trop_lourd = getattr(requete, "fichier_trop_lourd", False)
    return FormulaireDocument(*donnees, instruments=instruments, trop_lourd=trop_lourd)


def _montrer(
    requete: Any, contrat: Contrat, formulaire: FormulaireDocument, statut: int = 200
) -> HttpResponse:
    jours = actes.jours_de(contrat)
    recus = [
        (d, jours.get((actes.DEPOT, str(d.reference))), jours.get((actes.RETRAIT, str(d.reference))))
        for d in actes.documents_de(contrat, requete.acteur)
    ]
    contexte = {
        "contrat": contrat,
        "presents": [ligne for ligne in recus if ligne[0].retire_le is None],
        "retires": [ligne for ligne in recus if ligne[0].retire_le is not None],
        "formulaire": formulaire,
        "peut_deposer": requete.acteur.peut(Capacite.DOCUMENT_DEPOSER, contrat.cible),
        "peut_retirer": requete.acteur.peut(Capacite.DOCUMENT_RETIRER, contrat.cible),
        "avis": requete.session.pop(entree.AVIS, "") if entree.AVIS in requete.session else "",
        "echelon": contrat.perimetre.nom,
        "nav": "contrats",
        "fil": _fil(contrat, "Documents"),
    }
    return render(requete, "departemental/documents.html", contexte, status=statut)


def _fil(contrat: Contrat, *suite: str) -> list[tuple[str, str]]:
    return [
        ("Mes contrats", reverse("contrats")),
        (contrat.intitule, reverse("dossier", args=[contrat.code])),
        *((nom, reverse("documents", args=[contrat.code])) for nom in suite[:-1]),
        (suite[-1], ""),
    ]


def _lisible(requete: Any, reference: UUID, capacite: Capacite) -> Document:
    """The document, for who may do this with it. Out of scope, there is none."""
    lisibles = Document.objects.for_user(requete.acteur, Capacite.LIRE)
    recu = get_object_or_404(
        lisibles.select_related("mandat__personne", "retire_par__personne"), reference=reference
    )
    # Read apart: what the rights look at comes with it.
    recu.contrat = Contrat.objects.avec_cible().get(documents=recu)
    exiger(requete, capacite, recu.contrat)
    return recu


def _retire(requete: Any, recu: Document) -> HttpResponse:
    jour = en_lettres(actes.jours_de(recu.contrat)[actes.RETRAIT, str(recu.reference)])
    par = recu.retire_par.personne if recu.retire_par else ""
    return page_d_erreur(
        requete,
        410,
        "Document retiré",
        f"Ce document a été retiré le {jour} par {par}\u00a0: «\u00a0{recu.motif_du_retrait}\u00a0»",
    )


@login_required
@require_safe
def document(requete: Any, reference: UUID) -> Any:
    """The file itself, as it was given: downloaded, or looked at when it is an image (``?voir``)."""
    recu = _lisible(requete, reference, Capacite.DOCUMENT_LIRE)
    if recu.retire_le is not None:
        return _retire(requete, recu)
    en_ligne = recu.sorte.en_ligne and "voir" in requete.GET
    return envoyer(recu.empreinte, recu.sorte.mime, None if en_ligne else recu.nom)


@login_required
@require_safe
def vignette(requete: Any, reference: UUID) -> Any:
    """The image of the first page."""
    recu = _lisible(requete, reference, Capacite.DOCUMENT_LIRE)
    if recu.retire_le is not None or not recu.a_une_vignette:
        raise Http404
    return envoyer(recu.empreinte, "image/png", None, "vignettes")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def retirer(requete: Any, reference: UUID) -> HttpResponse:
    """Withdraw a document, saying why."""
    recu = _lisible(requete, reference, Capacite.DOCUMENT_RETIRER)
    if recu.retire_le is not None:
        return _retire(requete, recu)
    formulaire = FormulaireRetrait(requete.POST if requete.method == "POST" else None)
    statut = 200
    if requete.method == "POST":
        if formulaire.is_valid():
            try:
                actes.retirer(par=requete.acteur, document=recu, motif=formulaire.cleaned_data["motif"])
            except ValidationError:  # somebody was quicker
                return _retire(requete, actes.documents_de(recu.contrat, requete.acteur).get(pk=recu.pk))
            requete.session[entree.AVIS] = f"«\u00a0{recu.titre}\u00a0» est retiré."
            return redirect("documents", code=recu.contrat.code)
        statut = 422
    contexte = {
        "document": recu,
        "depose_le": actes.jours_de(recu.contrat).get((actes.DEPOT, str(recu.reference))),
        "contrat": recu.contrat,
        "formulaire": formulaire,
        "echelon": recu.contrat.perimetre.nom,
        "nav": "contrats",
        "fil": _fil(recu.contrat, "Documents", "Retirer un document"),
    }
    return render(requete, "departemental/document_retirer.html", contexte, status=statut)
