"""Where an instrument stands: its text, who voted on it, who signed it. Read once, for the guards and the pages.

A vote or a signature counts for the version of the text it was given on: on a text that changed since, it is history.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any, TypeVar

from echelons.contrats.models import Deliberation, Instrument, Partie, SignatureDePartie, VersionDuTexte
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.journal.forme import canonique, condense

A = TypeVar("A", Deliberation, SignatureDePartie)


class Dossier:
    """One instrument with what its circuit left. At most four queries, each when it is needed."""

    def __init__(self, instrument: Instrument) -> None:
        self.instrument = instrument

    @classmethod
    def de(cls, instrument: Instrument) -> Dossier:
        """The dossier of this very object, read once: an act reads the instrument anew, hence its dossier too."""
        dossier = instrument.__dict__.get("_dossier")
        if dossier is None:
            dossier = instrument.__dict__["_dossier"] = cls(instrument)
        return dossier

    @cached_property
    def texte(self) -> VersionDuTexte | None:
        """The text as it stands."""
        lus = self._lus("textes_lus")
        if lus is not None:
            return max(lus, key=lambda texte: texte.rang, default=None)
        return VersionDuTexte.objects.filter(instrument=self.instrument).order_by("rang").last()

    @property
    def texte_ecrit(self) -> VersionDuTexte:
        """The text as it stands, of an instrument whose circuit went past the draft. Raises ``LookupError``."""
        if self.texte is None:
            raise LookupError("Cet instrument n’a pas de texte.")
        return self.texte

    @cached_property
    def parties(self) -> tuple[Partie, ...]:
        """Who binds itself today."""
        jour = aujourdhui()
        return tuple(
            p
            for p in self.instrument.contrat.ses_parties
            if (p.debut is None or p.debut <= jour) and (p.fin is None or jour <= p.fin)
        )

    @cached_property
    def deliberations(self) -> tuple[Deliberation, ...]:
        """Every vote, whatever came out of it."""
        lues = self._lus("deliberations_lues")
        requete = self.instrument.deliberations.select_related("partie")
        return tuple(self._sur_leur_texte(requete if lues is None else lues))

    @cached_property
    def toutes_les_signatures(self) -> tuple[SignatureDePartie, ...]:
        """Every signature, also on former texts."""
        lues = self._lus("signatures_lues")
        requete = self.instrument.signatures.select_related("partie")
        return tuple(self._sur_leur_texte(requete if lues is None else lues))

    def _sur_leur_texte(self, actes: Iterable[A]) -> Iterator[A]:
        """Each with its version among those already read: its rank is told without reading it again."""
        versions = {t.pk: t for t in self._lus("textes_lus") or ()}
        for acte in actes:
            if acte.texte_id in versions:
                acte.texte = versions[acte.texte_id]
            yield acte

    def _lus(self, nom: str) -> Any:
        """What was read with the instrument (``avec_dossier``), None when it was not."""
        return self.instrument.__dict__.get(nom)

    @property
    def signatures(self) -> tuple[SignatureDePartie, ...]:
        """Those on the text as it stands."""
        return tuple(s for s in self.toutes_les_signatures if self.texte and s.texte_id == self.texte.pk)

    @property
    def collectivites(self) -> tuple[Partie, ...]:
        """The parties whose assembly votes."""
        return tuple(p for p in self.parties if p.role == Partie.Role.COLLECTIVITE)

    @property
    def adoptions(self) -> dict[int, Deliberation]:
        """The adoption of the text as it stands, by party."""
        return {
            d.partie_id: d
            for d in self.deliberations
            if d.issue == Deliberation.Issue.ADOPTEE and self.texte and d.texte_id == self.texte.pk
        }

    @property
    def collectivites_sans_vote(self) -> tuple[Partie, ...]:
        """Those whose assembly has not adopted the text yet."""
        return tuple(p for p in self.collectivites if p.pk not in self.adoptions)

    @property
    def votes_a_rendre_executoires(self) -> tuple[Deliberation, ...]:
        """Adoptions that still wait to be transmitted and published."""
        return tuple(d for d in self.adoptions.values() if not d.executoire)

    def executoire_pour(self, partie: int | None) -> bool:
        """Whether the assembly of this party adopted the text, by a vote that is executory."""
        vote = self.adoptions.get(partie) if partie else None
        return vote is not None and vote.executoire

    def jour_executoire(self, partie: int | None) -> dt.date | None:
        """The day that vote became executory: the later of its transmission and its publication."""
        vote = self.adoptions.get(partie) if partie else None
        return (
            max(vote.transmise_le, vote.publiee_le)
            if vote and vote.transmise_le and vote.publiee_le
            else None
        )

    @property
    def parties_sans_signature(self) -> tuple[Partie, ...]:
        """Those that have not signed the text as it stands."""
        signees = {s.partie_id for s in self.signatures}
        return tuple(p for p in self.parties if p.pk not in signees)

    @property
    def derniere_signature(self) -> dt.date | None:
        """The day of the last signature given."""
        return max((s.date for s in self.signatures), default=None)

    @property
    def avis_a_jour(self) -> bool:
        """Whether the regional level gave its opinion on the text as it stands."""
        return self.texte is not None and self.instrument.avis_sur == self.texte.rang

    def ajouter_texte(self, texte: str, mandat: int | None, contenu: Any = None) -> VersionDuTexte:
        """A new version, after the last; with the frozen image of what else the instrument says, if it has any."""
        texte = texte.replace("\r\n", "\n")
        version = VersionDuTexte.objects.create(
            instrument=self.instrument,
            rang=self.texte.rang + 1 if self.texte else 1,
            texte=texte,
            contenu=contenu,
            empreinte=empreinte_de(texte, contenu),
            instant=maintenant(),
            mandat_id=mandat,
        )
        self.__dict__.pop("texte", None)
        return version


def empreinte_de(texte: str, contenu: Any = None) -> str:
    """SHA-256 of a text alone, or of the canonical JSON of the text and of the content that goes with it."""
    if contenu is None:
        return hashlib.sha256(texte.encode()).hexdigest()
    return condense(canonique({"texte": texte, "contenu": contenu}))
