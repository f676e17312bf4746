"""How the facts of one contract are written: each statement once, and what is recorded never rewritten."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TypeVar

from echelons.contrats.fichiers import FaitFichier
from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.socle.dates import DateSource, en_lettres
from echelons.socle.fichiers import Relecture, connu_au_plus_tot, trouver_sources
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, extrait
from echelons.strategie.models import Dispositif

C = TypeVar("C", bound=Hashable)
AUTRE_FAIT = "Un fait ne se réécrit pas : donnez le nouveau sous une autre « cle », avec « remplace »."


@dataclass
class Lecture:
    """What is shared by the reading of a set of files: the instant, and what was stated so far."""

    instant: dt.datetime
    synchroniser: bool
    #: The facts stated, by their ids; those created among them.
    vus: set[int] = field(default_factory=set)
    crees: set[int] = field(default_factory=set)
    #: The parties and instruments declared: code of the contract, and label or key.
    declares: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, kw_only=True)
class Enonce:
    """What sources state of a contract, before it is written a row a party."""

    type: str
    date: DateSource
    instrument: Instrument | None
    sources: tuple[Source, ...]
    texte: str
    cle: str = ""
    corrige: bool = False
    connu_le: dt.date | None = None
    portee: str = Fait.Portee.INDIVIDUELLE
    jusqu_au: dt.date | None = None
    montant: Decimal | None = None
    par_an: bool = False
    nature: str = ""
    couverture: str = ""
    exercices: tuple[int | None, int | None] = (None, None)

    def colonnes(self) -> dict[str, object]:
        """What is stated, by column of ``Fait``, but for its prose, its sources and whose it is."""
        return {
            "type": str(self.type),
            "jour": self.date.jour,
            "precision": self.date.precision.value,
            "portee": str(self.portee),
            "instrument": self.instrument,
            "jusqu_au": self.jusqu_au,
            "montant": self.montant,
            "par_an": self.par_an,
            "nature_montant": str(self.nature),
            "couverture": str(self.couverture),
            "exercice_debut": self.exercices[0],
            "exercice_fin": self.exercices[1],
        }

    def empreinte(self, contrat: Contrat) -> str:
        """Digest of what is stated: the same statement has the same, however it is told."""
        elements = self.colonnes() | {
            "contrat": contrat.code,
            "instrument": self.instrument.cle if self.instrument else None,
            # 1000 and 1000.00 are one amount.
            "montant": f"{self.montant:.2f}" if self.montant is not None else None,
            "sources": sorted(s.cle for s in self.sources),
        }
        return hashlib.sha256(json.dumps(elements, default=str, sort_keys=True).encode()).hexdigest()

    @property
    def date_publique(self) -> bool:
        """Whether the day it was known is told, by the file or by a source."""
        return self.connu_le is not None or any(s.publiee_le for s in self.sources)


def dans_le_dispositif(
    relecture: Relecture, dispositif: Dispositif, date: DateSource, chemin: Chemin
) -> None:
    """Refuse a signature that precedes the dispositif under which it is given."""
    if date.au_plus_tard < dispositif.debut:
        relecture.refuser(
            (*chemin, "date"),
            f"signature datée {date}, avant le début du dispositif « {dispositif.nom_court} » "
            f"(le {en_lettres(dispositif.debut)}). Vérifiez la date ou le dispositif.",
        )


@dataclass(frozen=True)
class _Lien:
    """That facts just written replace the one of key ``cible``."""

    cle: str
    faits: tuple[Fait, ...]
    cible: str
    chemin: Chemin


class Ecrivain:
    """Writes the facts of one contract, then links those that replace others."""

    def __init__(
        self,
        contrat: Contrat,
        parties: Mapping[str, Partie],
        *,
        lecture: Lecture,
        relecture: Relecture,
        releve_le: dt.date,
        sources: dict[str, Source],
    ) -> None:
        self.contrat = contrat
        self.parties = parties
        self.lecture = lecture
        self.relecture = relecture
        self.releve_le = releve_le
        self.sources = sources
        self.faits = {fait.pk: fait for fait in Fait.objects.filter(contrat=contrat)}
        self.ecrits: dict[int, Fait] = {}
        self.par_cle: dict[str, tuple[Fait, ...]] = {}
        self.liens: list[_Lien] = []

    def fait(self, lu: FaitFichier, instrument: Instrument | None, chemin: Chemin) -> None:
        """Record one statement of the file: one row, or one a party for a signature."""
        parties: list[Partie | None] = [None]
        if lu.type == Fait.Type.SIGNATURE:
            if instrument is None:
                self.relecture.refuser(
                    chemin, "une signature est celle d’un instrument. Placez-la sous « instruments »."
                )
                return
            parties = [*self._parties(lu, chemin)]
            dans_le_dispositif(self.relecture, self.contrat.dispositif, lu.date, chemin)
        sources = trouver_sources(lu.sources, self.sources, self.relecture, (*chemin, "sources"))
        enonce = Enonce(
            type=lu.type,
            date=lu.date,
            instrument=instrument,
            sources=tuple(sources),
            texte=lu.texte.strip(),
            cle=lu.cle or "",
            corrige=lu.remplace is not None,
            connu_le=lu.connu_le,
            jusqu_au=lu.jusqu_au,
            montant=lu.montant,
            par_an=lu.par_an,
            nature=lu.nature or "",
            couverture=lu.couverture or "",
            exercices=lu.exercices or (None, None),
        )
        if lu.cle and lu.cle in self.par_cle:
            self.relecture.refuser(
                (*chemin, "cle"), f"la clé « {lu.cle} » sert déjà dans ce contrat. Choisissez-en une autre."
            )
            return
        ecrits = tuple(self.ecrire(enonce, partie, chemin) for partie in parties)
        if lu.cle:
            self.par_cle[lu.cle] = ecrits
        if lu.remplace:
            self.liens.append(_Lien(enonce.cle, ecrits, lu.remplace, (*chemin, "remplace")))

    def _parties(self, lu: FaitFichier, chemin: Chemin) -> list[Partie]:
        if lu.parties is None:
            return list(self.parties.values())
        choisies = []
        for i, libelle in enumerate(lu.parties):
            if libelle in self.parties:
                choisies.append(self.parties[libelle])
            else:
                connues = ", ".join(f"« {p} »" for p in self.parties)
                self.relecture.refuser(
                    (*chemin, "parties", i),
                    f"trouvé « {libelle} », attendu une partie du contrat : {connues}.",
                )
        return choisies

    def ecrire(self, enonce: Enonce, partie: Partie | None, chemin: Chemin) -> Fait:
        """Record one row unless the same statement is already there."""
        empreinte = enonce.empreinte(self.contrat)
        fait = self._trouver(enonce, empreinte, partie)
        if fait is None:
            fait = Fait(
                contrat=self.contrat,
                partie=partie,
                cle=enonce.cle,
                texte=enonce.texte,
                connu_le=enonce.connu_le or connu_au_plus_tot(enonce.sources, self.releve_le),
                connu_au_releve=not enonce.date_publique,
                enregistre_le=self.lecture.instant,
                empreinte=empreinte,
                **enonce.colonnes(),
            )
            fait.clean()
            fait.save()
            fait.sources.set(enonce.sources)
            self.lecture.crees.add(fait.pk)
        elif fait.pk in self.lecture.vus:
            self._refuser_deux_fois(fait, enonce, empreinte, chemin)
        elif self.relecture.synchroniser:
            self._corriger(fait, enonce, empreinte)
        else:
            self._constater(fait, enonce, empreinte, chemin)
        self.faits[fait.pk] = self.ecrits[fait.pk] = fait
        self.lecture.vus.add(fait.pk)
        return fait

    def _trouver(self, enonce: Enonce, empreinte: str, partie: Partie | None) -> Fait | None:
        """The row that already holds the statement: the one of its key, else one that states the same."""
        de_la_partie = [f for f in self.faits.values() if f.partie_id == (partie.pk if partie else None)]
        semblables = {f.cle: f for f in de_la_partie if f.empreinte == empreinte}
        sans_cle = semblables.get("")
        if not enonce.cle:
            return sans_cle or next(iter(semblables.values()), None)
        tenu = next((f for f in de_la_partie if f.cle == enonce.cle), None)
        if tenu or sans_cle is None:
            return tenu
        # A correction may state the same in other words; otherwise the file only gives a key to a known fact.
        return None if enonce.corrige and sans_cle.texte != enonce.texte else sans_cle

    def _refuser_deux_fois(self, fait: Fait, enonce: Enonce, empreinte: str, chemin: Chemin) -> None:
        if fait.empreinte != empreinte or fait.texte != enonce.texte:
            self.relecture.refuser(
                chemin,
                "ce fait est donné deux fois, avec deux textes. Réunissez-les, ou donnez à chacun sa « cle ».",
            )

    def _corriger(self, fait: Fait, enonce: Enonce, empreinte: str) -> None:
        """Make the row what the file says: its files are the whole truth of the instance."""
        colonnes = enonce.colonnes() | {
            "cle": enonce.cle,
            "texte": enonce.texte,
            "connu_le": enonce.connu_le or connu_au_plus_tot(enonce.sources, self.releve_le),
            "connu_au_releve": not enonce.date_publique,
            "empreinte": empreinte,
        }
        if all(getattr(fait, nom) == valeur for nom, valeur in colonnes.items() if nom != "instrument"):
            return
        for nom, valeur in colonnes.items():
            setattr(fait, nom, valeur)
        fait.enregistre_le = self.lecture.instant
        fait.clean()
        fait.save()
        fait.sources.set(enonce.sources)

    def _constater(self, fait: Fait, enonce: Enonce, empreinte: str, chemin: Chemin) -> None:
        """Refuse a known fact told otherwise; a key may be given to one without."""
        if fait.empreinte != empreinte:
            self.relecture.refuser(
                (*chemin, "cle"),
                f"le fait « {enonce.cle} » existe déjà et dit autre chose : {self._ecart(fait, enonce)}. "
                f"{AUTRE_FAIT}",
            )
        elif fait.texte != enonce.texte:
            self.relecture.refuser(
                (*chemin, "texte"),
                f"ce fait est déjà connu avec un autre texte : trouvé {extrait(enonce.texte)}, "
                f"enregistré {extrait(fait.texte)}. {AUTRE_FAIT}",
            )
        elif enonce.connu_le and fait.connu_le != enonce.connu_le:
            self.relecture.refuser(
                (*chemin, "connu_le"),
                f"ce fait est déjà connu depuis une autre date : trouvé {extrait(enonce.connu_le)}, "
                f"enregistré {extrait(fait.connu_le)}. {AUTRE_FAIT}",
            )
        else:
            self._completer(fait, enonce)

    def _completer(self, fait: Fait, enonce: Enonce) -> None:
        """Add to a known fact what it lacked: a key, or an earlier survey of its undated sources."""
        champs: dict[str, object] = {}
        if enonce.cle and not fait.cle:
            champs["cle"] = enonce.cle
        if fait.connu_au_releve and self.releve_le < fait.connu_le:
            champs["connu_le"] = self.releve_le
        for nom, valeur in champs.items():
            setattr(fait, nom, valeur)
        if champs:
            fait.save(update_fields=champs)

    def _ecart(self, fait: Fait, enonce: Enonce) -> str:
        """The first thing that two statements of one key do not both say, found and recorded."""
        noms = {"jour": "date", "precision": "date", "nature_montant": "nature"}
        for nom, valeur in enonce.colonnes().items():
            if getattr(fait, nom) != valeur:
                return f"« {noms.get(nom, nom)} », trouvé {extrait(valeur)}, enregistré {extrait(getattr(fait, nom))}"
        trouvees = ", ".join(sorted(s.cle for s in enonce.sources))
        enregistrees = ", ".join(sorted(s.cle for s in fait.sources.all()))
        return f"« sources », trouvé « {trouvees} », enregistré « {enregistrees} »"

    def relier(self) -> None:
        """Link the facts that replace others, of this file or recorded before.

        Refuse what is unknown, or what replaces itself, even in a circle or under another key.
        """
        refuser = self.relecture.refuser
        suivants = {lien.cle: lien.cible for lien in self.liens if lien.cle}
        remplaces = {
            fait.pk: fait.remplace_id
            for fait in self.faits.values()
            if fait.remplace_id and not (self.relecture.synchroniser and self._relu(fait))
        }
        for lien in self.liens:
            vises = {fait.partie_id: fait.pk for fait in self._vises(lien.cible)}
            if not vises:
                refuser(
                    lien.chemin, f"trouvé « {lien.cible} », attendu la « cle » d’un fait du même contrat."
                )
                continue
            if {fait.partie_id for fait in lien.faits} != vises.keys():
                refuser(
                    lien.chemin,
                    f"« {lien.cible} » ne porte pas sur les mêmes parties. Donnez les mêmes « parties ».",
                )
                continue
            voulus = {fait.pk: vises[fait.partie_id] for fait in lien.faits}
            if any(remplaces.get(pk, vise) != vise for pk, vise in voulus.items()):
                refuser(lien.chemin, f"ce fait en remplace déjà un autre que « {lien.cible} ». {AUTRE_FAIT}")
                continue
            remplaces |= voulus
            if (lien.cle and _boucle(lien.cle, suivants, str)) or any(
                _boucle(pk, remplaces, self._dire) for pk in voulus
            ):
                refuser(
                    lien.chemin,
                    "un fait ne peut pas se remplacer lui-même, même par un détour. Retirez « remplace ».",
                )
        if not self.relecture.messages:
            for fait in self.ecrits.values():
                if fait.remplace_id != remplaces.get(fait.pk):
                    fait.remplace_id = remplaces.get(fait.pk)
                    fait.clean()
                    fait.save(update_fields=["remplace"])

    def _dire(self, pk: int) -> tuple[str, str]:
        """What a fact says, in its own words: under another key, the same words are the same fact."""
        return self.faits[pk].empreinte, self.faits[pk].texte

    def _relu(self, fait: Fait) -> bool:
        """Whether these files say anew what the fact replaces: they do of what they state, and remove the rest."""
        return fait.pk in self.ecrits or fait.pk not in self.lecture.vus

    def _vises(self, cible: str) -> tuple[Fait, ...]:
        """The facts of that key: those of the file, else those recorded (and still stated, when synchronising)."""
        return self.par_cle.get(cible) or tuple(
            fait
            for fait in self.faits.values()
            if fait.cle == cible and not (self.relecture.synchroniser and fait.pk not in self.lecture.vus)
        )


def _boucle(depart: C, suivants: Mapping[C, C], dire: Callable[[C], Hashable]) -> bool:
    """Whether following ``suivants`` from ``depart`` comes back to something that says the same (``dire``)."""
    vus = {dire(depart)}
    suivant = suivants.get(depart)
    while suivant is not None:
        if dire(suivant) in vus:
            return True
        vus.add(dire(suivant))
        suivant = suivants.get(suivant)
    return False
