"""The rows of a file of facts, judged then written: each says something of an instrument, by one party or by all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.ecriture import Enonce
from echelons.contrats.faits_par_fichier.cadre import Cadre, Cree, Relation, neuf
from echelons.contrats.models import Fait, Instrument, Partie
from echelons.socle.dates import DateSource, Precision, en_lettres
from echelons.socle.fichiers import connu_au_plus_tot
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.imports.champs import LigneLue, ValeurRefusee
from echelons.socle.imports.valeurs import UNE_DATE
from echelons.socle.models import Source

LOT_SQL = 400
TITRE_MAX = 300


@dataclass(eq=False)
class Dit:
    """What a row states: once, of each of these parties (None: of the instrument itself)."""

    enonce: Enonce
    relation: Relation
    parties: list[Partie | None]
    empreinte: str

    @property
    def cles(self) -> list[tuple[str, str]]:
        """What tells it from the others: its digest and each party."""
        return [(self.empreinte, p.libelle if p else "") for p in self.parties]

    @property
    def sujet(self) -> tuple[str, str, str, tuple[str, ...]]:
        """What it is about, whatever its date."""
        instrument = self.enonce.instrument
        cle = instrument.cle if instrument else ""
        return (
            self.relation.contrat.code,
            cle,
            self.enonce.type,
            tuple(p.libelle if p else "" for p in self.parties),
        )


class ChantierDesFaits:
    """One import of facts at work. Rows are judged in the order of the file."""

    def __init__(self, par: Acteur) -> None:
        self.cadre = Cadre(par)
        self.aujourdhui = aujourdhui()
        self._vues: dict[tuple[str, str], str] = {}
        self._sujets: dict[Any, tuple[DateSource, str]] = {}
        self._enregistrees: dict[str, dict[tuple[str, str], set[DateSource]]] = {}

    # --- Judging --------------------------------------------------------------------------------------
    def juger(self, lignes: Sequence[LigneLue]) -> None:
        """Give each row what it states, and say whether it is known already."""
        dits: list[tuple[LigneLue, Dit]] = []
        for ligne in lignes:
            if ligne.fausse:
                # What else is wrong is said at once, as far as it was read.
                if {"territoire", "dispositif", "contrat"} <= ligne.valeurs.keys():
                    self._relation(ligne, ligne.valeurs.get("date"))
                continue
            dit = self._comprendre(ligne)
            if dit is not None and not ligne.fausse:
                ligne.enonce = dit
                dits.append((ligne, dit))
        connues = _deja_ecrites([dit for _, dit in dits])
        for ligne, dit in dits:
            self._situer(ligne, dit, connues)

    def _comprendre(self, ligne: LigneLue) -> Dit | None:
        """What a row states; what is wrong is noted on it."""
        valeurs = ligne.valeurs
        date = self._date(ligne)
        relation = self._relation(ligne, date)
        sources = self._sources(ligne, relation)
        if date is None or relation is None or ligne.fausse:
            return None
        genre = valeurs["fait"] or Fait.Type.SIGNATURE
        dispositif = relation.contrat.dispositif
        if genre == Fait.Type.SIGNATURE and date.au_plus_tard < dispositif.debut:
            ligne.refuser("date", f"une date depuis le {en_lettres(dispositif.debut)}, début du dispositif")
        champ = "cle"
        try:
            instrument = relation.instrument(
                valeurs["instrument"] or dispositif.instrument_signant, valeurs["cle"]
            )
            champ = "partie"
            parties = self._parties(genre, valeurs["partie"], relation)
        except ValeurRefusee as refus:
            ligne.refuser(champ, str(refus))
            return None
        enonce = Enonce(
            type=genre,
            date=date,
            instrument=instrument,
            sources=sources,
            texte=valeurs["texte"],
        )
        return Dit(enonce, relation, parties, enonce.empreinte(relation.contrat))

    @staticmethod
    def _parties(genre: str, texte: str, relation: Relation) -> list[Partie | None]:
        """A signature is that of each party; anything else is of the instrument, unless a party is named."""
        if genre != Fait.Type.SIGNATURE and not texte:
            return [None]
        return [*relation.parties_dites(texte)]

    @staticmethod
    def _date(ligne: LigneLue) -> DateSource | None:
        """The date with the precision said beside it."""
        date: DateSource | None = ligne.valeurs["date"]
        precision = ligne.valeurs["precision"]
        if precision == Precision.INCONNUE and (date is None or date.jour is None):
            return DateSource(None, Precision.INCONNUE)
        if date is None:
            ligne.refuser("date", UNE_DATE)
            return None
        if not precision or precision == date.precision:
            return date
        if date.jour is None or precision == Precision.INCONNUE or date.precision is not Precision.JOUR:
            if precision == Precision.AU_PLUS_TARD and date.precision is Precision.MOIS:
                return DateSource(date.au_plus_tard, Precision.AU_PLUS_TARD)
            ligne.refuser("precision", "une précision qui s’accorde avec la date")
            return None
        jour = date.jour.replace(day=1) if precision == Precision.MOIS else date.jour
        return DateSource(jour, Precision(precision))

    def _relation(self, ligne: LigneLue, date: DateSource | None) -> Relation | None:
        """The contract spoken of, by its code or by its territory and dispositif."""
        valeurs, champ = ligne.valeurs, "contrat"
        try:
            if valeurs["contrat"]:
                return self.cadre.relation_dite(valeurs["contrat"])
            champ = "dispositif"
            dispositif = self.cadre.dispositif(valeurs["dispositif"])
            champ = "territoire"
            jour: dt.date | None = date.jour if date else None
            return self.cadre.relation(dispositif, self.cadre.territoire(valeurs["territoire"], jour))
        except ValeurRefusee as refus:
            ligne.refuser(champ, str(refus))
            return None

    def _sources(self, ligne: LigneLue, relation: Relation | None) -> tuple[Source, ...]:
        """What the row cites: keys of known sources, or one page with its title."""
        valeurs = ligne.valeurs
        if valeurs["cles"]:
            try:
                return self.cadre.sources_de_cles(valeurs["cles"])
            except ValeurRefusee as refus:
                ligne.refuser("cles", str(refus))
                return ()
        if not valeurs["adresse"]:
            ligne.refuser("adresse", "l’adresse de la page qui le dit\u00a0: un fait a une source")
        if not 0 < len(valeurs["source"]) <= TITRE_MAX:
            ligne.refuser("source", f"le titre du document qui le dit ({TITRE_MAX}\u00a0caractères au plus)")
        if ligne.fausse or relation is None:
            return ()
        source, autre = self.cadre.source(
            valeurs["source"],
            valeurs["editeur"],
            valeurs["adresse"],
            valeurs["publiee_le"],
            fictive=relation.contrat.perimetre.fictif,
        )
        if autre:
            ligne.signaler(
                "source",
                f"cette adresse est celle d’une source connue, «\u00a0{source.titre}\u00a0»\u00a0: citée ici",
            )
        return (source,)

    def _situer(self, ligne: LigneLue, dit: Dit, connues: set[tuple[str, str]]) -> None:
        """Whether a row is new, already recorded, or already read; and what is close to it."""
        ici = f"ligne {ligne.numero} de «\u00a0{ligne.feuille}\u00a0»"
        if all(cle in connues for cle in dit.cles):
            ligne.sort = "connue"
            return
        if deja := next((self._vues[cle] for cle in dit.cles if cle in self._vues), None):
            ligne.sort = "doublon"
            ligne.signaler("territoire", f"dit la même chose que la {deja}\u00a0: gardée une fois")
            return
        self._vues |= dict.fromkeys(dit.cles, ici)
        date = dit.enonce.date
        autre, ou = self._sujets.setdefault(dit.sujet, (date, ici))
        if autre != date:
            ligne.proche = True
            ligne.signaler("date", f"la {ou} donne une autre date au même fait ({autre})")
        if autres := self._autres_dates(dit):
            ligne.proche = True
            ligne.signaler("date", f"ce fait est déjà enregistré à une autre date ({autres})")

    def _autres_dates(self, dit: Dit) -> str:
        """The other dates at which the same fact is recorded, blank when there are none."""
        contrat, instrument = dit.relation.contrat, dit.enonce.instrument
        if instrument is None or neuf(contrat) or neuf(instrument):
            return ""
        if contrat.code not in self._enregistrees:
            dates: dict[tuple[str, str], set[DateSource]] = defaultdict(set)
            faits = Fait.objects.filter(contrat=contrat, remplace_par=None, portee=Fait.Portee.INDIVIDUELLE)
            for cle, genre, jour, precision in faits.values_list(
                "instrument__cle", "type", "jour", "precision"
            ).distinct():
                dates[cle or "", genre].add(DateSource(jour, Precision(precision)))
            self._enregistrees[contrat.code] = dates
        autres = self._enregistrees[contrat.code].get((instrument.cle, dit.enonce.type), set())
        date = dit.enonce.date
        if any(d.au_plus_tot <= date.au_plus_tard and date.au_plus_tot <= d.au_plus_tard for d in autres):
            return ""  # one of them may be the same day
        return ", ".join(str(d) for d in sorted(autres, key=lambda d: d.au_plus_tard)[:3])

    # --- Writing --------------------------------------------------------------------------------------
    def ecrire(self, lignes: Sequence[LigneLue], ecriture: int) -> list[Cree]:
        """Write what rows state; what was created, by table."""
        instant = maintenant()
        faits: list[tuple[Fait, Dit]] = []
        connues = _deja_ecrites([ligne.enonce for ligne in lignes])
        crees = self._preparer([ligne.enonce for ligne in lignes])
        for ligne in lignes:
            dit: Dit = ligne.enonce
            faits += [
                (self._fait(dit, partie, instant, ecriture), dit)
                for partie, cle in zip(dit.parties, dit.cles, strict=True)
                if cle not in connues
            ]
        Fait.objects.bulk_create([fait for fait, _ in faits], batch_size=LOT_SQL)
        lien = Fait.sources.through
        lien.objects.bulk_create(
            [lien(fait_id=fait.pk, source_id=s.pk) for fait, dit in faits for s in dit.enonce.sources],
            batch_size=LOT_SQL,
        )
        return crees + [("contrats_fait", fait.pk) for fait, _ in faits]

    @staticmethod
    def _preparer(dits: Sequence[Dit]) -> list[Cree]:
        """Save what rows name and that does not exist yet: each was checked as it was read."""
        crees: list[Cree] = []
        instruments: dict[int, Instrument] = {}
        sources: dict[str, Source] = {}
        for dit in dits:
            crees += dit.relation.enregistrer()
            instrument = dit.enonce.instrument
            if instrument is not None and neuf(instrument):
                instrument.contrat = dit.relation.contrat
                instruments[id(instrument)] = instrument
            sources |= {s.cle: s for s in dit.enonce.sources if neuf(s)}
        Instrument.objects.bulk_create(instruments.values(), batch_size=LOT_SQL)
        Source.objects.bulk_create(sources.values(), batch_size=LOT_SQL)
        crees += [("contrats_instrument", i.pk) for i in instruments.values()]
        return crees + [("socle_source", s.pk) for s in sources.values()]

    def _fait(self, dit: Dit, partie: Partie | None, instant: dt.datetime, ecriture: int) -> Fait:
        enonce = dit.enonce
        return Fait(
            contrat=dit.relation.contrat,
            partie=partie,
            texte=enonce.texte,
            connu_le=connu_au_plus_tot(enonce.sources, self.aujourdhui),
            connu_au_releve=not enonce.date_publique,
            enregistre_le=instant,
            ecriture=ecriture,
            empreinte=dit.empreinte,
            **enonce.colonnes(),
        )


def _deja_ecrites(dits: Sequence[Dit]) -> set[tuple[str, str]]:
    """Of what these state, what is recorded: digest and party."""
    empreintes = sorted({dit.empreinte for dit in dits if not neuf(dit.relation.contrat)})
    connues: set[tuple[str, str]] = set()
    for debut in range(0, len(empreintes), LOT_SQL):
        lues = Fait.objects.filter(empreinte__in=empreintes[debut : debut + LOT_SQL])
        connues |= {(e, partie or "") for e, partie in lues.values_list("empreinte", "partie__libelle")}
    return connues
