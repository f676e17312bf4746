"""The frameworks, for who keeps them: look at what one would change, then have it recorded."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from echelons.acteurs.droits import Capacite
from echelons.socle.journal import Objet, fin_d_histoire
from echelons.socle.yaml_situe import ErreurDeFichier
from echelons.strategie.actes import (
    Comparaison,
    DifferencePerimee,
    appliquer_referentiel,
    comparer_referentiel,
)
from echelons.strategie.difference import Sorte
from echelons.web.compte.pages_equipe import exiger_la_nation, partir, prendre_avis
from echelons.web.national.formulaires import TROP_LOURD, FormulaireReferentiel

HISTOIRE = 10
APPLIQUER = "appliquer"


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def referentiels(requete: Any) -> HttpResponse:
    """Look at what a framework would change, in sentences; the same page has it recorded once it was read."""
    exiger_la_nation(requete.acteur, Capacite.REFERENTIEL_TENIR)
    if requete.method != "POST":
        return _montrer(requete, FormulaireReferentiel())
    formulaire = FormulaireReferentiel(requete.POST, requete.FILES)
    if getattr(requete, "fichier_trop_lourd", False):
        formulaire.add_error("fichier", TROP_LOURD)
    if not formulaire.is_valid():
        return _montrer(requete, formulaire, statut=422)
    contenu, nom = formulaire.cleaned_data["contenu"], formulaire.cleaned_data["nom"]
    with tempfile.TemporaryDirectory() as dossier:
        chemin = Path(dossier) / nom
        chemin.write_bytes(contenu)
        try:
            if requete.POST.get("geste") == APPLIQUER:
                vue = requete.POST.get("vue", "")
                faite = appliquer_referentiel(chemin=chemin, par=requete.acteur, vue=vue)
                return partir(
                    requete, f"Le référentiel est enregistré\u00a0: {_compter(faite)}.", "referentiels"
                )
            comparaison = comparer_referentiel(chemin=chemin)
        except ErreurDeFichier as erreur:
            for message in erreur.messages:
                formulaire.add_error(None, message)
            return _montrer(requete, formulaire, statut=422)
        except ValidationError as refus:
            formulaire.add_error(None, refus.messages)
            return _montrer(requete, formulaire, statut=422)
        except DifferencePerimee as erreur:
            comparaison = comparer_referentiel(chemin=chemin)
            return _montrer(requete, formulaire, comparaison, contenu, statut=409, avis=str(erreur))
    return _montrer(requete, formulaire, comparaison, contenu)


def _montrer(
    requete: Any,
    formulaire: FormulaireReferentiel,
    comparaison: Comparaison | None = None,
    contenu: bytes = b"",
    *,
    statut: int = 200,
    avis: str = "",
) -> HttpResponse:
    contexte = {
        "formulaire": formulaire,
        "comparaison": comparaison,
        "comptes": _compter(comparaison) if comparaison else "",
        "texte": contenu.decode(),
        "perimee": avis,
        "avis": prendre_avis(requete),
        "histoire": fin_d_histoire(Objet("referentiel", "cadre"), nombre=HISTOIRE),
        "fil": [("Mon équipe", reverse("equipe")), ("Référentiels", "")],
        "nav": "equipe",
    }
    return render(requete, "national/referentiels.html", contexte, status=statut)


def _compter(comparaison: Comparaison) -> str:
    """« 2 ajouts, 1 changement », or that nothing changes."""
    dits = [f"{n} {sorte.value}{'s' if n > 1 else ''}" for sorte in Sorte if (n := comparaison.compte(sorte))]
    return ", ".join(dits) or "rien ne change"
