"""Asking the product, and judging each answer by what the reviewed document says of it."""

from __future__ import annotations

import html
import io
import re
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import quote

from django.apps import apps
from django.db import connection, transaction
from django.http import HttpResponse
from django.urls import reverse

from echelons.socle.models import Ecriture
from tests.droits import document
from tests.droits.adresses import ACTE, rangees
from tests.droits.monde import (
    CANARI,
    CANARI_REGIONAL,
    CAPACITES,
    COMMENTAIRE,
    INCONNU,
    MESSAGE,
    SOURCES,
    TEXTE,
    Lecteur,
    Monde,
    Objet,
    donnees_de,
    pret,
)
from tests.droits.rangee import LIRE, Adresse, Genre

Capacites = frozenset[str] | None
DES_DOSSIERS = (TEXTE, COMMENTAIRE, MESSAGE, f"Instrument {CANARI}", f"Contrat {CANARI}")
CONNEXION = "/compte/connexion/"
_JETON = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]*')
_QUI_PEUT = re.compile(r"Peut le faire[^<]*")
#: The rooms where an act leaves something.
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
        envoi = {cle: valeur() if callable(valeur) else valeur for cle, valeur in (donnees or {}).items()}
        reponse = client.post(chemin, envoi)
        ecrit = compter() != avant
        transaction.set_rollback(True)
    return reponse, ecrit


def corps(reponse: HttpResponse) -> str:
    """All that an answer says: its headers, its text, what is inside the files it zips."""
    contenu = reponse.content
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
    for nom, adresse in rangees():
        if not adresse.capacite or (capacites is not None and adresse.capacite not in capacites):
            continue
        for methode in adresse.methodes:
            yield Demande(
                nom,
                adresse,
                adresse.capacite,
                methode,
                monde.objets[adresse.sur],
                adresse.chemin(nom, monde.objets[adresse.sur]),
                adresse.chemin(nom, INCONNU),
                adresse.envoi(monde.objets[adresse.sur]) if methode == "POST" else {},
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
    """What is refused to everybody for the same reason is asked by a third of them: what cannot be read (of the acts,
    all try the function, see ``actes_du_circuit``), the form of what may not be sent, which all send, and whatever is
    asked from a closed account."""
    if not lecteur.ouvert:
        return lecteur.compte is not None
    if demande.adresse.genre is not Genre.OBJET or lecteur.a(demande.capacite, demande.objet):
        return False
    return demande.methode == "GET" or not lecteur.a(LIRE, demande.objet)


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
        return _juger_permis(monde, lecteur, demande, reponse, ecrit)
    if ecrit:
        return "refusé, et quelque chose est écrit"
    attendu = 403 if lecteur.a(LIRE, demande.objet) else 404
    if reponse.status_code != attendu:
        return f"{reponse.status_code} au lieu de {attendu}"
    if attendu == 403:
        return _qui_peut(monde, demande, reponse)
    cle = (lecteur.nom, demande.nom, demande.methode)
    if cle not in inconnues:
        jamais, _ = demander(monde, lecteur, demande.methode, demande.inconnu, demande.donnees)
        inconnues[cle] = comparable(jamais, demande.inconnu)
    if comparable(reponse, demande.chemin) != inconnues[cle]:
        return "la page diffère de celle d’une adresse qui n’a jamais existé"
    return "un canari hors de portée" if fuite(lecteur, corps(reponse)) else ""


def _juger_permis(
    monde: Monde, lecteur: Lecteur, demande: Demande, reponse: HttpResponse, ecrit: bool
) -> str:
    """What is allowed answers, an act does something, and asks again for what it was not told."""
    if demande.methode == "GET":
        return "" if reponse.status_code in {200, 302} else f"{reponse.status_code} alors que c’est permis"
    fait = demande.adresse.fait
    if (reponse.status_code, ecrit) != (fait, fait == 302):
        return f"{reponse.status_code} alors que l’acte est permis"
    if demande.adresse.sans_donnees:
        return ""
    vide, ecrit = demander(monde, lecteur, "POST", demande.chemin)
    return (
        "" if (vide.status_code, ecrit) == (422, False) else f"{vide.status_code} sans données, 422 attendu"
    )


def _nomme(reponse: HttpResponse, noms: Iterable[str]) -> bool:
    texte = html.unescape(reponse.content.decode())
    return any(nom in texte for nom in noms)


def _qui_peut(monde: Monde, demande: Demande, reponse: HttpResponse) -> str:
    """A refusal names somebody who can, or the functions, and nobody who cannot."""
    titulaires = set(monde.titulaires(demande.capacite, demande.objet))
    phrase = " ".join(_QUI_PEUT.findall(html.unescape(reponse.content.decode())))
    fonctions = {document.fonctions()[f] for f in document.droits()[demande.capacite]}
    if not any(nom in phrase for nom in titulaires | fonctions):
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
