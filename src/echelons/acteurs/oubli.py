"""Forgetting a person: nothing that names them stays in the database or in ``var/``; what they did stays, unnamed.

Their mandates are the history of the offices and remain (« Personne oubliée »); the journal keeps digests and still
verifies. The files deposited to invite people are removed when one of their rows names them. What an instrument or a
vote says, once signed, and the documents of a dossier are public acts: they are not rewritten. What others wrote of her
in their own words is theirs: it goes when they are forgotten.
"""

from __future__ import annotations

import email
import email.policy
import logging
import re
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.db.models import Q, QuerySet

from echelons.acteurs import freins
from echelons.acteurs.droits import Capacite
from echelons.acteurs.ecritures import noter
from echelons.acteurs.habilitations import autoriser_nation
from echelons.acteurs.models import Compte, Invitation, Mandat, Personne, SessionOuverte
from echelons.acteurs.models.invitations import InvitationQuerySet
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle import journal, taches
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.socle.imports import oubli as imports
from echelons.socle.models import ColonnesRetenues, ValeurPersonnelle

LONGUEUR_D_UN_ACTE = 200
registre = logging.getLogger(__name__)


@dataclass(frozen=True)
class Traces:
    """What is known of somebody, before it is forgotten; or how much of it was."""

    reference: uuid.UUID
    mandats: int
    en_cours: int
    invitations: int
    valeurs_du_journal: int
    compte: bool


@dataclass(frozen=True)
class _Noms:
    """What must be found nowhere any more: addresses, and names as (first name, name)."""

    adresses: frozenset[str]
    identites: frozenset[tuple[str, str]]

    def dans(self, texte: str) -> bool:
        """Whether a text bears one of the addresses, or every word of one of the names."""
        return any(_porte(texte, adresse) for adresse in self.adresses) or any(
            all(_porte(texte, mot) for mot in " ".join(identite).split()) for identite in self.identites
        )

    def effacer(self, texte: str) -> str:
        """The text without them."""
        for mot in sorted({m for i in self.identites for m in i if m} | self.adresses, key=len, reverse=True):
            texte = _motif(mot).sub(journal.OUBLIE, texte)
        return texte


def _motif(mot: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w){re.escape(mot)}(?!\w)", re.IGNORECASE)


def _porte(texte: str, mot: str) -> bool:
    return _motif(mot).search(texte) is not None


def references_de(courriel: str) -> frozenset[uuid.UUID]:
    """The people known by this address, with or without an account."""
    courriel = courriel.strip().lower()
    return frozenset(
        Compte.objects.filter(courriel=courriel).values_list("personne__reference", flat=True)
    ) | (frozenset(Invitation.objects.filter(courriel=courriel).values_list("reference_personne", flat=True)))


def traces_de(reference: uuid.UUID) -> Traces:
    """How much is known of somebody."""
    mandats = Mandat.objects.filter(personne__reference=reference)
    return Traces(
        reference=reference,
        mandats=mandats.count(),
        en_cours=mandats.valides().count(),
        invitations=_invitations(reference).exclude(courriel="").count(),
        valeurs_du_journal=ValeurPersonnelle.objects.filter(personne=str(reference)).count(),
        compte=Compte.objects.filter(personne__reference=reference).exists(),
    )


def oublier_personne(*, reference: uuid.UUID, par: Acteur | None = None) -> Traces:
    """Forget somebody, all at once; gives how much was forgotten. ``par``: None for the operator of the instance.

    Raises ``ActeRefuse``, or ``ValidationError`` when nobody is known by this reference any more.
    """
    if par:
        autoriser_nation(par, Capacite.PERSONNE_OUBLIER)
    fichiers = imports.qui_nomment(_noms(reference, _connue(reference).first()).dans)
    with transaction.atomic():
        auteur = autoriser_nation(par, Capacite.PERSONNE_OUBLIER) if par else journal.SYSTEME
        _ecraser_ce_qu_on_efface()
        personne = _connue(reference).select_for_update().first()
        traces = traces_de(reference)
        if personne is None and not traces.invitations:
            raise ValidationError("Cette personne est déjà oubliée, ou n’a jamais été connue ici.")
        noms = _noms(reference, personne)
        _oublier_les_invitations(reference, noms)
        imports.retirer(fichiers, auteur=auteur, effacer=noms.effacer)
        _oublier_dans_les_actes_des_autres(noms)
        if personne is not None:
            _finir_les_mandats(personne, auteur, noms)
            _oublier_le_compte(personne)
            personne.prenom = personne.nom = ""
            personne.oubliee_le = maintenant()
            personne.save(update_fields=["prenom", "nom", "oubliee_le"])
        journal.oublier(str(reference), auteur=auteur)
        transaction.on_commit(lambda: _effacer_hors_de_la_base(noms))
    return traces


def _connue(reference: uuid.UUID) -> QuerySet[Personne]:
    return Personne.objects.filter(reference=reference, oubliee_le=None)


def _invitations(reference: uuid.UUID) -> InvitationQuerySet:
    return Invitation.objects.filter(
        Q(reference_personne=reference) | Q(mandat__personne__reference=reference)
    )


def _noms(reference: uuid.UUID, personne: Personne | None) -> _Noms:
    adresses: set[str] = set()
    identites: set[tuple[str, str]] = set()
    for invitation in _invitations(reference):
        adresses.add(invitation.courriel)
        identites.add((invitation.prenom, invitation.nom))
    if personne is not None:
        identites.add((personne.prenom, personne.nom))
        adresses |= set(Compte.objects.filter(personne=personne).values_list("courriel", flat=True))
    return _Noms(frozenset(filter(None, adresses)), frozenset(i for i in identites if any(i)))


def _oublier_les_invitations(reference: uuid.UUID, noms: _Noms) -> None:
    """Their links open nothing any more."""
    for invitation in _invitations(reference):
        invitation.courriel = invitation.prenom = invitation.nom = ""
        invitation.acte_de_delegation = _effacer_l_acte(invitation, noms)
        if invitation.mandat_id is None and invitation.retiree_le is None:
            invitation.retiree_le = maintenant()
        invitation.save()


def _effacer_l_acte(tenu: Mandat | Invitation, noms: _Noms) -> str:
    """The act that gives a delegation, when it names who receives it."""
    return noms.effacer(tenu.acte_de_delegation)[:LONGUEUR_D_UN_ACTE]


def _oublier_dans_les_actes_des_autres(noms: _Noms) -> None:
    """The delegation of a colleague may cite her: first name and name together, since a name alone is many people's."""
    entiers = [" ".join(identite) for identite in noms.identites if all(identite)]
    for entier in entiers:
        for modele in (Mandat, Invitation):
            for tenu in modele.objects.filter(acte_de_delegation__icontains=entier):
                tenu.acte_de_delegation = _effacer_l_acte(tenu, _Noms(frozenset({entier}), frozenset()))
                tenu.save(update_fields=["acte_de_delegation"])


def _finir_les_mandats(personne: Personne, auteur: journal.Auteur, noms: _Noms) -> None:
    """What they held ends today, so that the office is seen to be vacant; an act that names them no longer does."""
    jour = aujourdhui()
    for mandat in Mandat.objects.select_for_update(of=("self",)).filter(personne=personne):
        mandat.acte_de_delegation = _effacer_l_acte(mandat, noms)
        ancienne = mandat.fin
        if ancienne is None or ancienne > jour:
            mandat.fin = max(jour, mandat.debut)
            noter(mandat, "terminer", auteur, {"fin": mandat.fin, "ancienne_fin": ancienne})
        mandat.save()


def _oublier_le_compte(personne: Personne) -> None:
    """Sessions (those that wait for a second code too), second factor, recovery codes, brakes, then the account."""
    compte = Compte.objects.filter(personne=personne).first()
    if compte is None:
        return
    for objet, valeur in (
        (freins.Objet.COMPTE, compte.courriel),
        (freins.Objet.COURRIEL, compte.courriel),
        (freins.Objet.SECOND_FACTEUR, str(compte.pk)),
    ):
        freins.liberer(objet, valeur)
    attentes = [
        session.pk
        for session in SessionOuverte.objects.filter(compte=None)
        if str(compte.pk) in map(str, _comptes_cites(session))
    ]
    SessionOuverte.objects.filter(Q(compte=compte) | Q(pk__in=attentes)).delete()
    taches.oublier_le_compte(str(compte.pk))
    ColonnesRetenues.objects.filter(compte=str(compte.pk)).delete()
    compte.delete()


def _comptes_cites(session: SessionOuverte) -> Iterable[object]:
    """The accounts that a session without an owner speaks of."""
    for valeur in session.get_decoded().values():
        if isinstance(valeur, dict):
            yield from (valeur.get(cle) for cle in ("compte", "relier"))


def _ecraser_ce_qu_on_efface() -> None:
    """On SQLite, what is erased is overwritten in the file at once."""
    if connection.vendor == "sqlite":
        with connection.cursor() as curseur:
            curseur.execute("PRAGMA secure_delete = ON")


def _effacer_hors_de_la_base(noms: _Noms) -> None:
    """The e-mails kept as files; and on SQLite, the copies of pages that the file or its log still hold."""
    dossier = Path(settings.EMAIL_FILE_PATH)
    for chemin in sorted(dossier.glob("*.log")) if dossier.is_dir() else ():
        if noms.dans(_texte(chemin)):
            chemin.unlink(missing_ok=True)
    if connection.vendor == "sqlite":
        try:
            _refaire_le_fichier()
        except DatabaseError:
            registre.exception(
                "La base est occupée. Des copies restent dans son fichier\u00a0: lancez-y «\u00a0VACUUM\u00a0»."
            )


def _refaire_le_fichier() -> None:
    """Write the base anew, without the copies left by former changes, and empty its log."""
    with connection.cursor() as curseur:
        curseur.execute("VACUUM")
        curseur.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        occupe, *_ = curseur.fetchone()
    if occupe:
        raise DatabaseError("Un lecteur tient encore le journal de la base.")


def _texte(chemin: Path) -> str:
    """A file of e-mails as it is, then as it reads once decoded: a name may be written in base 64."""
    octets = chemin.read_bytes()
    morceaux = [octets.decode("utf-8", "replace")]
    for brut in re.split(rb"^-{79}\n", octets, flags=re.MULTILINE):
        message = email.message_from_bytes(brut.strip(), policy=email.policy.default)
        morceaux += [str(valeur) for valeur in message.values()]
        for partie in message.walk():
            if partie.get_content_maintype() == "text":
                morceaux.append(partie.get_content(errors="replace"))
    return "\n".join(morceaux)
