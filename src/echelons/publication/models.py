"""What leaves the house in sentences: news articles written in the project's own words."""

from django.db import models
from django.db.models import F, Q

from echelons.publication.requetes import ArticleQuerySet
from echelons.socle.models import Source


class Article(models.Model):
    """A news article. Invariant: it was not updated before it was published."""

    code = models.SlugField(max_length=80, unique=True)
    titre = models.CharField(max_length=200)
    chapo = models.TextField("chapô")
    corps = models.TextField(help_text="En Markdown ; le HTML n’est pas interprété.")
    publie_le = models.DateField("publié le")
    mis_a_jour_le = models.DateField("mis à jour le", null=True, blank=True)
    sources = models.ManyToManyField(Source, related_name="articles", blank=True)

    objects = ArticleQuerySet.as_manager()

    class Meta:
        ordering = ["-publie_le", "code"]
        constraints = [
            models.CheckConstraint(
                name="publication_article_dates",
                condition=Q(mis_a_jour_le__isnull=True) | Q(mis_a_jour_le__gte=F("publie_le")),
                violation_error_message="Un article n’est pas mis à jour avant d’être publié.",
            )
        ]

    def __str__(self) -> str:
        return self.titre
