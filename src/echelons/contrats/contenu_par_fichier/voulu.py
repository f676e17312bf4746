"""What a workbook wants, beside what it was made with: the sheets of money and of targets, and who is named in them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from echelons.contrats.contenu.cibles import SANS_CHIFFRE, version_de
from echelons.contrats.contenu.financements import IMPUTATION_MAX, TROP_LONGUE, Case
from echelons.contrats.contenu.forme import CENTIME
from echelons.contrats.contenu.instantane import Instantane
from echelons.contrats.contenu.lecture import exercices_de
from echelons.contrats.contenu_par_fichier.cellules import (
    lire_cible,
    lire_entier,
    lire_euros,
    lire_jour,
    lire_texte,
    meme_texte,
)
from echelons.contrats.models import Instrument, LigneFinancement
from echelons.socle.imports.champs import LigneLue, ValeurRefusee
from echelons.socle.textes import normaliser
from echelons.strategie.models import Indicateur, VersionIndicateur

ENSEMBLE = "ensemble"
NATURES = {normaliser(str(n.label)): n for n in LigneFinancement.Nature}
UNE_FICHE = "le numéro d’une fiche de la feuille «\u00a0Fiches\u00a0»"
#: How a fiche that does not exist yet is named, by the row that adds it.
NOUVELLE = "nouvelle-{}"


@dataclass
class Voulu:
    """What the rows say in the end, by the same keys as traces; a fiche to be added is named ``NOUVELLE``.

    ``lignes`` gives the rows that say a thing; ``absents`` what the workbook had and no longer has.
    """

    fiches: dict[str, dict[str, Any]] = field(default_factory=dict)
    cases: dict[str, str | None] = field(default_factory=dict)
    cibles: dict[str, dict[str, Any]] = field(default_factory=dict)
    lignes: dict[tuple[str, ...], list[LigneLue]] = field(default_factory=dict)
    absents: list[tuple[str, str, str]] = field(default_factory=list)

    def dire(self, ligne: LigneLue, *quoi: str) -> None:
        """Remember which row says this."""
        self.lignes.setdefault(quoi, []).append(ligne)


class Fiches:
    """The fiches that rows of other sheets may name: by reference, by number, by title."""

    def __init__(self) -> None:
        self.numeros: dict[str, str] = {}
        self._par_numero: dict[str, list[str]] = {}
        self._par_titre: dict[str, list[str]] = {}

    def ajouter(self, cle: str, numero: str, titre: str) -> None:
        """One of the sheet of fiches."""
        self.numeros[cle] = numero
        self._par_numero.setdefault(numero, []).append(cle)
        self._par_titre.setdefault(normaliser(titre), []).append(cle)

    def de(self, ligne: LigneLue) -> str:
        """The fiche of a row: its reference, or its number, or its title. Raises ``ValeurRefusee``."""
        reference = lire_texte(ligne.brutes.get("fiche_reference"))
        numero = lire_texte(ligne.brutes.get("fiche"))
        titre = normaliser(lire_texte(ligne.brutes.get("intitule")))
        if reference:
            attendu = self.numeros.get(reference, numero)
            if numero and attendu and numero != attendu:
                raise ValeurRefusee(
                    f"{attendu}, celui de la fiche de cette référence\u00a0; effacez la référence de la ligne pour "
                    "suivre le numéro"
                )
            return reference
        trouvees = self._par_numero.get(numero, []) if numero else self._par_titre.get(titre, [])
        if len(trouvees) > 1:
            trouvees = [t for t in trouvees if t in self._par_titre.get(titre, [])] or trouvees
        if len(trouvees) != 1:
            raise ValeurRefusee(UNE_FICHE if not trouvees else f"{UNE_FICHE} qui n’y soit qu’une fois")
        return trouvees[0]


class LectureDesMontants:
    """The sheet of money."""

    def __init__(self, instrument: Instrument, fiches: Fiches, donnees: Instantane, voulu: Voulu) -> None:
        self.fiches, self.donnees, self.voulu = fiches, donnees, voulu
        self.exercices = exercices_de(instrument)
        self.noms = {f.rang: f.libelle for f in instrument.financeurs.all()}
        self.financeurs = {normaliser(nom): rang for rang, nom in self.noms.items()}
        self.connues = {_serre(cle): cle for cle in donnees.cases}

    def lire(self, lignes: Sequence[LigneLue]) -> None:
        """Every row, then those whose cell moved: what was at their former place is taken from there."""
        parties: dict[str, tuple[LigneLue, str | None]] = {}
        for ligne in lignes:
            case = self._case(ligne)
            if case is None:
                continue
            cle = case.cle
            if cle in parties:
                autre = parties[cle][0]
                ligne.signaler(
                    "montant",
                    f"Cette ligne dit la même chose que la ligne {autre.numero}\u00a0: réunissez les deux montants.",
                    grave=True,
                )
                continue
            parties[cle] = ligne, self._montant(ligne, cle)
        for cle, (ligne, montant) in parties.items():
            self.voulu.cases[cle] = montant
            self.voulu.dire(ligne, "financement", cle)
            ancienne = self._ancienne(ligne)
            if ancienne is not None and ancienne.cle not in parties:
                self.voulu.cases[ancienne.cle] = None
                self.voulu.dire(ligne, "financement", ancienne.cle)

    def _ancienne(self, ligne: LigneLue) -> Case | None:
        """The cell that the workbook gave for this row; None for a row that was added."""
        cle = self.connues.get(_serre(lire_texte(ligne.brutes.get("ligne_reference"))))
        return Case.lire(cle) if cle else None

    def _case(self, ligne: LigneLue) -> Case | None:
        """The cell of a row; None when it cannot be told: each of its cells that is wrong is said."""
        try:
            ancienne = self._ancienne(ligne)
        except ValeurRefusee as refus:
            ligne.refuser("ligne_reference", str(refus))
            return None
        lus = [
            _lire(ligne, "fiche", lambda: self.fiches.de(ligne)),
            _lire(ligne, "financeur", lambda: self._financeur(ligne, ancienne)),
            _lire(ligne, "exercice", lambda: self._annee(ligne, ancienne)),
            _lire(ligne, "nature", lambda: self._nature(ligne)),
            _lire(ligne, "imputation", lambda: self._imputation(ligne, ancienne)),
        ]
        return None if None in lus else Case(*lus)

    def _financeur(self, ligne: LigneLue, ancienne: Case | None) -> int:
        valeur = ligne.brutes.get("financeur")
        if ancienne and meme_texte(valeur, self.noms.get(ancienne.financeur, "")):
            return ancienne.financeur
        financeur = self.financeurs.get(normaliser(lire_texte(valeur)))
        if financeur is None:
            raise ValeurRefusee(
                f"un financeur de cet instrument\u00a0: {', '.join(self.noms.values())}. Pour un autre, ajoutez-le "
                "d’abord sous la grille du financement, puis vérifiez de nouveau"
            )
        return financeur

    def _annee(self, ligne: LigneLue, ancienne: Case | None) -> int:
        # A row that the workbook gave may be of a year that the instrument no longer covers.
        exercice = _exercice(ligne, (*self.exercices, ancienne.exercice) if ancienne else self.exercices)
        if exercice is None:
            raise ValeurRefusee(_un_exercice(self.exercices))
        return exercice

    @staticmethod
    def _nature(ligne: LigneLue) -> str:
        nature = normaliser(lire_texte(ligne.brutes.get("nature")))
        if nature and nature not in NATURES:
            raise ValeurRefusee("crédit, valorisation ou autre")
        return NATURES.get(nature, LigneFinancement.Nature.CREDIT).value

    def _imputation(self, ligne: LigneLue, ancienne: Case | None) -> str:
        valeur = ligne.brutes.get("imputation")
        if ancienne and meme_texte(valeur, ancienne.imputation):
            return ancienne.imputation
        imputation = " ".join(lire_texte(valeur).split()).replace("/", "-")
        if len(imputation) > IMPUTATION_MAX:
            raise ValeurRefusee(TROP_LONGUE)
        return imputation

    def _montant(self, ligne: LigneLue, cle: str) -> str | None:
        """The amount of a row, as traces keep it."""
        try:
            montant = lire_euros(ligne.brutes.get("montant"))
            if montant is None and cle not in self.donnees.cases:
                raise ValeurRefusee("le montant de cette ligne, en euros, comme 12 500,50")
        except ValeurRefusee as refus:
            ligne.refuser("montant", str(refus))
            return self.donnees.cases.get(cle)
        dit = str(montant.quantize(CENTIME)) if montant is not None else None
        if dit and dit != self.donnees.cases.get(cle) and Case.lire(cle).exercice not in self.exercices:
            ligne.refuser("exercice", _un_exercice(self.exercices))
        return dit


class LectureDesCibles:
    """The sheet of targets: a row says where an indicator starts from, and what is aimed at for one exercice."""

    def __init__(self, instrument: Instrument, fiches: Fiches, donnees: Instantane, voulu: Voulu) -> None:
        self.instrument, self.fiches, self.donnees, self.voulu = instrument, fiches, donnees, voulu
        self.exercices = exercices_de(instrument)
        self._vus: dict[tuple[str, int | None], int] = {}
        self._departs: dict[str, list[Any]] = {}

    @cached_property
    def versions(self) -> dict[str, VersionIndicateur]:
        """Of each indicator of the dispositif, the definition that a new target aims at."""
        lus = Indicateur.objects.filter(demandes__dispositif=self.instrument.contrat.dispositif).distinct()
        versions = {i.code: version_de(self.instrument, i) for i in lus.prefetch_related("versions")}
        return {code: version for code, version in versions.items() if version}

    @cached_property
    def codes(self) -> dict[str, str]:
        """The code of each, by its name."""
        return {normaliser(version.libelle): code for code, version in self.versions.items()}

    def lire(self, lignes: Sequence[LigneLue]) -> None:
        """Every row."""
        for ligne in lignes:
            cle = self._cle(ligne)
            if cle is not None:
                self._ligne(ligne, cle)

    def _cle(self, ligne: LigneLue) -> str | None:
        champ = "fiche"
        try:
            seule = not lire_texte(ligne.brutes.get("fiche_reference"))
            ensemble = seule and normaliser(lire_texte(ligne.brutes.get(champ))) == ENSEMBLE
            fiche = "" if ensemble else self.fiches.de(ligne)
            champ = "indicateur"
            code = lire_texte(ligne.brutes.get(champ))
            code = code or self.codes.get(normaliser(lire_texte(ligne.brutes.get("indicateur_nom"))), "")
            champ = "effet_le"
            effet = lire_jour(ligne.brutes.get(champ))
            connues = [c for c in self.donnees.cibles if c.startswith(f"{fiche}/{code}/")]
            if effet and f"{fiche}/{code}/{effet}" in connues:
                return f"{fiche}/{code}/{effet}"
            if len(connues) == 1 and not effet:
                return connues[0]
            champ = "indicateur"
            if code not in self.versions:
                raise ValeurRefusee(
                    "le code d’un indicateur de ce dispositif, ou son nom dans la colonne «\u00a0Indicateur\u00a0»"
                )
            champ = "effet_le"
            valable = self.versions[code].effet_le.isoformat()
            if effet not in {None, valable}:
                raise ValeurRefusee("rien\u00a0: la définition est celle qui vaut au début de l’instrument")
        except ValeurRefusee as refus:
            ligne.refuser(champ, str(refus))
            return None
        return f"{fiche}/{code}/{valable}"

    def _ligne(self, ligne: LigneLue, cle: str) -> None:
        chiffres = self.voulu.cibles.setdefault(cle, {})
        self.voulu.dire(ligne, "cible", cle)
        donnes = self.donnees.cibles.get(cle, {})
        try:
            exercice = _exercice(ligne, (*self.exercices, *(int(an) for an in donnes if an.isdecimal())))
        except ValeurRefusee as refus:
            ligne.refuser("exercice", str(refus))
            return
        if (cle, exercice) in self._vus:
            ligne.signaler(
                "exercice",
                f"La ligne {self._vus[cle, exercice]} dit déjà cet exercice\u00a0: gardez une des deux.",
                grave=True,
            )
            return
        self._vus[cle, exercice] = ligne.numero
        self._depart(ligne, cle, chiffres, donnes)
        b = ligne.brutes
        try:
            dite = lire_cible(
                b.get("cible"), b.get("cible_etat"), b.get("cible_motif"), None, donnes.get(str(exercice))
            )
            hors = exercice not in self.exercices and dite != donnes.get(str(exercice))
            if hors and dite is not None:
                ligne.refuser("exercice", _un_exercice(self.exercices))
        except ValeurRefusee as refus:
            ligne.refuser("cible", str(refus))
            return
        if exercice is not None:
            chiffres[str(exercice)] = dite
            self.voulu.dire(ligne, "cible", cle, str(exercice))

    def _depart(self, ligne: LigneLue, cle: str, chiffres: dict[str, Any], donnes: dict[str, Any]) -> None:
        """Where it starts from is on each of its rows: one of them is enough to change it, two must agree."""
        b = ligne.brutes
        donne = donnes.get("depart", SANS_CHIFFRE.simple)
        vide = cle not in self.donnees.cibles and not any(
            b.get(c) for c in ("situation_de_depart", "depart_etat", "depart_motif", "depart_le")
        )
        try:
            dit = (
                donne
                if vide
                else lire_cible(
                    b.get("situation_de_depart"),
                    b.get("depart_etat"),
                    b.get("depart_motif"),
                    b.get("depart_le"),
                    donne,
                )
                or SANS_CHIFFRE.simple
            )
        except ValeurRefusee as refus:
            ligne.refuser("situation_de_depart", str(refus))
            return
        chiffres.setdefault("depart", donne)
        if dit == donne:
            return
        if self._departs.setdefault(cle, dit) != dit:
            ligne.signaler(
                "situation_de_depart",
                "Les lignes de cette cible disent deux situations de départ nouvelles\u00a0: gardez-en une.",
                grave=True,
            )
            return
        chiffres["depart"] = dit
        self.voulu.dire(ligne, "cible", cle, "depart")


def _lire(ligne: LigneLue, champ: str, lire: Callable[[], Any]) -> Any:
    """What a cell says; None when it is refused, which is told on the row."""
    try:
        return lire()
    except ValeurRefusee as refus:
        ligne.refuser(champ, str(refus))
        return None


def _un_exercice(exercices: Iterable[int]) -> str:
    return f"un exercice de cet instrument\u00a0: {', '.join(map(str, sorted(set(exercices))))}"


def _exercice(ligne: LigneLue, exercices: tuple[int, ...]) -> int | None:
    """The year of a row. Raises ``ValeurRefusee``."""
    attendu = _un_exercice(exercices)
    an = lire_entier(ligne.brutes.get("exercice"), attendu, 9_999)
    if an is not None and an not in exercices:
        raise ValeurRefusee(attendu)
    return an


def _serre(cle: str) -> str:
    """A key as files keep it: not every space."""
    return " ".join(cle.split())
