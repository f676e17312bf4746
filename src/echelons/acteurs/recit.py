"""The journal of an organisation, a mandate or an invitation, told in French sentences."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.acteurs.models import Compte, Organisation
from echelons.socle.dates import en_lettres, lire_date_iso
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import Auteur, EcritureLue, Objet, histoire

Donnees = Mapping[str, Any]


@dataclass(frozen=True)
class Phrase:
    """What was done, and when it was recorded."""

    instant: dt.datetime
    texte: str


def raconter(*objets: Objet) -> list[Phrase]:
    """The history of one thing (and of what it comes from), the latest first, in a handful of queries whatever its
    length; what two chains tell alike is told once."""
    lignes = sorted((ligne for objet in objets for ligne in histoire(objet)), key=lambda ligne: -ligne.numero)
    qui, organisations = _noms(lignes), _organisations(lignes)
    phrases: list[Phrase] = []
    for ligne in lignes:
        if ligne.acte not in _RECITS:
            continue
        texte = f"{qui[ligne.auteur]} {_RECITS[ligne.acte](ligne.donnees, organisations)}."
        if not phrases or phrases[-1].texte != texte:
            phrases.append(Phrase(ligne.instant, texte))
    return phrases


def _noms(lignes: Iterable[EcritureLue]) -> dict[Auteur, str]:
    """Who did each, by the mandate or, failing one, by the account."""
    auteurs = {ligne.auteur for ligne in lignes}
    mandats = noms_des_auteurs(auteurs)
    seuls = [int(a.compte) for a in auteurs if a.compte.isdigit() and a.mandat not in mandats]
    comptes = {str(c.pk): str(c) for c in Compte.objects.select_related("personne").filter(pk__in=seuls)}
    return {
        a: mandats.get(a.mandat)
        or comptes.get(a.compte)
        or ("Une personne oubliée" if a.compte else "Le système")
        for a in auteurs
    }


def _organisations(lignes: Iterable[EcritureLue]) -> dict[str, str]:
    """The names of the organisations that the rows cite, as they are today."""
    codes = {
        str(ligne.donnees[cle])
        for ligne in lignes
        for cle in ("de", "vers", "dans", "doublon")
        if cle in ligne.donnees
    }
    jour = aujourdhui()
    connues = Organisation.objects.filter(code__in=codes).prefetch_related("noms")
    return {o.code: o.nom_au(jour) for o in connues}


def _jour(valeur: Any) -> str:
    return en_lettres(lire_date_iso(valeur))


def _jusqu_au(donnees: Donnees) -> str:
    return f"jusqu’au {_jour(donnees['fin'])}" if donnees.get("fin") else "sans fin prévue"


def _cite(cle: str, avant: str, apres: str = "") -> Callable[[Donnees, Mapping[str, str]], str]:
    """A sentence around the name of the organisation that the row cites under this key."""

    def phrase(donnees: Donnees, organisations: Mapping[str, str]) -> str:
        code = donnees[cle]
        return f"{avant} «\u00a0{organisations.get(code, code)}\u00a0»{apres}"

    return phrase


def _nommer(donnees: Donnees, _: Mapping[str, str]) -> str:
    suite = f", à la suite de «\u00a0{donnees['nom_precedent']}\u00a0»" if donnees["nom_precedent"] else ""
    return f"a donné le nom «\u00a0{donnees['nom']}\u00a0» à partir du {_jour(donnees['debut'])}{suite}"


def _numeroter(donnees: Donnees, _: Mapping[str, str]) -> str:
    siren, siret = (donnees[cle] or "non renseigné" for cle in ("siren", "siret"))
    return f"a enregistré le SIREN {siren} et le SIRET {siret}"


def _transferer(donnees: Donnees, organisations: Mapping[str, str]) -> str:
    vers = organisations.get(donnees["vers"], donnees["vers"])
    if "suite" in donnees:  # of a mandate, and not of the whole organisation
        return (
            f"a transféré ce mandat à «\u00a0{vers}\u00a0»\u00a0; il s’achève ici le {_jour(donnees['fin'])}"
        )
    return f"a transféré {_mandats(donnees)} à «\u00a0{vers}\u00a0» à partir du {_jour(donnees['le'])}"


def _recevoir_un_transfert(donnees: Donnees, organisations: Mapping[str, str]) -> str:
    de = organisations.get(donnees["de"], donnees["de"])
    return f"a transféré ici {_mandats(donnees)} de «\u00a0{de}\u00a0» à partir du {_jour(donnees['le'])}"


def _mandats(donnees: Donnees) -> str:
    """« 1 mandat », « 3 mandats »: invitations that wait are counted with them."""
    nombre = donnees["deplaces"]
    return f"{nombre}\u00a0mandat{'s' if nombre > 1 else ''}"


def _terminer(donnees: Donnees, _: Mapping[str, str]) -> str:
    return f"a mis fin au mandat le {_jour(donnees['fin'])}"


def _passer_la_main(donnees: Donnees, _: Mapping[str, str]) -> str:
    a = "un collègue" if donnees.get("mandat") else "une personne invitée"
    return f"a passé la fonction à {a}\u00a0; le mandat s’achève le {_jour(donnees['fin'])}"


_RECITS: Mapping[str, Callable[[Donnees, Mapping[str, str]], str]] = {
    "creer": lambda d, _: f"a inscrit l’organisation sous le nom «\u00a0{d['nom']}\u00a0»",
    "nommer": _nommer,
    "numeroter": _numeroter,
    "reunir": _cite("dans", "a réuni cette organisation à"),
    "recevoir_un_doublon": _cite("doublon", "a réuni ici le doublon"),
    "transferer": _transferer,
    "recevoir_un_transfert": _recevoir_un_transfert,
    "inviter": lambda d, _: f"a invité à partir du {_jour(d['debut'])}",
    "retirer": lambda d, _: "a retiré l’invitation",
    "accepter": lambda d, _: "a accepté l’invitation",
    "installer": lambda d, _: "a ouvert le premier compte de l’instance",
    "terminer": _terminer,
    "renouveler": lambda d, _: f"a renouvelé le mandat, {_jusqu_au(d)}",
    "passer_la_main": _passer_la_main,
    "prendre_la_suite": lambda d, _: f"a confié la fonction à partir du {_jour(d['debut'])}",
    "etre_transfere": _cite("de", "a transféré ce mandat depuis"),
    "changer_d_organisation": _cite("de", "a déplacé ce mandat, qui venait de"),
}
