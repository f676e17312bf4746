"""Who to see about a place: services and offices by their names of the day, never a person.

What is not known is said so: an office is « vacant » only where somebody held it here, a service has a name only where
the directory gives it one.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.db.models import FilteredRelation, Q

from echelons.acteurs.models import Fonction, Organisation
from echelons.pilotage.lectures import NomTerritoire
from echelons.socle.dates import en_lettres

COMMISSAIRE = "commissaire"
T = Organisation.Type
#: For each échelon, what is looked for in the directory, and how it is called when it has no name there.
DEPARTEMENT = (
    (T.DIRECTION_DEPARTEMENTALE, "La direction départementale chargée des solidarités (DDETS ou DDETSPP)"),
    (T.PREFECTURE, ""),
)
REGION = (
    (T.DIRECTION_REGIONALE, "La direction régionale chargée des solidarités (DREETS)"),
    (T.PREFECTURE_DE_REGION, ""),
)


@dataclass(frozen=True)
class Interlocuteur:
    """A service or an office: what for, its name, and what must be said of it."""

    pourquoi: str
    nom: str
    precision: str = ""
    territoire: str = ""


def interlocuteurs(
    signataires: Sequence[NomTerritoire], regions: Sequence[NomTerritoire], jour: dt.date
) -> list[Interlocuteur]:
    """Those of these signatories and régions on that day, nearest first. Three queries."""
    lieux = [lieu.code for lieu in (*signataires, *regions)]
    organisations: dict[tuple[str, str], Organisation] = {}
    for organisation in (
        Organisation.objects.vivantes()
        .filter(
            territoire__code__in=lieux,
            type__in=[genre for genre, _ in (*DEPARTEMENT, *REGION)] + [T.CONSEIL_DEPARTEMENTAL],
        )
        .select_related("territoire")
        .prefetch_related("noms")
    ):
        if organisation.territoire:
            organisations.setdefault((organisation.territoire.code, organisation.type), organisation)
    commissaires = _commissaires(jour) if regions else None
    trouves = []
    for lieu in signataires:
        conseil = organisations.get((lieu.code, T.CONSEIL_DEPARTEMENTAL))
        trouves.append(
            Interlocuteur(
                "Pour la collectivité", conseil.nom_au(jour) if conseil else lieu.nom, "", lieu.code
            )
        )
        trouves += _services(lieu, DEPARTEMENT, f"Pour l’État, {lieu.nom}", organisations, jour)
    for region in regions:
        trouves.append(_commissaire(region, commissaires, jour))
        trouves += _services(region, REGION, f"Pour l’État, {region.nom}", organisations, jour)
    return trouves


def _services(
    lieu: NomTerritoire,
    genres: Sequence[tuple[T, str]],
    pourquoi: str,
    organisations: dict[tuple[str, str], Organisation],
    jour: dt.date,
) -> list[Interlocuteur]:
    services = []
    for genre, sans_nom in genres:
        organisation = organisations.get((lieu.code, genre))
        if organisation is not None:
            services.append(Interlocuteur(pourquoi, organisation.nom_au(jour)))
        elif sans_nom:
            services.append(Interlocuteur(pourquoi, sans_nom, "Son nom n’est pas encore enregistré ici."))
    return services


@dataclass(frozen=True)
class _Commissaires:
    """The office as the directory says it, and région → the end of each time it was held there, None while it is."""

    nom: str
    debut: dt.date | None
    fin: dt.date | None
    suppleants: tuple[str, ...]
    tenus: Mapping[str, tuple[dt.date | None, ...]]


def _commissaires(jour: dt.date) -> _Commissaires | None:
    """The office in every région, in one query; None when the directory does not know it."""
    commences = FilteredRelation("mandats", condition=Q(mandats__debut__lte=jour))
    lignes = list(
        Fonction.objects.filter(code=COMMISSAIRE)
        .annotate(commences=commences)
        .order_by("supplees_par__echelon", "supplees_par__code", "commences__pk")
        .values_list(
            *("libelle", "debut", "fin", "supplees_par__libelle"),
            *("commences__territoire__code", "commences__fin", "commences__personne__oubliee_le"),
        )
    )
    if not lignes:
        return None
    nom, debut, fin = lignes[0][:3]
    tenus: dict[str, list[dt.date | None]] = defaultdict(list)
    for *_, region, jusqu_au, oubliee in lignes:
        if region:
            # Whoever was forgotten holds nothing any more.
            tenus[region].append(jusqu_au if oubliee is None else dt.date.min)
    return _Commissaires(
        nom,
        debut,
        fin,
        tuple(dict.fromkeys(ligne[3] for ligne in lignes if ligne[3])),
        {region: tuple(fins) for region, fins in tenus.items()},
    )


def _commissaire(region: NomTerritoire, commissaires: _Commissaires | None, jour: dt.date) -> Interlocuteur:
    """The office of the région: held, vacant, not known here, or not existing yet."""
    pourquoi = f"Pour l’État, {region.nom}"
    if commissaires is None:
        return Interlocuteur(pourquoi, "Le niveau régional", "Ses fonctions ne sont pas enregistrées ici.")
    nom, debut, fin = commissaires.nom, commissaires.debut, commissaires.fin
    if debut and jour < debut:
        return Interlocuteur(pourquoi, nom, f"Cette fonction existe depuis le {en_lettres(debut)}.")
    if fin and fin < jour:
        return Interlocuteur(pourquoi, nom, f"Cette fonction n’existe plus depuis le {en_lettres(fin)}.")
    fins = commissaires.tenus.get(region.code, ())
    if any(jusqu_au is None or jour <= jusqu_au for jusqu_au in fins):
        return Interlocuteur(pourquoi, nom)
    suppleants = " ou ".join(commissaires.suppleants)
    voir = f" Voir\u00a0: {suppleants}." if suppleants else ""
    etat = "Poste vacant." if fins else "Nous ne savons pas ici si le poste est pourvu."
    return Interlocuteur(pourquoi, nom, f"{etat}{voir}")
