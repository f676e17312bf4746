"""Writes ``PROVENANCE.md``: where the shipped files come from, under which licence, and what they count."""

from typing import Any

GABARIT = """# Provenance des données de territoires

Fichiers engendrés par `outils/territoires/reconstruire.py` ; ne les modifiez pas à la main.
Ceux qui sont écrits à la main dans ce dossier sont `collectivites.yaml`, `successions.yaml` et `perimetres.yaml` ;
ils disent leurs sources.

## Sources

| paquet publié | ce qui en est repris | SHA-512 de l’archive (début) |
|---|---|---|
{paquets}

Données : Insee (code officiel géographique, populations de référence), DGCL (liste des EPCI à fiscalité propre,
numéros SIREN de Banatic), La Poste (codes postaux) ; **Licence Ouverte**. Mention à afficher : « Source : Insee et
DGCL, code officiel géographique au 1er janvier 2019 et au 1er janvier 2026 ». Du paquet `django-francedata`, dont le
code est sous AGPL-3, seuls des numéros publics sont repris, aucun code.

Ce qui est changé : les collectivités d’outre-mer (Saint-Pierre-et-Miquelon, Saint-Martin, Saint-Barthélemy, Polynésie
française, Nouvelle-Calédonie, Wallis-et-Futuna…), hors du champ de la contractualisation, sont écartées ; les apostrophes sont
typographiques ; le nom retenu est le plus récent, l’ancien est gardé à côté. La population est la population municipale
de référence du millésime le plus récent où le territoire existe (Mayotte : 2017).

## Fichiers

| fichier | lignes | SHA-256 (début) |
|---|---:|---|
{fichiers}

Les empreintes entières sont dans `manifeste.json`.

## Comptes

{comptes}

## Ce que deux photographies ne disent pas

Entre le 1er janvier 2019 et le 1er janvier 2026, un changement est connu sans sa date : un territoire vu en 2019 et absent
en 2026 est réputé valide jusqu’au 31 décembre 2025 *au plus tard* ; un territoire vu en 2026 seulement l’est depuis le
1er janvier 2026 *au plus tard*. Les appartenances se lisent dans la photographie la plus récente qui ne dépasse pas la date
demandée (avant 2019 : celle de 2019), et la page le dit : « découpage au 1er janvier 2019 ».

## Anciens codes de communes

Chaque code est suivi de deux façons, par l’historique daté de 2019 et par la liste de 2026. Ce qui manque ou diverge est
dans `rapport_filiation.csv` :

{constats}

« Supprimée sans suite selon 2019 » et « suites différentes » sont marquées *discordantes* dans `anciens_codes.csv` : les suites
données par l’une et l’autre source sont toutes gardées, aucune n’est devinée. Codes sans aucune filiation connue :
{sans_filiation}.
"""


def rediger(manifeste: dict[str, Any]) -> str:
    """The text of ``PROVENANCE.md`` for a manifest."""
    comptes = dict(manifeste["comptes"])
    constats = comptes.pop("constats")
    return GABARIT.format(
        paquets="\n".join(
            f"| `{p['paquet']}` | {p['contenu']} | `{p['sha512'][:24]}` |" for p in manifeste["paquets"]
        ),
        fichiers="\n".join(
            f"| `{nom}` | {fiche['lignes']} | `{fiche['sha256'][:24]}` |"
            for nom, fiche in manifeste["fichiers"].items()
        ),
        comptes="\n".join(f"- {nom.replace('_', ' ')} : {nombre}" for nom, nombre in comptes.items()),
        constats="\n".join(f"- {constat} : {nombre}" for constat, nombre in constats.items()),
        sans_filiation=comptes["sans_filiation"],
    )
