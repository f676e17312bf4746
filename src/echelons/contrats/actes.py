"""What can be done with contracts as dated facts: take in a file of facts, check it whole, write it at once."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from django.db import transaction

from echelons.contrats.fichiers import (
    ConstatCollectif,
    ContratFichier,
    FaitFichier,
    FichierFaits,
    InstrumentFichier,
)
from echelons.contrats.models import Contrat, Fait, Instrument, Partie
from echelons.socle.dates import DateSource, en_lettres
from echelons.socle.fichiers import Relecture, enregistrer_sources, fichiers_yaml, trouver_sources
from echelons.socle.horloge import maintenant
from echelons.socle.models import Source
from echelons.socle.yaml_situe import Chemin, charger_yaml
from echelons.strategie.actes import connu_au_plus_tot
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire

#: How many facts are removed at once: SQLite bounds the parameters of a statement.
LOT = 500
C = TypeVar("C", bound=Hashable)


@dataclass(frozen=True)
class Bilan:
    """What taking in the files changed."""

    contrats: int
    faits_nouveaux: int
    faits_deja_connus: int
    faits_retires: int


@transaction.atomic
def charger_faits(*, chemin: Path, synchroniser: bool = False) -> Bilan:
    """Take in a file of facts, or a folder of them. The same facts enter once; nothing is overwritten.

    With ``synchroniser`` (the demonstration, whose files are the whole truth) what the files no longer state is
    removed, and known since the day they say. Raises ``ErreurDeFichier`` with every error; nothing is then written.
    """
    instant = maintenant()
    vus: set[str] = set()
    declares: set[tuple[str, str]] = set()
    avant = dict(Fait.objects.values_list("empreinte", "pk"))
    for fichier in fichiers_yaml(chemin):
        lu, document = charger_yaml(fichier, FichierFaits)
        relecture = Relecture(document)
        enregistrer_sources(lu, relecture)
        relecture.sans_doublon(("contrats",), "code", [contrat.code for contrat in lu.contrats])
        lecteur = _Lecteur(lu, relecture, instant, declares, synchroniser)
        for i, contrat in enumerate(lu.contrats):
            lecteur.contrat(i, contrat)
        for i, constat in enumerate(lu.constats_collectifs):
            lecteur.constat(i, constat)
        relecture.conclure()
        vus |= lecteur.vus
    retires = 0
    if synchroniser:
        perimes = [pk for empreinte, pk in avant.items() if empreinte not in vus]
        retires = len(perimes)
        for lot in (perimes[i : i + LOT] for i in range(0, retires, LOT)):
            Fait.objects.filter(pk__in=lot).update(remplace=None)
        for lot in (perimes[i : i + LOT] for i in range(0, retires, LOT)):
            Fait.objects.filter(pk__in=lot).delete()
        _retirer_ce_qui_ne_sert_plus(declares)
    return Bilan(Contrat.objects.count(), len(vus - avant.keys()), len(vus & avant.keys()), retires)


def _retirer_ce_qui_ne_sert_plus(declares: set[tuple[str, str]]) -> None:
    """Remove the contracts, parties and instruments that bear no fact and that the files do not declare."""
    codes = {code for code, _ in declares}
    for pk, code in Contrat.objects.filter(faits=None).values_list("pk", "code"):
        if code not in codes:
            Contrat.objects.filter(pk=pk).delete()
    for modele, nom in ((Partie, "libelle"), (Instrument, "cle")):
        for pk, contrat, valeur in modele._default_manager.filter(faits=None).values_list(
            "pk", "contrat__code", nom
        ):
            if (contrat, valeur) not in declares:
                modele._default_manager.filter(pk=pk).delete()


def _empreinte(elements: dict[str, object]) -> str:
    return hashlib.sha256(json.dumps(elements, default=str, sort_keys=True).encode()).hexdigest()


class _Lecteur:
    """Writes the contracts of one file, looking up what they name and gathering errors."""

    def __init__(
        self,
        fichier: FichierFaits,
        relecture: Relecture,
        instant: dt.datetime,
        declares: set[tuple[str, str]],
        synchroniser: bool,
    ) -> None:
        self.fichier = fichier
        self.relecture = relecture
        self.instant = instant
        self.synchroniser = synchroniser
        self.vus: set[str] = set()
        self.declares = declares
        self.sources = {s.cle: s for s in Source.objects.all()}
        self.dispositifs = {d.code: d for d in Dispositif.objects.all()}
        codes = {c.perimetre for c in fichier.contrats}
        codes |= {p.territoire for c in fichier.contrats for p in c.parties if p.territoire}
        self.territoires = {t.code: t for t in Territoire.objects.filter(code__in=codes)}

    # --- contracts ------------------------------------------------------------------------------
    def contrat(self, i: int, lu: ContratFichier) -> None:
        """Record one contract, its parties, its instruments and all its facts."""
        chemin: Chemin = ("contrats", i)
        erreurs = len(self.relecture.messages)
        dispositif = self.dispositifs.get(lu.dispositif)
        perimetre = self.territoires.get(lu.perimetre)
        if dispositif is None:
            self.relecture.refuser((*chemin, "dispositif"), _inconnu("dispositif", lu.dispositif))
        if perimetre is None:
            self.relecture.refuser((*chemin, "perimetre"), _inconnu("territoire", lu.perimetre))
        for j, partie in enumerate(lu.parties):
            if partie.territoire and partie.territoire not in self.territoires:
                self.relecture.refuser(
                    (*chemin, "parties", j, "territoire"), _inconnu("territoire", partie.territoire)
                )
        libelles = [p.libelle or self._nom(p.territoire) for p in lu.parties]
        self.relecture.sans_doublon((*chemin, "parties"), "libelle", libelles)
        self.relecture.sans_doublon((*chemin, "instruments"), "cle", [j.cle for j in lu.instruments])
        if len(self.relecture.messages) > erreurs or dispositif is None or perimetre is None:
            return
        contrat, _ = Contrat.objects.update_or_create(
            code=lu.code,
            defaults={"dispositif": dispositif, "intitule": lu.intitule, "perimetre": perimetre},
        )
        parties = self._parties(contrat, lu)
        ecrivain = _Ecrivain(self, contrat, parties)
        for k, fait in enumerate(lu.faits):
            ecrivain.fait(fait, None, (*chemin, "faits", k))
        for j, instrument_lu in enumerate(lu.instruments):
            instrument = self._instrument(contrat, instrument_lu)
            for k, fait in enumerate(instrument_lu.faits):
                ecrivain.fait(fait, instrument, (*chemin, "instruments", j, "faits", k))
        ecrivain.relier()

    def _nom(self, code: str | None) -> str:
        territoire = self.territoires.get(code or "")
        return territoire.nom if territoire else ""

    def _parties(self, contrat: Contrat, lu: ContratFichier) -> dict[str, Partie]:
        parties = {}
        for partie in lu.parties:
            territoire = self.territoires.get(partie.territoire or "")
            libelle = partie.libelle or self._nom(partie.territoire)
            self.declares.add((contrat.code, libelle))
            parties[libelle], _ = Partie.objects.update_or_create(
                contrat=contrat,
                libelle=libelle,
                defaults={
                    "role": partie.role,
                    "territoire": territoire,
                    "debut": partie.debut,
                    "fin": partie.fin,
                },
            )
        contrat.parties.filter(faits=None).exclude(pk__in=[p.pk for p in parties.values()]).delete()
        return parties

    def _instrument(self, contrat: Contrat, lu: InstrumentFichier) -> Instrument:
        self.declares.add((contrat.code, lu.cle))
        instrument, _ = Instrument.objects.update_or_create(
            contrat=contrat, cle=lu.cle, defaults=lu.model_dump(exclude={"cle", "faits"})
        )
        return instrument

    # --- collective statements --------------------------------------------------------------------
    def constat(self, i: int, lu: ConstatCollectif) -> None:
        """Spell a collective statement out on the contract of each signatory it covers."""
        chemin: Chemin = ("constats_collectifs", i)
        dispositif = self.dispositifs.get(lu.dispositif)
        if dispositif is None:
            self.relecture.refuser((*chemin, "dispositif"), _inconnu("dispositif", lu.dispositif))
            return
        self.dans_le_dispositif(dispositif, lu.date, chemin)
        signataires = {t.code: t for t in Territoire.objects.signataires(lu.signataires_au)}
        for j, code in enumerate(lu.sauf):
            if code not in signataires:
                self.relecture.refuser((*chemin, "sauf", j), _inconnu("signataire", code))
        sources = trouver_sources(lu.sources, self.sources, self.relecture, (*chemin, "sources"))
        for code, territoire in signataires.items():
            if code in lu.sauf:
                continue
            trouve = self._contrat_par_defaut(dispositif, territoire, chemin)
            if trouve is None:
                continue
            contrat, instrument = trouve
            ecrivain = _Ecrivain(self, contrat, {})
            for partie in self._parties_presentes(contrat):
                ecrivain.ecrire(
                    type_=lu.type,
                    date=lu.date,
                    instrument=instrument,
                    partie=partie,
                    sources=sources,
                    connu_le=lu.connu_le,
                    portee=Fait.Portee.COLLECTIVE,
                    texte=lu.texte,
                )

    def _parties_presentes(self, contrat: Contrat) -> list[Partie]:
        """The parties that the files declare; all those recorded when the files do not declare the contract."""
        parties = list(contrat.parties.all())
        return [p for p in parties if (contrat.code, p.libelle) in self.declares] or parties

    def dans_le_dispositif(self, dispositif: Dispositif, date: DateSource, chemin: Chemin) -> None:
        """A signature cannot precede the dispositif under which it is given."""
        if date.au_plus_tard < dispositif.debut:
            self.relecture.refuser(
                (*chemin, "date"),
                f"signature datée {date}, avant le début du dispositif « {dispositif.nom_court} » "
                f"(le {en_lettres(dispositif.debut)}). Vérifiez la date ou le dispositif.",
            )

    def _contrat_par_defaut(
        self, dispositif: Dispositif, territoire: Territoire, chemin: Chemin
    ) -> tuple[Contrat, Instrument] | None:
        """The contract of a signatory on its own territory: one that a file declares, else one with two parties.

        None, and an error of the file, when another contract already bears the code of the latter.
        """
        code = f"{dispositif.code}-{territoire.code.lower()}"
        contrats = Contrat.objects.filter(
            dispositif=dispositif, parties__territoire=territoire, perimetre=territoire
        )
        contrat = min(contrats, key=lambda c: (c.code == code, c.pk), default=None)
        if contrat is None and Contrat.objects.filter(code=code).exists():
            self.relecture.refuser(
                chemin, f"le code « {code} » est déjà celui d’un autre contrat. Donnez-lui un autre code."
            )
            return None
        if contrat is None:
            contrat = Contrat.objects.create(
                code=code,
                dispositif=dispositif,
                intitule=f"{dispositif.nom_court} {territoire.nom_avec_de}",
                perimetre=territoire,
            )
            Partie.objects.create(contrat=contrat, role=Partie.Role.ETAT, libelle="État")
            Partie.objects.create(
                contrat=contrat,
                role=Partie.Role.COLLECTIVITE,
                territoire=territoire,
                libelle=territoire.nom,
            )
        instrument = contrat.instruments.filter(type=dispositif.instrument_signant).order_by("pk").first()
        if instrument is None:
            instrument = Instrument.objects.create(
                contrat=contrat,
                cle=dispositif.instrument_signant,
                type=dispositif.instrument_signant,
                intitule=dispositif.get_instrument_signant_display().capitalize(),
            )
        return contrat, instrument


class _Ecrivain:
    """Writes the facts of one contract, then links those that replace others."""

    def __init__(self, lecteur: _Lecteur, contrat: Contrat, parties: dict[str, Partie]) -> None:
        self.lecteur = lecteur
        self.contrat = contrat
        self.parties = parties
        self.ecrits: dict[int, Fait] = {}
        self.par_cle: dict[str, list[Fait]] = {}
        self.liens: list[tuple[str | None, list[Fait], str, Chemin]] = []

    def fait(self, lu: FaitFichier, instrument: Instrument | None, chemin: Chemin) -> None:
        """Record one statement of the file: one row, or one a party for a signature."""
        refuser = self.lecteur.relecture.refuser
        sources = trouver_sources(
            lu.sources, self.lecteur.sources, self.lecteur.relecture, (*chemin, "sources")
        )
        parties: list[Partie | None] = [None]
        if lu.type == Fait.Type.SIGNATURE:
            if instrument is None:
                refuser(chemin, "une signature est celle d’un instrument. Placez-la sous « instruments ».")
                return
            parties = [*self._parties(lu, chemin)]
            self.lecteur.dans_le_dispositif(self.contrat.dispositif, lu.date, chemin)
        exercices = lu.exercices or (None, None)
        ecrits = [
            self.ecrire(
                type_=lu.type,
                date=lu.date,
                instrument=instrument,
                partie=partie,
                sources=sources,
                connu_le=lu.connu_le,
                jusqu_au=lu.jusqu_au,
                montant=lu.montant,
                nature_montant=lu.nature or "",
                couverture=lu.couverture or "",
                exercice_debut=exercices[0],
                exercice_fin=exercices[1],
                texte=lu.texte.strip(),
            )
            for partie in parties
        ]
        if lu.cle:
            if lu.cle in self.par_cle:
                refuser(
                    (*chemin, "cle"),
                    f"la clé « {lu.cle} » sert déjà dans ce contrat. Choisissez-en une autre.",
                )
            self.par_cle[lu.cle] = ecrits
        if lu.remplace:
            self.liens.append((lu.cle, ecrits, lu.remplace, (*chemin, "remplace")))

    def _parties(self, lu: FaitFichier, chemin: Chemin) -> list[Partie]:
        if lu.parties is None:
            return list(self.parties.values())
        choisies = []
        for i, libelle in enumerate(lu.parties):
            if libelle in self.parties:
                choisies.append(self.parties[libelle])
            else:
                connues = ", ".join(f"« {p} »" for p in self.parties)
                self.lecteur.relecture.refuser(
                    (*chemin, "parties", i),
                    f"trouvé « {libelle} », attendu une partie du contrat : {connues}.",
                )
        return choisies

    def ecrire(
        self,
        *,
        type_: str,
        date: DateSource,
        instrument: Instrument | None,
        partie: Partie | None,
        sources: list[Source],
        connu_le: dt.date | None,
        portee: str = Fait.Portee.INDIVIDUELLE,
        **valeurs: object,
    ) -> Fait:
        """Record one row unless the same statement is already there; only the day it was known may be corrected."""
        champs: dict[str, object] = {
            "type": str(type_),
            "jour": date.jour,
            "precision": date.precision.value,
            "portee": str(portee),
            **valeurs,
        }
        empreinte = _empreinte(
            {
                **champs,
                "contrat": self.contrat.code,
                "instrument": instrument.cle if instrument else None,
                "partie": partie.libelle if partie else None,
                "sources": sorted(s.cle for s in sources),
            }
        )
        self.lecteur.vus.add(empreinte)
        connu = connu_le or connu_au_plus_tot(sources, self.lecteur.fichier.releve_le)
        fait, nouveau = Fait.objects.get_or_create(
            empreinte=empreinte,
            defaults={
                **champs,
                "connu_le": connu,
                "contrat": self.contrat,
                "instrument": instrument,
                "partie": partie,
                "enregistre_le": self.lecteur.instant,
            },
        )
        if nouveau:
            fait.sources.set(sources)
        elif not (connu_le or self.lecteur.synchroniser or any(s.publiee_le for s in sources)):
            # A later survey of the same undated sources does not make the fact less long known.
            connu = min(connu, fait.connu_le)
        if fait.connu_le != connu:
            Fait.objects.filter(pk=fait.pk).update(connu_le=connu)
        self.ecrits[fait.pk] = fait
        return fait

    def relier(self) -> None:
        """Link the facts that replace others, as the file says and no more.

        Refuse what is unknown, or what replaces itself, even in a circle or under another key.
        """
        refuser = self.lecteur.relecture.refuser
        suivants = {cle: cible for cle, _, cible, _ in self.liens if cle}
        remplaces: dict[int, int] = {}
        for cle, ecrits, cible, chemin in self.liens:
            vises = {fait.partie_id: fait.pk for fait in self.par_cle.get(cible, ())}
            if not vises:
                refuser(chemin, f"trouvé « {cible} », attendu la « cle » d’un fait du même contrat.")
            elif {fait.partie_id for fait in ecrits} != vises.keys():
                refuser(
                    chemin, f"« {cible} » ne porte pas sur les mêmes parties. Donnez les mêmes « parties »."
                )
            else:
                remplaces |= {fait.pk: vises[fait.partie_id] for fait in ecrits}
                if (cle and _boucle(cle, suivants)) or any(_boucle(fait.pk, remplaces) for fait in ecrits):
                    refuser(
                        chemin,
                        "un fait ne peut pas se remplacer lui-même, même par un détour. Retirez « remplace ».",
                    )
        if not self.lecteur.relecture.messages:
            for fait in self.ecrits.values():
                if fait.remplace_id != remplaces.get(fait.pk):
                    Fait.objects.filter(pk=fait.pk).update(remplace=remplaces.get(fait.pk))


def _boucle(depart: C, suivants: Mapping[C, C]) -> bool:
    """Whether following ``suivants`` from ``depart`` never ends."""
    vus = {depart}
    suivant = suivants.get(depart)
    while suivant is not None:
        if suivant in vus:
            return True
        vus.add(suivant)
        suivant = suivants.get(suivant)
    return False


def _inconnu(quoi: str, code: str) -> str:
    return f"trouvé « {code} » : ce {quoi} n’existe pas. Corrigez le code."
