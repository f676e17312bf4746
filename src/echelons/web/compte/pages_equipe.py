"""What the pages of teams and organisations share: the refusal that names who can, the form asked again, the notice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from echelons.acteurs.droits import Capacite
from echelons.acteurs.habilitations import ActeRefuse
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur, Cible, Refus
from echelons.web.compte import entree
from echelons.web.compte.formulaires_equipe import porter
from echelons.web.compte.refus import AccesRefuse


def exiger(refus: Refus | None) -> None:
    """Answer 403 with who can, when there is a refusal; the row itself was found by ``for_user``."""
    if refus is not None:
        raise AccesRefuse(refus.phrase)


def peut_pour_la_nation(acteur: Acteur, capacite: Capacite) -> bool:
    """Whether somebody may do what only the nation does."""
    return acteur.peut(capacite, Cible())


def exiger_la_nation(acteur: Acteur, capacite: Capacite) -> None:
    """Answer 403 with who can, unless somebody acts for the nation."""
    exiger(None if peut_pour_la_nation(acteur, capacite) else acteur.refus_general(capacite))


def prendre_avis(requete: Any) -> str:
    """The sentence left by the act just done."""
    return requete.session.pop(entree.AVIS, "") if entree.AVIS in requete.session else ""


def partir(requete: Any, avis: str, nom: str, *arguments: Any) -> HttpResponse:
    """Leave a sentence, and go and see what was done."""
    requete.session[entree.AVIS] = avis
    return redirect(nom, *arguments)


def adresse_d_invitation(requete: HttpRequest) -> Callable[[str], str]:
    """The full address of the page that accepts a secret."""
    return lambda secret: requete.build_absolute_uri(reverse("invitation", args=[secret]))


def faire(formulaire: Form, acte: Callable[[Mapping[str, Any]], str]) -> str | None:
    """Do what a form asks; the sentence that says it is done, None when the form is to be corrected."""
    if not formulaire.is_valid():
        return None
    try:
        return acte(formulaire.cleaned_data)
    except ActeRefuse as refus:
        raise AccesRefuse(str(refus)) from refus
    except ValidationError as erreur:
        porter(formulaire, erreur)
        return None


def montrer(
    requete: HttpRequest, modele: str, contexte: Mapping[str, Any], statut: int = 200
) -> HttpResponse:
    """A page of this part of the house."""
    return render(requete, modele, {"nav": "equipe", **contexte}, status=statut)


def page_de_formulaire(
    requete: HttpRequest, formulaire: Form, modele: str = "equipe/formulaire.html", **contexte: Any
) -> HttpResponse:
    """A page that is one form: ``titre``, ``chapo``, ``bouton``, ``retour`` (label, address), ``fil``."""
    statut = 422 if formulaire.errors else 200
    return montrer(requete, modele, {"formulaire": formulaire, **contexte}, statut)


def jour_de_lecture(mandat: Mandat, jour: dt.date) -> dt.date:
    """The day on which the organisation of a mandate is named: today, or the nearest day of the mandate."""
    return max(mandat.debut, min(jour, mandat.fin or jour))


def ligne_de(mandat: Mandat, jour: dt.date) -> dict[str, Any]:
    """A mandate as the lists show it."""
    etat = "à venir" if mandat.debut > jour else ("" if mandat.valide_le(jour) else "terminé")
    return {
        "mandat": mandat,
        "etat": etat,
        "organisation": mandat.organisation.nom_au(jour_de_lecture(mandat, jour)),
        "bientot": not etat and mandat.fin is not None and (mandat.fin - jour).days <= 60,
    }
