"""The articles of the text: those of the model, kept or left out, and special provisions."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_http_methods

from echelons.contrats.contenu import clauses as actes
from echelons.contrats.contenu.mentions import MENTIONS
from echelons.contrats.contenu.registre import Ecrit
from echelons.contrats.models import Clause
from echelons.socle.circuit import ActeRefuse
from echelons.web.champs import ligne, paragraphes
from echelons.web.compte.formulaires import Formulaire
from echelons.web.departemental.atelier.commun import Atelier, dire_le_conflit, messages_de

GESTES = ("ajouter", "ecrire", "retenir", "ecarter", "retirer")


class FormulaireArticle(Formulaire):
    """A special provision."""

    titre = ligne("Titre", 200)
    texte = paragraphes(
        "Texte", 20_000, 5, "Les mentions entre accolades, comme {montant_etat}, se remplissent seules."
    )


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def articles(requete: Any, code: str, cle: str) -> HttpResponse:
    """Read them as they will be printed; keep or leave the optional ones; write special provisions."""
    atelier = Atelier.ouvrir(requete, code, cle, "pieces", "territoires", "exceptions")
    if requete.method != "POST":
        return _montrer(atelier, FormulaireArticle())
    atelier.exiger_la_plume()
    geste, dit = requete.POST.get("geste", ""), requete.POST
    formulaire = FormulaireArticle(dit)
    try:
        if geste not in GESTES:
            formulaire.add_error(None, "Dites ce que devient cet article.")
        elif geste not in {"ajouter", "ecrire"} or formulaire.is_valid():
            ecrit = _faire(atelier, geste, formulaire)
            if not ecrit.conflits:
                return redirect(f"{atelier.adresse('articles')}?enregistre=1")
            conflits = [dire_le_conflit(c, lambda _, valeur: str(valeur)) for c in ecrit.conflits]
            # What others wrote elsewhere is shown too: only what is in conflict is as she typed it.
            frais = atelier.objet.clauses.get(reference=uuid.UUID(dit["reference"]))
            formulaire = FormulaireArticle(
                initial={
                    "titre": frais.titre,
                    "texte": frais.texte,
                    **{c.champ: c.voulu for c in ecrit.conflits},
                }
            )
            return _montrer(atelier, formulaire, dit["reference"], 409, conflits, ecrit.rang)
    except (KeyError, ValueError, Clause.DoesNotExist):
        formulaire.add_error(None, "Cet article n’est plus là\u00a0: voici ceux qui restent.")
    except ValidationError as refus:
        formulaire.errors.clear()
        for champ, phrases in messages_de(refus).items():
            for phrase in phrases:
                formulaire.add_error(champ if champ in formulaire.fields else None, phrase)
    except ActeRefuse as interdit:
        formulaire.errors.clear()
        formulaire.add_error(None, str(interdit))
    return _montrer(atelier, formulaire, dit.get("reference", ""), 422)


def _faire(atelier: Atelier, geste: str, formulaire: FormulaireArticle) -> Ecrit:
    """One gesture on an article. Raises ``KeyError``, ``ValueError``, ``Clause.DoesNotExist`` when it names none, and
    as the acts do."""
    dit, soi = atelier.requete.POST, {"par": atelier.requete.acteur, "instrument": atelier.objet}
    if geste == "ajouter":
        actes.ajouter(**soi, **formulaire.cleaned_data)
        return Ecrit(atelier.objet.contenu_rang)
    reference = uuid.UUID(dit["reference"])
    if geste == "ecrire":
        champs = formulaire.cleaned_data
        return actes.ecrire(**soi, reference=reference, champs=champs, rang_lu=atelier.rang_lu)
    if geste == "retirer":
        return actes.retirer(**soi, reference=reference)
    return actes.retenir(**soi, reference=reference, retenue=geste == "retenir")


def _montrer(
    atelier: Atelier,
    formulaire: FormulaireArticle,
    modifiee: str = "",
    statut: int = 200,
    conflits: list[dict[str, str]] | None = None,
    rang: int | None = None,
) -> HttpResponse:
    modifiee = modifiee or atelier.requete.GET.get("modifier", "")
    dites = {c.reference: c for c in atelier.contenu.clauses}
    clauses = list(atelier.objet.clauses.all())
    choisie = next((c for c in clauses if str(c.reference) == modifiee and c.particuliere), None)
    if choisie is not None and not formulaire.is_bound and not formulaire.initial:
        formulaire = FormulaireArticle(initial={"titre": choisie.titre, "texte": choisie.texte})
    contexte: dict[str, Any] = {
        "articles": [(c, dites.get(str(c.reference))) for c in clauses],
        "formulaire": formulaire,
        "choisie": choisie,
        "mentions": MENTIONS.items(),
        "conflits": conflits or [],
        "enregistre": "enregistre" in atelier.requete.GET,
    }
    if rang is not None:
        contexte["rang"] = rang
    return atelier.rendre("articles", "Articles", "articles", contexte, statut)
