"""What is public of the sealed acts, worked out of the seals and of the choices of their parties, and kept as rows.

Nothing is entered there: ``tenir`` is called by the act that changes a choice, ``reconstruire`` works all of it out
again and says what differed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db import transaction

from echelons.contrats.contenu.forme import Contenu
from echelons.contrats.contenu.totaux import SANS_AXE, totaliser
from echelons.contrats.models import (
    ActePublie,
    ActionPubliee,
    ChoixDePublication,
    MontantPublie,
    Partie,
    Sceau,
)
from echelons.contrats.models.publications import PARTS
from echelons.contrats.sceaux.lecture import contenu_du_sceau

#: The columns of a row that its content decides.
D_ACTION = ("reference", "rang", "lieu", "lieu_nom", "partout", "numero", "intitule", "axe", "public")
DE_MONTANT = ("axe", "axe_libelle", "exercice", "montant")


@dataclass(frozen=True)
class Deduit:
    """What the rows of a seal must say: the public parts and since when, its actions, its amounts."""

    acte: tuple[Any, ...]
    actions: tuple[tuple[Any, ...], ...] = ()
    montants: tuple[tuple[Any, ...], ...] = ()


def signataires(sceau: Sceau) -> list[Partie]:
    """The parties of the contract that signed this very text, as the seal names them."""
    signees = {signature["partie"] for signature in sceau.signatures}
    return [p for p in sceau.instrument.contrat.ses_parties if p.libelle in signees]


def parts_publiques(sceau: Sceau) -> tuple[frozenset[str], dt.date | None]:
    """What every party that signed agrees to make public, and since when."""
    choix = {c.partie_id: c for c in ChoixDePublication.objects.filter(sceau=sceau)}
    signees = signataires(sceau)
    if not signees or any(p.pk not in choix for p in signees):
        return frozenset(), None
    siens = [choix[p.pk] for p in signees]
    return frozenset.intersection(*(c.parts for c in siens)), max(c.jour for c in siens)


def deduire(sceau: Sceau) -> Deduit | None:
    """What must be kept of a seal; None when nothing of it is public."""
    parts, depuis = parts_publiques(sceau)
    if not parts:
        return None
    contenu = contenu_du_sceau(sceau)
    soi = contenu.instrument
    return Deduit(
        acte=(*(part in parts for part in PARTS), depuis, soi.intitule, soi.appele),
        actions=_actions(contenu) if "fiches" in parts else (),
        montants=_montants(contenu) if "montants" in parts else (),
    )


def _actions(contenu: Contenu) -> tuple[tuple[Any, ...], ...]:
    """A row a fiche and a place; the territory of the contract when it names none."""
    return tuple(
        (
            fiche.reference,
            rang,
            lieu.code,
            lieu.nom,
            not fiche.territoires,
            fiche.numero,
            fiche.intitule,
            fiche.axe.libelle if fiche.axe else "",
            fiche.public,
        )
        for rang, fiche in enumerate(contenu.fiches, 1)
        for lieu in fiche.territoires or (contenu.instrument.territoire,)
    )


def _montants(contenu: Contenu) -> tuple[tuple[Any, ...], ...]:
    libelles: Mapping[str, str] = {f.axe.code: f.axe.libelle for f in contenu.fiches if f.axe}
    sommes: Mapping[tuple[str, int], Decimal] = totaliser(contenu).par_axe_exercice
    return tuple(
        (axe, libelles.get(axe, "") if axe != SANS_AXE else "", exercice, montant)
        for (axe, exercice), montant in sommes.items()
    )


@transaction.atomic
def tenir(sceau: Sceau) -> bool:
    """Make the rows of a seal say what they must; whether they said something else."""
    doit = deduire(sceau)
    if doit == _lu(sceau):
        return False
    ActePublie.objects.filter(sceau=sceau).delete()
    if doit is not None:
        colonnes = (*PARTS, "publie_le", "intitule", "appele")
        acte = ActePublie.objects.create(sceau=sceau, **dict(zip(colonnes, doit.acte, strict=True)))
        ActionPubliee.objects.bulk_create(
            ActionPubliee(acte=acte, **dict(zip(D_ACTION, ligne, strict=True))) for ligne in doit.actions
        )
        MontantPublie.objects.bulk_create(
            MontantPublie(acte=acte, **dict(zip(DE_MONTANT, ligne, strict=True))) for ligne in doit.montants
        )
    return True


def _lu(sceau: Sceau) -> Deduit | None:
    acte = ActePublie.objects.filter(sceau=sceau).first()
    if acte is None:
        return None
    dit = (*(getattr(acte, part) for part in PARTS), acte.publie_le, acte.intitule, acte.appele)
    return Deduit(
        dit,
        tuple(acte.actions.order_by("pk").values_list(*D_ACTION)),
        tuple(acte.montants_publies.order_by("pk").values_list(*DE_MONTANT)),
    )


def reconstruire() -> tuple[int, int]:
    """Work the rows of every seal out again: how many seals there are, and for how many they said something else."""
    sceaux = Sceau.objects.select_related("instrument__contrat").order_by("pk")
    changes = total = 0
    for sceau in sceaux.iterator(chunk_size=50):
        total += 1
        changes += tenir(sceau)
    return total, changes
