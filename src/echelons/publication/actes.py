"""What can be done with news: take in the articles of a folder."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from pydantic import Field

from echelons.publication.models import Article
from echelons.socle.fichiers import (
    Cle,
    FichierAvecSources,
    Jour,
    Modele,
    Relecture,
    Texte,
    Texte200,
    enregistrer_sources,
    fichiers_yaml,
    trouver_sources,
)
from echelons.socle.models import Source
from echelons.socle.yaml_situe import charger_yaml


class ArticleLu(Modele):
    """One article of a file."""

    code: Cle
    titre: Texte200
    chapo: Texte
    corps: Texte
    publie_le: Jour
    mis_a_jour_le: Jour | None = None
    sources: list[Cle] = Field(default_factory=list)


class FichierArticles(FichierAvecSources):
    """``demonstration/articles/*.yaml``."""

    articles: list[ArticleLu]


@transaction.atomic
def charger_articles(*, chemin: Path, synchroniser: bool = False) -> None:
    """Take in the articles of a file or folder. Raises ``ErreurDeFichier``; nothing is then written.

    With ``synchroniser`` articles are corrected, and those that the files no longer hold are removed.
    """
    codes = []
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierArticles)
        relecture = Relecture(document, synchroniser=synchroniser)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("articles",), "code", [article_lu.code for article_lu in lu.articles])
        connues = {s.cle: s for s in Source.objects.all()}
        for i, article_lu in enumerate(lu.articles):
            if article_lu.mis_a_jour_le and article_lu.mis_a_jour_le < article_lu.publie_le:
                relecture.refuser(
                    ("articles", i, "mis_a_jour_le"),
                    "la mise à jour précède la publication. Vérifiez les dates.",
                )
                continue
            relecture.ecrire(
                Article,
                nom=f"l’article « {article_lu.code} »",
                chemin=("articles", i),
                identite={"code": article_lu.code},
                champs=article_lu.model_dump(exclude={"code", "sources"}),
                liens={
                    "sources": trouver_sources(
                        article_lu.sources, connues, relecture, ("articles", i, "sources")
                    )
                },
            )
            codes.append(article_lu.code)
        relecture.conclure()
    if synchroniser:
        Article.objects.exclude(code__in=codes).delete()
