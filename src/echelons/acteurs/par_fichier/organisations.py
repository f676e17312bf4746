"""Organisations by file: a row says one name of one organisation, known or new, from a day on.

A known one is recognised by its code, its SIRET, or its name where it is. What is only close to a known name is shown:
give its code if it is the same; left as two, they can be reunited afterwards on their page.
"""

from __future__ import annotations

import datetime as dt
import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from stdnum.fr import siren, siret

from echelons.acteurs import annuaire
from echelons.acteurs.habilitations import ActeRefuse
from echelons.acteurs.models import NomOrganisation, Organisation
from echelons.acteurs.par_fichier.lieux import Lieux
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.circuit import ActeIncomplet, Manque
from echelons.socle.imports.actes import CHANGE_DEPUIS
from echelons.socle.imports.champs import Champ, LigneLue, ValeurRefusee
from echelons.socle.imports.valeurs import UN_JOUR, choix, en_texte, jour, texte
from echelons.socle.tableurs import Valeur
from echelons.socle.textes import normaliser
from echelons.territoires.models import Territoire

PROCHE = 0.88
Cree = tuple[str, int]


def _numero(chiffres: int, valable: Any, attendu: str) -> Any:
    """A number with a check key, whatever spaces it bears and even if a spreadsheet took it for a figure."""

    def lire(valeur: Valeur, chantier: Any) -> str:
        lu = "".join(en_texte(valeur).split())
        if isinstance(valeur, int) or (lu.isdecimal() and lu):
            lu = lu.zfill(chiffres)
        if lu and not valable(lu):
            raise ValeurRefusee(attendu)
        return lu

    return lire


CHAMPS = (
    Champ(
        "nom", "Organisation", texte(200), "le nom de l’organisation",
        ("nom", "service", "structure", "raison sociale", "dénomination"), requis=True, exemple="DDETS du Nord",
    ),
    Champ("sigle", "Sigle", texte(30), "le sigle", ("acronyme",), exemple="DDETS 59"),
    Champ(
        "type", "Type", choix({str(t.label): str(t.value) for t in Organisation.Type}), "le type de l’organisation",
        ("genre", "nature", "catégorie", "type d’organisation"), exemple="direction départementale",
    ),
    Champ(
        "siret", "SIRET", _numero(14, siret.is_valid, "un SIRET\u00a0: quatorze chiffres dont une clé"),
        "quatorze chiffres", ("numéro siret", "n° siret"), exemple="73282932000074",
    ),
    Champ(
        "siren", "SIREN", _numero(9, siren.is_valid, "un SIREN\u00a0: neuf chiffres dont une clé"),
        "neuf chiffres", ("numéro siren", "n° siren"), exemple="732829320",
    ),
    Champ(
        "territoire", "Territoire", texte(200), "le nom ou le code d’un territoire\u00a0; vide\u00a0: la nation",
        ("département", "région", "lieu", "collectivité"), exemple="Nord (59)",
    ),
    Champ(
        "depuis", "Porte ce nom depuis", jour, f"{UN_JOUR}\u00a0; vide\u00a0: depuis toujours",
        ("depuis", "depuis le", "début", "nom depuis", "à partir du"), exemple="01/04/2021",
    ),
    Champ(
        "code", "Code de l’organisation", texte(64), "le code d’une organisation connue\u00a0; vide\u00a0: nouvelle, "
        "ou reconnue à son SIRET ou à son nom", ("code",), exemple="",
    ),
)  # fmt: skip


@dataclass(eq=False)
class Dite:
    """What a row says: a name, of an organisation known or to be made."""

    nom: str
    sigle: str
    type: str
    siret: str
    siren: str
    territoire: Territoire | None
    depuis: dt.date | None
    connue: Organisation | None = None

    @property
    def cles(self) -> list[tuple[str, ...]]:
        """What names the organisation itself, surest first."""
        lieu = self.territoire.code if self.territoire else ""
        par_nom = ("nom", normaliser(self.nom), lieu)
        return [("siret", self.siret), par_nom] if self.siret else [par_nom]

    @property
    def enonce(self) -> tuple[str, ...]:
        """What tells the row from the others."""
        lieu = self.territoire.code if self.territoire else ""
        qui = self.connue.code if self.connue else self.siret or lieu
        return qui, normaliser(self.nom), self.depuis.isoformat() if self.depuis else ""


class ChantierDesOrganisations:
    """One import of organisations at work."""

    def __init__(self, par: Acteur) -> None:
        self.par = par
        self.lieux = Lieux()
        self._vues: dict[tuple[str, ...], str] = {}
        self._neuves: dict[tuple[str, ...], str] = {}
        #: What was made since this import began, by what names it.
        self._faites: dict[tuple[str, ...], Organisation] = {}
        self._codes: dict[str, Organisation] = {}
        self._cles: dict[tuple[str, ...], Organisation] = {}
        self._noms: dict[str, list[tuple[str, Organisation]]] = {}
        toutes = Organisation.objects.vivantes().select_related("territoire").prefetch_related("noms")
        for organisation in toutes:
            self._codes[organisation.code] = organisation
            lieu = organisation.territoire.code if organisation.territoire else ""
            if organisation.siret:
                self._cles["siret", organisation.siret] = organisation
            for nom in organisation.noms.all():
                self._cles.setdefault(("nom", normaliser(nom.nom), lieu), organisation)
                self._noms.setdefault(lieu, []).append((normaliser(nom.nom), organisation))

    # --- Judging --------------------------------------------------------------------------------------
    def juger(self, lignes: Sequence[LigneLue]) -> None:
        """Say of each row whom it names, and whether it is new."""
        for ligne in lignes:
            dite = None if ligne.fausse else self._comprendre(ligne)
            if dite is not None and not ligne.fausse:
                ligne.enonce = dite
                self._situer(ligne, dite)

    def _comprendre(self, ligne: LigneLue) -> Dite | None:
        v = ligne.valeurs
        lieu = None
        if v["territoire"]:
            try:
                lieu = self.lieux.trouver(v["territoire"], v["depuis"])
            except ValeurRefusee as refus:
                ligne.refuser("territoire", str(refus))
                return None
        if v["siret"] and v["siren"] and not v["siret"].startswith(v["siren"]):
            ligne.refuser("siret", "un SIRET de ce SIREN\u00a0: les neuf premiers chiffres sont les mêmes")
            return None
        dite = Dite(v["nom"], v["sigle"], v["type"], v["siret"], v["siren"], lieu, v["depuis"])
        if v["code"]:
            dite.connue = self._codes.get(v["code"])
            if dite.connue is None:
                ligne.refuser("code", "le code d’une organisation connue, qui n’a pas été réunie à une autre")
        else:
            dite.connue = next((self._cles[cle] for cle in dite.cles if cle in self._cles), None)
        return dite

    def _situer(self, ligne: LigneLue, dite: Dite) -> None:
        """Known, read before, new; and what it resembles."""
        if deja := self._vues.get(dite.enonce):
            ligne.sort = "doublon"
            ligne.signaler("nom", f"dit la même chose que la {deja}\u00a0: gardée une fois")
            return
        self._vues[dite.enonce] = f"ligne {ligne.numero} de «\u00a0{ligne.feuille}\u00a0»"
        if dite.connue is not None:
            self._juger_connue(ligne, dite, dite.connue)
        elif any(cle in self._neuves for cle in dite.cles):
            if dite.depuis is None:
                ligne.refuser(
                    "depuis", f"{UN_JOUR}\u00a0: cette organisation porte déjà un autre nom plus haut"
                )
        else:
            self._neuves |= dict.fromkeys(dite.cles, dite.nom)
            if not dite.type:
                ligne.refuser("type", "le type d’une organisation nouvelle")
            self._ressemblances(ligne, dite)

    @staticmethod
    def _juger_connue(ligne: LigneLue, dite: Dite, connue: Organisation) -> None:
        if dite.siret and connue.siret and dite.siret != connue.siret:
            ligne.refuser(
                "siret", f"le SIRET connu de cette organisation, {connue.siret}, corrigé d’abord sur sa page"
            )
            return
        if dite.siret and not connue.siret:
            ligne.signaler("siret", "cette organisation est connue sans SIRET\u00a0: donnez-le sur sa page")
        noms = [n for n in connue.noms.all() if normaliser(n.nom) == normaliser(dite.nom)]
        if any(dite.depuis is None or n.debut == dite.depuis for n in noms):
            ligne.sort = "connue"
        elif dite.depuis is None:
            actuel = connue.nom_au(dt.date.max)
            ligne.refuser(
                "depuis", f"{UN_JOUR}\u00a0: cette organisation est connue sous le nom «\u00a0{actuel}\u00a0»"
            )
        elif any(n.debut == dite.depuis for n in connue.noms.all()):
            ligne.refuser("depuis", "un jour où aucun autre nom ne commence")
        elif connue.nom_au(dite.depuis) == dite.nom:
            ligne.sort = "connue"

    def _ressemblances(self, ligne: LigneLue, dite: Dite) -> None:
        lieu, nom = dite.territoire.code if dite.territoire else "", normaliser(dite.nom)
        proches = {o.code: o for n, o in self._noms.get(lieu, ()) if _proches(n, nom)}
        for code, organisation in sorted(proches.items())[:3]:
            ligne.proche = True
            ligne.signaler(
                "nom",
                f"ressemble à «\u00a0{organisation.nom_au(self.par.jour)}\u00a0» (code {code})\u00a0: si c’est elle, "
                "donnez son code\u00a0; sinon, les deux pourront être réunies sur leur page",
            )

    # --- Writing --------------------------------------------------------------------------------------
    def ecrire(self, lignes: Sequence[LigneLue], ecriture: int) -> list[Cree]:
        """Make the organisations and give the names; what was created, by table."""
        crees: list[Cree] = []
        try:
            for ligne in lignes:
                crees += self._ecrire_une(ligne.enonce)
        except (ActeRefuse, ValidationError) as erreur:
            raise ActeIncomplet((Manque(CHANGE_DEPUIS),)) from erreur
        return crees

    def _ecrire_une(self, dite: Dite) -> list[Cree]:
        connue = dite.connue or next((self._faites[cle] for cle in dite.cles if cle in self._faites), None)
        if connue is not None and dite.depuis is not None:
            nom = annuaire.nommer_organisation(
                par=self.par, organisation=connue, nom=dite.nom, sigle=dite.sigle, debut=dite.depuis
            )
            return [("acteurs_nomorganisation", nom.pk)]
        faite = annuaire.creer_organisation(
            par=self.par,
            genre=dite.type,
            nom=dite.nom,
            sigle=dite.sigle,
            territoire=dite.territoire,
            siren=dite.siren,
            siret=dite.siret,
            depuis=dite.depuis,
        )
        self._faites |= dict.fromkeys(dite.cles, faite)
        return [("acteurs_organisation", faite.pk)]


def _proches(a: str, b: str) -> bool:
    comparaison = difflib.SequenceMatcher(None, a, b)
    return (
        comparaison.real_quick_ratio() >= PROCHE
        and comparaison.quick_ratio() >= PROCHE
        and comparaison.ratio() >= PROCHE
    )


def defaire(cles: Mapping[str, Sequence[int]], par: Any) -> list[str]:
    """Remove the names, then the organisations, unless somebody was invited there or something else names one."""
    faites = list(Organisation.objects.filter(pk__in=cles.get("acteurs_organisation", ())))
    servent = [o for o in faites if _sert(o)]
    if servent:
        combien = (
            "une organisation sert" if len(servent) == 1 else f"{len(servent)}\u00a0organisations servent"
        )
        return [
            f"Cet import ne peut plus être annulé\u00a0: {combien} depuis (mandats, invitations, services, réunions)."
        ]
    for nom in NomOrganisation.objects.filter(pk__in=cles.get("acteurs_nomorganisation", ())).order_by(
        "-debut"
    ):
        avant = nom.organisation.noms.filter(fin=nom.debut - annuaire.VEILLE).first() if nom.debut else None
        fin = nom.fin
        nom.delete()
        if avant is not None:  # the name that it had put an end to goes on
            avant.fin = fin
            avant.save(update_fields=["fin"])
    for organisation in faites:
        organisation.delete()
    return []


def _sert(organisation: Organisation) -> bool:
    return any(
        lien.related_model._base_manager.filter(**{lien.field.name: organisation.pk}).exists()
        for lien in Organisation._meta.related_objects
        if lien.related_model is not NomOrganisation
    )
