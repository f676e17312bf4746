"""The workbook of an instrument brought back: its rows judged together, beside what the instrument says now.

Three states are compared: what the workbook was made with, what it says, what is recorded. What she did not touch keeps
what others wrote; what only she touched is changed; what both did is left to decide, as is what is no longer there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.cibles import CIBLES_MAX, SANS_CHIFFRE, TROP_DE_CIBLES
from echelons.contrats.contenu.fiches import FICHES_MAX, TROP_DE_FICHES
from echelons.contrats.contenu.instantane import Instantane, ecrites_depuis, nom_de
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Enregistrement, refus_de_rediger
from echelons.contrats.contenu_par_fichier.cellules import lire_entier, lire_texte
from echelons.contrats.contenu_par_fichier.champs import (
    CIBLES,
    COLONNES,
    FICHES,
    FINANCEMENT,
    INDISPENSABLES,
    ORIGINE,
)
from echelons.contrats.contenu_par_fichier.comparaison import Bilan, Changement, Cle, fiche_de
from echelons.contrats.contenu_par_fichier.ecriture import ecrire, lire_le_choix
from echelons.contrats.contenu_par_fichier.fiches import LectureDesFiches
from echelons.contrats.contenu_par_fichier.voulu import (
    NOUVELLE,
    Fiches,
    LectureDesCibles,
    LectureDesMontants,
    Voulu,
)
from echelons.contrats.models import Instrument, Modification
from echelons.socle.circuit import ActeIncomplet, Manque
from echelons.socle.depot import FichierRefuse
from echelons.socle.imports.champs import LigneLue, ValeurRefusee
from echelons.socle.models import Import
from echelons.socle.textes import normaliser

TELECHARGEZ = "Téléchargez-en un neuf, reportez-y vos changements, puis déposez-le."
PAS_LE_CLASSEUR = (
    "Ce fichier n’est pas le classeur d’un instrument\u00a0: il n’a pas la feuille «\u00a0Origine\u00a0» qui dit d’où "
    f"il vient. {TELECHARGEZ}"
)
DU_FUTUR = (
    "Ce classeur vient d’un état que cet instrument n’a pas connu\u00a0: d’une autre installation, ou d’avant une "
    f"restauration. {TELECHARGEZ}"
)
A_CHANGE = (
    "Quelqu’un a écrit dans cet instrument depuis votre vérification. Rien n’a été enregistré\u00a0: relisez ce qui "
    "changerait maintenant."
)


@dataclass(frozen=True)
class Retour:
    """Who brings which workbook back on which instrument; ``choix``: what she ticked, None while it is only checked."""

    par: Acteur
    objet: Import
    instrument: Instrument
    choix: frozenset[str] | None = None


class ContenuChange(ActeIncomplet):
    """Somebody wrote since the workbook was checked: it is to be checked again."""


class ChantierDuContenu:
    """One workbook at work. Raises ``ActeRefuse`` when its instrument cannot be written."""

    def __init__(self, retour: Retour) -> None:
        self.retour = retour
        self.instrument = retour.instrument
        if refus := refus_de_rediger(retour.par, self.instrument):
            raise refus
        self.bilan = Bilan()
        self.voulu = Voulu()
        self.donnees = self.actuel = Instantane()
        self.traces: dict[Cle, Modification] = {}
        self.noms: dict[str, str] = {}
        self.ecriture: Enregistrement | None = None
        self.lu = False

    # --- Judging --------------------------------------------------------------------------------------
    def juger(self, lignes: Sequence[LigneLue]) -> None:
        """Say of each row what it changes. Raises ``FichierRefuse`` for what is not the workbook of this instrument."""
        par_feuille: dict[str, list[LigneLue]] = {nom: [] for nom in COLONNES}
        for ligne in lignes:
            if (nom := FEUILLES.get(normaliser(ligne.feuille))) is not None:
                par_feuille[nom].append(ligne)
            ligne.sort = "connue"
        self.lu = True
        rang, empreinte = self._origine(par_feuille[ORIGINE])
        if self.retour.choix is not None:
            self.ecriture = self._ouvrir(rang)
        self._situer(rang, empreinte)
        presentes = self._feuilles()
        fiches = self._lire_les_fiches(par_feuille[FICHES], FICHES in presentes)
        lecture = self.instrument, fiches, self.donnees, self.voulu
        LectureDesMontants(*lecture).lire(par_feuille[FINANCEMENT])
        LectureDesCibles(*lecture).lire(par_feuille[CIBLES])
        self._constater_les_absences(presentes)
        self._comparer()

    def _ouvrir(self, rang: int) -> Enregistrement:
        """Hold the instrument; what was checked must be what is there."""
        ecriture = Enregistrement.ouvrir(self.retour.par, self.instrument, rang)
        if ecriture.instrument.contenu_rang != self.retour.objet.comparaison.get("rang"):
            raise ContenuChange((Manque(A_CHANGE),))
        ecriture.imposes = {lire_le_choix(choisi) for choisi in self.retour.choix or ()}
        self.instrument = ecriture.instrument
        return ecriture

    def _origine(self, lignes: Sequence[LigneLue]) -> tuple[int, str]:
        """The rank of writing and the digest that the workbook was made with. Raises ``FichierRefuse``."""
        if not lignes:
            raise FichierRefuse(PAS_LE_CLASSEUR)
        brutes = lignes[0].brutes
        try:
            d_ou = lire_texte(brutes.get("instrument"))
            rang = lire_entier(brutes.get("rang"), "", 10**9)
        except ValeurRefusee:
            raise FichierRefuse(PAS_LE_CLASSEUR) from None
        if d_ou != nom_de(self.instrument):
            raise FichierRefuse(
                f"Ce classeur est celui d’un autre instrument («\u00a0{d_ou[:80]}\u00a0»). Déposez-le sur sa page, ou "
                "téléchargez celui de l’instrument où vous êtes."
            )
        if rang is None:
            raise FichierRefuse(PAS_LE_CLASSEUR)
        return rang, lire_texte(brutes.get("empreinte"))

    def _situer(self, rang: int, empreinte: str) -> None:
        """What is recorded, what the workbook was made with, and who wrote between the two."""
        if rang > self.instrument.contenu_rang:
            raise FichierRefuse(DU_FUTUR)
        self.actuel = Instantane.de(self.instrument)
        traces = ecrites_depuis(self.instrument, rang)
        self.traces = {(t.objet, t.cle, t.champ): t for t in traces}
        self.donnees = self.actuel.avant(traces)
        if self.donnees.empreinte != empreinte:
            self.bilan.notes.append(
                "Ce que disait le projet quand ce classeur a été téléchargé ne se retrouve pas exactement\u00a0: "
                "relisez chaque changement."
            )

    def _feuilles(self) -> set[str]:
        """The sheets that are there, with all their columns. Raises ``FichierRefuse``."""
        presentes = set()
        for vue in self.retour.objet.feuilles:
            nom = FEUILLES.get(normaliser(vue["nom"]))
            if nom is None or nom == ORIGINE:
                continue
            intitules = {normaliser(i) for i in vue["intitules"].values()}
            codes = INDISPENSABLES.get(nom, tuple(COLONNES[nom]))
            perdues = [COLONNES[nom][c] for c in codes if normaliser(COLONNES[nom][c]) not in intitules]
            if perdues:
                dites = ", ".join(f"«\u00a0{p}\u00a0»" for p in perdues)
                raise FichierRefuse(
                    f"La feuille «\u00a0{nom}\u00a0» n’a plus ses colonnes {dites}. Remettez-les avec leur intitulé, "
                    "ou repartez d’un classeur neuf."
                )
            presentes.add(nom)
        for nom in (FICHES, FINANCEMENT, CIBLES):
            if nom not in presentes:
                self.bilan.notes.append(
                    f"La feuille «\u00a0{nom}\u00a0» n’est pas dans ce classeur\u00a0: rien n’y change."
                )
        return presentes

    def _lire_les_fiches(self, lignes: Sequence[LigneLue], presente: bool) -> Fiches:
        """The rows of the sheet of fiches, and the names by which the others call them."""
        fiches, lecture = Fiches(), LectureDesFiches(self.instrument)
        existantes = {str(f.reference): f for f in self.instrument.fiches.all()}
        self.noms = {reference: f.intitule for reference, f in existantes.items()}
        if not presente:
            for reference, champs in self.donnees.fiches.items():
                fiches.ajouter(reference, "", champs["intitule"])
        place = FICHES_MAX - len(existantes)
        for ligne in lignes:
            cle = self._cle_de_fiche(ligne)
            if cle is None:
                continue
            fiches.ajouter(
                cle, lire_texte(ligne.brutes.get("numero")), lire_texte(ligne.brutes.get("intitule"))
            )
            voulus = lecture.lire(ligne, self.donnees.fiches.get(cle, {}))
            self.voulu.dire(ligne, "fiche", cle)
            self.voulu.fiches[cle] = voulus
            if cle not in self.donnees.fiches and cle not in self.actuel.fiches:
                place -= 1
                self.noms[cle] = voulus.get("intitule", "")
                if place < 0:
                    ligne.signaler("intitule", TROP_DE_FICHES, grave=True)
            changes = self._a_verifier(cle, voulus)
            if changes and (cle in existantes or not ligne.fausse):
                lecture.verifier(ligne, existantes.get(cle), changes)
        return fiches

    def _a_verifier(self, cle: str, voulus: Mapping[str, Any]) -> Mapping[str, Any]:
        """The fields of a fiche that the workbook changes."""
        donnes = self.donnees.fiches.get(cle, {})
        return {
            c: v for c, v in voulus.items() if v != donnes.get(c) and not (c not in donnes and v in VIDES)
        }

    def _cle_de_fiche(self, ligne: LigneLue) -> str | None:
        """The reference of a fiche, or the name of one to add; None when it says neither."""
        try:
            reference = lire_texte(ligne.brutes.get("reference"))
            titre = lire_texte(ligne.brutes.get("intitule"))
        except ValeurRefusee as refus:
            ligne.refuser("reference", str(refus))
            return None
        if not reference:
            if deja := self._deja_ajoutee(titre):
                ligne.signaler(
                    "intitule",
                    "Une fiche de ce titre a été ajoutée depuis le téléchargement\u00a0: elle ne l’est pas deux fois.",
                )
            return deja or NOUVELLE.format(ligne.numero)
        if reference in self.voulu.fiches:
            premiere = self.voulu.lignes["fiche", reference][0].numero
            ligne.refuser(
                "reference",
                f"rien, pour une fiche à ajouter\u00a0: cette référence est celle de la ligne {premiere}",
            )
            return None
        if reference not in self.donnees.fiches and reference not in self.actuel.fiches:
            ligne.refuser(
                "reference", "une référence du classeur téléchargé, ou rien pour une fiche à ajouter"
            )
            return None
        return reference

    def _deja_ajoutee(self, titre: str) -> str:
        """The fiche of this title that was added since the workbook was made; blank when there is none."""
        for reference, champs in self.actuel.fiches.items():
            inconnue = reference not in self.donnees.fiches and reference not in self.voulu.fiches
            if inconnue and normaliser(champs["intitule"]) == normaliser(titre):
                return reference
        return ""

    def _constater_les_absences(self, presentes: set[str]) -> None:
        """What the workbook had, and no longer has: never removed unless that is ticked."""
        voulu, donnees = self.voulu, self.donnees
        parties = {r for r in donnees.fiches if r not in voulu.fiches} if FICHES in presentes else set()
        voulu.absents += [("fiche", r, RETRAIT) for r in donnees.fiches if r in parties]
        if FINANCEMENT in presentes:
            seules = (c for c in donnees.cases if c not in voulu.cases and fiche_de(c) not in parties)
            voulu.absents += [("financement", c, "prevu") for c in seules]
        if CIBLES in presentes:
            for cle, chiffres in donnees.cibles.items():
                if fiche_de(cle) in parties:
                    continue
                if cle not in voulu.cibles:
                    voulu.absents.append(("cible", cle, RETRAIT))
                    continue
                manquent = (quoi for quoi in chiffres if quoi not in voulu.cibles[cle] and quoi != "depart")
                voulu.absents += [("cible", cle, quoi) for quoi in manquent]

    # --- Comparing ------------------------------------------------------------------------------------
    def _comparer(self) -> None:
        for reference, champs in self.voulu.fiches.items():
            self._comparer_la_fiche(reference, champs)
        for cle, montant in self.voulu.cases.items():
            donne = self.donnees.cases.get(cle)
            if montant != donne and self._fiche_est_la(cle, ("financement", cle)):
                self._trancher(("financement", cle, "prevu"), donne, self.actuel.cases.get(cle), montant)
        for cle, chiffres in self.voulu.cibles.items():
            if chiffres != self.donnees.cibles.get(cle) and self._fiche_est_la(cle, ("cible", cle)):
                self._comparer_la_cible(cle, chiffres)
        if any(ligne.fausse for dites in self.voulu.lignes.values() for ligne in dites):
            return  # a row that cannot be read is not a row removed
        for objet, cle, champ in self.voulu.absents:
            actuel = self._actuel(objet, cle, champ)
            if actuel is not None:
                self.bilan.retraits.append(Changement((objet, cle, champ), actuel, None))

    def _actuel(self, objet: str, cle: str, champ: str) -> Any:
        """What is recorded under this key; None when nothing is."""
        if objet == "fiche":
            return self.actuel.fiches.get(cle)
        if objet == "financement":
            return self.actuel.cases.get(cle)
        chiffres = self.actuel.cibles.get(cle)
        return chiffres if chiffres is None or champ == RETRAIT else chiffres.get(champ)

    def _comparer_la_fiche(self, reference: str, champs: Mapping[str, Any]) -> None:
        donnes, actuels = self.donnees.fiches.get(reference), self.actuel.fiches.get(reference)
        lignes = self.voulu.lignes["fiche", reference]
        if donnes is None and actuels is None:
            lignes[0].sort = "nouvelle"
            self.bilan.changements.append(Changement(("fiche", reference, AJOUT), None, dict(champs)))
            return
        if actuels is None:
            if self._a_verifier(reference, champs):
                self._dire_retiree(lignes, reference)
            return
        if donnes is None:
            return  # added since under this title: said already
        for champ in self._a_verifier(reference, champs):
            self._trancher(
                ("fiche", reference, champ), donnes.get(champ), actuels.get(champ), champs[champ], lignes
            )

    def _comparer_la_cible(self, cle: str, chiffres: Mapping[str, Any]) -> None:
        donnes, actuels = self.donnees.cibles.get(cle), self.actuel.cibles.get(cle)
        lignes, neuve = self.voulu.lignes["cible", cle], {"depart": SANS_CHIFFRE.simple}
        if donnes is None and actuels is None:
            ajoutees = sum(c.cle[0] == "cible" and c.cle[2] == AJOUT for c in self.bilan.changements)
            if len(self.actuel.cibles) + ajoutees >= CIBLES_MAX:
                lignes[0].signaler("indicateur", TROP_DE_CIBLES, grave=True)
            lignes[0].sort = "nouvelle"
            self.bilan.changements.append(Changement(("cible", cle, AJOUT), None, ""))
            actuels = neuve
        elif actuels is None:
            qui = self._par(("cible", cle, RETRAIT))
            lignes[0].signaler(
                "indicateur", f"Cette cible a été retirée depuis{qui}\u00a0: la ligne n’est pas lue."
            )
            return
        for quoi, chiffre in chiffres.items():
            dites = self.voulu.lignes.get(("cible", cle, quoi), lignes)
            self._trancher(
                ("cible", cle, quoi), (donnes or neuve).get(quoi), actuels.get(quoi), chiffre, dites
            )

    def _trancher(
        self, cle: Cle, donne: Any, actuel: Any, voulu: Any, lignes: Sequence[LigneLue] | None = None
    ) -> None:
        """Unchanged, changed by her, or by both."""
        if voulu in (donne, actuel):
            return
        changement = Changement(cle, actuel, voulu)
        lignes = lignes or self.voulu.lignes[cle[:2]]
        if donne != actuel:
            self.bilan.conflits.append(changement)
            lignes[0].proche = True
            return
        lignes[0].sort = "nouvelle"
        self.bilan.changements.append(changement)

    def _fiche_est_la(self, cle: str, quoi: tuple[str, str]) -> bool:
        """Whether the fiche of a row is still there; told on the row when it is not."""
        fiche = fiche_de(cle)
        neuve = fiche in self.voulu.fiches and fiche not in self.donnees.fiches
        if not fiche or neuve or fiche in self.actuel.fiches:
            return True
        if fiche in self.donnees.fiches:
            self._dire_retiree(self.voulu.lignes[quoi], fiche)
        else:
            self.voulu.lignes[quoi][0].refuser(
                "fiche_reference", "la référence d’une fiche de cet instrument, ou rien"
            )
        return False

    def _dire_retiree(self, lignes: Sequence[LigneLue], reference: str) -> None:
        ou = "reference" if "reference" in lignes[0].colonnes else "fiche_reference"
        lignes[0].signaler(
            ou,
            f"Cette fiche a été retirée depuis{self._par(('fiche', reference, RETRAIT))}\u00a0: la ligne n’est pas "
            "lue. Pour la remettre, effacez sa référence.",
        )

    def _par(self, cle: Cle) -> str:
        trace = self.traces.get(cle)
        return f" par {trace.mandat.personne}" if trace and trace.mandat else ""

    # --- Writing --------------------------------------------------------------------------------------
    def ecrire(self, lignes: Sequence[LigneLue], ecriture: int) -> list[tuple[str, int]]:
        """Write what changes and what was ticked, as one writing of the register; its traces."""
        assert self.ecriture is not None
        return ecrire(self.ecriture, self.bilan, self.retour.choix or frozenset())


#: What a new thing leaves blank.
VIDES: tuple[Any, ...] = (None, "", [])
FEUILLES = {normaliser(nom): nom for nom in COLONNES}
