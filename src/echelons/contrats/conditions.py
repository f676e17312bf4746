"""What is missing before an act of the circuit of an instrument: each guard says it in a sentence, with where to go.

The data are those of the act; they are None when only the button is drawn, and a guard then says what it can.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.utils.text import get_text_list

from echelons.contrats.contenu.etat import points_bloquants
from echelons.contrats.dossier import Dossier
from echelons.contrats.models import Deliberation, Instrument, Partie
from echelons.socle.circuit import Manque
from echelons.socle.circuit.table import Donnees
from echelons.socle.dates import en_lettres
from echelons.socle.horloge import aujourdhui

E = Instrument.Etat
JOURS = {
    "date_deliberation": "La délibération",
    "date_transmission": "La transmission",
    "date_publication": "La publication",
    "date_signature": "La signature",
    "date_notification": "La notification",
    "date_effet": "La dénonciation",
}


def texte_ecrit(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """Something is written: a text, a fiche or a target; the articles of the model alone are nobody's words."""
    if Dossier.de(instrument).texte or instrument.fiches.exists() or instrument.cibles.exists():
        return []
    return [Manque("Le texte n’est pas encore écrit, et aucune fiche-action non plus.", "#texte")]


def contenu_en_regle(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """No blocking rule of the dispositif is broken, unless the parties documented an exception.

    Rules are judged when the act is done, not each time its button is drawn.
    """
    if donnees is None:
        return []
    return [Manque(p.phrase, "manques/") for p in points_bloquants(instrument)]


def texte_donne(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """There is something to write, and it differs from what is written."""
    if donnees is None:
        return []
    texte = str(donnees.get("texte", "")).strip()
    if not texte:
        return [Manque("Le texte est vide\u00a0: écrivez-le avant d’enregistrer.")]
    actuel = Dossier.de(instrument).texte
    if actuel and actuel.texte == str(donnees["texte"]).replace("\r\n", "\n"):
        return [Manque("Ce texte est le même que celui qui est enregistré\u00a0: rien n’a changé.")]
    return []


def jour_possible(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """An act is dated of today or before, and not before the dispositif exists."""
    if donnees is None:
        return []
    manques = []
    for cle, quoi in JOURS.items():
        jour = donnees.get(cle)
        if not isinstance(jour, dt.date):
            continue
        if jour > aujourdhui():
            manques.append(
                Manque(
                    f"{quoi} est datée du {en_lettres(jour)}, après aujourd’hui, le {en_lettres(aujourdhui())}."
                )
            )
        elif jour < instrument.contrat.dispositif.debut:
            debut = en_lettres(instrument.contrat.dispositif.debut)
            manques.append(
                Manque(f"{quoi} est datée du {en_lettres(jour)}, avant le début du dispositif ({debut}).")
            )
    return manques


def avis_donne(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """The opinion of the regional level, where the dispositif requires it at that date."""
    if not instrument.contrat.dispositif.avis_regional_exige_le(aujourdhui()):
        return []
    if Dossier.de(instrument).avis_a_jour:
        return []
    return [
        Manque(
            "L’avis du niveau régional est exigé par le dispositif et n’est pas encore donné sur ce texte."
        )
    ]


def vote_attendu(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """A collectivité votes once on a text; after the signature, only an approval can be recorded."""
    dossier = Dossier.de(instrument)
    if not dossier.collectivites_sans_vote:
        return [Manque("L’assemblée a déjà adopté ce texte.", fait=True)]
    if donnees is None:
        return []
    manques = []
    if donnees.get("partie") not in {p.pk for p in dossier.collectivites_sans_vote}:
        manques.append(Manque("Cette collectivité a déjà adopté ce texte, ou n’est pas partie au contrat."))
    if instrument.etat == E.SIGNEE and donnees.get("issue") != Deliberation.Issue.ADOPTEE:
        manques.append(
            Manque(
                "L’acte est déjà signé\u00a0: seule une adoption peut encore être enregistrée\u00a0; sinon, dénoncez."
            )
        )
    return manques


def vote_a_rendre_executoire(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """There is an adopted vote that is not executory yet, and the dates follow it."""
    dossier = Dossier.de(instrument)
    if not dossier.votes_a_rendre_executoires:
        return [
            Manque(
                "Aucune délibération adoptée n’attend d’être rendue exécutoire.", fait=bool(dossier.adoptions)
            )
        ]
    if donnees is None:
        return []
    vote = next((v for v in dossier.votes_a_rendre_executoires if v.partie_id == donnees.get("partie")), None)
    if vote is None:
        return [Manque("Cette collectivité n’a pas de délibération adoptée qui attende.")]
    manques = []
    for cle, quoi in (("date_transmission", "La transmission"), ("date_publication", "La publication")):
        jour = donnees.get(cle)
        if isinstance(jour, dt.date) and jour < vote.date:
            manques.append(Manque(f"{quoi} précède la délibération du {en_lettres(vote.date)}."))
    return manques


def vote_executoire(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """Before it signs, the assembly of a collectivité has voted and the vote is executory, or a reason is given."""
    dossier = Dossier.de(instrument)
    if donnees is None or donnees.get("exception"):
        return []
    partie = donnees["partie"]
    if not dossier.executoire_pour(partie):
        return [
            Manque(
                "La délibération n’est pas exécutoire (votée, transmise au préfet et publiée). La signer avant demande "
                "un motif, qui sera inscrit au journal."
            )
        ]
    jour, execution = donnees.get("date_signature"), dossier.jour_executoire(partie)
    if isinstance(jour, dt.date) and execution and jour < execution:
        return [
            Manque(
                f"La signature précède le jour où la délibération est devenue exécutoire, le {en_lettres(execution)}. "
                "Corrigez la date, ou donnez le motif de l’exception."
            )
        ]
    return []


def signature_attendue(role: str) -> Any:
    """A guard: a party of this role has not signed this text yet, and the data name one."""

    def garde(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
        attendues = [p for p in Dossier.de(instrument).parties_sans_signature if _role(p) == role]
        if not attendues:
            return [Manque("Cette signature est déjà portée sur le texte.", fait=True)]
        if donnees is not None and donnees.get("partie") not in {p.pk for p in attendues}:
            return [Manque("Cette partie a déjà signé, ou n’est pas celle pour laquelle vous signez.")]
        return []

    return garde


def pas_encore_notifiee(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """An act is notified once, after its last signature."""
    dossier = Dossier.de(instrument)
    if instrument.notifiee_le:
        return [Manque(f"L’acte a déjà été notifié le {en_lettres(instrument.notifiee_le)}.", fait=True)]
    jour = donnees.get("date_notification") if donnees else None
    return _pas_avant(jour, dossier.derniere_signature, "La notification précède la dernière signature")


def prete_a_entrer(instrument: Instrument, donnees: Donnees | None) -> list[Manque]:
    """In force once it is notified and every vote is executory."""
    dossier = Dossier.de(instrument)
    manques = [] if instrument.notifiee_le else [Manque("L’acte signé n’a pas encore été notifié.")]
    en_attente = [p for p in dossier.collectivites if not dossier.executoire_pour(p.pk)]
    if en_attente:
        noms = get_text_list([str(p) for p in en_attente], "et")
        manques.append(Manque(f"La délibération n’est pas encore exécutoire\u00a0: {noms}."))
    jour = donnees.get("date_entree") if donnees else None
    return manques + _pas_avant(jour, instrument.notifiee_le, "L’entrée en vigueur précède la notification")


def _pas_avant(jour: Any, borne: dt.date | None, phrase: str) -> list[Manque]:
    if isinstance(jour, dt.date) and borne and jour < borne:
        return [Manque(f"{phrase}, du {en_lettres(borne)}.")]
    return []


def _role(partie: Partie) -> str:
    return partie.role if partie.role in {Partie.Role.ETAT, Partie.Role.COLLECTIVITE} else Partie.Role.AUTRE
