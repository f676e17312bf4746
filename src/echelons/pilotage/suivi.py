"""Contracts as those who follow them see them: the state that the facts attest, and what is under way."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import QuerySet

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.models import Contrat, Instrument
from echelons.contrats.regles import RANG, EtatContrat
from echelons.contrats.requetes import contrats_lus, lire_dossiers
from echelons.pilotage.presentation import CLASSES, PresentationClasse
from echelons.pilotage.travail import Ligne, lignes
from echelons.socle.dates import en_lettres


@dataclass(frozen=True)
class Suivi:
    """One contract as one reader follows it."""

    contrat: Contrat
    etat: EtatContrat
    en_cours: tuple[Ligne, ...]

    @property
    def presentation(self) -> PresentationClasse:
        """Its class in words."""
        return CLASSES[self.etat.classe]

    @property
    def a_moi(self) -> bool:
        """Whether something waits for the reader."""
        return any(ligne.actes for ligne in self.en_cours)

    @property
    def signature(self) -> str:
        """The day of the signature as the sources give it; blank when none does."""
        return " ou ".join(str(date) for date in self.etat.dates)

    @property
    def phrase(self) -> str:
        """Where it is, in one sentence for a note."""
        if self.en_cours:
            ligne = self.en_cours[0]
            depuis = f" depuis le {en_lettres(ligne.instrument.depuis)}" if ligne.instrument.depuis else ""
            lieu = f", {ligne.chez}" if ligne.chez else ""
            return f"{ligne.instrument.intitule}\u00a0: {ligne.instrument.get_etat_display()}{lieu}{depuis}"
        return self.presentation.libelle + (f" ({self.signature})" if self.signature else "")


def suivre(acteur: Acteur, contrats: QuerySet[Contrat], jour: dt.date | None = None) -> list[Suivi]:
    """The contracts with what is under way on each, in a fixed number of queries; those that wait for me first."""
    jour = jour or acteur.jour
    choisis = contrats_lus(contrats)
    par_pk = {c.pk: c for c in choisis}
    par_contrat: dict[int, list[Ligne]] = defaultdict(list)
    en_cours = list(Instrument.objects.filter(contrat__in=par_pk).en_cours().avec_dossier(contrat_lu=True))
    for instrument in en_cours:
        instrument.contrat = par_pk[instrument.contrat_id]
    for ligne in lignes(acteur, en_cours):
        par_contrat[ligne.instrument.contrat_id].append(ligne)
    lus = {d: lire_dossiers(d).contrats for d in {c.dispositif_id for c in choisis}}
    suivis = [Suivi(c, lus[c.dispositif_id][c.pk].etat_au(jour), tuple(par_contrat[c.pk])) for c in choisis]
    return sorted(suivis, key=_ordre)


def _ordre(suivi: Suivi) -> tuple[bool, bool, int, str]:
    return (not suivi.a_moi, not suivi.en_cours, -RANG[suivi.etat.classe], suivi.contrat.code)
