"""The journal of a contract as sentences that anybody can read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from echelons.acteurs.auteurs import noms_des_auteurs
from echelons.contrats.circuit import LIBELLES
from echelons.contrats.models import ChoixDePublication, Deliberation, Instrument
from echelons.contrats.models.publications import PARTS
from echelons.socle.circuit.moteur import COMMENTAIRE
from echelons.socle.dates import en_lettres
from echelons.socle.journal import EcritureLue

ISSUES = dict(Deliberation.Issue.choices)
ORGANES = dict(Deliberation.Organe.choices)
ETATS = dict(Instrument.Etat.choices)
PARTS_DITES = {part: str(ChoixDePublication._meta.get_field(part).verbose_name) for part in PARTS}  # type: ignore[union-attr]


@dataclass(frozen=True)
class Episode:
    """One act, told. ``jour`` is the business date, ``instant`` when it was really recorded."""

    numero: int
    jour: dt.date
    instant: dt.datetime
    acte: str
    qui: str
    phrase: str
    commentaire: str
    objet: str


def raconter(ecritures: Iterable[EcritureLue]) -> tuple[Episode, ...]:
    """Every row as a sentence, in the order given; the names in two queries."""
    lignes = list(ecritures)
    noms = noms_des_auteurs(e.auteur for e in lignes)
    return tuple(
        Episode(
            numero=e.numero,
            jour=e.date_metier,
            instant=e.instant,
            acte=e.acte,
            qui=noms.get(e.auteur.mandat, "Le système" if not e.auteur.compte else "Une personne"),
            phrase=_phrase(e),
            commentaire=e.personnel.get(COMMENTAIRE, ""),
            objet=e.objet.ref.partition("/")[2],
        )
        for e in lignes
    )


def _jour(valeur: Any) -> str:
    return en_lettres(dt.date.fromisoformat(valeur)) if isinstance(valeur, str) and valeur else ""


def _redaction(d: Mapping[str, Any], suite: Mapping[str, Any]) -> str:
    return f"a écrit la version {suite.get('texte', '')} du texte"


def _deliberation(d: Mapping[str, Any], suite: Mapping[str, Any]) -> str:
    issue = ISSUES.get(d.get("issue", ""), "")
    votes = [
        f"{d[cle]}\u00a0{mot}"
        for cle, mot in (("pour", "pour"), ("contre", "contre"), ("abstentions", "abstentions"))
        if d.get(cle) is not None
    ]
    vote = f" ({', '.join(votes)})" if votes else ""
    organe = ORGANES.get(d.get("organe", ""), "")
    return (
        f"a enregistré la délibération n°\u00a0{d.get('numero', '')} du {_jour(d.get('date_deliberation'))} "
        f"({organe})\u00a0: version {suite.get('texte', '')} {issue}{vote}"
    )


def _executoire(d: Mapping[str, Any], suite: Mapping[str, Any]) -> str:
    return (
        f"a rendu la délibération exécutoire\u00a0: transmise le {_jour(d.get('date_transmission'))} "
        f"(accusé n°\u00a0{d.get('accuse', '')}), publiée le {_jour(d.get('date_publication'))}"
    )


def _signature(pour: str) -> Callable[[Mapping[str, Any], Mapping[str, Any]], str]:
    def phrase(d: Mapping[str, Any], suite: Mapping[str, Any]) -> str:
        delegation = f", par délégation ({d['delegation']})" if d.get("delegation") else ""
        exception = ", par exception motivée" if d.get("exception") else ""
        quoi = f"la version {suite.get('texte', '')}, le {_jour(d.get('date_signature'))}"
        return f"a signé pour {pour} {quoi}{delegation}{exception}"

    return phrase


def _publication(d: Mapping[str, Any], suite: Mapping[str, Any]) -> str:
    parts = ", ".join(PARTS_DITES[part] for part in d.get("parts", ()) if part in PARTS_DITES)
    return f"a choisi ce qui est public de l’acte scellé, pour {d.get('partie', '')}\u00a0: {parts or 'rien'}"


#: By act: what was done, after the name of who did it; the data of the act, then what it left.
PHRASES: Mapping[str, Callable[[Mapping[str, Any], Mapping[str, Any]], str]] = {
    "ouvrir": lambda d, s: "a ouvert l’instrument",
    "rediger": _redaction,
    "partager": lambda d, s: "a ouvert la négociation",
    "soumettre": lambda d, s: "a soumis le texte à l’État",
    "reprendre": lambda d, s: "a repris le texte",
    "prendre_en_instruction": lambda d, s: "a pris le texte en instruction",
    "demander_des_corrections": lambda d, s: "a demandé des corrections",
    "donner_avis": lambda d, s: f"a donné l’avis du niveau régional sur la version {s.get('texte', '')}",
    "accorder": lambda d, s: "a accordé le texte pour le vote",
    "deliberer": _deliberation,
    "rendre_executoire": _executoire,
    "signer_collectivite": _signature("la collectivité"),
    "signer_etat": _signature("l’État"),
    "signer_autre": _signature("une autre partie"),
    "notifier": lambda d, s: f"a notifié l’acte signé, le {_jour(d.get('date_notification'))}",
    "entrer_en_vigueur": lambda d, s: f"a constaté l’entrée en vigueur, le {_jour(d.get('date_entree'))}",
    "abandonner": lambda d, s: "a abandonné l’instrument",
    "denoncer": lambda d, s: f"a dénoncé l’instrument, à effet du {_jour(d.get('date_effet'))}",
    "rouvrir": lambda d, s: "a rouvert le texte accordé",
    "sceller": lambda d, s: "a scellé l’acte sur son original signé",
    "annuler_le_sceau": lambda d, s: "a annulé le sceau",
    "publier_l_acte": _publication,
    "echanger": lambda d, s: "a écrit",
    "deposer_document": lambda d, s: "a déposé un document",
    "retirer_document": lambda d, s: "a retiré un document",
}


def _phrase(ecriture: EcritureLue) -> str:
    donnees, suite = ecriture.donnees.get("donnees", {}), ecriture.donnees.get("suite", {})
    dire = PHRASES.get(ecriture.acte)
    phrase = (
        dire(donnees, suite) if dire else f"a fait «\u00a0{LIBELLES.get(ecriture.acte, ecriture.acte)}\u00a0»"
    )
    if titre := ecriture.personnel.get("titre"):
        phrase += f"\u00a0: «\u00a0{titre}\u00a0»"
    de, vers = ecriture.donnees.get("de"), ecriture.donnees.get("vers")
    if de and vers and de != vers:
        phrase += f" ({ETATS.get(de, de)} → {ETATS.get(vers, vers)})"
    return phrase
