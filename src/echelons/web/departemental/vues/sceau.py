"""Sealing an instrument on its signed original, and saying that a seal was a mistake."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from echelons.acteurs.droits import Capacite
from echelons.contrats.documents import documents_de
from echelons.contrats.models import Document, Instrument, Sceau
from echelons.contrats.sceaux import actes
from echelons.contrats.sceaux.lecture import SIGNES, sceau_en_cours
from echelons.contrats.sceaux.recit import dire_le_sceau
from echelons.socle.circuit import ActeInterdit, ActeRefuse
from echelons.web.champs import paragraphes
from echelons.web.compte.formulaires import Formulaire
from echelons.web.compte.refus import AccesRefuse, exiger
from echelons.web.departemental.lecture import fil_de, lire_instrument


class FormulaireSceau(Formulaire):
    """Which document is the signed original; why, when its codes do not say it."""

    document = forms.ModelChoiceField(
        label="L’original signé",
        queryset=Document.objects.none(),
        empty_label="Choisir…",
        to_field_name="reference",
        help_text="Parmi les PDF déposés dans ce dossier.",
        error_messages={
            "required": "Choisissez l’original signé.",
            "invalid_choice": "Choisissez dans la liste.",
        },
    )
    motif = paragraphes(
        "Pourquoi c’est bien l’original",
        2_000,
        3,
        "Seulement si les codes de ses pages ne se lisent pas. La raison restera attachée au sceau.",
        required=False,
    )

    def __init__(self, documents: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["document"].queryset = documents
        self.fields["document"].widget.attrs["class"] = "fr-select"


class FormulaireAnnulation(Formulaire):
    """Why a seal was a mistake."""

    motif = paragraphes("Pourquoi ce sceau est une erreur", 2_000, 3, "La raison restera publique.")


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sceau(requete: Any, code: str, cle: str) -> HttpResponse:
    """What the seal says, or the form that makes one."""
    objet = lire_instrument(requete, code, cle)
    exiger(requete, Capacite.SCELLER, objet.contrat)
    en_cours = sceau_en_cours(objet)
    presents = documents_de(objet.contrat, requete.acteur).presents().filter(type="pdf")
    formulaire = FormulaireSceau(presents, requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and formulaire.is_valid():
        try:
            actes.sceller(par=requete.acteur, instrument=objet, **formulaire.cleaned_data)
            return redirect(reverse("sceau", args=[code, cle]))
        except ActeInterdit as refus:
            raise AccesRefuse(str(refus)) from refus
        except ActeRefuse as refus:
            formulaire.add_error(None, str(refus))
        except ValidationError as refus:
            formulaire.add_error(None, refus)
    return _montrer(requete, objet, en_cours, formulaire)


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def annuler(requete: Any, code: str, cle: str) -> HttpResponse:
    """Say why a seal is a mistake; it stays, with the reason."""
    objet = lire_instrument(requete, code, cle)
    exiger(requete, Capacite.SCELLER, objet.contrat)
    en_cours = sceau_en_cours(objet)
    formulaire = FormulaireAnnulation(requete.POST if requete.method == "POST" else None)
    if requete.method == "POST" and formulaire.is_valid():
        if en_cours is None:
            formulaire.add_error(None, "Cet instrument n’a pas de sceau à annuler.")
        else:
            try:
                actes.annuler(par=requete.acteur, sceau=en_cours, motif=formulaire.cleaned_data["motif"])
                return redirect(reverse("sceau", args=[code, cle]))
            except ActeInterdit as refus:
                raise AccesRefuse(str(refus)) from refus
            except ValidationError as refus:
                formulaire.add_error(None, refus)
    return _montrer(requete, objet, en_cours, formulaire, annule=True)


def _montrer(
    requete: Any, objet: Instrument, en_cours: Sceau | None, formulaire: Formulaire, annule: bool = False
) -> HttpResponse:
    titre = "Annuler le sceau" if annule else "Sceau de l’acte"
    contexte = {
        "objet": objet,
        "contrat": objet.contrat,
        "titre": titre,
        "sceau": en_cours,
        "dits": dire_le_sceau(en_cours) if en_cours else [],
        "anciens": [dire_le_sceau(s) for s in objet.sceaux.exclude(annulation=None)],
        "scellable": objet.etat in SIGNES,
        "formulaire": formulaire,
        "annule": annule,
        "echelon": objet.contrat.perimetre.nom,
        "nav": "contrats",
        "fil": fil_de(objet, (titre, "")),
    }
    return render(requete, "departemental/sceau.html", contexte, status=422 if formulaire.errors else 200)
