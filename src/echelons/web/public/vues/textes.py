"""Pages of text: chronology, method, glossary, legal notice, accessibility."""

from __future__ import annotations

import datetime as dt

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echelons.contrats.regles import Classe
from echelons.pilotage.evenements import Moment, montrer_evenements, montrer_textes
from echelons.pilotage.presentation import CLASSES
from echelons.strategie.models import Evenement
from echelons.territoires.cartes import CREDIT
from echelons.web.components.carte import legende
from echelons.web.public.glossaire import GLOSSAIRE
from echelons.web.public.page import page_publique


@page_publique
def chronologie(requete: HttpRequest) -> HttpResponse:
    """The strategy from 2017 to 2027: events and reference texts, by year."""
    moments = montrer_evenements(Evenement.objects.connus(None)) + montrer_textes()
    moments.sort(key=lambda m: (m.date.jour or dt.date.max, m.titre))
    annees: dict[str, list[Moment]] = {}
    for moment in moments:
        annees.setdefault(str(moment.date.jour.year) if moment.date.jour else "Date inconnue", []).append(
            moment
        )
    return render(
        requete, "public/chronologie.html", {"annees": annees, "echelon": "France", "nav": "chronologie"}
    )


@page_publique
def methode(requete: HttpRequest) -> HttpResponse:
    """How classes and dates are read, and the limits, in plain words."""
    contexte = {
        "classes": CLASSES.values(),
        "legende": legende(dict.fromkeys(Classe, 0)),
        "credit": CREDIT,
        "echelon": "Méthode",
        "nav": "methode",
    }
    return render(requete, "public/methode.html", contexte)


@page_publique
def glossaire(requete: HttpRequest) -> HttpResponse:
    """Acronyms and terms."""
    return render(requete, "public/glossaire.html", {"glossaire": GLOSSAIRE, "echelon": "Glossaire"})


@page_publique
def mentions_legales(requete: HttpRequest) -> HttpResponse:
    """Who publishes, under which licence, what is kept about readers."""
    return render(requete, "public/mentions_legales.html", {"echelon": "Mentions légales", "credit": CREDIT})


@page_publique
def accessibilite(requete: HttpRequest) -> HttpResponse:
    """What was checked, what was not."""
    return render(requete, "public/accessibilite.html", {"echelon": "Accessibilité"})
