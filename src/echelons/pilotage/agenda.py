"""The calendar feed: a revocable secret link, and what a calendar program reads through it.

The link says who asks, never what they may read: mandates, rights and obligations are read again at each request, so
that a mandate that ends empties the feed at once.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from icalendar import Calendar, Event

from echelons.acteurs.models import Compte
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.echeances import Deplacement
from echelons.contrats.messages import delai
from echelons.contrats.models import Contrat
from echelons.contrats.requetes import contrats_lus
from echelons.pilotage.calendrier import Groupe, grouper, lignes_de
from echelons.pilotage.models import LienAgenda
from echelons.socle.dates import INSECABLE, en_lettres
from echelons.socle.horloge import maintenant
from echelons.socle.journal import Auteur, Objet, ecrire

#: Beyond so many contracts, an obligation at one date is one event that names them.
CONTRATS_PAR_EVENEMENT = 3
#: How many contracts an event names.
NOMMES = 60


# --- The link ----------------------------------------------------------------------------------------
@transaction.atomic
def creer_lien(*, par: Acteur) -> str:
    """Make a link, in place of the one in use; return its secret, which is kept nowhere."""
    compte = _compte(par)
    remplace = _revoquer(compte)
    secret = secrets.token_urlsafe(32)
    lien = LienAgenda(compte=compte, empreinte=empreinte(secret), cree_le=maintenant())
    lien.full_clean()
    lien.save()
    _journaliser(par, "remplacer_lien" if remplace else "creer_lien")
    return secret


@transaction.atomic
def revoquer_lien(*, par: Acteur) -> bool:
    """Make the link in use useless; tell whether there was one."""
    revoque = _revoquer(_compte(par))
    if revoque:
        _journaliser(par, "revoquer_lien")
    return revoque


def lien_en_service(compte: Compte) -> LienAgenda | None:
    """The link in use of an account."""
    return LienAgenda.objects.filter(compte=compte, revoque_le=None).first()


def compte_du_lien(secret: str) -> Compte | None:
    """The open account whose link in use has this secret, of somebody who was not forgotten."""
    lien = (
        LienAgenda.objects.filter(empreinte=empreinte(secret), revoque_le=None)
        .select_related("compte__personne")
        .first()
    )
    if lien is None or not lien.compte.ouvert or lien.compte.personne.oubliee_le is not None:
        return None
    return lien.compte


def empreinte(secret: str) -> str:
    """What is kept of a secret."""
    return hashlib.sha256(f"agenda:{secret}".encode("utf-8", "replace")).hexdigest()


def _compte(acteur: Acteur) -> Compte:
    if acteur.compte is None:
        raise PermissionError("Un lien d’agenda est celui d’un compte.")
    # The row of the account is the lock under which its links are replaced.
    return Compte.objects.select_for_update(of=("self",)).select_related("personne").get(pk=acteur.compte.pk)


def _revoquer(compte: Compte) -> bool:
    en_service = LienAgenda.objects.filter(compte=compte, revoque_le=None)
    return bool(en_service.update(revoque_le=maintenant()))


def _journaliser(par: Acteur, acte: str) -> None:
    assert par.compte is not None
    mandat = next(iter(par.mandats), None)
    auteur = Auteur(
        compte=str(par.compte.pk),
        mandat=str(mandat.pk) if mandat else "",
        personne=str(par.compte.personne.reference),
    )
    ecrire(objet=Objet("agenda", str(par.compte.pk)), acte=acte, auteur=auteur)


# --- The feed ----------------------------------------------------------------------------------------
def flux(acteur: Acteur) -> bytes:
    """What they owe and what is owed to them, still to come or late, as an iCalendar file."""
    agenda = Calendar()
    agenda.add("prodid", "-//Echelons//Echeances//FR")
    agenda.add("version", "2.0")
    agenda.add("method", "PUBLISH")
    agenda.add("x-wr-calname", "Échelons, échéances")
    agenda.add("refresh-interval;value=duration", "PT6H")
    contrats = contrats_lus(Contrat.objects.for_user(acteur).order_by("code"))
    lignes = [
        ligne
        for ligne in lignes_de(acteur, contrats)
        if ligne.echeance.ouverte and (ligne.je_dois or ligne.on_me_doit)
    ]
    for groupe in grouper(lignes):
        if len(groupe.lignes) > CONTRATS_PAR_EVENEMENT:
            agenda.add_component(_evenement(groupe, acteur.jour))
        else:
            for ligne in groupe.lignes:
                agenda.add_component(_evenement(Groupe((ligne,)), acteur.jour))
    contenu: bytes = agenda.to_ical()
    return contenu


def _evenement(groupe: Groupe, jour: dt.date) -> Event:
    """One day of the calendar. Its identity does not depend on the date: a moved obligation moves in the program."""
    echeance, contrats = groupe.echeance, [ligne.contrat for ligne in groupe.lignes]
    seul = len(contrats) == 1
    quoi = contrats[0].intitule if seul else f"{len(contrats)}{INSECABLE}contrats"
    evenement = Event()
    repere = echeance.cle if seul else f"{echeance.regle.code}/groupe/{echeance.date.isoformat()}"
    evenement.add("uid", f"{hashlib.sha256(repere.encode()).hexdigest()[:32]}@echelons")
    evenement.add("dtstamp", maintenant())
    evenement.add("dtstart", echeance.date)
    evenement.add("dtend", echeance.date + dt.timedelta(days=1))
    evenement.add("transp", "TRANSPARENT")
    reserve = " (date à confirmer)" if echeance.a_confirmer else ""
    evenement.add("summary", f"{echeance.regle.libelle}{reserve}, {quoi}")
    evenement.add("status", "TENTATIVE" if echeance.a_confirmer else "CONFIRMED")
    evenement.add("categories", ["Échelons"])
    suffixe = f"?contrat={contrats[0].code}" if seul else ""
    evenement.add("url", f"{settings.ADRESSE}{reverse('echeances')}{suffixe}")
    evenement.add("description", "\n".join(_description(groupe, jour)))
    return evenement


def _description(groupe: Groupe, jour: dt.date) -> list[str]:
    echeance = groupe.echeance
    role = "Vous la devez." if groupe.premiere.je_dois else "On vous la doit."
    lignes = [f"{en_lettres(echeance.date)} ({delai((echeance.date - jour).days)}). {role}"]
    lignes += [
        f"Date précédente{INSECABLE}: {en_lettres(a.date)}. Ce qui l’a déplacée{INSECABLE}: {par_quoi(a)}."
        for a in groupe.anciennes
    ]
    if echeance.regle.texte:
        lignes.append(f"Texte{INSECABLE}: {echeance.regle.texte.reference}.")
    if echeance.regle.remarque:
        lignes.append(echeance.regle.remarque)
    if len(groupe.lignes) > 1:
        lignes += [ligne.contrat.intitule for ligne in groupe.lignes[:NOMMES]]
        if (autres := len(groupe.lignes) - NOMMES) > 0:
            lignes.append(f"et {autres} autres.")
    return lignes


def par_quoi(deplacement: Deplacement) -> str:
    """The text or the instrument that moved a date."""
    if deplacement.texte is not None:
        return deplacement.texte.reference
    return deplacement.instrument.intitule if deplacement.instrument else ""
