"""What can be done at the national échelon: take in a reference framework, and counts, envelopes and events.

Everywhere ``synchroniser`` says that the files are the whole truth of the instance (the demonstration, the
reference frameworks that ship): they correct what is recorded. Without it nothing recorded is rewritten or removed.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.db import transaction

from echelons.acteurs.droits import Capacite
from echelons.acteurs.habilitations import autoriser_nation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.fichiers import empreinte_de, fichiers_yaml
from echelons.socle.journal import SYSTEME, Objet, ecrire
from echelons.strategie.chargement.evenements import lire_evenements
from echelons.strategie.chargement.referentiel import lire_referentiel
from echelons.strategie.chargement.tenue import retenir
from echelons.strategie.difference import Changement, Sorte, difference
from echelons.strategie.image import photographier
from echelons.strategie.recit import raconter

#: How many sentences the journal keeps of one application: the rest is in the files, by their digest.
PHRASES_AU_JOURNAL = 200


@transaction.atomic
def charger_referentiel(*, chemin: Path, synchroniser: bool = False) -> None:
    """Take in a reference framework; the same file changes nothing. Raises ``ErreurDeFichier``."""
    lire_referentiel(chemin, synchroniser=synchroniser)


@transaction.atomic
def charger_evenements(*, chemin: Path, synchroniser: bool = False) -> None:
    """Take in official counts, envelopes and events; with ``synchroniser``, remove those that the files do not state.

    Raises ``ErreurDeFichier``; nothing is then written.
    """
    lire_evenements(chemin, synchroniser=synchroniser)


class DifferencePerimee(Exception):
    """What would change is no longer what somebody read."""


@dataclass(frozen=True)
class Comparaison:
    """What a framework would change: the exact changes, and the sentences that tell them."""

    changements: tuple[Changement, ...]
    phrases: tuple[str, ...]
    strategies: tuple[str, ...]

    @property
    def empreinte(self) -> str:
        """What tells this difference from another."""
        return hashlib.sha256(repr(self.changements).encode()).hexdigest()

    def compte(self, sorte: Sorte) -> int:
        """How many elements are added, removed, or changed."""
        return len({c.element for c in self.changements if c.sorte is sorte})


def comparer_referentiel(*, chemin: Path) -> Comparaison:
    """What taking in these files would change: they are taken in, looked at, and given up. Nothing is written.

    Raises ``ErreurDeFichier``.
    """
    with transaction.atomic():
        comparaison = _prendre(chemin)
        transaction.set_rollback(True)
    return comparaison


@transaction.atomic
def appliquer_referentiel(*, chemin: Path, par: Acteur | None = None, vue: str = "") -> Comparaison:
    """Take in these files as the whole truth of what they speak of, and write what changed in the journal.

    From then on the instance keeps that framework: an upgrade does not put back the one that ships. ``par`` is who
    acts (none: the system, by a command); ``vue`` the digest of the difference that was read, when it was. The same
    files twice change nothing, and the journal says nothing the second time. Raises ``ActeRefuse``,
    ``ErreurDeFichier``, and ``DifferencePerimee`` when what would change is no longer what was read.
    """
    auteur = autoriser_nation(par, Capacite.REFERENTIEL_TENIR) if par else SYSTEME
    comparaison = _prendre(chemin)
    if vue and vue != comparaison.empreinte:
        raise DifferencePerimee(
            "Le cadre a changé depuis votre lecture. Relisez ce qui changerait maintenant."
        )
    if comparaison.changements:
        retenir(comparaison.strategies, fichiers_yaml(chemin))
        ecrire(
            objet=Objet("referentiel", "cadre"),
            acte="appliquer",
            auteur=auteur,
            donnees={
                "fichiers": empreinte_de(fichiers_yaml(chemin), ""),
                **{sorte.value: comparaison.compte(sorte) for sorte in Sorte},
                "phrases": list(comparaison.phrases[:PHRASES_AU_JOURNAL]),
            },
        )
    return comparaison


def _prendre(chemin: Path) -> Comparaison:
    avant = photographier()
    strategies = lire_referentiel(chemin, synchroniser=True)
    apres = photographier()
    changements = difference(avant, apres)
    return Comparaison(tuple(changements), tuple(raconter(changements, avant, apres)), tuple(strategies))
