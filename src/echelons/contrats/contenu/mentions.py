"""The typed mentions of the articles: « {montant_etat} » in a text becomes « 1 125 000 € », from the content itself.

A mention that is not known yet reads « [montant de l’État : à compléter] », so that a draft always prints and says what
it lacks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal

from num2words import num2words  # type: ignore[import-untyped]

from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.contenu.totaux import totaliser
from echelons.socle.dates import en_lettres
from echelons.socle.nombres import euros, insecables
from echelons.socle.textes import au_milieu, majuscule

MENTION = re.compile(r"\{([a-z_]+)\}")
#: Every mention, and what it is called where it is missing or explained.
MENTIONS: Mapping[str, str] = {
    "dispositif": "nom du dispositif",
    "intitule": "intitulé de l’instrument",
    "territoire": "territoire",
    "etat": "l’État et qui le représente",
    "collectivite": "la collectivité et qui la représente",
    "parties": "toutes les parties",
    "debut": "début de la période",
    "fin": "fin de la période",
    "exercices": "exercices",
    "nombre_de_fiches": "nombre de fiches-actions",
    "montant_total": "montant total",
    "montant_total_lettres": "montant total, en lettres",
    "montant_etat": "montant de l’État",
    "montant_etat_lettres": "montant de l’État, en lettres",
    "montant_collectivite": "montant de la collectivité",
    "montant_collectivite_lettres": "montant de la collectivité, en lettres",
    "montants_par_exercice": "montant de l’État, exercice par exercice",
    "service_de_l_etat": "service de l’État qui instruit, sous son nom du jour",
}


def mentions_inconnues(texte: str) -> list[str]:
    """The mentions of a text that do not exist, in order."""
    return [m for m in MENTION.findall(texte) if m not in MENTIONS]


def remplir(texte: str, valeurs: Mapping[str, str]) -> str:
    """The text with its mentions written out, each with a capital where it begins a sentence."""

    def dire(trouvee: re.Match[str]) -> str:
        nom = trouvee[1]
        if nom not in MENTIONS:
            return trouvee[0]
        dite = valeurs.get(nom) or insecables(f"[{MENTIONS[nom]} : à compléter]")
        avant = texte[: trouvee.start()].rstrip(" \u00a0\u202f")
        return majuscule(dite) if not avant or avant[-1] in ".!?\n" else dite

    return MENTION.sub(dire, texte)


def en_toutes_lettres(montant: Decimal) -> str:
    """« un million cent vingt-cinq mille euros et dix centimes »."""
    entiers, centimes = divmod(int(montant * 100), 100)
    dit = str(num2words(entiers, lang="fr"))
    de = " d’" if entiers >= 1_000_000 and entiers % 1_000_000 == 0 else " "
    dit += f"{de}{'euro' if entiers < 2 else 'euros'}"
    if centimes:
        dit += f" et {num2words(centimes, lang='fr')} {'centime' if centimes < 2 else 'centimes'}"
    return dit


def valeurs_des_mentions(contenu: Contenu, service_de_l_etat: str = "") -> dict[str, str]:
    """What each mention says for this content; empty for what is not known."""
    soi, totaux = contenu.instrument, totaliser(contenu)
    roles = {r: [au_milieu(p.libelle) for p in soi.parties if p.role == r] for r in ("etat", "collectivite")}
    annees = contenu.exercices
    valeurs = {
        "dispositif": soi.dispositif_nom,
        "intitule": soi.intitule,
        "territoire": soi.territoire.nom,
        "etat": ", ".join(roles["etat"]),
        "collectivite": ", ".join(roles["collectivite"]),
        "parties": ", ".join(au_milieu(p.libelle) for p in soi.parties),
        "debut": en_lettres(soi.debut) if soi.debut else "",
        "fin": en_lettres(soi.fin) if soi.fin else "",
        "exercices": f"{annees[0]} à {annees[-1]}" if len(annees) > 1 else str(annees[0]) if annees else "",
        "nombre_de_fiches": num2words(len(contenu.fiches), lang="fr") if contenu.fiches else "",
        "service_de_l_etat": service_de_l_etat,
    }
    for nom, montant in (
        ("montant_total", totaux.ensemble),
        ("montant_etat", totaux.par_cote.get("etat", Decimal(0))),
        ("montant_collectivite", totaux.par_cote.get("collectivite", Decimal(0))),
    ):
        valeurs[nom] = euros(montant) if montant else ""
        valeurs[f"{nom}_lettres"] = en_toutes_lettres(montant) if montant else ""
    annuels = [(an, totaux.par_cote_exercice.get(("etat", an))) for an in annees]
    valeurs["montants_par_exercice"] = insecables(
        " ; ".join(f"{euros(montant)} en {an}" for an, montant in annuels if montant)
    )
    return valeurs
