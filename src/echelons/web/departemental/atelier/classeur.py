"""The workbook of an instrument: take it away, change it elsewhere, bring it back. What it changes is read before."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.contrats import imports
from echelons.contrats import imports_en_fond as en_fond
from echelons.contrats.models import Instrument
from echelons.socle.circuit import ActeRefuse
from echelons.socle.depot import OCTETS_MAX, TROP_LOURD, AntivirusInjoignable, FichierRefuse
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import Auteur
from echelons.socle.models import Import
from echelons.web.compte.formulaires import Formulaire
from echelons.web.departemental.atelier.commun import Atelier

RETOURS_MONTRES = 10


class FormulaireClasseur(Formulaire):
    """The workbook brought back."""

    fichier = forms.FileField(
        label="Le classeur modifié",
        help_text=f"XLSX ou ODS\u00a0; {OCTETS_MAX // 1024**2}\u00a0Mo au plus, sans mot de passe ni macros.",
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "fr-upload", "accept": ".xlsx,.ods"}),
        error_messages={"required": "Choisissez le classeur à déposer.", "invalid": "Choisissez un fichier."},
    )

    def __init__(self, *args: Any, trop_lourd: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        champs: Any = self.fields
        champs["fichier"].widget.group_class = "fr-upload-group"
        if trop_lourd:
            champs["fichier"].error_messages["required"] = TROP_LOURD


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def classeur(requete: Any, code: str, cle: str) -> HttpResponse:
    """How to work on it elsewhere, those brought back lately, and the form to bring one back."""
    atelier = Atelier.ouvrir(requete, code, cle)
    atelier.exiger_la_plume()
    trop_lourd = getattr(requete, "fichier_trop_lourd", False)
    donnees = (requete.POST, requete.FILES) if requete.method == "POST" else ()
    formulaire = FormulaireClasseur(*donnees, trop_lourd=trop_lourd)
    statut = 200
    if requete.method == "POST":
        statut = 422
        if formulaire.is_valid():
            try:
                return redirect("import", _rapporter(requete, atelier.objet, formulaire).reference)
            except (FichierRefuse, ActeRefuse) as refus:
                formulaire.add_error("fichier", str(refus))
            except AntivirusInjoignable as refus:
                formulaire.add_error("fichier", str(refus))
                statut = 503
    retours = list(imports.retours_de(atelier.objet)[:RETOURS_MONTRES])
    noms = noms_des_auteurs(Auteur(mandat=objet.mandat) for objet in retours)
    contexte = {
        "formulaire": formulaire,
        "retours": [(objet, noms.get(objet.mandat, "")) for objet in retours],
    }
    return atelier.rendre("classeur", "Le classeur, hors ligne", "fiches", contexte, statut)


def _rapporter(requete: Any, instrument: Instrument, formulaire: FormulaireClasseur) -> Import:
    """Keep the workbook and compare it; what cannot be read is left at once, and said."""
    fichier = formulaire.cleaned_data["fichier"]
    par = requete.acteur
    objet = imports.deposer_un_retour(
        par=par, instrument=instrument, nom=fichier.name or "", morceaux=fichier.chunks()
    )
    correspondance = Correspondance.de(objet.correspondance)
    if en_fond.trop_grand(objet):
        en_fond.confier(par, objet, "verifier", correspondance=correspondance.en_json())
        return objet
    try:
        imports.verifier(par=par, objet=objet, correspondance=correspondance)
    except FichierRefuse:
        imports.abandonner(par=par, objet=objet)
        raise
    return objet
