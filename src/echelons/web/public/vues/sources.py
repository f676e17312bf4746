"""Where every figure comes from: each source, what it says, what rests on it."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from echelons.contrats.models import Fait
from echelons.socle.models import Source
from echelons.socle.revision import memoire
from echelons.strategie.lecture import cadre_appuye_sur
from echelons.web.public.page import page_publique

PAR_PAGE = 250


@memoire(places=1)
def _sources() -> tuple[dict[str, Any], ...]:
    """What the list shows of each source."""
    colonnes = ("cle", "titre", "editeur", "publiee_le", "nombre_d_appuis", "fictive")
    return tuple(Source.objects.par_editeur().values(*colonnes))


@page_publique
def sources(requete: HttpRequest) -> HttpResponse:
    """The sources by publisher, with how many facts cite each; a page of them when they are very many."""
    reelles = [s for s in _sources() if not s["fictive"]]
    contexte = {
        "sources": Paginator(reelles, PAR_PAGE).get_page(requete.GET.get("page")),
        "fictives": [s for s in _sources() if s["fictive"]],
        "echelon": "Sources",
        "nav": "sources",
    }
    return render(requete, "public/sources.html", contexte)


@page_publique
def source(requete: HttpRequest, cle: str) -> HttpResponse:
    """One source and all that rests on it."""
    objet = Source.objects.filter(cle=cle).first()
    if objet is None:
        raise Http404(f"Aucune source ne porte la clé « {cle[:40]} ».")
    faits = (
        Fait.objects.filter(sources=objet)
        .select_related("contrat__perimetre", "instrument", "partie", "contrat__dispositif")
        .order_by("jour", "contrat__code", "pk")
    )
    enonces: dict[tuple[str, str], Fait] = {}  # a row a party: one statement
    for fait in faits:
        enonces.setdefault((fait.empreinte, fait.cle), fait)
    contexte = {
        "source": objet,
        "fil": [("Sources", "/sources/"), (objet.titre, "")],
        "faits": list(enonces.values()),
        "textes": objet.textes.all(),
        "evenements": objet.evenements.all(),
        "chiffres": objet.chiffres.select_related("evenement"),
        "comptes": objet.comptes.all(),
        "enveloppes": objet.enveloppes.select_related("territoire"),
        "articles": objet.articles.all(),
        "dispositifs": objet.dispositifs.all(),
        "cadre": cadre_appuye_sur(objet),
        "echelon": "Sources",
        "nav": "sources",
    }
    return render(requete, "public/source.html", contexte)
