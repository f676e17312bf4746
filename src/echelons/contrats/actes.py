"""What can be done with an instrument: open it, then every act of its circuit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify

from echelons.acteurs.auteurs import auteur_de, nommer
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, titulaires
from echelons.contrats.acces import cible_du_territoire
from echelons.contrats.circuit import CIRCUIT
from echelons.contrats.contenu.preparation import preparer
from echelons.contrats.messages import annoncer
from echelons.contrats.models import Contrat, Instrument, Partie
from echelons.contrats.publication import publier
from echelons.contrats.relations import contrat_de, contrat_neuf, enregistrer_contrat
from echelons.socle import circuit
from echelons.socle.circuit import ActeInterdit, Possible, Refus, Transition
from echelons.socle.horloge import aujourdhui
from echelons.socle.journal import EcritureLue, Objet, Personnel, ecrire, histoire, sans_courriel
from echelons.socle.models import Ecriture
from echelons.socle.unicite import enregistrer_sans_double
from echelons.strategie.models import Dispositif, GenreInstrument
from echelons.territoires.models import Territoire


def droit_de(acteur: Acteur) -> circuit.moteur.Droit:
    """The right of somebody on an instrument, as the engine asks for it."""

    def droit(capacite: str, instrument: Instrument) -> Refus | None:
        return refus_de(acteur, Capacite(capacite), instrument.contrat)

    return droit


def refus_de(acteur: Acteur, capacite: Capacite, contrat: Contrat) -> Refus | None:
    """Why an act is refused on this contract, and who can; None when it is allowed."""
    refus = acteur.refus(capacite, contrat.cible)
    return None if refus is None else Refus(refus.raison, refus.qui)


@transaction.atomic
def ouvrir(
    *,
    par: Acteur,
    dispositif: Dispositif,
    territoire: Territoire,
    genre: str,
    intitule: str,
    debut: dt.date | None = None,
    fin: dt.date | None = None,
) -> Instrument:
    """Open an instrument under the contract of a territory, and that contract if there is none yet.

    On a perimeter that crosses départements, the contract binds the State and each of them.

    Raises ``ActeInterdit``, or ``ValidationError`` when the period makes no sense or one of the kind is under way.
    """
    existant = contrat_de(dispositif, territoire)
    refus = par.refus(Capacite.OUVRIR, existant.cible if existant else cible_du_territoire(territoire))
    if refus is not None:
        raise ActeInterdit(Refus(refus.raison, refus.qui))
    if settings.DEMONSTRATION and not territoire.fictif:
        raise ValidationError(
            {
                "territoire": "Dans la démonstration, on n’agit que sur les territoires fictifs\u00a0: les autres ne "
                "portent que des faits publics."
            }
        )
    jour = aujourdhui()
    if jour < dispositif.debut or (dispositif.fin and dispositif.fin < jour):
        raise ValidationError(
            {"dispositif": f"«\u00a0{dispositif.nom_court}\u00a0» n’est pas ouvert à cette date."}
        )
    contrat = existant or _nouveau_contrat(dispositif, territoire)
    # One at a time: the row of the contract is the lock under which instruments are numbered.
    Contrat.objects.select_for_update().get(pk=contrat.pk)
    forme, nomme = genre_de(dispositif, genre)
    memes = contrat.instruments.filter(type=forme)
    if enchantier := memes.en_cours().first():
        raise ValidationError(
            {
                "type": f"Un instrument de ce type est déjà en cours\u00a0: «\u00a0{enchantier.intitule}\u00a0»."
            }
        )
    instrument = Instrument(
        contrat=contrat,
        cle=_cle(contrat, forme),
        type=forme,
        genre=nomme,
        intitule=intitule.strip(),
        debut=debut,
        fin=fin,
        etat=Instrument.Etat.PROJET,
        version=1,
        depuis=jour,
    )
    instrument.full_clean()
    enregistrer_sans_double(instrument)
    preparer(instrument, jour)
    ecrire(
        objet=instrument.objet_journal,
        acte="ouvrir",
        auteur=auteur_de(par, Capacite.OUVRIR, contrat.cible),
        donnees={"type": forme, "vers": instrument.etat, "version": instrument.version},
    )
    return instrument


def _nouveau_contrat(dispositif: Dispositif, territoire: Territoire) -> Contrat:
    """A new contract with its parties. Raises ``ValidationError`` for a perimeter that lies in no collectivité."""
    contrat, parties = contrat_neuf(dispositif, territoire)
    if not any(p.role == Partie.Role.COLLECTIVITE for p in parties):
        raise ValidationError(
            {"territoire": "Ce périmètre n’est dans aucune collectivité connue à cette date."}
        )
    enregistrer_contrat(contrat, parties)
    return contrat


def genre_de(dispositif: Dispositif, genre: str) -> tuple[str, GenreInstrument | None]:
    """The form of an instrument, and what the dispositif calls it; ``genre`` is a code of its own, or a form.

    Raises ``ValidationError`` when the dispositif has no such instrument.
    """
    siens = list(dispositif.instruments.all())
    for cle in ("code", "forme"):
        for nomme in siens:
            if getattr(nomme, cle) == genre:
                return nomme.forme, nomme
    if not siens and genre in Instrument.Type.values:
        return genre, None
    connus = ", ".join(f"«\u00a0{g.libelle}\u00a0»" for g in siens)
    raise ValidationError(
        {"genre": f"«\u00a0{dispositif.nom_court}\u00a0» n’a pas cet instrument. Choisissez parmi {connus}."}
    )


def _cle(contrat: Contrat, genre: str) -> str:
    """« convention », « avenant-2 »: free in the contract."""
    prises = set(contrat.instruments.values_list("cle", flat=True))
    base = slugify(genre)
    rang = contrat.instruments.filter(type=genre).count() + 1
    cle = base if rang == 1 and genre != Instrument.Type.AVENANT else f"{base}-{rang}"
    while cle in prises:
        rang += 1
        cle = f"{base}-{rang}"
    return cle


def agir(
    *,
    par: Acteur,
    instrument: Instrument,
    acte: str,
    commentaire: str = "",
    version_lue: int | None = None,
    **donnees: Any,
) -> Ecriture:
    """Do one act of the circuit, and publish what it makes public. Raises an ``ActeRefuse``; nothing is then written.

    ``donnees`` are those of the act; ``partie`` (its id) is found when the mandate leaves one choice only.
    """
    transition = next((t for t in CIRCUIT.transitions if t.acte == acte), None)
    capacite = Capacite(transition.capacite) if transition else Capacite.LIRE
    pouvoir = par.pouvoir(capacite, instrument.contrat.cible)
    if acte in ACTES_DE_PARTIE and pouvoir is not None:
        donnees["partie"] = donnees.get("partie") or _partie(acte, instrument, pouvoir.codes)
        if acte.startswith("signer"):
            donnees["mandat"] = pouvoir.mandat.pk
            # The journal keeps no address of anybody: one that an act of delegation cites would stop the signature.
            donnees["delegation"] = sans_courriel(pouvoir.mandat.acte_de_delegation)
            donnees["exception"] = bool(commentaire.strip())
    if acte in ACTES_D_ECRITURE and pouvoir is not None:
        donnees["mandat"] = pouvoir.mandat.pk
    with transaction.atomic():
        avant = instrument.etat
        ecriture = circuit.appliquer(
            CIRCUIT,
            instrument,
            acte,
            auteur=auteur_de(par, capacite, instrument.contrat.cible),
            droit=droit_de(par),
            commentaire=commentaire,
            version_lue=version_lue,
            donnees=donnees,
            nommer=nommer,
        )
        instrument.__dict__.pop("_dossier", None)
        if instrument.etat != avant or instrument.depuis is None:
            instrument.depuis = aujourdhui()
            instrument.save(update_fields=["depuis"])
        publier(instrument, ecriture)
        annoncer(instrument, ecriture)
    return ecriture


#: The acts that leave a version of the text, under the mandate of who writes it.
ACTES_D_ECRITURE = frozenset({"rediger", "soumettre", "rouvrir"})
#: The acts that a party does, and the role of that party.
ACTES_DE_PARTIE = {
    "deliberer": (Partie.Role.COLLECTIVITE,),
    "rendre_executoire": (Partie.Role.COLLECTIVITE,),
    "signer_collectivite": (Partie.Role.COLLECTIVITE,),
    "signer_etat": (Partie.Role.ETAT,),
    "signer_autre": (Partie.Role.ARS, Partie.Role.AUTRE),
}


def parties_possibles(acte: str, instrument: Instrument, codes: frozenset[str]) -> list[Partie]:
    """The parties for which a mandate on these territories may do this act."""
    return [
        p
        for p in instrument.contrat.ses_parties
        if p.role in ACTES_DE_PARTIE[acte] and (p.territoire is None or p.territoire.code in codes)
    ]


def _partie(acte: str, instrument: Instrument, codes: frozenset[str]) -> int | None:
    possibles = parties_possibles(acte, instrument, codes)
    return possibles[0].pk if possibles else None


def actes_possibles(par: Acteur, instrument: Instrument) -> tuple[Possible, ...]:
    """Every act from where the instrument stands, allowed or not, in the order of the table; nobody is named yet."""

    def droit(capacite: str, objet: Instrument) -> Refus | None:
        return None if par.peut(Capacite(capacite), objet.contrat.cible) else Refus("")

    return circuit.possibles(CIRCUIT, instrument, droit)


def qui_peut(
    instrument: Instrument, transitions: Iterable[Transition]
) -> list[tuple[Transition, tuple[str, ...]]]:
    """Each act with the people who can do it today."""
    actes = list(transitions)
    capacites = [Capacite(t.capacite) for t in actes]
    noms = titulaires(capacites, instrument.contrat.cible, aujourdhui()) if actes else {}
    return [(t, noms[Capacite(t.capacite)]) for t in actes]


@transaction.atomic
def echanger(*, par: Acteur, contrat: Contrat, texte: str) -> Ecriture:
    """Write to those who follow the contract. Raises ``ActeInterdit``, or ``ValidationError`` for an empty message."""
    if refus := refus_de(par, Capacite.ECHANGER, contrat):
        raise ActeInterdit(refus)
    texte = texte.strip()
    if not texte:
        raise ValidationError({"texte": "Écrivez votre message avant de l’envoyer."})
    auteur = auteur_de(par, Capacite.ECHANGER, contrat.cible)
    return ecrire(
        objet=contrat.objet_journal,
        acte="echanger",
        auteur=auteur,
        personnel={circuit.moteur.COMMENTAIRE: Personnel(auteur.personne, texte)},
    )


def chaines_de(contrat: Contrat, instruments: Iterable[Instrument] | None = None) -> tuple[Objet, ...]:
    """The chains of a contract and of its instruments (read anew unless given)."""
    nes_ici = contrat.instruments.nes_ici() if instruments is None else instruments
    return contrat.objet_journal, *(Objet("instrument", f"{contrat.code}/{i.cle}") for i in nes_ici)


def histoire_de(contrat: Contrat) -> tuple[EcritureLue, ...]:
    """All that was done on a contract and its instruments, oldest first."""
    return histoire(*chaines_de(contrat))
