"""Published tables: what the parties of sealed acts let everybody read, their actions place by place, their amounts."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Model, QuerySet

from echelons.contrats.models import ActePublie, ActionPubliee, MontantPublie
from echelons.contrats.models.publications import PARTS
from echelons.publication.donnees.contrats import FICTIF
from echelons.publication.donnees.tables import (
    MONTANT,
    Champ,
    TablePubliee,
    date,
    liste,
    nombre,
    oui,
    texte,
)


def _publics(modele: type[Model], jour: dt.date, chemin: str = "") -> QuerySet[Any]:
    """The rows of the acts that are public on that day and whose seal stands; ``chemin`` leads to the act."""
    return modele._default_manager.filter(
        **{f"{chemin}publie_le__lte": jour, f"{chemin}sceau__annulation": None}
    ).select_related(f"{chemin}sceau__instrument__contrat__perimetre")


def _de_l_acte(chemin: str) -> tuple[Champ[Any], ...]:
    """Which act a row is of."""

    def instrument(ligne: Any) -> Any:
        return (getattr(ligne, chemin) if chemin else ligne).sceau.instrument

    return (
        texte("Contrat", lambda r: instrument(r).contrat.code, "Code du contrat (contrats.csv)."),
        texte("Instrument", lambda r: instrument(r).cle, "Clé de l’instrument (instruments.csv)."),
        oui("Fictif", lambda r: instrument(r).contrat.perimetre.fictif, FICTIF),
    )


ACTES = TablePubliee(
    "actes",
    "Actes signés et publiés",
    "Les actes scellés dont les parties laissent lire quelque chose, et quoi.",
    (
        *_de_l_acte(""),
        texte("Intitulé", lambda a: a.intitule, "Nom de l’acte, tel que scellé."),
        date("Signé le", lambda a: a.sceau.jour, "Jour de la dernière signature."),
        date("Publié le", lambda a: a.publie_le, "Depuis quand ces parts sont publiques."),
        liste("Public", lambda a: [p for p in PARTS if p in a.parts], "Ce qui se lit de l’acte, en code."),
        texte("Code", lambda a: a.sceau.code, "Le code imprimé sur ses pages, à vérifier sur /verifier/."),
        texte("Empreinte", lambda a: a.sceau.empreinte, "SHA-256 de ce que dit l’acte."),
    ),
    lambda jour: _publics(ActePublie, jour).order_by(
        "sceau__instrument__contrat__code", "sceau__instrument__cle", "sceau__rang"
    ),
)
ACTIONS = TablePubliee(
    "actions",
    "Actions publiées, lieu par lieu",
    "Une ligne par fiche-action et par lieu où elle se mène.",
    (
        *_de_l_acte("acte"),
        texte("Action", lambda a: a.reference, "Identifiant de la fiche-action."),
        texte("Numéro", lambda a: a.numero, "Numéro de la fiche dans l’acte."),
        texte("Intitulé", lambda a: a.intitule, "Nom de l’action."),
        texte("Axe", lambda a: a.axe, "Volet ou axe dont elle relève."),
        texte("Public visé", lambda a: a.public, "Pour qui elle est."),
        texte("Lieu", lambda a: a.lieu, "Code du territoire (territoires.csv), ou de la commune (Insee)."),
        texte("Nom du lieu", lambda a: a.lieu_nom, "Son nom au jour de l’acte."),
        oui("Partout", lambda a: a.partout, "Oui : dans tout le territoire du contrat."),
    ),
    lambda jour: _publics(ActionPubliee, jour, "acte__").order_by(
        "acte__sceau__instrument__contrat__code",
        "acte__sceau__instrument__cle",
        "acte__sceau__rang",
        "rang",
        "lieu",
    ),
)
MONTANTS = TablePubliee(
    "montants",
    "Montants publiés, par axe et par exercice",
    "Ce que chaque acte publié prévoit, tous financeurs réunis. Deux actes d’un contrat peuvent dire le même exercice.",
    (
        *_de_l_acte("acte"),
        texte("Axe", lambda m: m.axe, "Code du volet ou de l’axe. Vide : aucun."),
        texte("Libellé", lambda m: m.axe_libelle, "Son nom au jour de l’acte."),
        nombre("Exercice", lambda m: m.exercice, "Année."),
        Champ("Montant", lambda m: m.montant, genre=MONTANT, sens="Montant prévu, en euros, au centime."),
    ),
    lambda jour: _publics(MontantPublie, jour, "acte__").order_by(
        "acte__sceau__instrument__contrat__code",
        "acte__sceau__instrument__cle",
        "acte__sceau__rang",
        "exercice",
        "axe",
    ),
)
TABLES = (ACTES, ACTIONS, MONTANTS)
