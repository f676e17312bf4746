"""The checks of the rights: each reads the world and yields a sentence for whatever is not as the document says.

They are functions, so that the long trial can run them on a product whose rights were tampered with. ``capacites``
restricts a check to what bears on these capabilities; None is all of them.
"""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Iterator
from dataclasses import replace

from django.core import mail
from django.db import transaction
from django.urls import reverse

from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.contrats import actes
from echelons.contrats.models import Instrument
from echelons.pilotage.agenda import creer_lien
from echelons.socle.circuit import ActeInterdit, ActeRefuse
from echelons.socle.envois import expedier
from echelons.socle.horloge import a_la_date
from tests.droits import document
from tests.droits.adresses import ACTE, ADRESSES
from tests.droits.jugement import (
    Capacites,
    Demande,
    compter,
    corps,
    demander,
    demandes,
    fuite,
    juger,
    matrice,
)
from tests.droits.monde import (
    CANARI,
    CAPACITES,
    COMMENTAIRE,
    JOUR,
    SOURCES,
    TEXTE,
    VEILLE,
    Lecteur,
    Monde,
    Objet,
    donnees_de,
    pret,
)
from tests.droits.rangee import LIRE, Genre

# --- What a page shows ---------------------------------------------------------------------------
#: By capability: what the page of a contract bears for those who have it.
MARQUES = {
    "journal.lire": COMMENTAIRE,
    "echange.ecrire": 'action="/contrats/essai-secret/echanges/"',
    "instrument.ouvrir": 'href="/contrats/ouvrir/"',
}


def marques(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """The story, the forms and the buttons of a page show to those who have the capability, and to nobody else."""
    ici = monde.objets["ici"]
    page = reverse("dossier", args=[ici.contrat])
    choisies = {c: m for c, m in MARQUES.items() if capacites is None or c in capacites}
    boutons = _boutons(capacites)
    for lecteur in monde.de("ici"):
        if not lecteur.a(LIRE, ici):
            continue
        texte = corps(demander(monde, lecteur, "GET", page)[0]) if choisies else ""
        for capacite, marque in choisies.items():
            if (marque in texte) != lecteur.a(capacite, ici):
                yield f"{lecteur.nom} : {page} : « {marque} » et {capacite} ne vont pas ensemble"
        for cle, liens in boutons.items():
            ou = monde.dossiers[cle]
            adresse = reverse("instrument", args=[ou.contrat, ou.instrument])
            texte = corps(demander(monde, lecteur, "GET", adresse)[0])
            for acte in liens:
                lien = f'href="{reverse(ACTE, args=[ou.contrat, ou.instrument, acte])}"'
                if (lien in texte) != lecteur.a(CAPACITES[acte], ou):
                    yield f"{lecteur.nom} : {adresse} : le bouton de « {acte} » ne suit pas le droit"


def _boutons(capacites: Capacites) -> dict[str, list[str]]:
    """By key of an instrument: the acts whose first state is its own."""
    boutons: dict[str, list[str]] = {}
    for acte, sources in SOURCES.items():
        if capacites is None or CAPACITES[acte] in capacites:
            boutons.setdefault(pret(acte, sources[0]), []).append(acte)
    return boutons


def brouillon(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """A draft that is not shared yet is read by the side that writes it, and by nobody else."""
    if capacites is not None and LIRE not in capacites:
        return
    ou = monde.dossiers["projet"]
    pages = [reverse(nom, args=[ou.contrat, ou.instrument]) for nom in ("instrument", "versions")]
    for lecteur in monde.de("ici"):
        if not lecteur.a(LIRE, ou):
            continue
        lisible = monde.fonctions[lecteur.fonction].cote == "collectivite"
        for page in pages:
            if (TEXTE in corps(demander(monde, lecteur, "GET", page)[0])) != lisible and (
                page == pages[0] or not lisible
            ):
                yield f"{lecteur.nom} : {page} : le brouillon {'ne ' if lisible else ''}se lit"


# --- Acts ----------------------------------------------------------------------------------------
def actes_du_circuit(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """Each act, from each state it starts from and one where it does not, by each function: as the document says."""
    acteurs: dict[str, Acteur] = {}
    avant = compter()
    for acte, capacite in CAPACITES.items():
        if capacites is not None and capacite not in capacites:
            continue
        sources = SOURCES[acte]
        autre = next(str(e.value) for e in Instrument.Etat if e.value not in sources)
        for etat in (*sources, autre):
            cle = pret(acte, etat) if etat in sources else etat
            # Out of scope, the right is the same from every state: the first is enough.
            lieux = ("ici", "ailleurs", "hors du temps") if etat == sources[0] else ("ici",)
            for lecteur in monde.de(*lieux):
                acteur = acteurs.setdefault(lecteur.nom, monde.acteur(lecteur))
                permis = etat in sources and lecteur.a(capacite, monde.dossiers[cle])
                defaut = _essayer(monde, acteur, cle, acte, permis, etat in sources, avant)
                if defaut:
                    yield f"{lecteur.nom} : {acte} depuis {etat} : {defaut}"


def _essayer(
    monde: Monde, acteur: Acteur, cle: str, acte: str, permis: bool, d_ici: bool, avant: tuple[int, ...]
) -> str:
    instrument = copy.copy(monde.instruments[cle])
    with transaction.atomic():
        try:
            actes.agir(par=acteur, instrument=instrument, acte=acte, **donnees_de(acte))
            fait, interdit = True, False
        except ActeRefuse as refus:
            fait, interdit, raison = False, isinstance(refus, ActeInterdit), str(refus)
        change = compter() != avant
        transaction.set_rollback(True)
    if permis:
        return "" if fait and change else f"permis, et refusé ({raison})"
    if fait:
        return "fait sans en avoir le droit" if d_ici else "fait depuis un état d’où il ne part pas"
    if change:
        return "refusé, et quelque chose est écrit"
    return "" if interdit or not d_ici else f"refusé pour une autre raison ({raison})"


# --- Offices that are vacant, mandates that end, sides -------------------------------------------
#: The day before the office of commissaire was born; held; the day after its holder left.
AVANT_L_OFFICE = dt.date(2019, 9, 1)


def vacance(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """An office that does not exist yet, or that nobody holds: those who stand in have its rights; not otherwise."""
    tenus = Mandat.objects.filter(fonction__code="commissaire", territoire__code="R97T")
    for jour, partis, vacants in (
        (AVANT_L_OFFICE, False, frozenset({"commissaire"})),
        (JOUR, False, frozenset()),
        (JOUR, True, frozenset({"commissaire"})),
    ):
        with transaction.atomic(), a_la_date(jour):
            if partis:
                tenus.filter(debut__lte=VEILLE).update(fin=VEILLE)
            yield from _pendant(monde, capacites, vacants)
            transaction.set_rollback(True)


def _pendant(monde: Monde, capacites: Capacites, vacants: frozenset[str]) -> Iterator[str]:
    ici = monde.objets["ici"]
    for fonction in ("sgar", "dreets"):
        lecteur = monde.ici(fonction)
        for capacite in document.droits():
            if capacites is None or capacite in capacites:
                attendu = lecteur.a(capacite, ici, vacants)
                if monde.acteur(lecteur).peut(Capacite(capacite), cible(ici)) != attendu:
                    yield f"{fonction}, {'office vacant' if vacants else 'office tenu'} : {capacite}"
        for demande in demandes(monde, capacites):
            if (
                demande.capacite in document.droits()
                and demande.methode == "POST"
                and _du_commissaire(demande)
            ):
                reponse, _ = demander(monde, lecteur, "POST", demande.chemin, demande.donnees)
                attendu = 302 if lecteur.a(demande.capacite, ici, vacants) else 403
                if reponse.status_code != attendu:
                    yield f"{fonction}, vacants {set(vacants)} : {demande} : {reponse.status_code}, {attendu} attendu"


def _du_commissaire(demande: Demande) -> bool:
    return "commissaire" in document.droits()[demande.capacite]


def cible(objet: Objet) -> Cible:
    """Where it lies, as the rights ask it."""
    return Cible(
        territoires=frozenset({objet.territoire}),
        regions=frozenset({objet.region}),
        organisations=objet.organisations,
    )


def mandat_abaisse(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """In the same session, a mandate that ends or is lowered loses at once every right that came from it."""
    toutes = list(demandes(monde, capacites))
    for lecteur in monde.de("ici"):
        tenues = [d for d in toutes if lecteur.a(d.capacite, d.objet)]
        with transaction.atomic():
            yield from juger(monde, [lecteur], [d for d in tenues if d.methode == "GET"][:1])
            mandat = Mandat.objects.filter(personne=lecteur.compte.personne)
            if monde.fonctions[lecteur.fonction].echelon == "departemental":
                mandat.update(fonction=monde.fonctions["observateur"])
                perdues = [d for d in tenues if d.capacite != LIRE]
                yield from juger(monde, [replace(lecteur, fonction="observateur")], perdues)
            mandat.update(fin=VEILLE)
            yield from juger(monde, [replace(lecteur, valide=False, lieu="hors du temps")], tenues)
            transaction.set_rollback(True)


def portees(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """The rights themselves, for every function, on every place and organisation: also what another right hides."""
    objets = [
        replace(objet, organisations=frozenset({organisation}))
        for objet in monde.objets.values()
        for organisation in objet.organisations
    ]
    choisies = [c for c in document.droits() if capacites is None or c in capacites]
    for lecteur in monde.de("ici", "ailleurs", "hors du temps"):
        acteur = monde.acteur(lecteur)
        for capacite in choisies:
            portee = document.portee(capacite, lecteur.fonction) if lecteur.valide else None
            for actions, siennes in ((lecteur.organisations, True), (frozenset({-1}), False)):
                attendu = portee == "nation" or (portee == "action" and siennes)
                if acteur.peut(Capacite(capacite), Cible(actions=actions)) != attendu:
                    yield f"{lecteur.nom} : {capacite} sur {'son action' if siennes else 'celle d’un autre'}"
            for objet in objets:
                if acteur.peut(Capacite(capacite), cible(objet)) != lecteur.a(
                    capacite, replace(objet, actions=frozenset())
                ):
                    yield f"{lecteur.nom} : {capacite} sur {objet.nom} {set(objet.organisations)}"


# --- Canaries --------------------------------------------------------------------------------------
def canaris(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """Nobody out of scope reads anything of it, at any address: the matrix asks for the object, here is the rest."""
    if capacites is not None and LIRE not in capacites:
        return
    ici, tous = monde.objets["ici"], list(CAPACITES)
    publiques = [nom for nom, a in ADRESSES.items() if a.genre is Genre.PUBLIQUE]
    for nom in publiques:
        yield from _cherche(monde, monde.anonyme, ADRESSES[nom].chemin(nom, ici))
    for rang, lecteur in enumerate(monde.de("ailleurs")):
        mien = monde.objets[("ailleurs", "voisin")[rang % len(lecteur.territoires or "1")]]
        for nom, adresse in ADRESSES.items():
            # A public page says the same to everybody but for its head: each reader opens some.
            if "GET" not in adresse.methodes or (
                adresse.genre is Genre.PUBLIQUE and nom != publiques[rang % len(publiques)]
            ):
                continue
            chemins = {adresse.chemin(nom, mien)}
            if adresse.genre in {Genre.PORTE, Genre.COMPTE, Genre.PUBLIQUE}:
                chemins.add(adresse.chemin(nom, ici))
            for chemin in sorted(chemins):
                yield from _cherche(monde, lecteur, chemin)
        acte = tous[rang % len(tous)]
        yield from _cherche(monde, lecteur, reverse(ACTE, args=[mien.contrat, mien.instrument, acte]))


def _cherche(monde: Monde, lecteur: Lecteur, chemin: str) -> Iterator[str]:
    reponse, _ = demander(monde, lecteur, "GET", chemin)
    if reponse.status_code >= 500:
        yield f"{lecteur.nom} : {chemin} : panne"
    if fuite(lecteur, corps(reponse)):
        yield f"{lecteur.nom} : {chemin} : un canari"


def courriels_et_agendas(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """What leaves the house obeys the same rights: e-mails, and the agenda that a secret link opens."""
    if capacites is not None and LIRE not in capacites:
        return
    par_adresse = {lecteur.compte.courriel: lecteur for lecteur in monde.lecteurs}
    with transaction.atomic():
        mail.outbox.clear()
        expedier()
        lus = [
            (par_adresse[a], str(courriel.message()))
            for courriel in mail.outbox
            for a in courriel.to
            if a in par_adresse
        ]
        mail.outbox.clear()
        for lecteur in monde.de("ici", "ailleurs", "hors du temps"):
            secret = creer_lien(par=monde.acteur(lecteur))
            reponse, _ = demander(monde, monde.anonyme, "GET", reverse("agenda", args=[secret]))
            lus.append((lecteur, corps(reponse).replace("\r\n ", "")))
        transaction.set_rollback(True)
    lus = [(lecteur, texte, fuite(lecteur, texte)) for lecteur, texte in lus]
    yield from (f"{lecteur.nom} : un canari dans ce qu’il reçoit" for lecteur, _, vu in lus if vu)
    if not any(CANARI in texte.lower() for lecteur, texte, _ in lus if lecteur.lieu == "ici"):
        yield "personne à portée ne reçoit rien du dossier"


#: Every check, those that see most first.
TOUS = (
    matrice,
    marques,
    brouillon,
    vacance,
    actes_du_circuit,
    mandat_abaisse,
    canaris,
    courriels_et_agendas,
    portees,
)
