"""The JSON Schema of each kind of data file, as its authors write it: dates and years are texts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from echelons.contrats.fichiers import FichierFaits
from echelons.publication.actes import FichierArticles
from echelons.socle.dates import DateSource
from echelons.strategie.fichiers import FichierEvenements, FichierReferentiel
from echelons.territoires.fichiers import FichierDeTerritoires
from echelons.web.documentation.markdown import AVERTISSEMENT

BROUILLON = "https://json-schema.org/draft/2020-12/schema"
DATE = {
    "type": "string",
    "pattern": r"^(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4})$",
    "title": "une date : 2019-06-30 ou 30/06/2019",
}
DATE_SOURCE = {
    "type": "string",
    "pattern": r"^(inconnue|\d{4}-\d{2}|(<=)?(\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{4}))$",
    "title": "une date et sa précision : 2018-12-18, 2019-06, <=2020-07-03 ou inconnue",
}
EXERCICES = {
    "anyOf": [{"type": "string", "pattern": r"^\d{4}(-\d{4})?$"}, {"type": "integer"}],
    "title": "une année ou deux : 2019, 2019-2021",
}


@dataclass(frozen=True)
class GenreDeFichier:
    """A kind of file: its model, the command that reads it, and what it is for."""

    nom: str
    modele: type[BaseModel]
    commande: str
    objet: str


GENRES = (
    GenreDeFichier(
        "faits",
        FichierFaits,
        "charger_faits",
        "Des contrats, leurs instruments et leurs faits datés, sourcés.",
    ),
    GenreDeFichier(
        "referentiel",
        FichierReferentiel,
        "charger_referentiels",
        "Une stratégie, ses dispositifs et ce qui les compose, ses mesures, ses indicateurs, ses règles, ses "
        "échéances et ses textes de référence.",
    ),
    GenreDeFichier(
        "evenements",
        FichierEvenements,
        "charger_evenements",
        "Des comptes officiels, des enveloppes et des événements.",
    ),
    GenreDeFichier("articles", FichierArticles, "charger_articles", "Des actualités."),
    GenreDeFichier(
        "territoires",
        FichierDeTerritoires,
        "charger_perimetres",
        "Des périmètres de projet ; la même forme sert aux territoires livrés avec le logiciel.",
    ),
)

#: What each part of a file is, for those who write it.
PARTIES = {
    "ActionParAxe": "Une règle : au moins tant d’actions dans chacun de ces volets.",
    "AncienCode": "Un ancien code de commune et la commune qui le porte aujourd’hui.",
    "Appartenance": "L’autre bout d’une appartenance.",
    "ArticleLu": "Un article ; son corps est en Markdown, le HTML n’y est pas interprété.",
    "AvisExige": "Une règle : l’avis d’une fonction (son code) est donné, favorable s’il le faut.",
    "AxeLu": "Un axe ou un engagement de la stratégie.",
    "ChiffreLu": "Un chiffre dit d’un événement.",
    "CibleExigee": "Une règle : chaque action vise une valeur pour au moins tant d’indicateurs.",
    "Cofinancement": (
        "Une règle : une part de l’argent, de chaque action ou de l’ensemble, au plus (« maximum ») ou au moins "
        "(« minimum »)."
    ),
    "CompetenceLue": "Qui répond d’une mesure entre deux dates, et dans quel contrat elle peut entrer.",
    "CompteLu": "Un nombre de signataires, ou d’engagés, annoncé par une autorité.",
    "ConstatCollectif": "Un constat qui vaut pour tous les signataires sauf quelques-uns, « au plus tard » à sa date.",
    "ContratFichier": "Une relation entre l’État et une ou plusieurs collectivités, sur un périmètre.",
    "DatesDansLOrdre": "Une règle : ces étapes se suivent ; avec « actions », chaque action commence avant de finir.",
    "DemandeLue": "Un dispositif demande l’indicateur, pour des exercices.",
    "DispositifLu": "Un type de contrat, sa période, et l’instrument qui le signe.",
    "EnveloppeLue": "De l’argent annoncé pour la nation ou pour une région.",
    "EvenementLu": "Ce qui s’est passé, à quel échelon, où.",
    "ExerciceLu": "Une année d’exécution, avec ses jours.",
    "FaitFichier": "Ce qu’une source dit, avec sa date ; sans « parties », une signature est celle de toutes.",
    "FichierArticles": "Le fichier entier.",
    "FichierDeTerritoires": "Le fichier entier.",
    "FichierEvenements": "Le fichier entier ; « releve_le » est le jour où les sources ont été lues.",
    "FichierFaits": "Le fichier entier ; « releve_le » est le jour où les sources ont été lues.",
    "FichierReferentiel": "Le fichier entier ; « schema » est la version de sa forme.",
    "IndicateurLu": "Ce que l’on compte, et les versions de sa définition.",
    "InstrumentFichier": "Un protocole, une convention, un avenant… et ses faits.",
    "InstrumentLu": (
        "Un genre d’instrument, sous le nom que lui donnent les textes ; « forme » est ce que le circuit connaît."
    ),
    "JustificationExigee": "Une règle : chaque action est d’une de ces natures, et dit pourquoi.",
    "MesureLue": "Une mesure de la stratégie.",
    "ChampDeFicheLu": "Un champ que le dispositif ajoute à ses fiches-actions.",
    "FicheLue": "Comment les fiches-actions se numérotent, et ce qu’elles doivent dire.",
    "ArticleDActeLu": "Un article du modèle d’acte, avec la date depuis laquelle il vaut.",
    "NatureLue": "Ce qu’une action peut être dite (nouvelle, renforcée…).",
    "ObjectifLu": "Ce qu’un texte demande à chaque signataire, et pour quand.",
    "PartieFichier": "Qui s’engage, en quelle qualité ; une collectivité est un territoire.",
    "PartieLue": "Qui est attendu parmi les signataires.",
    "PlafondAnnuel": "Une règle : un plafond par exercice, écrit ici ou notifié au contrat.",
    "Plancher": "Une règle : au moins ce montant d’un côté, chaque exercice.",
    "RedatageLu": "Une nouvelle date donnée par un texte ; l’ancienne reste affichée avec lui.",
    "RegleEcheanceLue": (
        "Ce qui est dû, par qui et à qui (codes des fonctions), pour quand : une « date », ou une « ancre » et un "
        "décalage. « instrument » vide : celui qui signe le contrat."
    ),
    "RegleLueDuFichier": "Ce qu’un contrat du dispositif doit respecter. Ce qui est « a_confirmer » ne bloque jamais.",
    "SourceLue": "Un document que tout le monde peut lire, cité par sa clé.",
    "StrategieLue": "Une stratégie nationale et sa période.",
    "Succession": "Un territoire qui en remplace un autre, à une date, en vertu d’un texte.",
    "Territoire": "Un territoire ; ses bornes sont incluses.",
    "TexteLu": "Une circulaire, une instruction, un décret ou une loi.",
    "VagueLue": "Une vague de territoires qui ont commencé avant les autres.",
    "VersionLue": "La définition à partir d’une date. Publiée, elle ne change plus : un changement ouvre une version.",
    "VoletLu": "Un volet, un axe, ou un objectif « dans » l’un d’eux.",
}


class _Generateur(GenerateJsonSchema):
    """Writes what an author types rather than what Python holds."""

    def function_before_schema(self, schema: core_schema.BeforeValidatorFunctionSchema) -> dict[str, Any]:
        lu: Any = schema["schema"]
        if lu.get("cls") is DateSource:
            return dict(DATE_SOURCE)
        if lu["type"] == "date":
            return dict(DATE)
        if lu["type"] == "tuple":
            return dict(EXERCICES)
        return super().function_before_schema(schema)

    def enum_schema(self, schema: core_schema.EnumSchema) -> dict[str, Any]:
        classe: Any = schema["cls"]
        choix = getattr(classe, "choices", [(membre.value, membre.value) for membre in classe])
        return {
            "title": classe.__qualname__,
            "enum": [valeur for valeur, _ in choix],
            "type": "string",
            "description": " ; ".join(f"{valeur} : {libelle}" for valeur, libelle in choix),
        }

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        produit = super().model_schema(schema)
        produit["description"] = PARTIES[schema["cls"].__name__]
        return produit

    def nullable_schema(self, schema: core_schema.NullableSchema) -> dict[str, Any]:
        """A key that may be left out: writing it with nothing after it is no use."""
        return self.generate_inner(schema["schema"])

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> dict[str, Any]:
        return {"type": "number", "minimum": 0}


def schema(genre: GenreDeFichier) -> dict[str, Any]:
    """The schema of one kind of file. Raises ``KeyError`` for a part that ``PARTIES`` does not describe."""
    produit = genre.modele.model_json_schema(schema_generator=_Generateur)
    texte = json.dumps(produit, ensure_ascii=False)
    for nom in produit.get("$defs", {}):
        # Nested classes of the same name are told apart by their module: keep the class that holds them.
        texte = texte.replace(f'"{nom}"', f'"{_court(nom)}"').replace(f'/{nom}"', f'/{_court(nom)}"')
    produit = json.loads(texte)
    return {
        "$schema": BROUILLON,
        "$comment": AVERTISSEMENT,
        "title": genre.nom,
        **{cle: valeur for cle, valeur in _sans_vide(produit).items() if cle != "title"},
    }


def _court(nom: str) -> str:
    return "".join(nom.split("__")[-2:])


def _sans_vide(valeur: Any) -> Any:
    """Without the defaults that say « nothing »."""
    if isinstance(valeur, dict):
        return {
            cle: _sans_vide(v) for cle, v in valeur.items() if not (cle == "default" and v in (None, "", []))
        }
    return [_sans_vide(v) for v in valeur] if isinstance(valeur, list) else valeur
