"""The news."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from markdown_it import MarkdownIt

from echelons.publication.models import Article
from echelons.socle.horloge import aujourdhui
from echelons.web.public.page import page_publique

#: Markdown without raw HTML: what an author types is text.
MARKDOWN = MarkdownIt("commonmark", {"html": False, "linkify": False})


@page_publique
def actualites(requete: HttpRequest) -> HttpResponse:
    """The articles published by the business date, latest first, and how many come later."""
    articles = Article.objects.publies(aujourdhui())
    contexte = {
        "articles": articles,
        "a_venir": Article.objects.filter(publie_le__gt=aujourdhui()).count(),
        "echelon": "Actualités",
        "nav": "actualites",
    }
    return render(requete, "public/actualites.html", contexte)


@page_publique
def actualite(requete: HttpRequest, code: str) -> HttpResponse:
    """One article."""
    article = Article.objects.publies(aujourdhui()).prefetch_related("sources").filter(code=code).first()
    if article is None:
        raise Http404(f"Aucun article ne porte l’adresse « {code[:40]} » à cette date.")
    contexte = {
        "article": article,
        "fil": [("Actualités", "/actualites/"), (article.titre, "")],
        "corps": mark_safe(MARKDOWN.render(article.corps)),  # noqa: S308 - raw HTML is disabled
        "echelon": "Actualités",
        "nav": "actualites",
    }
    return render(requete, "public/actualite.html", contexte)
