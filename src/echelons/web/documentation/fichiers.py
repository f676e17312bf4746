"""The shape of the data files, told to those who write them, from their JSON Schemas."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from echelons.socle.yaml_situe import TAILLE_MAX
from echelons.web.documentation.markdown import entete, tableau
from echelons.web.documentation.schemas import GENRES, GenreDeFichier, schema

CHAPO = (
    "Les données entrent par des fichiers YAML en UTF-8, de "
    f"{TAILLE_MAX // 1_000_000} Mo au plus. Une clé inconnue, répétée ou mal placée est refusée : l’erreur donne le "
    "fichier, la ligne, la clé, ce qui a été trouvé et ce qui est attendu, et rien n’est enregistré. "
    "Le [guide](../guides/charger-des-faits.md) montre un fichier complet."
)


def fichiers() -> str:
    """``docs/reference/fichiers.md``."""
    lignes = entete("Fichiers de données", CHAPO)
    for genre in GENRES:
        lignes += _genre(genre)
    return "\n".join(lignes)


def _genre(genre: GenreDeFichier) -> Iterator[str]:
    produit = schema(genre)
    lien = f"[`schemas/{genre.nom}.json`](schemas/{genre.nom}.json)"
    yield from (
        f"## {genre.nom}",
        "",
        f"{genre.objet} Lu par `./echelons {genre.commande}`. Schéma : {lien}.",
        "",
    )
    parties = {genre.modele.__name__: produit, **produit.get("$defs", {})}
    for nom in _dans_l_ordre(genre.modele.__name__, parties):
        partie = parties[nom]
        yield from (f"### {genre.nom} : {nom}", "", partie["description"], "")
        yield from tableau(
            ("Clé", "Obligatoire", "Valeur"),
            (
                (f"`{cle}`", "oui" if cle in partie.get("required", ()) else "", _dire(valeur, parties))
                for cle, valeur in partie["properties"].items()
            ),
        )


def _dans_l_ordre(racine: str, parties: dict[str, Any]) -> list[str]:
    """The parts, each after the one that first speaks of it."""
    vus: list[str] = []
    a_voir = [racine]
    while a_voir:
        nom = a_voir.pop(0)
        if nom in vus or "properties" not in parties[nom]:
            continue
        vus.append(nom)
        a_voir += [cible for valeur in parties[nom]["properties"].values() for cible in _cibles(valeur)]
    return vus


def _cibles(valeur: dict[str, Any]) -> list[str]:
    """The parts that a value speaks of."""
    dites = valeur.get("oneOf") or [valeur.get("items", valeur)]
    return [str(dite["$ref"]).rpartition("/")[2] for dite in dites if "$ref" in dite]


def _dire(valeur: dict[str, Any], parties: dict[str, Any]) -> str:
    """A value in French."""
    if valeur.get("type") == "array":
        au_moins = f", au moins {valeur['minItems']}" if valeur.get("minItems") else ""
        return f"liste{au_moins} : {_dire(valeur['items'], parties)}"
    if "$ref" in valeur:
        (nom,) = _cibles(valeur)
        return nom if "properties" in parties[nom] else _dire(parties[nom], parties)
    if "oneOf" in valeur:
        return f"une de ces formes, selon « {valeur['discriminator']['propertyName']} » : {', '.join(_cibles(valeur))}"
    if "enum" in valeur:
        return f"une de ces valeurs : {', '.join(f'`{choix}`' for choix in valeur['enum'])}"
    if "const" in valeur:
        return f"`{valeur['const']}`"
    if "title" in valeur:
        return str(valeur["title"])
    genres = {
        "string": "texte",
        "boolean": "`true` ou `false`",
        "integer": "nombre entier",
        "number": "nombre",
    }
    texte = genres[valeur["type"]]
    if "pattern" in valeur:
        texte += f" de la forme `{valeur['pattern']}`"
    if "maxLength" in valeur:
        texte += f", au plus {valeur['maxLength']} caractères"
    return texte
