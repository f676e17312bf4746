"""Writing what a workbook changes: the acts of the content, in one writing of the register."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterator
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError

from echelons.contrats.contenu import cibles, fiches, financements
from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Enregistrement
from echelons.contrats.contenu_par_fichier.cellules import vers_chiffre
from echelons.contrats.contenu_par_fichier.comparaison import Bilan, Changement, Cle, fiche_de
from echelons.contrats.models import FicheAction, Modification
from echelons.socle.circuit import ActeIncomplet, Manque
from echelons.strategie.models import Indicateur

RIEN_DE_COCHE = (
    "Rien n’est à enregistrer\u00a0: le classeur ne change rien de lui-même, et aucune case n’est cochée."
)
TABLE = "contrats_modification"


def cle_de_choix(changement: Changement) -> str:
    """How a thing to decide is named by its box."""
    return "|".join(changement.cle)


def lire_le_choix(nom: str) -> Cle:
    """The thing that a box names."""
    objet, _, reste = nom.partition("|")
    cle, _, champ = reste.rpartition("|")
    return objet, cle, champ


def ecrire(ecriture: Enregistrement, bilan: Bilan, choix: Collection[str]) -> list[tuple[str, int]]:
    """Write what changes, and of what was to be decided, what was ticked; the traces left. Raises an ``ActeRefuse``."""
    choisis = [c for c in (*bilan.conflits, *bilan.retraits) if cle_de_choix(c) in choix]
    try:
        _Ecriture(ecriture).appliquer([*bilan.changements, *choisis])
    except ValidationError as refus:
        raise ActeIncomplet(tuple(Manque(str(m)) for m in refus.messages)) from refus
    ecriture.conclure()
    if not ecriture.traces:
        raise ActeIncomplet((Manque(RIEN_DE_COCHE),))
    return [(TABLE, trace.pk) for trace in ecriture.traces]


class _Ecriture:
    """The changes of one workbook being written."""

    def __init__(self, ecriture: Enregistrement) -> None:
        self.ecriture = ecriture
        self.instrument = ecriture.instrument
        #: The reference that each fiche added has taken.
        self.nees: dict[str, str] = {}

    def appliquer(self, changements: list[Changement]) -> None:
        """First what others stand on, last what is removed."""
        for changement in self._de("fiche", changements, AJOUT):
            fiche = fiches.ajouter_dans(self.ecriture, changement.apres)
            self.nees[changement.cle[1]] = str(fiche.reference)
        champs: dict[str, dict[str, Any]] = {}
        for changement in self._de("fiche", changements):
            champs.setdefault(changement.cle[1], {})[changement.cle[2]] = changement.apres
        for reference, voulus in champs.items():
            fiches.ecrire_dans(self.ecriture, uuid.UUID(reference), voulus)
        self._ecrire_les_montants(changements)
        self._ecrire_les_cibles(changements)
        for changement in self._de("fiche", changements, RETRAIT):
            fiches.retirer_dans(self.ecriture, uuid.UUID(changement.cle[1]))

    @staticmethod
    def _de(objet: str, changements: list[Changement], champ: str = "") -> Iterator[Changement]:
        """Those of one kind: added, removed, or (``champ`` blank) written field by field."""
        for c in changements:
            if c.cle[0] == objet and (c.cle[2] == champ if champ else c.cle[2] not in {AJOUT, RETRAIT}):
                yield c

    def _vraie(self, cle: str) -> str:
        """A key under the reference that its fiche has taken."""
        fiche = fiche_de(cle)
        return self.nees.get(fiche, fiche) + cle[len(fiche) :]

    def _ecrire_les_montants(self, changements: list[Changement]) -> None:
        cases = {
            Case.lire(self._vraie(c.cle[1])): None if c.apres is None else Decimal(c.apres)
            for c in self._de("financement", changements)
        }
        if cases:
            financements.ecrire_dans(self.ecriture, cases)

    def _ecrire_les_cibles(self, changements: list[Changement]) -> None:
        neuves = list(self._de("cible", changements, AJOUT))
        if neuves:
            siennes = {str(f.reference): f for f in FicheAction.objects.filter(instrument=self.instrument)}
            codes = {c.cle[1].split("/")[1] for c in neuves}
            indicateurs = {i.code: i for i in Indicateur.objects.filter(code__in=codes)}
            for changement in neuves:
                fiche, code, _ = self._vraie(changement.cle[1]).split("/")
                cibles.viser_dans(self.ecriture, indicateurs[code], siennes.get(fiche))
        pks = self._cles()
        chiffres: dict[int, dict[str, Any]] = {}
        for changement in self._de("cible", changements):
            pk = pks[self._vraie(changement.cle[1])]
            chiffres.setdefault(pk, {})[changement.cle[2]] = vers_chiffre(changement.apres)
        if chiffres:
            cibles.ecrire_dans(self.ecriture, chiffres)
        for changement in self._de("cible", changements, RETRAIT):
            cibles.retirer_dans(self.ecriture, pks[changement.cle[1]])

    def _cles(self) -> dict[str, int]:
        return {cibles.cle_de(c): c.pk for c in cibles.cibles_lues(self.instrument.cibles)}


def rendre(ecriture: Enregistrement, traces: list[Modification]) -> None:
    """Take back one writing, in another: each field as it was before, what was added removed, what was removed back.

    A field that somebody wrote since is left as it is, and told among the conflicts. Raises ``ValidationError``.
    """
    inverses = [Changement((t.objet, t.cle, t.champ), t.apres, t.avant) for t in traces]
    revenues = [c for c in inverses if c.cle[2] == RETRAIT]
    plume = _Ecriture(ecriture)
    for c in revenues:
        if c.cle[0] == "fiche":
            champs = {n: v for n, v in c.apres.items() if n not in {fiches.SES_CASES, fiches.SES_CIBLES}}
            fiches.ajouter_dans(ecriture, champs, uuid.UUID(c.cle[1]))
    ajoutees = {c.cle[1] for c in inverses if c.cle[2] == AJOUT}
    plume.appliquer(
        [
            *(c for c in inverses if c.cle[2] not in {AJOUT, RETRAIT} and not _dans(c, ajoutees)),
            *(
                Changement((c.cle[0], c.cle[1], RETRAIT), None, None)
                for c in inverses
                if _a_oter(c, ajoutees)
            ),
            *(suite for c in revenues for suite in _suites(c)),
        ]
    )


def _dans(changement: Changement, ajoutees: Collection[str]) -> bool:
    """Whether it goes with something added, that goes whole."""
    return changement.cle[1] in ajoutees or fiche_de(changement.cle[1]) in ajoutees


def _a_oter(changement: Changement, ajoutees: Collection[str]) -> bool:
    """Whether it was added, and does not go with its fiche."""
    return changement.cle[2] == AJOUT and (
        changement.cle[0] == "fiche" or fiche_de(changement.cle[1]) not in ajoutees
    )


def _suites(changement: Changement) -> Iterator[Changement]:
    """What comes back with what was removed: the money and the targets of a fiche, the figures of a target."""
    if changement.cle[0] == "fiche":
        for cle, montant in changement.apres[fiches.SES_CASES].items():
            yield Changement(("financement", cle, "prevu"), None, montant)
        cibles_d_elle = changement.apres[fiches.SES_CIBLES]
    else:
        cibles_d_elle = {changement.cle[1]: changement.apres}
    for cle, chiffres in cibles_d_elle.items():
        yield Changement(("cible", cle, AJOUT), None, "")
        for quoi, chiffre in chiffres.items():
            yield Changement(("cible", cle, quoi), None, chiffre)


def depuis_ecrite(trace: Modification) -> bool:
    """Whether something that this writing added was written again since, or is what later writings stand on."""
    suivantes = Modification.objects.filter(instrument=trace.instrument, rang__gt=trace.rang)
    return suivantes.filter(objet=trace.objet, cle=trace.cle).exists() or (
        trace.objet == "fiche" and suivantes.filter(cle__startswith=f"{trace.cle}/").exists()
    )
