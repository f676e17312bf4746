"""One writing of the content: the lock, the rights, the merge with what others wrote since, the trace of each field.

A writer sends what she wants with the rank (``contenu_rang``) of what she had before her. A field that nobody else
touched takes her value; one that she did not touch keeps the other's; one that both changed is a conflict: it is left
as it is, and given back with who wrote it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from echelons.acteurs.droits import Capacite
from echelons.acteurs.models import Mandat
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.ouverture import A_REDIGER, FIXEE
from echelons.contrats.models import Instrument, Modification
from echelons.socle.circuit import ActeInterdit, EtatRefuse, Refus
from echelons.socle.horloge import maintenant

#: What was added or removed whole.
AJOUT, RETRAIT = "+", "-"
Objet = Modification.Objet


@dataclass(frozen=True)
class Conflit:
    """A field that two people changed: of what (``cle``), what each wrote, and who wrote first, when."""

    cle: str
    champ: str
    voulu: Any
    actuel: Any
    par: str
    instant: dt.datetime


@dataclass
class Ecrit:
    """What a writing left: the new rank, what it changed, what it left to decide."""

    rang: int
    champs: list[str] = field(default_factory=list)
    conflits: list[Conflit] = field(default_factory=list)


def refus_de_rediger(par: Acteur, instrument: Instrument) -> Exception | None:
    """Why the content cannot be written by this person now; None when it can."""
    refus = par.refus(Capacite.REDIGER, instrument.contrat.cible)
    if refus is not None:
        return ActeInterdit(Refus(refus.raison, refus.qui))
    if instrument.etat in A_REDIGER:
        return None
    if instrument.etat in FIXEE:
        return EtatRefuse("Le texte est accordé\u00a0: rouvrez-le d’abord, ce qui annule l’accord.")
    return EtatRefuse(
        f"Le contenu ne se modifie pas tant que l’instrument est «\u00a0{instrument.get_etat_display()}\u00a0»."
    )


def auteur_de(trace: Modification) -> str:
    """Who changed it, as a reader is told."""
    return str(trace.mandat.personne) if trace.mandat else "un enregistrement antérieur"


class Enregistrement:
    """A writing under way, within one transaction. Use ``ouvrir``.

    ``imposes`` names the fields (what, which, field) of which the writer saw the conflict and chose to write hers.
    """

    def __init__(self, instrument: Instrument, mandat: Mandat | None, rang_lu: int | None) -> None:
        self.instrument = instrument
        self.mandat = mandat
        self.imposes: Collection[tuple[str, str, str]] = ()
        self.ecrit = Ecrit(rang=instrument.contenu_rang)
        self._traces: list[Modification] = []
        self._depuis: dict[tuple[str, str], dict[str, Modification]] = {}
        self._derniers: dict[tuple[str, str, str], Modification] = {}
        if rang_lu is not None and rang_lu < instrument.contenu_rang:
            autres = Modification.objects.filter(instrument=instrument, rang__gt=rang_lu)
            for trace in autres.select_related("mandat__fonction", "mandat__personne").order_by("rang", "pk"):
                self._depuis.setdefault((trace.objet, trace.cle), {}).setdefault(trace.champ, trace)
                self._derniers[trace.objet, trace.cle, trace.champ] = trace

    @classmethod
    def ouvrir(cls, par: Acteur, instrument: Instrument, rang_lu: int | None = None) -> Enregistrement:
        """Lock the instrument and check that it can be written. Raises ``ActeInterdit``, ``EtatRefuse``.

        Call it inside a transaction; ``rang_lu`` None: nothing was read before, what is given is written.
        """
        verrouille = (
            Instrument.objects.select_for_update(of=("self",))
            .select_related("contrat__dispositif", "contrat__perimetre")
            .get(pk=instrument.pk)
        )
        if refus := refus_de_rediger(par, verrouille):
            raise refus
        pouvoir = par.pouvoir(Capacite.REDIGER, verrouille.contrat.cible)
        return cls(verrouille, pouvoir.mandat if pouvoir else None, rang_lu)

    @property
    def mandat_tenu(self) -> Mandat:
        """The mandate under which one writes: whoever may write has one."""
        assert self.mandat is not None
        return self.mandat

    def fusionner(
        self, objet: str, cle: str, actuels: Mapping[str, Any], voulus: Mapping[str, Any]
    ) -> dict[str, Any]:
        """The fields to write, among those wanted: the others are the same, untouched, or in conflict."""
        depuis = self._depuis.get((objet, cle), {})
        a_ecrire = {}
        for champ, voulu in voulus.items():
            actuel = actuels[champ]
            trace = depuis.get(champ)
            lu = trace.avant if trace else actuel
            if voulu in (lu, actuel):
                continue
            if trace is not None and (objet, cle, champ) not in self.imposes:
                derniere = self._derniers[objet, cle, champ]
                qui = auteur_de(derniere)
                self.ecrit.conflits.append(Conflit(cle, champ, voulu, actuel, qui, derniere.instant))
                continue
            a_ecrire[champ] = voulu
        return a_ecrire

    def tracer(self, objet: str, cle: str, changes: Iterable[tuple[str, Any, Any]]) -> None:
        """Remember what changed: (field, before, after)."""
        for champ, avant, apres in changes:
            self._traces.append(
                Modification(
                    instrument=self.instrument,
                    rang=self.instrument.contenu_rang + 1,
                    objet=objet,
                    cle=cle,
                    champ=champ,
                    avant=avant,
                    apres=apres,
                    instant=maintenant(),
                    mandat=self.mandat,
                )
            )
            self.ecrit.champs.append(champ)

    @property
    def traces(self) -> list[Modification]:
        """What this writing changes; saved once it is concluded."""
        return self._traces

    def conclure(self) -> Ecrit:
        """Write the traces and number this writing; a writing that changed nothing leaves nothing."""
        if self._traces:
            self.instrument.contenu_rang += 1
            self.instrument.save(update_fields=["contenu_rang"])
            Modification.objects.bulk_create(self._traces)
        self.ecrit.rang = self.instrument.contenu_rang
        return self.ecrit
