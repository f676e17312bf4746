"""The circuit of an instrument, from the first draft to the act in force: one table, and what each act leaves.

The collectivité writes; the State instructs, then agrees the text for the vote; the assembly votes; the vote becomes
executory by its transmission to the préfet and its publication (CGCT, art. L. 3131-1); each party signs; the act is
notified, then enters into force. A text that was agreed can no longer change: to change it returns the instrument to
negotiation, and what was voted or signed on the former text counts no more.
"""

from __future__ import annotations

from typing import Any

from echelons.acteurs.droits import Capacite
from echelons.contrats.conditions import (
    avis_donne,
    contenu_en_regle,
    jour_possible,
    pas_encore_notifiee,
    prete_a_entrer,
    signature_attendue,
    texte_donne,
    texte_ecrit,
    vote_a_rendre_executoire,
    vote_attendu,
    vote_executoire,
)
from echelons.contrats.contenu.etat import figer
from echelons.contrats.contenu.lecture import contenu_de
from echelons.contrats.contenu.ouverture import A_REDIGER, FIXEE
from echelons.contrats.dossier import Dossier
from echelons.contrats.models import Deliberation, Instrument, Partie, SignatureDePartie
from echelons.socle.circuit import CibleSelon, Circuit, Etat, Transition
from echelons.socle.circuit.table import Donnees

E = Instrument.Etat


# --- Targets that depend on what was decided -----------------------------------------------------
def apres_le_vote(instrument: Instrument, donnees: Donnees) -> str:
    """Adopted, the text goes on; adjourned, it waits; rejected or modified, it is negotiated again."""
    issue = donnees["issue"]
    if instrument.etat == E.SIGNEE or issue == Deliberation.Issue.AJOURNEE:
        return instrument.etat
    if issue != Deliberation.Issue.ADOPTEE:
        return E.EN_NEGOCIATION
    reste = {p.pk for p in Dossier.de(instrument).collectivites_sans_vote} - {donnees["partie"]}
    return E.ACCORDEE if reste else E.DELIBEREE


def apres_l_executoire(instrument: Instrument, donnees: Donnees) -> str:
    """Executory once the vote of every collectivité is."""
    if instrument.etat != E.DELIBEREE:
        return instrument.etat
    reste = {v.partie_id for v in Dossier.de(instrument).votes_a_rendre_executoires} - {donnees["partie"]}
    return E.DELIBEREE if reste else E.EXECUTOIRE


def apres_la_signature(instrument: Instrument, donnees: Donnees) -> str:
    """Signed once every party has signed this text."""
    reste = {p.pk for p in Dossier.de(instrument).parties_sans_signature} - {donnees["partie"]}
    return instrument.etat if reste else E.SIGNEE


# --- What an act leaves besides the state --------------------------------------------------------
def ecrire_le_texte(instrument: Instrument, donnees: Donnees) -> Donnees:
    """A new version of the text, with the content as it stands if there is one."""
    dossier = Dossier.de(instrument)
    contenu = contenu_de(instrument, donnees["texte"].replace("\r\n", "\n"))
    version = dossier.ajouter_texte(
        donnees["texte"], donnees["mandat"], None if contenu.vide else contenu.json
    )
    return {"texte": version.rang, "empreinte": version.empreinte}


def figer_le_contenu(instrument: Instrument, donnees: Donnees) -> Donnees | None:
    """What is submitted is frozen: fiches, money, targets and articles, as they are now."""
    version = figer(instrument, donnees.get("mandat"))
    return {"texte": version.rang, "empreinte": version.empreinte} if version else None


def rouvrir_le_texte(instrument: Instrument, donnees: Donnees) -> Donnees:
    """A new version that says the same: what was voted or signed was on the former one, and counts no more."""
    precedente = Dossier.de(instrument).texte_ecrit
    version = Dossier.de(instrument).ajouter_texte(
        precedente.texte, donnees.get("mandat"), precedente.contenu
    )
    return {"texte": version.rang, "empreinte": version.empreinte}


def enregistrer_le_vote(instrument: Instrument, donnees: Donnees) -> Donnees:
    """The vote, on the version that the assembly had before it."""
    vote = Deliberation.objects.create(
        instrument=instrument,
        partie_id=donnees["partie"],
        texte=Dossier.de(instrument).texte_ecrit,
        date=donnees["date_deliberation"],
        **{cle: donnees[cle] for cle in ("issue", "organe", "numero", "pour", "contre", "abstentions")},
    )
    return {"deliberation": vote.pk, "texte": vote.texte.rang}


def rendre_le_vote_executoire(instrument: Instrument, donnees: Donnees) -> Donnees:
    """The dates that make the vote executory."""
    vote = next(
        v for v in Dossier.de(instrument).votes_a_rendre_executoires if v.partie_id == donnees["partie"]
    )
    vote.transmise_le = donnees["date_transmission"]
    vote.publiee_le = donnees["date_publication"]
    vote.accuse = donnees["accuse"]
    vote.full_clean()
    vote.save(update_fields=["transmise_le", "publiee_le", "accuse"])
    return {"deliberation": vote.pk}


def porter_la_signature(instrument: Instrument, donnees: Donnees) -> Donnees:
    """The signature of a party; the last one makes the facts public."""
    dossier = Dossier.de(instrument)
    signature = SignatureDePartie.objects.create(
        instrument=instrument,
        partie_id=donnees["partie"],
        texte=dossier.texte_ecrit,
        date=donnees["date_signature"],
        mandat_id=donnees["mandat"],
        delegation=donnees.get("delegation", ""),
    )
    return {"signature": signature.pk, "texte": signature.texte.rang}


def donner_l_avis(instrument: Instrument, donnees: Donnees) -> Donnees:
    """The opinion bears on one version of the text."""
    texte = Dossier.de(instrument).texte
    instrument.avis_sur = texte.rang if texte else None
    return {"texte": instrument.avis_sur}


def noter_la_notification(instrument: Instrument, donnees: Donnees) -> None:
    """The day it was notified."""
    instrument.notifiee_le = donnees["date_notification"]


def _t(
    acte: str, sources: tuple[str, ...], cible: Any, capacite: Capacite, libelle: str, **autres: Any
) -> Transition:
    return Transition(acte, tuple(str(s) for s in sources), cible, str(capacite), libelle, **autres)


CIRCUIT = Circuit(
    nom="instrument",
    etats=tuple(
        Etat(
            str(etat.value),
            str(etat.label),
            initial=etat is E.PROJET,
            terminal=etat in {E.ABANDONNEE, E.DENONCEE},
        )
        for etat in E
    ),
    transitions=(
        _t(
            "rediger", (*A_REDIGER, *FIXEE),
            CibleSelon(lambda i, d: E.EN_NEGOCIATION if i.etat in FIXEE else i.etat, (*A_REDIGER,)),
            Capacite.REDIGER, "Rédiger le texte", gardes=(texte_donne,), effet=ecrire_le_texte,
            explication="Écrit une nouvelle version. Sur un texte accordé, le retour en négociation annule l’accord "
            "et demande une nouvelle délibération.",
        ),
        _t(
            "rouvrir", FIXEE, E.EN_NEGOCIATION, Capacite.REDIGER, "Rouvrir le texte accordé",
            commentaire_obligatoire=True, effet=rouvrir_le_texte,
            explication="Pour changer une fiche, un montant ou un article. Annule l’accord et demande une nouvelle "
            "délibération.",
        ),
        _t(
            "partager", (E.PROJET,), E.EN_NEGOCIATION, Capacite.REDIGER, "Ouvrir la négociation",
            explication="Le projet devient lisible par l’État.", gardes=(texte_ecrit,),
        ),
        _t(
            "soumettre", A_REDIGER, E.SOUMISE, Capacite.SOUMETTRE, "Soumettre à l’État",
            gardes=(texte_ecrit, contenu_en_regle), effet=figer_le_contenu,
            explication="Le texte ne peut plus être modifié tant que l’État ne l’a pas rendu.",
        ),
        _t(
            "reprendre", (E.SOUMISE,), E.EN_NEGOCIATION, Capacite.SOUMETTRE, "Reprendre le texte",
            explication="Tant que l’instruction n’a pas commencé.",
        ),
        _t(
            "prendre_en_instruction", (E.SOUMISE,), E.EN_INSTRUCTION, Capacite.INSTRUIRE, "Prendre en instruction",
            explication="La direction départementale examine le texte.",
        ),
        _t(
            "demander_des_corrections", (E.SOUMISE, E.EN_INSTRUCTION), E.A_CORRIGER, Capacite.INSTRUIRE,
            "Demander des corrections", commentaire_obligatoire=True,
            explication="Rend le texte à la collectivité, en disant quoi corriger.",
        ),
        _t(
            "donner_avis", (E.SOUMISE, E.EN_INSTRUCTION), None, Capacite.AVIS, "Donner l’avis régional",
            commentaire_obligatoire=True, gardes=(texte_ecrit,), effet=donner_l_avis,
            explication="Facultatif, sauf si le dispositif l’exige à cette date.",
        ),
        _t(
            "accorder", (E.EN_INSTRUCTION,), E.ACCORDEE, Capacite.ACCORDER, "Accorder le texte pour le vote",
            gardes=(texte_ecrit, avis_donne),
            explication="Le préfet ou son délégataire arrête le texte qui sera soumis à l’assemblée.",
        ),
        _t(
            "deliberer", (E.ACCORDEE, E.SIGNEE),
            CibleSelon(apres_le_vote, (E.ACCORDEE, E.DELIBEREE, E.EN_NEGOCIATION, E.SIGNEE)),
            Capacite.DELIBERER, "Enregistrer la délibération", gardes=(jour_possible, vote_attendu),
            effet=enregistrer_le_vote,
            explication="Adopté, le texte avance\u00a0; ajourné, il attend\u00a0; rejeté ou modifié, il revient en "
            "négociation. Après une signature anticipée, seule l’adoption s’enregistre.",
        ),
        _t(
            "rendre_executoire", (E.DELIBEREE, E.ACCORDEE, E.SIGNEE),
            CibleSelon(apres_l_executoire, (E.ACCORDEE, E.DELIBEREE, E.EXECUTOIRE, E.SIGNEE)),
            Capacite.RENDRE_EXECUTOIRE, "Rendre la délibération exécutoire",
            gardes=(jour_possible, vote_a_rendre_executoire), effet=rendre_le_vote_executoire,
            explication="Transmission au contrôle de légalité, avec son accusé de réception, et publication.",
        ),
        *(
            _t(
                acte, FIXEE, CibleSelon(apres_la_signature, (*FIXEE, E.SIGNEE)), capacite, libelle,
                gardes=(jour_possible, signature_attendue(role), *plus), effet=porter_la_signature,
                explication=explication,
            )
            for acte, capacite, libelle, role, plus, explication in (
                (
                    "signer_collectivite", Capacite.SIGNER_COLLECTIVITE, "Signer pour la collectivité",
                    Partie.Role.COLLECTIVITE, (vote_executoire,),
                    "Après que la délibération est exécutoire, sauf exception motivée, inscrite au journal.",
                ),
                (
                    "signer_etat", Capacite.SIGNER_ETAT, "Signer pour l’État", Partie.Role.ETAT, (),
                    "Par le préfet ou son délégataire.",
                ),
                (
                    "signer_autre", Capacite.SIGNER_AUTRE, "Porter la signature d’une autre partie",
                    Partie.Role.AUTRE, (), "Agence régionale de santé ou autre signataire, sur l’acte reçu.",
                ),
            )
        ),
        _t(
            "notifier", (E.SIGNEE,), None, Capacite.NOTIFIER, "Notifier l’acte signé",
            gardes=(jour_possible, pas_encore_notifiee), effet=noter_la_notification,
            explication="L’acte signé est adressé à la collectivité.",
        ),
        _t(
            "entrer_en_vigueur", (E.SIGNEE,), E.EN_VIGUEUR, Capacite.METTRE_EN_VIGUEUR,
            "Constater l’entrée en vigueur", gardes=(prete_a_entrer,),
            explication="À la notification, ou à la date que l’acte prévoit.",
        ),
        _t(
            "abandonner",
            (E.PROJET, E.EN_NEGOCIATION, E.SOUMISE, E.EN_INSTRUCTION, E.A_CORRIGER, *FIXEE),
            E.ABANDONNEE, Capacite.ABANDONNER, "Abandonner", commentaire_obligatoire=True,
            explication="L’instrument est clos, sa mémoire reste.",
        ),
        _t(
            "denoncer", (E.SIGNEE, E.EN_VIGUEUR), E.DENONCEE, Capacite.DENONCER, "Dénoncer",
            commentaire_obligatoire=True, gardes=(jour_possible,),
            explication="Par l’une des parties, en disant pourquoi.",
        ),
    ),
    tus=frozenset({"texte", "mandat"}),
)  # fmt: skip
LIBELLES = {t.acte: t.libelle for t in CIRCUIT.transitions}
