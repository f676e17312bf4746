"""What each party of a sealed act agrees to make public."""

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
from echelons.contrats.models import ChoixDePublication, Instrument, Partie, Sceau
from echelons.contrats.models.publications import PARTS, PartsDUnActe
from echelons.contrats.sceaux.publication import parties_representees, publier
from echelons.contrats.sceaux.repertoire import signataires
from echelons.socle.circuit import ActeInterdit
from echelons.socle.textes import majuscule
from echelons.web.compte import entree
from echelons.web.compte.formulaires import Formulaire
from echelons.web.compte.refus import AccesRefuse, exiger
from echelons.web.departemental.lecture import fil_de, lire_instrument

LIBELLES = {part: str(PartsDUnActe._meta.get_field(part).verbose_name) for part in PARTS}  # type: ignore[union-attr]


class FormulairePublication(Formulaire):
    """The parts that one party agrees to make public."""

    parts = forms.MultipleChoiceField(
        label="Ce que tout le monde pourra lire",
        choices=[(part, majuscule(libelle)) for part, libelle in LIBELLES.items()],
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Rien de coché : rien n’est public.",
        error_messages={"invalid_choice": "Choisissez dans la liste."},
    )

    def __init__(self, partie: Partie, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, auto_id=f"p{partie.pk}_%s", **kwargs)
        self.partie = partie


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def publication(requete: Any, code: str, cle: str) -> HttpResponse:
    """The choice of each party, and the form of those that this reader speaks for."""
    objet = lire_instrument(requete, code, cle)
    exiger(requete, Capacite.PUBLIER, objet.contrat)
    sceau = objet.sceaux.select_related("annulation").order_by("rang").last()
    if sceau is None:
        return _montrer(requete, objet, None, {}, [], 200 if requete.method != "POST" else 422)
    sceau.instrument = objet
    choix = {c.partie_id: c for c in ChoixDePublication.objects.filter(sceau=sceau)}
    formulaires = []
    for partie in parties_representees(requete.acteur, sceau):
        envoye = requete.method == "POST" and requete.POST.get("partie") == str(partie.pk)
        dit = choix[partie.pk].parts if partie.pk in choix else ()
        formulaire = FormulairePublication(
            partie, requete.POST if envoye else None, initial={"parts": [p for p in PARTS if p in dit]}
        )
        formulaires.append(formulaire)
        if envoye and formulaire.is_valid():
            try:
                publier(
                    par=requete.acteur, sceau=sceau, partie=partie, parts=formulaire.cleaned_data["parts"]
                )
            except ActeInterdit as refus:
                raise AccesRefuse(str(refus)) from refus
            except ValidationError as refus:
                formulaire.add_error(None, refus.messages)
                continue
            requete.session[entree.AVIS] = "Votre choix est enregistré."
            return redirect(reverse("publication", args=[code, cle]))
    return _montrer(requete, objet, sceau, choix, formulaires, 422 if requete.method == "POST" else 200)


def _montrer(
    requete: Any,
    objet: Instrument,
    sceau: Sceau | None,
    choix: dict[int, ChoixDePublication],
    formulaires: list[FormulairePublication],
    statut: int,
) -> HttpResponse:
    parties = signataires(sceau) if sceau else []
    accords = {part: [p.pk in choix and part in choix[p.pk].parts for p in parties] for part in PARTS}
    publics = [part for part in PARTS if parties and all(accords[part])]
    titre = "Ce qui est public de l’acte"
    contexte = {
        "objet": objet,
        "contrat": objet.contrat,
        "titre": titre,
        "sceau": sceau,
        "annule": sceau is not None and hasattr(sceau, "annulation"),
        "choix": [(p, choix.get(p.pk)) for p in parties],
        "rangees": [(LIBELLES[part], accords[part], part in publics) for part in PARTS],
        "formulaires": formulaires,
        "adresse_publique": reverse("acte_public", args=[objet.contrat.code, objet.cle]) if publics else "",
        "avis": requete.session.pop(entree.AVIS, ""),
        "echelon": objet.contrat.perimetre.nom,
        "nav": "contrats",
        "fil": fil_de(objet, (titre, "")),
    }
    return render(requete, "departemental/publication.html", contexte, status=statut)
