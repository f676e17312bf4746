"""Whose turn it is: the acts that an instrument waits for, who holds the pen, and how each reader is told.

The département reads « à vous de corriger », the State reads « chez le département »: same state, two sentences.
"""

from __future__ import annotations

from echelons.acteurs.droits import COTES, Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.circuit import CIRCUIT
from echelons.contrats.models import Instrument, Partie
from echelons.socle.circuit import Transition

E = Instrument.Etat
#: The acts that take an instrument further; the others are ways back, or exceptions.
AVANCE: dict[str, tuple[str, ...]] = {
    E.PROJET: ("rediger", "soumettre"),
    E.EN_NEGOCIATION: ("rediger", "soumettre"),
    E.A_CORRIGER: ("rediger", "soumettre"),
    E.SOUMISE: ("prendre_en_instruction",),
    E.EN_INSTRUCTION: ("accorder", "demander_des_corrections"),
    E.ACCORDEE: ("deliberer", "rendre_executoire"),
    E.DELIBEREE: ("rendre_executoire",),
    E.EXECUTOIRE: ("signer_collectivite", "signer_etat", "signer_autre"),
    E.SIGNEE: ("deliberer", "rendre_executoire", "notifier", "entrer_en_vigueur"),
}


def attendus(instrument: Instrument) -> tuple[Transition, ...]:
    """The acts that the instrument waits for now, whoever does them."""
    table = CIRCUIT.table
    return tuple(
        t
        for acte in AVANCE.get(instrument.etat, ())
        if not (t := table[acte, instrument.etat]).manques(instrument, None)
    )


def mon_tour(acteur: Acteur, instrument: Instrument) -> tuple[Transition, ...]:
    """Those of them that this reader can do."""
    cible = instrument.contrat.cible
    return tuple(t for t in attendus(instrument) if acteur.peut(Capacite(t.capacite), cible))


def chez(instrument: Instrument) -> str:
    """Who holds the pen: « chez l’État », « chez le Département… »; empty when nobody is waited for."""
    cotes = {COTES[Capacite(t.capacite)] for t in attendus(instrument)}
    if cotes == {"etat"}:
        return "chez l’État"
    if cotes == {"collectivite"}:
        noms = [p.libelle for p in instrument.contrat.ses_parties if p.role == Partie.Role.COLLECTIVITE]
        return f"chez {noms[0]}" if len(noms) == 1 else "chez les collectivités"
    return "chez les signataires" if cotes else ""


def dire(acteur: Acteur, instrument: Instrument) -> str:
    """Where it stands, in the words of who reads."""
    etat = instrument.get_etat_display()
    if mon_tour(acteur, instrument):
        return f"{etat}, à vous d’agir"
    lieu = chez(instrument)
    return f"{etat}, {lieu}" if lieu else str(etat)
