"""What changed in a content between two moments, in sentences: « 30 000 € deviennent 40 000 € : État, 2020 »."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Objet
from echelons.contrats.contenu.saisies import dire_chiffre
from echelons.contrats.models import Document, FicheAction, Instrument, Modification
from echelons.socle.dates import en_lettres
from echelons.socle.nombres import euros, insecables
from echelons.strategie.lecture import cadre_d_acte
from echelons.strategie.models import Mesure, VersionIndicateur
from echelons.territoires.models import Territoire

#: Writings of one person that follow each other within this time are one moment.
ENSEMBLE = dt.timedelta(minutes=10)
#: What, which, field → before and after.
Bouts = Mapping[tuple[str, str, str], tuple[Any, Any]]
#: The fields of a fiche that hold several names.
NOMMES = frozenset({"territoires", "pieces"})


@dataclass(frozen=True)
class Moment:
    """A series of writings by one person; ``rang`` is its last."""

    rang: int
    instant: dt.datetime
    par: str
    champs: int


@dataclass(frozen=True)
class Changement:
    """One change: of what, in a sentence, and the two texts when they are long enough to be compared."""

    de: str
    phrase: str
    avant: str = ""
    apres: str = ""


def moments(instrument: Instrument) -> list[Moment]:
    """The moments at which the content was written, oldest first."""
    suite: list[Moment] = []
    precedent = None
    traces = Modification.objects.filter(instrument=instrument).select_related("mandat__personne")
    for trace in traces.order_by("rang", "pk"):
        qui = str(trace.mandat.personne) if trace.mandat else "le système"
        if suite and precedent == trace.mandat_id and trace.instant - suite[-1].instant < ENSEMBLE:
            suite[-1] = Moment(trace.rang, trace.instant, qui, suite[-1].champs + 1)
        else:
            suite.append(Moment(trace.rang, trace.instant, qui, 1))
        precedent = trace.mandat_id
    return suite


def changements(instrument: Instrument, depuis: int, jusqu_a: int) -> list[Changement]:
    """What the writings after ``depuis`` and up to ``jusqu_a`` changed in the end, thing by thing."""
    bouts: dict[tuple[str, str, str], tuple[Any, Any]] = {}
    traces = Modification.objects.filter(instrument=instrument, rang__gt=depuis, rang__lte=jusqu_a)
    for trace in traces.order_by("rang", "pk"):
        cle = (trace.objet, trace.cle, trace.champ)
        bouts[cle] = (bouts[cle][0] if cle in bouts else trace.avant, trace.apres)
    return raconter(instrument, {c: b for c, b in bouts.items() if b[0] != b[1]})


def raconter(instrument: Instrument, bouts: Bouts, neuves: Mapping[str, str] = {}) -> list[Changement]:
    """These changes in sentences, in their order; ``neuves`` names fiches still to be added."""
    return list(_Recit(instrument, neuves, bouts).dire(bouts))


class _Recit:
    """Tells the changes of one instrument."""

    def __init__(self, instrument: Instrument, neuves: Mapping[str, str], bouts: Bouts) -> None:
        self.fiches = {str(f.reference): f.intitule for f in instrument.fiches.all()} | dict(neuves)
        self.noms = _noms(instrument, bouts)
        self.versions = _versions(bouts)
        self.clauses = {str(c.reference): c.titre for c in instrument.clauses.all()}
        self.financeurs = {f.rang: f.libelle for f in instrument.financeurs.all()}
        self.complement = {
            f"complement.{c.code}": c.libelle for c in instrument.contrat.dispositif.champs_de_fiche.all()
        }

    def dire(self, bouts: Mapping[tuple[str, str, str], tuple[Any, Any]]) -> Iterator[Changement]:
        """One change after another, in the order in which they were first made."""
        for (objet, cle, champ), (avant, _) in bouts.items():
            if objet == Objet.FICHE and champ == RETRAIT:
                self.fiches.setdefault(cle, avant["intitule"])
        for (objet, cle, champ), (avant, apres) in bouts.items():
            changement = getattr(self, f"_{objet}")(cle, champ, avant, apres)
            de, phrase = insecables(changement.de), insecables(changement.phrase)
            yield Changement(de, phrase, changement.avant, changement.apres)

    def _fiche(self, cle: str, champ: str, avant: Any, apres: Any) -> Changement:
        de = f"Fiche « {self.fiches.get(cle, 'retirée')} »"
        if champ == AJOUT:
            return Changement(de, "Ajoutée.")
        if champ == RETRAIT:
            return Changement(de, "Retirée, avec son financement et ses cibles.")
        if champ == "rang":
            return Changement(de, f"Passe de la place {avant} à la place {apres}.")
        libelle = self.complement.get(champ) or str(FicheAction._meta.get_field(champ).verbose_name)  # type: ignore[union-attr]
        textes = tuple(self._valeur(champ, v) for v in (avant, apres))
        if max(map(len, textes)) > 80:
            return Changement(de, f"« {libelle} » change.", *textes)
        return Changement(de, f"« {libelle} » : {textes[0] or 'rien'} devient {textes[1] or 'rien'}.")

    def _valeur(self, champ: str, valeur: Any) -> str:
        """A value of a fiche as it reads: what a code names, rather than the code."""
        if champ in NOMMES and (valeur or champ == "pieces"):
            return ", ".join(sorted(self.noms.get((champ, code), code) for code in valeur or ()))
        return self.noms.get((champ, str(valeur)), "") or _simple(champ, valeur)

    def _financement(self, cle: str, champ: str, avant: Any, apres: Any) -> Changement:
        if cle.startswith("financeur/"):
            nom = (apres or avant)[0]
            return Changement("Financeurs", f"« {nom} » est {'ajouté' if champ == AJOUT else 'retiré'}.")
        case = Case.lire(cle)
        de = f"Fiche « {self.fiches.get(case.fiche, 'retirée')} »"
        qui = ", ".join(
            filter(
                None,
                [
                    self.financeurs.get(case.financeur, "financeur retiré"),
                    str(case.exercice),
                    case.imputation,
                ],
            )
        )
        if avant and apres:
            return Changement(de, f"{_euros(avant)} deviennent {_euros(apres)} : {qui}.")
        return Changement(de, f"{_euros(apres or avant)} {'inscrits' if apres else 'retirés'} : {qui}.")

    def _plafond(self, cle: str, champ: str, avant: Any, apres: Any) -> Changement:
        return Changement("Plafonds", f"{cle} : {_euros(avant) or 'rien'} devient {_euros(apres) or 'rien'}.")

    def _cible(self, cle: str, champ: str, avant: Any, apres: Any) -> Changement:
        fiche, indicateur, effet = cle.split("/")
        de = f"Cible « {self.versions.get((indicateur, effet), indicateur)} »"
        if fiche:
            de += f", fiche « {self.fiches.get(fiche, 'retirée')} »"
        if champ in {AJOUT, RETRAIT}:
            return Changement(de, "Ajoutée." if champ == AJOUT else "Retirée.")
        quoi = "La situation de départ" if champ == "depart" else f"La cible de {champ}"
        return Changement(de, f"{quoi} : {dire_la_trace(avant)} devient {dire_la_trace(apres)}.")

    def _clause(self, cle: str, champ: str, avant: Any, apres: Any) -> Changement:
        if champ == AJOUT:
            return Changement(f"Article « {apres[0]} »", "Disposition particulière ajoutée.", "", apres[1])
        if champ == RETRAIT:
            return Changement(f"Article « {avant[0]} »", "Disposition particulière retirée.", avant[1])
        de = f"Article « {self.clauses.get(cle, 'retiré')} »"
        if champ == "retenue":
            return Changement(de, "Retenu." if apres else "Laissé de côté.")
        return Changement(de, f"« {champ} » change.", avant, apres)


def _noms(instrument: Instrument, bouts: Bouts) -> dict[tuple[str, str], str]:
    """The names of what the fields of fiches say by codes: field and code → name."""
    champs = {champ for objet, _, champ in bouts if objet == Objet.FICHE}
    cadre = cadre_d_acte(instrument.contrat.dispositif_id)
    noms = {("volet", v.code): v.libelle for v in cadre.volets.values()}
    noms |= {("nature", code): n.libelle for code, n in cadre.natures.items()}
    if "mesure" in champs:
        noms |= {("mesure", code): dit for code, dit in Mesure.objects.values_list("code", "libelle")}
    if lieux := _dits(bouts, "territoires"):
        siens = Territoire.objects.filter(code__in=lieux)
        noms |= {("territoires", code): f"{nom} ({code})" for code, nom in siens.values_list("code", "nom")}
    if pieces := _dits(bouts, "pieces"):
        jointes = Document.objects.filter(contrat=instrument.contrat_id, reference__in=pieces)
        noms |= {("pieces", str(r)): titre for r, titre in jointes.values_list("reference", "titre")}
    return noms


def _dits(bouts: Bouts, champ: str) -> set[str]:
    """All that a field which holds several values was or became."""
    return {
        code
        for (_, _, change), valeurs in bouts.items()
        if change == champ
        for valeur in valeurs
        for code in valeur or ()
    }


def _versions(bouts: Bouts) -> dict[tuple[str, str], str]:
    """The names of the indicators aimed at, by code and day of their definition."""
    codes = {cle.split("/")[1] for objet, cle, _ in bouts if objet == Objet.CIBLE}
    if not codes:
        return {}
    lues = VersionIndicateur.objects.filter(indicateur__code__in=codes).select_related("indicateur")
    return {(v.indicateur.code, v.effet_le.isoformat()): v.libelle for v in lues}


def _simple(champ: str, valeur: Any) -> str:
    if valeur is None:
        return ""
    if champ in {"debut", "fin"}:
        return en_lettres(dt.date.fromisoformat(valeur))
    if isinstance(valeur, bool):
        return "oui" if valeur else "non"
    if champ == "etp":
        return str(valeur).replace(".", ",")
    if isinstance(valeur, list):
        return ", ".join(map(str, valeur)) or "tout le territoire"
    return str(valeur)


def _euros(montant: str | None) -> str:
    return euros(Decimal(montant)) if montant else ""


def dire_la_trace(valeur: list[Any] | None) -> str:
    """The figure of a target as a trace keeps it (``cibles.Chiffre.simple``); « rien » without one."""
    if not valeur:
        return "rien"
    etat, chiffre, motif, _ = valeur
    return dire_chiffre(etat, Decimal(chiffre) if chiffre else None, motif) or "rien"
