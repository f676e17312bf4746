"""The work « lot.produire »: the acts of a batch one after the other, whatever happens to one of them.

Each is written on its own, file first, then its row; taken up again, the work finds done what is done. An act whose
content, day or templates did not change is not made again, in this batch or in another. What was interrupted before
is made alone; three times, it is given up and the others go on.
"""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, replace

from django.db import OperationalError, transaction

from echelons.acteurs.destinataires import acteur_de
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.acces import contenu_lisible
from echelons.contrats.contenu.etat import fige_le
from echelons.contrats.edition.courante import edition_courante, empreinte_de_l_edition
from echelons.contrats.edition.donnees import Edition, Piece
from echelons.contrats.edition.production import produire
from echelons.contrats.edition.seance import dossier_de_seance
from echelons.contrats.models import ActeDeLot, Instrument, Lot, Sceau
from echelons.contrats.sceaux.lecture import SIGNES, sceau_en_cours
from echelons.socle.depot import coffre
from echelons.socle.models import Tache
from echelons.socle.nombres import accorder
from echelons.socle.taches import Avancement, Fini, TravailRefuse, repartir

#: Acts laid out at the same time: the engine works outside Python.
FILS = 2
#: An act whose production was interrupted so many times is not tried again.
ESSAIS_MAX = 3
Etat, Sorte, Valeur = ActeDeLot.Etat, ActeDeLot.Sorte, ActeDeLot.Valeur

ILLISIBLE = "Vous ne pouvez plus lire cet instrument, ou il n’existe plus."
VIDE = "Rien n’est écrit dans cet instrument."
PANNE = "La mise en page a échoué. L’administration de cette instance en trouve la raison dans son journal."
INTERROMPU = "La production de cet acte s’est interrompue trois fois\u00a0: il n’est plus tenté."
journal = logging.getLogger(__name__)

FAIRE: Mapping[str, Callable[[Edition], bytes]] = {
    Sorte.ACTE: lambda e: produire(e.contenu, piece=Piece.CONVENTION, projet=e.projet, jour=e.jour),
    Sorte.SEANCE: lambda e: dossier_de_seance(e.contenu, projet=e.projet, jour=e.jour),
}


@dataclass(frozen=True)
class AFaire:
    """An act whose file is to be made: of what, and the file that it had (``ancien``)."""

    acte: ActeDeLot
    ancien: str
    edition: Edition
    entree: str


def produire_le_lot(tache: Tache, avancement: Avancement) -> Fini:
    """Do what is left of the batch; says how many acts it has."""
    lot = Lot.objects.filter(reference=tache.parametres["lot"]).first()
    if lot is None:
        raise TravailRefuse("Cette production n’existe plus.")
    _Passage(lot, acteur_de(tache.compte), tache, avancement).faire()
    etats = list(lot.actes.values_list("etat", flat=True))
    return Fini(_bilan(etats))


def _bilan(etats: list[str]) -> str:
    """« 12 actes produits, 1 en échec, 3 restent à faire. »"""
    dits = [accorder(etats.count(Etat.PRODUIT), "acte produit", "actes produits")]
    if echecs := etats.count(Etat.ECHEC):
        dits.append(f"{echecs} en échec")
    if ecartes := etats.count(Etat.ECARTE):
        dits.append(accorder(ecartes, "écarté", "écartés"))
    if restent := etats.count(Etat.A_FAIRE):
        dits.append(accorder(restent, "reste à faire", "restent à faire"))
    return f"{', '.join(dits)}."


class _Passage:
    """One pass over the acts of a batch, under the rights of who asked."""

    def __init__(self, lot: Lot, par: Acteur, tache: Tache, avancement: Avancement) -> None:
        self.lot, self.par, self.tache = lot, par, tache
        self.avancement = avancement.sur(lot.actes.count())
        self.faits = 0
        self.en_cours: deque[tuple[AFaire, Future[bytes]]] = deque()

    def faire(self) -> None:
        """Every act, in the order in which they are read, until the batch is stopped."""
        with ThreadPoolExecutor(FILS) as fils:
            for cle in self.lot.actes.values_list("pk", flat=True):
                if self._arrete():
                    break
                acte = ActeDeLot.objects.get(pk=cle)
                ancien = acte.fichier
                a_faire = self._preparer(acte)
                if a_faire is None:
                    self._regler(acte, ancien)
                    continue
                # Whatever stops the worker must not be blamed on its neighbour.
                seul = a_faire.acte.essais > 1
                self._attendre(0 if seul else FILS - 1)
                if self._arrete():
                    break
                self.en_cours.append((a_faire, fils.submit(FAIRE[a_faire.acte.sorte], a_faire.edition)))
                if seul:
                    self._attendre(0)
            self._attendre(0)

    def _arrete(self) -> bool:
        """Whether a stop was asked for: nothing more is begun."""
        return Lot.objects.filter(pk=self.lot.pk).exclude(arrete_le=None).exists()

    def _attendre(self, restent: int) -> None:
        """Write what is laid out, the oldest first, until no more than so many are under way."""
        while len(self.en_cours) > restent:
            a_faire, futur = self.en_cours.popleft()
            try:
                garder(a_faire, futur.result())
            except OperationalError:
                raise
            except Exception:  # noqa: BLE001 - whatever one instrument does, the others are produced
                journal.exception("Lot %s, %s\u00a0: panne.", self.lot.reference, a_faire.acte.nom)
                _ecarter(a_faire.acte, Etat.ECHEC, PANNE)
            self._regler(a_faire.acte, a_faire.ancien)

    def _regler(self, acte: ActeDeLot, ancien: str) -> None:
        """An act is settled: the file that it no longer has leaves the safe, unless something else names it."""
        if ancien and ancien != acte.fichier:
            coffre.oter(ancien)
        self.faits += 1
        self.avancement(self.faits)

    def _preparer(self, acte: ActeDeLot) -> AFaire | None:
        """What is to be laid out for this act; None when it is settled without."""
        if acte.etat in {Etat.ECHEC, Etat.ECARTE}:
            return None
        instrument = (
            Instrument.objects.for_user(self.par).nes_ici().avec_contrat().filter(pk=acte.instrument_id)
        )
        lu = instrument.first()
        if lu is None or not contenu_lisible(self.par, lu):
            _ecarter(acte, Etat.ECARTE, ILLISIBLE)
            return None
        sceau = sceau_en_cours(lu) if acte.sorte == Sorte.ACTE and lu.etat in SIGNES else None
        if sceau is not None:
            _reprendre_du_sceau(acte, sceau, lu)
            return None
        try:
            return self._lire(acte, lu)
        except OperationalError:
            raise
        except Exception:  # noqa: BLE001 - the same
            journal.exception("Lot %s, %s\u00a0: contenu illisible.", self.lot.reference, lu.objet_journal)
            _ecarter(acte, Etat.ECHEC, PANNE)
            return None

    def _lire(self, acte: ActeDeLot, instrument: Instrument) -> AFaire | None:
        edition = edition_courante(instrument, Piece.CONVENTION)
        if edition.contenu.vide and not edition.contenu.texte:
            _ecarter(acte, Etat.ECARTE, VIDE)
            return None
        if acte.etat == Etat.PRODUIT:
            # A draft bears the day on which it was produced: that day alone does not make another of it.
            datee = replace(edition, jour=acte.jour) if edition.projet and acte.jour else edition
            if acte.entree == empreinte_de_l_edition(datee, acte.sorte) and not coffre.etat(acte.fichier):
                return None
        entree = empreinte_de_l_edition(edition, acte.sorte)
        if _deja_produit(acte, edition, entree):
            return None
        if acte.essais >= ESSAIS_MAX:
            _ecarter(acte, Etat.ECHEC, INTERROMPU)
            return None
        with transaction.atomic():
            acte.essais += 1
            acte.save(update_fields=["essais"])
            repartir(self.tache)
        return AFaire(acte, acte.fichier, edition, entree)


def garder(a_faire: AFaire, octets: bytes) -> None:
    """Put a file in the safe, then say that the act is produced: killed in between, a file that no row names."""
    with coffre.en_attente(octets) as (partiel, empreinte), coffre.occupation(), transaction.atomic():
        coffre.ranger(partiel, empreinte, None)
        _noter(a_faire.acte, a_faire.edition, a_faire.entree, empreinte, len(octets))


def _deja_produit(acte: ActeDeLot, edition: Edition, entree: str) -> bool:
    """Take the file of another batch made of the very same, if there is one and it is whole."""
    memes = ActeDeLot.objects.filter(instrument=acte.instrument_id, sorte=acte.sorte, entree=entree)
    with coffre.occupation(), transaction.atomic():
        autre = memes.filter(etat=Etat.PRODUIT).exclude(pk=acte.pk).first()
        if autre is None or autre.taille is None or coffre.etat(autre.fichier):
            return False
        _noter(acte, edition, entree, autre.fichier, autre.taille)
    return True


def _noter(acte: ActeDeLot, edition: Edition, entree: str, fichier: str, taille: int) -> None:
    acte.etat, acte.phrase, acte.essais = Etat.PRODUIT, "", 0
    acte.valeur = Valeur.PROJET if edition.projet else Valeur.SOUMIS
    acte.jour, acte.entree, acte.fichier, acte.taille = edition.jour, entree, fichier, taille
    acte.save()


def _reprendre_du_sceau(acte: ActeDeLot, sceau: Sceau, instrument: Instrument) -> None:
    """What was signed is read from its seal, never made again."""
    if coffre.etat(sceau.produit):
        _ecarter(acte, Etat.ECHEC, "Le fichier de l’acte scellé manque au dépôt, ou il est altéré.")
        return
    acte.etat, acte.phrase, acte.valeur = Etat.PRODUIT, "", Valeur.SCELLE
    acte.jour = fige_le(instrument) or sceau.jour
    acte.entree, acte.fichier = sceau.sceau, sceau.produit
    acte.taille = coffre.chemin(sceau.produit).stat().st_size
    acte.save()


def _ecarter(acte: ActeDeLot, etat: ActeDeLot.Etat, phrase: str) -> None:
    """Say why an act is not produced; what it had is no longer its own."""
    acte.etat, acte.phrase = etat, phrase
    acte.valeur, acte.entree, acte.fichier, acte.jour, acte.taille = "", "", "", None, None
    acte.save()
