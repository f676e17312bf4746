"""« Vérifier un acte »: drop a PDF or type the code printed on it; the answer is for anybody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from echelons.contrats.sceaux.recit import raconter
from echelons.contrats.sceaux.verification import Reponse, verifier_code, verifier_fichier
from echelons.socle import depot
from echelons.web.compte.formulaires import Formulaire


class FormulaireVerification(Formulaire):
    """A file, or a code."""

    fichier = forms.FileField(
        label="Le fichier PDF",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "fr-upload", "accept": ".pdf"}),
    )
    code = forms.CharField(
        label="Ou le code imprimé sur ses pages",
        required=False,
        max_length=100,
        help_text="Vingt lettres et chiffres, en quatre groupes.",
        error_messages={"max_length": "Un code a vingt lettres et chiffres."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verifier(requete: HttpRequest) -> HttpResponse:
    """Ask, then answer; nothing of the file is kept."""
    formulaire = FormulaireVerification(requete.POST or None, requete.FILES or None)
    reponse = None
    if requete.method == "POST":
        formulaire = FormulaireVerification(requete.POST, requete.FILES)
        if formulaire.is_valid():
            reponse = _repondre(requete, formulaire)
    contexte = {
        "formulaire": formulaire,
        "reponse": reponse,
        "phrases": raconter(reponse) if reponse else [],
        "echelon": "Vérifier un acte",
        "nav": "verifier",
    }
    return render(requete, "public/verifier.html", contexte, status=422 if formulaire.errors else 200)


def _repondre(requete: Any, formulaire: FormulaireVerification) -> Reponse | None:
    """The answer; what is refused is said under the field."""
    fichier, code = formulaire.cleaned_data["fichier"], formulaire.cleaned_data["code"]
    if getattr(requete, "fichier_trop_lourd", False):
        formulaire.add_error("fichier", depot.TROP_LOURD)
    elif fichier:
        try:
            with depot.recevoir(fichier.chunks()) as recu:
                return verifier_fichier(recu.partiel, recu.empreinte)
        except depot.FichierRefuse as refus:
            formulaire.add_error("fichier", str(refus))
        except depot.AntivirusInjoignable as injoignable:
            formulaire.add_error("fichier", str(injoignable))
    elif code.strip():
        return verifier_code(code)
    else:
        formulaire.add_error(None, "Déposez le fichier, ou écrivez le code imprimé sur ses pages.")
    return None
