"""Asking for the acts of a campaign, stopping, resuming, forgetting.

Whoever reads an instrument may have it produced: no capability but that of reading is asked, here, when the work
runs (``production``) and when its files are taken (``archive``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse

from echelons.acteurs.auteurs import auteur_de
from echelons.acteurs.droits import Capacite
from echelons.acteurs.pouvoirs import Acteur, Cible
from echelons.contrats.lots.campagnes import Cle, lire_campagne
from echelons.contrats.models import ActeDeLot, Instrument, Lot
from echelons.socle import taches
from echelons.socle.depot import coffre
from echelons.socle.horloge import maintenant
from echelons.socle.models import Tache
from echelons.strategie.models import Dispositif

GENRE = "lot.produire"
#: A batch is kept so long after it was last worked on.
GARDE = dt.timedelta(days=7)
Etat = ActeDeLot.Etat


@transaction.atomic
def lancer(*, par: Acteur, cle: Cle, sortes: Sequence[str]) -> Lot:
    """Have these files made of every instrument of the campaign that is written and that ``par`` reads.

    Their batch under way for the same campaign, when there is one. Raises ``ValidationError``: no campaign, nothing
    written, nothing asked.
    """
    lue = lire_campagne(par, cle)
    if par.compte is None or lue is None:
        raise ValidationError("Vous ne lisez aucun instrument de cette campagne.")
    campagne, contenance = lue
    if not contenance.ecrits:
        raise ValidationError("Aucun instrument de cette campagne n’a encore de contenu.")
    choisies = [s.value for s in ActeDeLot.Sorte if s.value in sortes]
    if not choisies:
        raise ValidationError({"sortes": "Choisissez ce qui est à produire."})
    if deja := next((lot for lot in lots_de(par, cle) if taches.en_cours(lot.cle_du_travail)), None):
        return deja
    lot = Lot.objects.create(
        compte=par.compte,
        dispositif=Dispositif.objects.get(code=cle.dispositif),
        genre=cle.genre,
        periode=cle.periode,
        intitule=campagne.intitule[:300],
        sortes=choisies,
        demande_le=maintenant(),
    )
    _inscrire(lot, contenance.ecrits)
    _confier(par, lot)
    return lot


@transaction.atomic
def reprendre(*, par: Acteur, lot: Lot) -> Tache:
    """Go on with a batch: what failed is tried again, what was written since joins, what changed is produced anew."""
    verrouille = Lot.objects.select_for_update(of=("self",)).select_related("dispositif").get(pk=lot.pk)
    verrouille.arrete_le = None
    verrouille.save(update_fields=["arrete_le"])
    a_revoir = verrouille.actes.filter(etat__in=(Etat.ECHEC, Etat.ECARTE, Etat.A_FAIRE))
    a_revoir.update(etat=Etat.A_FAIRE, essais=0, phrase="")
    if lue := lire_campagne(par, cle_de(verrouille)):
        _inscrire(verrouille, lue[1].ecrits)
    return _confier(par, verrouille)


def arreter(lot: Lot) -> None:
    """Have the work stop after the act under way; what is produced is kept."""
    Lot.objects.filter(pk=lot.pk, arrete_le=None).update(arrete_le=maintenant())


def lots_de(par: Acteur, cle: Cle | None = None) -> list[Lot]:
    """The batches of somebody, latest first; those of one campaign."""
    siens = Lot.objects.filter(compte=par.compte).select_related("dispositif")
    if cle is not None:
        siens = siens.filter(dispositif__code=cle.dispositif, genre=cle.genre, periode=cle.periode)
    return list(siens)


def cle_de(lot: Lot) -> Cle:
    """The campaign of a batch. Reads its dispositif."""
    return Cle(lot.dispositif.code, lot.genre, lot.periode)


def _inscrire(lot: Lot, instruments: Sequence[Instrument]) -> None:
    """The acts of these instruments, those that are there already left as they are."""
    ActeDeLot.objects.bulk_create(
        [ActeDeLot(lot=lot, instrument=i, sorte=sorte) for i in instruments for sorte in lot.sortes],
        ignore_conflicts=True,
    )


def _confier(par: Acteur, lot: Lot) -> Tache:
    return taches.demander(
        genre=GENRE,
        cle=lot.cle_du_travail,
        intitule=f"Actes\u00a0: {lot.intitule}",
        auteur=auteur_de(par, Capacite.LIRE, Cible()),
        retour=reverse("lot", args=[lot.reference]),
        parametres={"lot": str(lot.reference)},
    )


def oublier_les_anciens() -> None:
    """Forget the batches on which nothing was done for ``GARDE``, with the files that nothing else names."""
    limite = maintenant() - GARDE
    for lot in Lot.objects.filter(demande_le__lt=limite):
        if not Tache.objects.filter(cle=lot.cle_du_travail).exists():
            fichiers = set(lot.actes.exclude(fichier="").values_list("fichier", flat=True))
            lot.delete()
            for fichier in sorted(fichiers):
                coffre.oter(fichier)
