"""The engine: lock the row, check, write, journal; and what the buttons may offer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from echelons.socle.circuit.table import Circuit, Donnees, Manque, Transition
from echelons.socle.dates import en_lettres
from echelons.socle.journal import Auteur, EcritureLue, Personnel, ecrire, histoire
from echelons.socle.journal.ecriture import RIEN
from echelons.socle.models import Ecriture

COMMENTAIRE = "commentaire"


@dataclass(frozen=True)
class Refus:
    """Why the right is refused, and who has it."""

    phrase: str
    qui_peut: tuple[str, ...] = ()

    def __str__(self) -> str:
        return (
            f"{self.phrase} Peut le faire\u00a0: {', '.join(self.qui_peut)}."
            if self.qui_peut
            else self.phrase
        )


Droit = Callable[[str, Any], Refus | None]
Nommer = Callable[[Auteur], str]


class ActeRefuse(Exception):
    """An act that was not done, and of which nothing is kept; the message says why and what would unlock it."""


class ConflitDActe(ActeRefuse):
    """Somebody acted since the reader opened the page; ``intervenus`` are the rows written meanwhile."""

    def __init__(self, intervenus: tuple[EcritureLue, ...], phrase: str) -> None:
        super().__init__(phrase)
        self.intervenus = intervenus


class EtatRefuse(ActeRefuse):
    """The act does not start from the present state."""


class ActeInterdit(ActeRefuse):
    """Whoever acts has not the right; ``refus`` says who has."""

    def __init__(self, refus: Refus) -> None:
        super().__init__(str(refus))
        self.refus = refus


class CommentaireManquant(ActeRefuse):
    """This act must be explained to those who will read it."""


class ActeIncomplet(ActeRefuse):
    """The guards found something missing; ``manques`` say what, with links."""

    def __init__(self, manques: tuple[Manque, ...]) -> None:
        super().__init__(" ".join(manque.phrase for manque in manques))
        self.manques = manques


@dataclass(frozen=True)
class Possible:
    """An act of the present state, for its button: allowed, or refused with the reason."""

    transition: Transition
    refus: Refus | None
    manques: tuple[Manque, ...]

    @property
    def permis(self) -> bool:
        """Whether the button acts."""
        return self.refus is None and not self.manques


def possibles(circuit: Circuit, objet: Any, droit: Droit) -> tuple[Possible, ...]:
    """Every act that starts from the state of ``objet``, in the order of the table."""
    return tuple(
        Possible(t, droit(t.capacite, objet), t.manques(objet, None)) for t in circuit.depuis(objet.etat)
    )


def _sans_nom(auteur: Auteur) -> str:
    return "une autre personne" if auteur.compte else "le système"


def appliquer(
    circuit: Circuit,
    objet: models.Model,
    acte: str,
    *,
    auteur: Auteur,
    droit: Droit,
    commentaire: str = "",
    version_lue: int | None = None,
    donnees: Donnees = RIEN,
    personnel: Mapping[str, Personnel] = RIEN,
    date_metier: dt.date | None = None,
    nommer: Nommer = _sans_nom,
) -> Ecriture:
    """Do ``acte`` on ``objet``, journal it, and bring ``objet`` to what it has become.

    ``version_lue`` is the version that the reader had before her eyes; ``droit`` says whether the capacity is refused;
    ``donnees`` (not personal) and ``personnel`` are journalled, as is the comment, under its author. Locks the row:
    an act on several objects locks them all before its first write. Raises an ``ActeRefuse``, and writes nothing.
    """
    with transaction.atomic():
        # On SQLite the transaction itself, IMMEDIATE, is the lock.
        frais: Any = type(objet)._base_manager.select_for_update(of=("self",)).get(pk=objet.pk)
        if version_lue is not None and frais.version != version_lue:
            raise _conflit(circuit, frais, version_lue, nommer)
        source = frais.etat
        transition = circuit.table.get((acte, source))
        if transition is None:
            raise EtatRefuse(_pas_d_ici(circuit, frais, acte, droit))
        if refus := droit(transition.capacite, frais):
            raise ActeInterdit(refus)
        commentaire = commentaire.strip()
        if transition.commentaire_obligatoire and not commentaire:
            raise CommentaireManquant(
                f"{_cite(transition.libelle)} demande un commentaire\u00a0: dites pourquoi à ceux qui liront."
            )
        if manques := transition.manques(frais, donnees):
            raise ActeIncomplet(manques)

        gardees = {cle: valeur for cle, valeur in donnees.items() if cle not in circuit.tus}
        frais.etat = transition.vers(frais, donnees)
        frais.version += 1
        suite = transition.effet(frais, donnees) if transition.effet else None
        frais.save()
        if commentaire:
            personnel = {
                **personnel,
                COMMENTAIRE: Personnel(auteur.personne or auteur.compte, commentaire),
            }
        ecriture = ecrire(
            objet=frais.objet_journal,
            acte=acte,
            auteur=auteur,
            date_metier=date_metier,
            donnees={
                "circuit": circuit.nom,
                "de": source,
                "vers": frais.etat,
                "version": frais.version,
                **({"donnees": gardees} if gardees else {}),
                **({"suite": suite} if suite else {}),
            },
            personnel=personnel,
        )
    for champ in frais._meta.concrete_fields:
        setattr(objet, champ.attname, getattr(frais, champ.attname))
    return ecriture


def _cite(texte: str) -> str:
    return f"«\u00a0{texte}\u00a0»"


def _conflit(circuit: Circuit, objet: Any, version_lue: int, nommer: Nommer) -> ConflitDActe:
    """Who did what since that version, from the journal."""
    libelles = {t.acte: t.libelle for t in circuit.transitions}
    intervenus = tuple(e for e in histoire(objet.objet_journal) if e.donnees.get("version", 0) > version_lue)
    faits = []
    for e in intervenus:
        instant = timezone.localtime(e.instant)
        faits.append(
            f"{nommer(e.auteur)} a fait {_cite(libelles.get(e.acte, e.acte))} "
            f"le {en_lettres(instant.date())} à {instant:%H\u00a0h\u00a0%M}"
        )
    quoi = ", puis ".join(faits) or "le dossier a changé"
    return ConflitDActe(
        intervenus, f"Depuis que vous avez ouvert cette page, {quoi}. Relisez-la avant d’agir."
    )


def _pas_d_ici(circuit: Circuit, objet: Any, acte: str, droit: Droit) -> str:
    """Why the act does not start from here, from where it does, and what leads there."""
    lignes = [t for t in circuit.transitions if t.acte == acte]
    if not lignes:
        return f"L’acte {_cite(acte)} n’existe pas dans ce circuit."
    sources = {source: _cite(circuit.libelles[source]) for t in lignes for source in t.sources}
    phrase = (
        f"{_cite(lignes[0].libelle)} n’est pas possible à l’état {_cite(circuit.libelles[objet.etat])}\u00a0; "
        f"il l’est à l’état {' ou '.join(sources.values())}."
    )
    for t in circuit.depuis(objet.etat):
        if not sources.keys().isdisjoint(t.cibles):
            refus = droit(t.capacite, objet)
            qui = ", ".join(refus.qui_peut) if refus else "vous"
            phrase += f" Il faut d’abord {_cite(t.libelle)}" + (
                f" (peut le faire\u00a0: {qui})." if qui else "."
            )
    return phrase
