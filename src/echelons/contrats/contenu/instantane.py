"""What an instrument said at one of its writings: its rows as they are, with what was written since taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from echelons.contrats.contenu.cibles import chiffres_de, cibles_lues, cle_de
from echelons.contrats.contenu.fiches import SES_CASES, SES_CIBLES, valeurs_de
from echelons.contrats.contenu.financements import montants_de
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Objet
from echelons.contrats.models import Instrument, LigneFinancement, Modification
from echelons.socle.journal.forme import canonique, condense


@dataclass
class Instantane:
    """Fiches (by reference), amounts (by cell) and targets (by key) as plain values, as traces keep them."""

    fiches: dict[str, dict[str, Any]] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)
    cibles: dict[str, dict[str, Any]] = field(default_factory=dict)

    @property
    def empreinte(self) -> str:
        """SHA-256 of what it says; a field left blank counts as one that is not there."""
        fiches = {
            reference: {c: v for c, v in champs.items() if v not in (None, "", [], False)}
            for reference, champs in self.fiches.items()
        }
        return condense(canonique([fiches, self.cases, self.cibles]))

    @classmethod
    def de(cls, instrument: Instrument) -> Instantane:
        """As the rows are."""
        fiches = instrument.fiches.select_related("volet", "mesure", "nature").prefetch_related(
            "territoires", "pieces"
        )
        siennes = {}
        for fiche in fiches:
            fiche.instrument = instrument
            siennes[str(fiche.reference)] = valeurs_de(fiche)
        return cls(
            siennes,
            montants_de(LigneFinancement.objects.filter(fiche__instrument=instrument)),
            {cle_de(c): chiffres_de(c) for c in cibles_lues(instrument.cibles)},
        )

    def avant(self, traces: Iterable[Modification]) -> Instantane:
        """The same before these writings, given in their order."""
        fiches = {reference: dict(champs) for reference, champs in self.fiches.items()}
        cibles = {cle: dict(chiffres) for cle, chiffres in self.cibles.items()}
        autre = Instantane(fiches, dict(self.cases), cibles)
        for trace in reversed(list(traces)):
            autre._defaire(trace)
        return autre

    def _defaire(self, trace: Modification) -> None:
        cle, champ, avant = trace.cle, trace.champ, trace.avant
        if trace.objet == Objet.FICHE:
            self._defaire_la_fiche(cle, champ, avant)
        elif trace.objet == Objet.CIBLE:
            if champ == AJOUT:
                self.cibles.pop(cle, None)
            elif champ == RETRAIT:
                self.cibles[cle] = dict(avant or {})
            else:
                _remettre(self.cibles.setdefault(cle, {}), champ, avant)
        elif trace.objet == Objet.FINANCEMENT and champ not in {AJOUT, RETRAIT}:
            _remettre(self.cases, cle, avant)

    def _defaire_la_fiche(self, reference: str, champ: str, avant: Any) -> None:
        if champ == AJOUT:
            self.fiches.pop(reference, None)
        elif champ == RETRAIT:
            self.fiches[reference] = {c: v for c, v in avant.items() if c not in {SES_CASES, SES_CIBLES}}
            self.cases |= avant.get(SES_CASES, {})
            self.cibles |= {cle: dict(chiffres) for cle, chiffres in avant.get(SES_CIBLES, {}).items()}
        elif champ != "rang":
            self.fiches.setdefault(reference, {})[champ] = avant


def _remettre(ou: dict[str, Any], cle: str, avant: Any) -> None:
    """Put back what was there, or nothing."""
    if avant is None:
        ou.pop(cle, None)
    else:
        ou[cle] = avant


def ecrites_depuis(instrument: Instrument, rang: int) -> list[Modification]:
    """What was written after this rank, in its order, with who wrote it."""
    traces = Modification.objects.filter(instrument=instrument, rang__gt=rang)
    return list(traces.select_related("mandat__personne").order_by("rang", "pk"))


@dataclass(frozen=True)
class Origine:
    """Where a workbook comes from: which instrument, the rank of its last writing, the digest of what it said."""

    instrument: str
    rang: int
    empreinte: str

    @classmethod
    def de(cls, instrument: Instrument) -> Origine:
        """Of a workbook made now."""
        return cls(nom_de(instrument), instrument.contenu_rang, Instantane.de(instrument).empreinte)


def nom_de(instrument: Instrument) -> str:
    """What its workbooks call an instrument."""
    return f"{instrument.contrat.code}/{instrument.cle}"
