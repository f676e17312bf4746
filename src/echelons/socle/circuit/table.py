"""The table of a circuit: its states, its lines, what makes it sound, and how it is printed in the documentation."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

Donnees = Mapping[str, Any]


class CircuitMalForme(ValueError):
    """A table that does not hold together; said when it is read, or when a target is not one of those declared."""


@dataclass(frozen=True)
class Manque:
    """Something missing before an act is possible, and where to complete it; ``fait``: the act was done already."""

    phrase: str
    lien: str = ""
    fait: bool = False


# What is missing on the object for these data; the data are None when only the button is drawn.
Garde = Callable[[Any, Donnees | None], Sequence[Manque]]
# What the act does besides changing the state; returns what the journal must keep of it (opaque references).
Effet = Callable[[Any, Donnees], Donnees | None]


@dataclass(frozen=True)
class Etat:
    """A state; ``initial`` where an object may begin, ``terminal`` where nothing more can happen."""

    nom: str
    libelle: str
    initial: bool = False
    terminal: bool = False


@dataclass(frozen=True)
class CibleSelon:
    """A target that depends on the object as it stands and on the data of the act, among declared states."""

    fonction: Callable[[Any, Donnees], str]
    parmi: tuple[str, ...]


@dataclass(frozen=True)
class Transition:
    """One line of the table. ``libelle`` is the button, ``explication`` what it does, for the reader of the docs.

    Without a target, the act leaves the object in the state where it finds it.
    """

    acte: str
    sources: tuple[str, ...]
    cible: str | CibleSelon | None
    capacite: str
    libelle: str
    commentaire_obligatoire: bool = False
    gardes: tuple[Garde, ...] = ()
    explication: str = ""
    effet: Effet | None = None

    @property
    def cibles(self) -> tuple[str, ...]:
        """Every other state this act may lead to."""
        if self.cible is None:
            return ()
        return self.cible.parmi if isinstance(self.cible, CibleSelon) else (self.cible,)

    def vers(self, objet: Any, donnees: Donnees) -> str:
        """The state this act leads ``objet`` to with these data. Raises ``CircuitMalForme`` for an undeclared one."""
        if not isinstance(self.cible, CibleSelon):
            return str(objet.etat) if self.cible is None else self.cible
        cible = self.cible.fonction(objet, donnees)
        if cible not in self.cible.parmi:
            raise CircuitMalForme(
                f"«\u00a0{self.acte}\u00a0» mène à «\u00a0{cible}\u00a0», cible non déclarée."
            )
        return cible

    def manques(self, objet: Any, donnees: Donnees | None) -> tuple[Manque, ...]:
        """What every guard finds missing."""
        return tuple(manque for garde in self.gardes for manque in garde(objet, donnees))


@dataclass(frozen=True)
class Circuit:
    """A table, checked when it is read. ``tus`` are the data that acts use and that the journal does not keep."""

    nom: str
    etats: tuple[Etat, ...]
    transitions: tuple[Transition, ...]
    tus: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if defauts := list(self._defauts()):
            raise CircuitMalForme(f"Circuit «\u00a0{self.nom}\u00a0»\u00a0: " + " ".join(defauts))

    @cached_property
    def libelles(self) -> dict[str, str]:
        """The label of each state."""
        return {etat.nom: etat.libelle for etat in self.etats}

    @cached_property
    def table(self) -> dict[tuple[str, str], Transition]:
        """The line for each (act, source)."""
        return {(t.acte, source): t for t in self.transitions for source in t.sources}

    def depuis(self, etat: str) -> list[Transition]:
        """The lines that start from this state, in the order of the table."""
        return [t for t in self.transitions if etat in t.sources]

    def _defauts(self) -> Iterator[str]:
        noms = [etat.nom for etat in self.etats]
        paires = [(t.acte, source) for t in self.transitions for source in t.sources]
        yield from (
            f"L’état «\u00a0{n}\u00a0» est déclaré deux fois."
            for n in sorted({n for n in noms if noms.count(n) > 1})
        )
        yield from (
            f"«\u00a0{acte}\u00a0» part deux fois de «\u00a0{source}\u00a0»."
            for acte, source in sorted({p for p in paires if paires.count(p) > 1})
        )
        for t in self.transitions:
            if not (t.sources and (t.cible is None or t.cibles) and t.acte and t.capacite and t.libelle):
                yield f"«\u00a0{t.acte}\u00a0»\u00a0: source, cible, capacité et libellé sont à donner."
            for inconnu in sorted({*t.sources, *t.cibles} - set(noms)):
                yield f"«\u00a0{t.acte}\u00a0» cite l’état inconnu «\u00a0{inconnu}\u00a0»."
        atteints = {etat.nom for etat in self.etats if etat.initial}
        while plus := {c for t in self.transitions if atteints & set(t.sources) for c in t.cibles} - atteints:
            atteints |= plus
        for etat in self.etats:
            if etat.nom not in atteints:
                yield f"L’état «\u00a0{etat.nom}\u00a0» ne peut pas être atteint."
            if etat.terminal == bool(self.depuis(etat.nom)):
                yield f"L’état «\u00a0{etat.nom}\u00a0» est terminal sans le dire, ou le dit sans l’être."


def diagramme(circuit: Circuit) -> str:
    """The circuit in Markdown: a Mermaid state diagram, then the table as readers of the documentation see it."""
    noms = circuit.libelles
    lignes = ["```mermaid", "stateDiagram-v2"]
    lignes += [f'    state "{etat.libelle}" as {etat.nom}' for etat in circuit.etats]
    lignes += [f"    [*] --> {etat.nom}" for etat in circuit.etats if etat.initial]
    lignes += [
        f"    {source} --> {cible} : {t.libelle}"
        for t in circuit.transitions
        for source in t.sources
        for cible in ((source,) if t.cible is None else t.cibles)
    ]
    lignes += [f"    {etat.nom} --> [*]" for etat in circuit.etats if etat.terminal]
    lignes += [
        "```",
        "",
        "| Acte | Depuis | Vers | Capacité | Commentaire | Explication |",
        "|---|---|---|---|---|---|",
    ]
    for t in circuit.transitions:
        sources, cibles = (", ".join(noms[e] for e in etats) for etats in (t.sources, t.cibles))
        if t.cible is None:
            cibles = "le même état"
        motif = "obligatoire" if t.commentaire_obligatoire else "facultatif"
        cases = (t.libelle, sources, cibles, f"`{t.capacite}`", motif, t.explication)
        lignes.append("| " + " | ".join(case.replace("|", "\\|") for case in cases) + " |")
    return "\n".join(lignes) + "\n"
