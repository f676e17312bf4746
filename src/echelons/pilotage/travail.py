"""What somebody has to do: computed from states and rights at each reading, never stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass

from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.histoire import Episode, raconter
from echelons.contrats.models import Contrat, Instrument
from echelons.contrats.requetes import contrats_lus
from echelons.contrats.suivis import chaines_des
from echelons.contrats.tour import chez, mon_tour
from echelons.pilotage.calendrier import Groupe, grouper, lignes_de
from echelons.socle.circuit import Transition
from echelons.socle.journal import EcritureLue, fin_d_histoire, lire_dernieres

#: What a page shows of a list before saying how many more there are.
MONTRES = 40
#: How far back the journal is read for what changed.
RELUES = 200
#: Up to so many contracts, the journal is read contract by contract.
SUIVIS_UN_A_UN = 40
#: From how many days before its date an obligation is on the first page.
BIENTOT = 60


@dataclass(frozen=True)
class Ligne:
    """An instrument under way as one reader sees it."""

    instrument: Instrument
    actes: tuple[Transition, ...]
    chez: str
    jours: int

    @property
    def contrat(self) -> Contrat:
        """The contract it is under."""
        return self.instrument.contrat


@dataclass(frozen=True)
class Travail:
    """Three lists: what waits for the reader, what waits for others, what changed since the last visit.

    Of ``changements``, the last ``MONTRES`` are told; ``changes`` counts them all.
    """

    a_faire: tuple[Ligne, ...]
    en_attente: tuple[Ligne, ...]
    changements: tuple[tuple[Contrat, Episode], ...]
    changes: int
    echeances: tuple[Groupe, ...]
    depuis: dt.datetime | None


def lignes(acteur: Acteur, instruments: Iterable[Instrument]) -> list[Ligne]:
    """Each instrument with what this reader can do about it, the oldest in its state first."""
    resultat = [
        Ligne(
            instrument=i,
            actes=mon_tour(acteur, i),
            chez=chez(i),
            jours=(acteur.jour - i.depuis).days if i.depuis else 0,
        )
        for i in instruments
    ]
    return sorted(resultat, key=lambda ligne: (-ligne.jours, ligne.instrument.pk))


def travail_de(acteur: Acteur, depuis: dt.datetime | None) -> Travail:
    """The lists of somebody, in a fixed number of queries. ``depuis``: the instant of the last visit."""
    contrats = {c.pk: c for c in contrats_lus(Contrat.objects.for_user(acteur))}
    en_cours = list(Instrument.objects.for_user(acteur).en_cours().avec_dossier(contrat_lu=True))
    for instrument in en_cours:
        instrument.contrat = contrats[instrument.contrat_id]
    toutes = lignes(acteur, en_cours)
    changes = _changements(acteur, contrats.values(), depuis)
    return Travail(
        a_faire=tuple(ligne for ligne in toutes if ligne.actes),
        en_attente=tuple(ligne for ligne in toutes if not ligne.actes),
        changements=tuple(
            (contrat, episode)
            for (contrat, _), episode in zip(
                changes[:MONTRES], raconter(e for _, e in changes[:MONTRES]), strict=True
            )
        ),
        changes=len(changes),
        echeances=grouper(
            ligne for ligne in lignes_de(acteur, contrats.values(), en_cours, horizon=BIENTOT) if ligne.a_moi
        ),
        depuis=depuis,
    )


def _changements(
    acteur: Acteur, contrats: Iterable[Contrat], depuis: dt.datetime | None
) -> tuple[tuple[Contrat, EcritureLue], ...]:
    """What others did since then on the contracts of the reader, the last first."""
    if depuis is None or acteur.compte is None:
        return ()
    lisibles = {c.code: c for c in contrats if acteur.peut(Capacite.JOURNAL_LIRE, c.cible)}
    if len(lisibles) <= SUIVIS_UN_A_UN:
        dernieres = fin_d_histoire(*chaines_des(lisibles.values()), nombre=RELUES, depuis=depuis)
    else:
        # Nearly all of them: the end of the journal is read, and sorted here.
        dernieres = lire_dernieres(depuis=depuis, nombre=RELUES)
    moi = str(acteur.compte.pk)
    return tuple(
        (lisibles[e.objet.ref.partition("/")[0]], e)
        for e in dernieres
        if e.objet.type in {"contrat", "instrument"}
        and e.objet.ref.partition("/")[0] in lisibles
        and e.auteur.compte != moi
    )
