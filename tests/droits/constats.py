"""The checks of the rights: each reads the world and yields a sentence for whatever is not as the document says.

They are functions, so that the long trial can run them on a product whose rights were tampered with. ``capacites``
restricts a check to what bears on these capabilities; None is all of them.
"""

from __future__ import annotations

import copy
import datetime as dt
import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.contrats import actes
from echelons.contrats.models import Instrument
from echelons.socle.circuit import ActeInterdit, ActeRefuse
from echelons.socle.horloge import a_la_date
from echelons.socle.models import Ecriture
from tests.droits import document
from tests.droits.adresses import ACTE, ADRESSES, LIRE, Adresse, Genre
from tests.droits.monde import (
    CANARI,
    CANARI_REGIONAL,
    CAPACITES,
    COMMENTAIRE,
    INCONNU,
    JOUR,
    MESSAGE,
    SOURCES,
    TEXTE,
    VEILLE,
    Lecteur,
    Monde,
    Objet,
    donnees_de,
    pret,
)

Capacites = frozenset[str] | None
DES_DOSSIERS = (TEXTE, COMMENTAIRE, MESSAGE, f"Instrument {CANARI}", f"Contrat {CANARI}")
CONNEXION = "/compte/connexion/"
_JETON = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
_QUI_PEUT = re.compile(r"Peut le faire[^<]*")
#: Where an act leaves something, with what is counted around it.
_SUIVIS = ("acteurs", "contrats")
_VIVANTS = {"SessionOuverte", "Frein", "Compte"}  # what being connected writes by itself


# --- Asking ----------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Demande:
    """One thing asked of the product, and what the document says of it."""

    nom: str
    adresse: Adresse
    capacite: str
    methode: str
    objet: Objet
    chemin: str
    inconnu: str
    donnees: dict[str, Any] = field(default_factory=dict, hash=False)

    def __str__(self) -> str:
        return f"{self.methode} {self.chemin}"


@cache
def _comptage() -> str:
    modeles = [m for nom in _SUIVIS for m in apps.get_app_config(nom).get_models()] + [Ecriture]
    tables = sorted(m._meta.db_table for m in modeles if m.__name__ not in _VIVANTS)
    return "SELECT " + ", ".join(f'(SELECT count(*) FROM "{table}")' for table in tables)


def compter() -> tuple[int, ...]:
    """How many rows each table of acts, facts, people and journal holds."""
    with connection.cursor() as curseur:
        curseur.execute(_comptage())
        return tuple(curseur.fetchone())


def demander(
    monde: Monde, lecteur: Lecteur, methode: str, chemin: str, donnees: dict[str, Any] | None = None
) -> tuple[HttpResponse, bool]:
    """The answer, and whether it wrote something; whatever was written is undone."""
    client = monde.client(lecteur)
    if methode == "GET":
        return client.get(chemin, donnees or {}), False
    with transaction.atomic():
        avant = compter()
        reponse = client.post(chemin, donnees or {})
        ecrit = compter() != avant
        transaction.set_rollback(True)
    return reponse, ecrit


def corps(reponse: HttpResponse) -> str:
    """All that an answer says: its headers, its text, what is inside the files it zips."""
    contenu = b"".join(reponse) if reponse.streaming else reponse.content
    texte = "\n".join(f"{cle}: {valeur}" for cle, valeur in reponse.headers.items())
    if contenu[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
            return texte + "".join(archive.read(nom).decode("utf-8", "replace") for nom in archive.namelist())
    return texte + html.unescape(contenu.decode("utf-8", "replace"))


def comparable(reponse: HttpResponse, *tapes: str) -> str:
    """A page but for what the reader typed and for its tokens."""
    page = _JETON.sub(r"\1", reponse.content.decode("utf-8", "replace"))
    for tape in tapes:
        page = page.replace(quote(tape, safe=""), "…").replace(tape, "…")
    entetes = {c: v for c, v in reponse.headers.items() if c not in {"Content-Length", "Set-Cookie"}}
    return f"{reponse.status_code} {sorted(entetes.items())} {page}"


# --- What the document says of each request ----------------------------------------------------------
def demandes(monde: Monde, capacites: Capacites = None) -> Iterator[Demande]:
    """Every (address, method, act), on the object looked at."""
    ici = monde.objets["ici"]
    for nom, adresse in ADRESSES.items():
        if not adresse.capacite or (capacites is not None and adresse.capacite not in capacites):
            continue
        for methode in adresse.methodes:
            yield Demande(
                nom,
                adresse,
                adresse.capacite,
                methode,
                ici,
                adresse.chemin(nom, ici),
                adresse.chemin(nom, INCONNU),
                adresse.donnees if methode == "POST" else {},
            )
    for acte, capacite in CAPACITES.items():
        if capacites is not None and capacite not in capacites:
            continue
        ou = monde.dossiers[pret(acte, SOURCES[acte][0])]
        donnees = {cle: str(valeur) for cle, valeur in donnees_de(acte).items()}
        for methode in ("GET", "POST"):
            yield Demande(
                ACTE,
                Adresse(Genre.OBJET, capacite, sans_donnees=not donnees),
                capacite,
                methode,
                ou,
                reverse(ACTE, args=[ou.contrat, ou.instrument, acte]),
                reverse(ACTE, args=[INCONNU.contrat, INCONNU.instrument, acte]),
                donnees if methode == "POST" else {},
            )


def matrice(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """(Address, method, act) × (nobody, each function in scope, out of scope, without a mandate, closed)."""
    yield from juger(monde, [monde.anonyme, *monde.lecteurs], demandes(monde, capacites))


def juger(monde: Monde, lecteurs: list[Lecteur], posees: Iterable[Demande]) -> Iterator[str]:
    """Ask each of these of each reader."""
    inconnues: dict[tuple[str, str, str], str] = {}
    for numero, demande in enumerate(posees):
        for rang, lecteur in enumerate(lecteurs):
            if _deja_dit(lecteur, demande) and (numero + rang) % 3:
                continue
            defaut = _juger(monde, lecteur, demande, inconnues)
            if defaut:
                yield f"{lecteur.nom} : {demande} : {defaut}"


def _deja_dit(lecteur: Lecteur, demande: Demande) -> bool:
    """An act on a dossier one cannot read: all try it by its function (``actes_du_circuit``), a third by its page."""
    return demande.nom == ACTE and lecteur.ouvert and not lecteur.a(LIRE, demande.objet)


def _juger(
    monde: Monde, lecteur: Lecteur, demande: Demande, inconnues: dict[tuple[str, str, str], str]
) -> str:
    """What is wrong with the answer, nothing when it is as the document says."""
    reponse, ecrit = demander(monde, lecteur, demande.methode, demande.chemin, demande.donnees)
    if reponse.status_code >= 500:
        return f"panne ({reponse.status_code})"
    if not lecteur.ouvert:
        ailleurs = reponse.headers.get("Location", "")
        juste = reponse.status_code == 302 and ailleurs.startswith(f"{CONNEXION}?next=") and not ecrit
        return "" if juste else f"{reponse.status_code} au lieu d’être envoyé se connecter"
    if demande.adresse.genre is Genre.LISTE:
        return _juger_liste(monde, lecteur, demande, reponse)
    if demande.adresse.genre is Genre.GENERALE:
        return _juger_generale(monde, lecteur, demande, reponse, ecrit)
    return _juger_objet(monde, lecteur, demande, reponse, ecrit, inconnues)


def _juger_liste(monde: Monde, lecteur: Lecteur, demande: Demande, reponse: HttpResponse) -> str:
    texte = corps(reponse)
    if lecteur.a(demande.capacite, demande.objet):
        if reponse.status_code not in {200, 302}:
            return f"{reponse.status_code} alors que la capacité est tenue"
        return "" if demande.adresse.montre in texte else "ce qui est à portée ne se voit pas"
    if fuite(lecteur, texte):
        return "ce qui est hors de portée se voit"
    return "" if reponse.status_code in {200, 302, 404} else f"{reponse.status_code} au lieu d’une liste"


def _juger_generale(
    monde: Monde, lecteur: Lecteur, demande: Demande, reponse: HttpResponse, ecrit: bool
) -> str:
    quelque_part = any(lecteur.a(demande.capacite, o) for o in monde.objets.values())
    ici = lecteur.a(demande.capacite, demande.objet)
    if not quelque_part:
        if reponse.status_code != 403 or ecrit:
            return f"{reponse.status_code} au lieu de 403"
        fonctions = {document.fonctions()[f] for f in document.droits()[demande.capacite]}
        return "" if _nomme(reponse, fonctions) else "403 qui ne nomme pas qui peut"
    if demande.methode == "POST":
        attendu = 302 if ici else 422
        return (
            ""
            if (reponse.status_code, ecrit) == (attendu, ici)
            else f"{reponse.status_code}, {attendu} attendu"
        )
    if reponse.status_code != 200:
        return f"{reponse.status_code} alors que la capacité est tenue"
    texte = corps(reponse)
    if fuite(lecteur, texte):
        return "ce qui est hors de portée se voit"
    vu = demande.adresse.montre in texte
    return "" if vu or not ici else "ne montre pas ce qui est à portée"


def _juger_objet(
    monde: Monde,
    lecteur: Lecteur,
    demande: Demande,
    reponse: HttpResponse,
    ecrit: bool,
    inconnues: dict[tuple[str, str, str], str],
) -> str:
    if lecteur.a(demande.capacite, demande.objet):
        if demande.methode == "GET":
            return (
                "" if reponse.status_code in {200, 302} else f"{reponse.status_code} alors que c’est permis"
            )
        if reponse.status_code != 302 or not ecrit:
            return f"{reponse.status_code} alors que l’acte est permis"
        if demande.adresse.sans_donnees:
            return ""
        vide, ecrit = demander(monde, lecteur, "POST", demande.chemin)
        return (
            ""
            if (vide.status_code, ecrit) == (422, False)
            else f"{vide.status_code} sans données, 422 attendu"
        )
    if ecrit:
        return "refusé, et quelque chose est écrit"
    if lecteur.a(LIRE, demande.objet):
        if reponse.status_code != 403:
            return f"{reponse.status_code} au lieu de 403"
        return _qui_peut(monde, lecteur, demande, reponse)
    if reponse.status_code != 404:
        return f"{reponse.status_code} au lieu de 404"
    cle = (lecteur.nom, demande.nom, demande.methode)
    if cle not in inconnues:
        jamais, _ = demander(monde, lecteur, demande.methode, demande.inconnu, demande.donnees)
        inconnues[cle] = comparable(jamais, demande.inconnu)
    if comparable(reponse, demande.chemin) != inconnues[cle]:
        return "la page diffère de celle d’une adresse qui n’a jamais existé"
    return "un canari hors de portée" if fuite(lecteur, corps(reponse)) else ""


def _nomme(reponse: HttpResponse, noms: Iterable[str]) -> bool:
    texte = html.unescape(reponse.content.decode())
    return any(nom in texte for nom in noms)


def _qui_peut(monde: Monde, lecteur: Lecteur, demande: Demande, reponse: HttpResponse) -> str:
    """A refusal names somebody who can, or the functions when nobody holds them, and nobody who cannot."""
    titulaires = set(monde.titulaires(demande.capacite, demande.objet)) - {str(lecteur.compte.personne)}
    phrase = " ".join(_QUI_PEUT.findall(html.unescape(reponse.content.decode())))
    fonctions = {document.fonctions()[f] for f in document.droits()[demande.capacite]}
    if not any(nom in phrase for nom in titulaires or fonctions):
        return "403 qui ne nomme pas qui peut"
    ouverts = {str(p.compte.personne) for p in monde.lecteurs if p.ouvert}
    intrus = sorted(nom for nom in ouverts - titulaires if nom in phrase)
    return f"403 qui nomme {', '.join(intrus)}" if intrus else ""


def fuite(lecteur: Lecteur, texte: str) -> bool:
    """Whether what is said to this reader bears a canary of somewhere else."""
    if lecteur.lieu == "ici" and lecteur.ouvert and lecteur.valide:
        return False
    tout = texte.lower()
    if lecteur.lieu == "hors du temps":
        # They read the name of the service where they were: the canaries of the dossiers only.
        return any(mot.lower() in tout for mot in DES_DOSSIERS)
    # Next door, in the same région, who animates it is known.
    return CANARI in tout or (not lecteur.territoires and CANARI_REGIONAL in tout)


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
    """An office that does not exist yet, or that nobody holds: those who stand in for it have its rights; not otherwise."""
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
        organisations=frozenset(objet.organisations.values()),
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


def sans_porte() -> frozenset[str]:
    """The capabilities that no address, no act and no part of a page bears yet."""
    portes = {a.capacite for a in ADRESSES.values()} | set(CAPACITES.values()) | set(MARQUES)
    return frozenset(document.droits()) - portes


def portees(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """What no page bears yet is asked of the rights themselves: every function, on every place and organisation."""
    objets = [
        replace(objet, organisations={cote: organisation})
        for objet in monde.objets.values()
        for cote, organisation in objet.organisations.items()
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
            if capacite in sans_porte():
                for objet in objets:
                    if acteur.peut(Capacite(capacite), cible(objet)) != lecteur.a(capacite, objet):
                        yield f"{lecteur.nom} : {capacite} sur {objet.nom} {objet.organisations}"


# --- Canaries --------------------------------------------------------------------------------------
def canaris(monde: Monde, capacites: Capacites = None) -> Iterator[str]:
    """Nobody out of scope reads anything of it, at any address: the matrix looks at the object itself, here is the rest."""
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


#: Every check, in the order of what it costs.
TOUS = (
    portees,
    marques,
    brouillon,
    vacance,
    actes_du_circuit,
    matrice,
    mandat_abaisse,
    canaris,
)
