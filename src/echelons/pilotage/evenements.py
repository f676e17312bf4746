"""What happened in the life of the strategy, and the texts that made it, each with its sources."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet

from echelons.pilotage.citations import citer
from echelons.socle.dates import DateSource, Precision
from echelons.socle.models import Source
from echelons.strategie.models import ChiffreEvenement, Evenement, TexteReference


@dataclass(frozen=True)
class Chiffre:
    """A figure said of an event by some sources."""

    libelle: str
    valeur: str
    sources: tuple[Source, ...]


@dataclass(frozen=True)
class Moment:
    """One line of the chronology; ``code`` and ``lieu`` say where, when it was in one territory.

    ``texte`` is the code of the reference text that it is.
    """

    date: DateSource
    echelon: str
    titre: str
    resume: str
    sources: tuple[Source, ...]
    chiffres: tuple[Chiffre, ...] = ()
    code: str = ""
    lieu: str = ""
    texte: str = ""


def montrer_evenements(evenements: QuerySet[Evenement]) -> list[Moment]:
    """These events with their figures, in two queries."""
    chiffres: dict[int, list[Chiffre]] = {}
    for chiffre, sources in citer(ChiffreEvenement.objects.filter(evenement__in=evenements.order_by())):
        chiffres.setdefault(chiffre.evenement_id, []).append(
            Chiffre(chiffre.libelle, chiffre.valeur, sources)
        )
    return [
        Moment(
            date=evenement.date_source,
            echelon=evenement.get_echelon_display(),
            titre=evenement.titre,
            resume=evenement.resume,
            sources=sources,
            chiffres=tuple(chiffres.get(evenement.pk, ())),
            code=evenement.territoire.code if evenement.territoire else "",
            lieu=evenement.territoire.nom if evenement.territoire else "",
        )
        for evenement, sources in citer(evenements)
    ]


def montrer_textes() -> list[Moment]:
    """The reference texts as lines of the chronology, in one query."""
    return [
        Moment(
            date=DateSource(texte.date, Precision.JOUR),
            echelon="Texte de référence",
            titre=f"{texte.reference}\u00a0: {texte.titre}",
            resume=texte.resume,
            sources=sources,
            texte=texte.code,
        )
        for texte, sources in citer(TexteReference.objects.all())
    ]
