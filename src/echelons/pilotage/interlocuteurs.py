"""Who to see about a place: services and offices by their names of the day, never a person.

What is not known is said so: an office is « vacant » only where somebody held it here, a service has a name only where
the directory gives it one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from echelons.acteurs.models import Fonction, Mandat, Organisation
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
    """Those of these signatories and régions on that day, nearest first. Two queries, and two a région."""
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
        trouves.append(_commissaire(region, jour))
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


def _commissaire(region: NomTerritoire, jour: dt.date) -> Interlocuteur:
    """The office of the région: held, vacant, not known here, or not existing yet."""
    lignes = list(
        Fonction.objects.filter(code=COMMISSAIRE)
        .order_by("supplees_par")
        .values_list("libelle", "debut", "fin", "supplees_par__libelle")
    )
    pourquoi = f"Pour l’État, {region.nom}"
    if not lignes:
        return Interlocuteur(pourquoi, "Le niveau régional", "Ses fonctions ne sont pas enregistrées ici.")
    nom, debut, fin, _ = lignes[0]
    if debut and jour < debut:
        return Interlocuteur(pourquoi, nom, f"Cette fonction existe depuis le {en_lettres(debut)}.")
    if fin and fin < jour:
        return Interlocuteur(pourquoi, nom, f"Cette fonction n’existe plus depuis le {en_lettres(fin)}.")
    tenus = Mandat.objects.filter(fonction__code=COMMISSAIRE, territoire__code=region.code, debut__lte=jour)
    fins = list(tenus.values_list("fin", "personne__oubliee_le"))
    if any((jusqu_au is None or jour <= jusqu_au) and oubliee is None for jusqu_au, oubliee in fins):
        return Interlocuteur(pourquoi, nom)
    suppleants = " ou ".join(ligne[3] for ligne in lignes if ligne[3])
    voir = f" Voir\u00a0: {suppleants}." if suppleants else ""
    etat = "Poste vacant." if fins else "Nous ne savons pas ici si le poste est pourvu."
    return Interlocuteur(pourquoi, nom, f"{etat}{voir}")
