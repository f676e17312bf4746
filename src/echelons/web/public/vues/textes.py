"""Pages of text: chronology, method, glossary, legal notice, accessibility."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from echelons.contrats.regles import Classe
from echelons.pilotage.presentation import CLASSES
from echelons.socle.dates import DateSource, Precision
from echelons.socle.models import Source
from echelons.strategie.models import ChiffreEvenement, Evenement, TexteReference
from echelons.territoires.cartes import CREDIT
from echelons.web.components.carte import legende
from echelons.web.public.glossaire import GLOSSAIRE
from echelons.web.public.page import page_publique


@dataclass(frozen=True)
class Moment:
    """One line of the chronology."""

    date: DateSource
    echelon: str
    titre: str
    resume: str
    sources: tuple[Source, ...]
    chiffres: tuple[ChiffreEvenement, ...] = ()
    lieu: str = ""
    lien: str = ""


@page_publique
def chronologie(requete: HttpRequest) -> HttpResponse:
    """The strategy from 2017 to 2027: events and reference texts, by year."""
    moments = [
        Moment(
            e.date_source,
            e.get_echelon_display(),
            e.titre,
            e.resume,
            tuple(e.sources.all()),
            tuple(e.chiffres.all()),
            e.territoire.nom if e.territoire else "",
            f"/territoire/{e.territoire.code}/" if e.territoire else "",
        )
        for e in Evenement.objects.connus(None)
    ] + [
        Moment(
            DateSource(t.date, Precision.JOUR),
            "Texte de référence",
            f"{t.reference}\u00a0: {t.titre}",
            t.resume,
            tuple(t.sources.all()),
        )
        for t in TexteReference.objects.prefetch_related("sources")
    ]
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
