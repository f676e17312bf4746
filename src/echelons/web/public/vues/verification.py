"""« Vérifier un acte »: drop a PDF or type the code printed on it; the answer is for anybody."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from echelons.contrats.demonstration_sceaux import essais_possibles, fichier_d_essai
from echelons.contrats.sceaux.recit import raconter
from echelons.contrats.sceaux.verification import Reponse, reconnaitre, verifier_code, verifier_fichier
from echelons.socle import depot
from echelons.web.compte.formulaires import Formulaire


class FormulaireVerification(Formulaire):
    """A file, or a code."""

    fichier = forms.FileField(
        label="Le fichier PDF, ou la photo d’une page",
        required=False,
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"class": "fr-upload", "accept": ".pdf,.jpg,.jpeg,.png"}),
    )
    code = forms.CharField(
        label="Ou le code imprimé sur ses pages",
        required=False,
        max_length=100,
        help_text="Vingt lettres et chiffres, en quatre groupes, ou ce qu’un téléphone lit du carré imprimé.",
        error_messages={"max_length": "Un code a vingt lettres et chiffres."},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def verifier(requete: HttpRequest) -> HttpResponse:
    """Ask, then answer; nothing of the file is kept. A code may come in the address: nothing private is in it."""
    donnees = requete.POST if requete.method == "POST" or "code" not in requete.GET else requete.GET
    formulaire = FormulaireVerification(donnees or None, requete.FILES or None)
    reponse = None
    if requete.method == "POST":
        formulaire = FormulaireVerification(requete.POST, requete.FILES)
    if formulaire.is_bound and formulaire.is_valid():
        reponse = _repondre(requete, formulaire)
    contexte = {
        "formulaire": formulaire,
        "reponse": reponse,
        "phrases": raconter(reponse) if reponse else [],
        "essais": essais_possibles() if settings.DEMONSTRATION else [],
        "echelon": "Vérifier un acte",
        "nav": "verifier",
    }
    return render(requete, "public/verifier.html", contexte, status=422 if formulaire.errors else 200)


@require_safe
def essai(requete: HttpRequest, nom: str) -> HttpResponse:
    """A fictional file to drop on the page of verification. There are some in the demonstration only."""
    octets = fichier_d_essai(nom) if settings.DEMONSTRATION else None
    if octets is None:
        raise Http404
    return HttpResponse(
        octets,
        content_type="application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{nom}.pdf"'},
    )


def _repondre(requete: Any, formulaire: FormulaireVerification) -> Reponse | None:
    """The answer; what is refused is said under the field."""
    fichier, code = formulaire.cleaned_data["fichier"], formulaire.cleaned_data["code"]
    if getattr(requete, "fichier_trop_lourd", False):
        formulaire.add_error("fichier", depot.TROP_LOURD)
    elif fichier:
        try:
            with depot.recevoir(fichier.chunks(), reconnaitre) as recu:
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
