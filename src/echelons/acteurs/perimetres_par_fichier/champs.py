"""The columns of a file of perimeters."""

from __future__ import annotations

import re
from typing import Any

from echelons.socle.imports.champs import Champ, ValeurRefusee
from echelons.socle.imports.valeurs import UN_JOUR, adresse, choix, en_texte, jour, texte
from echelons.socle.tableurs import Valeur
from echelons.territoires.perimetres import NATURES

UN_MEMBRE = "le code Insee d’une commune ou le SIREN d’un EPCI"


def code_de_membre(valeur: Valeur, chantier: Any) -> str:
    """« 59350 », « Lille (59350) », or 1001 whose first zero a spreadsheet took away. Raises ``ValeurRefusee``."""
    lu = en_texte(valeur).upper().removesuffix(".0")
    if trouve := re.search(r"\(([0-9AB]{4,9})\)$", lu):
        lu = trouve[1]
    lu = lu.replace(" ", "")
    if re.fullmatch(r"\d{4}", lu):
        lu = f"0{lu}"
    if lu and not re.fullmatch(r"\d[0-9AB]\d{3}|\d{9}", lu):
        raise ValeurRefusee(UN_MEMBRE)
    return lu


CHAMPS = (
    Champ(
        "perimetre",
        "Code du périmètre",
        texte(60),
        "le code d’un périmètre connu\u00a0; vide\u00a0: celui qui porte ce nom",
        ("périmètre", "code périmètre"),
        exemple="P-bassin-minier",
    ),
    Champ(
        "nom",
        "Nom du périmètre",
        texte(200),
        "le nom du périmètre\u00a0; s’il n’existe pas encore, il est créé",
        ("nom", "libellé", "intitulé", "nom périmètre"),
        exemple="Pays des Trois-Cols",
    ),
    Champ(
        "nature",
        "Ce que c’est",
        choix({libelle: code for code, libelle in NATURES.items()}),
        "une des natures de périmètre\u00a0; vide\u00a0: autre périmètre de projet",
        ("nature", "type", "type de périmètre"),
        exemple="Pacte territorial",
    ),
    Champ(
        "membre",
        "Commune ou EPCI",
        code_de_membre,
        UN_MEMBRE,
        (
            "commune",
            "code commune",
            "code insee",
            "insee",
            "epci",
            "siren",
            "code epci",
            "code",
            "membre",
            "territoire",
        ),
        requis=True,
        exemple="59350",
    ),
    Champ(
        "departement",
        "Département",
        texte(3),
        "le numéro du département où se trouve la commune\u00a0; facultatif, pour vérifier",
        ("dép", "dépt", "numéro de département", "code département"),
        exemple="59",
    ),
    Champ(
        "debut",
        "Date d’effet",
        jour,
        f"{UN_JOUR}\u00a0; vide si on ne la connaît pas",
        ("date", "depuis", "depuis le", "début", "à partir du", "entrée"),
        exemple="01/01/2020",
    ),
    Champ(
        "fin",
        "Fin",
        jour,
        f"{UN_JOUR}, ce jour compris\u00a0; vide si cela dure",
        ("jusqu’au", "date de fin", "sortie", "fin le"),
        exemple="",
    ),
    Champ(
        "source",
        "Source",
        texte(300),
        "le document qui le dit",
        ("titre de la source", "référence", "document source", "origine", "délibération"),
        requis=True,
        exemple="Arrêté préfectoral du 18 décembre 2019",
    ),
    Champ(
        "adresse",
        "Adresse de la source",
        adresse,
        "l’adresse de la page, qui commence par https://",
        ("lien", "url", "adresse", "site"),
        exemple="",
    ),
)
