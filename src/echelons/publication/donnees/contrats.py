"""Published tables: contracts, who is bound, instruments, what is stated of them, and who has signed on the day.

What is drafted here is not public until it is signed: a contract or an instrument without any public fact that was
born in this house is left out, as it is of the pages.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import NamedTuple

from django.db.models import Q, QuerySet

from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.contrats.regles import Classe
from echelons.pilotage.presentation import CLASSES, dire_date
from echelons.pilotage.tableau import Ligne, lire_tableau
from echelons.publication.donnees.tables import (
    SOURCES,
    TablePubliee,
    choix,
    datation,
    date,
    liste,
    montants,
    oui,
    texte,
)
from echelons.strategie.models import Dispositif

#: Facts read from the database at once.
LOT = 2_000


def contrats_publics() -> QuerySet[Contrat]:
    """The contracts of which something is public."""
    return Contrat.objects.filter(Q(faits__isnull=False) | Q(instruments__etat="")).distinct()


@dataclass(frozen=True)
class Situation:
    """One signatory under one dispositif, on the day."""

    dispositif: Dispositif
    ligne: Ligne
    jour: dt.date


def _situations(jour: dt.date) -> Iterator[Situation]:
    for dispositif in Dispositif.objects.order_by("code"):
        tableau = lire_tableau(dispositif.pk, jour, None)
        for ligne in (*tableau.lignes, *tableau.metropoles, *tableau.regions):
            yield Situation(dispositif, ligne, jour)


FICTIF = "Oui : n’existe pas, sert la démonstration ; à écarter de tout calcul."
SITUATIONS = TablePubliee(
    "situations",
    "Qui a signé, au jour de l’archive",
    "Une ligne par signataire possible et par dispositif, d’après les faits publics.",
    (
        texte("Dispositif", lambda s: s.dispositif.code, "Code du dispositif (dispositifs.csv)."),
        texte("Territoire", lambda s: s.ligne.territoire.code, "Code du territoire (territoires.csv)."),
        texte("Nom", lambda s: s.ligne.territoire.nom, "Nom du territoire."),
        texte("Classe", lambda s: str(Classe(s.ligne.classe).value), "Situation, en code."),
        texte("Situation", lambda s: CLASSES[s.ligne.classe].libelle, "Situation, en toutes lettres."),
        texte("Signature", lambda s: dire_date(s.ligne), "Quand, selon les sources."),
        oui(
            "Sources en désaccord",
            lambda s: s.ligne.etat_divergent,
            "Oui : elles ne peuvent pas toutes dire vrai.",
        ),
        liste("Succède à", lambda s: [t.code for t in s.ligne.herite_de], "De qui il tient sa situation."),
        date("Au", lambda s: s.jour, "Jour auquel la situation est lue."),
        oui("Fictif", lambda s: s.ligne.territoire.fictif, FICTIF),
    ),
    _situations,
)
CONTRATS = TablePubliee(
    "contrats",
    "Contrats",
    "La relation entre l’État et une ou plusieurs collectivités, sous un dispositif.",
    (
        texte("Contrat", lambda c: c.code, "Code du contrat."),
        texte("Dispositif", lambda c: c.dispositif.code, "Code du dispositif (dispositifs.csv)."),
        texte("Intitulé", lambda c: c.intitule, "Nom du contrat."),
        texte("Périmètre", lambda c: c.perimetre.code, "Code du territoire couvert (territoires.csv)."),
        oui("Fictif", lambda c: c.perimetre.fictif, FICTIF),
    ),
    lambda _: contrats_publics().select_related("dispositif", "perimetre").order_by("code"),
)
PARTIES = TablePubliee(
    "parties",
    "Parties des contrats",
    "Qui s’engage dans chaque contrat, et de quand à quand.",
    (
        texte("Contrat", lambda p: p.contrat.code, "Code du contrat (contrats.csv)."),
        choix("Rôle", Partie.Role, lambda p: p.role, "État, collectivité, autre partie."),
        texte("Partie", lambda p: p.libelle, "Nom de la partie."),
        texte(
            "Territoire",
            lambda p: p.territoire.code if p.territoire else "",
            "Code du territoire de la partie.",
        ),
        date("Depuis", lambda p: p.debut, "Premier jour. Vide : dès l’origine."),
        date("Jusqu’au", lambda p: p.fin, "Dernier jour. Vide : toujours."),
        oui("Fictif", lambda p: p.contrat.perimetre.fictif, FICTIF),
    ),
    lambda _: (
        Partie.objects.filter(contrat__in=contrats_publics())
        .select_related("contrat__perimetre", "territoire")
        .order_by("contrat__code", "role", "libelle", "debut")
    ),
)
INSTRUMENTS = TablePubliee(
    "instruments",
    "Instruments",
    "Ce qui est signé : protocoles, conventions, avenants, contrats locaux.",
    (
        texte("Contrat", lambda i: i.contrat.code, "Code du contrat (contrats.csv)."),
        texte("Instrument", lambda i: i.cle, "Clé de l’instrument dans son contrat."),
        choix("Type", Instrument.Type, lambda i: i.type, "Protocole, convention, avenant…"),
        texte("Intitulé", lambda i: i.intitule, "Nom de l’instrument."),
        date("Début", lambda i: i.debut, "Premier jour de la période couverte."),
        date("Fin", lambda i: i.fin, "Dernier jour de la période couverte."),
        oui("Fictif", lambda i: i.contrat.perimetre.fictif, FICTIF),
    ),
    lambda _: (
        Instrument.objects.filter(Q(etat="") | Q(faits__isnull=False))
        .distinct()
        .select_related("contrat__perimetre")
        .order_by("contrat__code", "cle")
    ),
)


class FaitPublie(NamedTuple):
    """A fact as the archive says it: there are too many for a model a row, and its relations beside."""

    pk: int
    empreinte: str
    contrat: str
    fictif: bool
    instrument: str | None
    type: str
    partie: str | None
    portee: str
    jour: dt.date | None
    precision: str
    jusqu_au: dt.date | None
    montant: Decimal | None
    par_an: bool
    nature_montant: str
    couverture: str
    exercice_debut: int | None
    exercice_fin: int | None
    texte: str
    connu_le: dt.date
    remplace: str | None
    sources: Sequence[str]


#: Where each is read from the fact, when it is not under the same name.
_CHEMINS = {
    "contrat": "contrat__code",
    "fictif": "contrat__perimetre__fictif",
    "instrument": "instrument__cle",
    "partie": "partie__libelle",
    "remplace": "remplace__empreinte",
}


def _faits(_: dt.date) -> Iterator[FaitPublie]:
    citees: dict[int, list[str]] = defaultdict(list)
    for fait, cle in (
        Fait.sources.through.objects.order_by("source__cle").values_list("fait_id", "source__cle").iterator()
    ):
        citees[fait].append(cle)
    chemins = [_CHEMINS.get(champ, champ) for champ in [*FaitPublie.__annotations__][:-1]]
    faits = Fait.objects.order_by("contrat__code", "jour", "type", "empreinte", "partie__libelle", "pk")
    for rang in faits.values_list(*chemins).iterator(LOT):
        yield FaitPublie(*[*rang, citees[rang[0]]])


FAITS = TablePubliee(
    "faits",
    "Faits",
    "Ce que des sources publiques disent d’un contrat : une ligne par énoncé et par partie. Ils peuvent se contredire.",
    (
        texte("Fait", lambda f: f.empreinte[:20], "Identifiant de l’énoncé."),
        texte("Contrat", lambda f: f.contrat, "Code du contrat (contrats.csv)."),
        texte("Instrument", lambda f: f.instrument, "Clé de l’instrument (instruments.csv)."),
        choix("Type", Fait.Type, lambda f: f.type, "Délibération, signature, entrée en vigueur, montant…"),
        texte("Partie", lambda f: f.partie, "La partie dont il s’agit."),
        choix("Portée", Fait.Portee, lambda f: f.portee, "Dit de ce contrat, ou de tous à la fois."),
        *datation("Date du fait"),
        date("Jusqu’au", lambda f: f.jusqu_au, "Fin de la période, quand le fait en a une."),
        *montants(),
        texte("Texte", lambda f: f.texte, "Ce que dit la source, en plus."),
        date("Connu le", lambda f: f.connu_le, "Premier jour où une source publique le dit."),
        texte("Remplace", lambda f: (f.remplace or "")[:20], "L’énoncé qu’il corrige."),
        liste("Sources", lambda f: f.sources, SOURCES),
        oui("Fictif", lambda f: f.fictif, FICTIF),
    ),
    _faits,
)
TABLES = (SITUATIONS, CONTRATS, PARTIES, INSTRUMENTS, FAITS)
