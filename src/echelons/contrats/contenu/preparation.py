"""What a draft begins with: the financeurs that its parties are, the articles of the model in force that day."""

from __future__ import annotations

import datetime as dt

from echelons.contrats.models import Clause, Financeur, Instrument, Partie
from echelons.strategie.models import ArticleDeModele

COTES = {
    Partie.Role.ETAT: Financeur.Cote.ETAT,
    Partie.Role.COLLECTIVITE: Financeur.Cote.COLLECTIVITE,
}


def preparer(instrument: Instrument, jour: dt.date) -> None:
    """Give a new draft its financeurs and its articles; what it has already is left as it is."""
    if not instrument.financeurs.exists():
        Financeur.objects.bulk_create(
            Financeur(
                instrument=instrument,
                rang=rang,
                libelle=partie.libelle,
                cote=COTES.get(Partie.Role(partie.role), Financeur.Cote.AUTRE),
                partie=partie,
            )
            for rang, partie in enumerate(instrument.contrat.ses_parties, 1)
        )
    if not instrument.clauses.exists():
        Clause.objects.bulk_create(
            Clause(
                instrument=instrument,
                rang=rang,
                titre=article.titre,
                texte=article.contenu,
                facultative=article.facultatif,
                retenue=not article.facultatif,
            )
            for rang, article in enumerate(articles_en_vigueur(instrument, jour), 1)
        )


def articles_en_vigueur(instrument: Instrument, jour: dt.date) -> list[ArticleDeModele]:
    """The articles of the latest model of this form in force that day; none when the dispositif has no model."""
    articles = instrument.contrat.dispositif.articles.filter(forme=instrument.type, effet_le__lte=jour)
    effet = articles.order_by("-effet_le").values_list("effet_le", flat=True).first()
    return list(articles.filter(effet_le=effet).order_by("rang")) if effet else []
