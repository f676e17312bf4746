"""Writing the fiches-actions: add, write field by field, move, remove, copy from another exercice or collectivité."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Ecrit, Enregistrement, Objet
from echelons.contrats.models import FicheAction, Instrument
from echelons.strategie.lecture import cadre_d_acte
from echelons.strategie.models import Mesure
from echelons.territoires.models import Territoire

FICHES_MAX = 400
#: Plain columns, in the order of the page.
TEXTES = (
    "intitule", "sorte", "situation_de_depart", "justification", "diagnostic", "description", "public", "lieux",
    "pilote", "partenaires", "operateurs",
)  # fmt: skip
JOURS = ("debut", "fin")
LIENS = ("volet", "mesure", "nature")


def valeurs_de(fiche: FicheAction) -> dict[str, Any]:
    """The fields of a fiche as plain JSON values: what writers send and traces keep. Links are by code."""
    valeurs: dict[str, Any] = {champ: getattr(fiche, champ) for champ in TEXTES}
    valeurs |= {c: (jour.isoformat() if (jour := getattr(fiche, c)) else None) for c in JOURS}
    valeurs |= {c: (lie.code if (lie := getattr(fiche, c)) else None) for c in LIENS}
    valeurs["effectif"] = fiche.effectif
    valeurs["etp"] = None if fiche.etp is None else _sans_zeros(fiche.etp)
    valeurs["partagee"] = fiche.partagee
    valeurs["territoires"] = sorted(t.code for t in fiche.territoires.all())
    for champ in cadre_d_acte(fiche.instrument.contrat.dispositif_id).champs:
        valeurs[f"complement.{champ.code}"] = fiche.complement.get(champ.code)
    return valeurs


def _sans_zeros(nombre: Decimal) -> str:
    return format(nombre.normalize(), "f")


@transaction.atomic
def ajouter(
    *, par: Acteur, instrument: Instrument, intitule: str, champs: Mapping[str, Any] = {}
) -> FicheAction:
    """A new fiche, last. Raises ``ValidationError`` (no title, too many, a field that cannot be), ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    siennes = ecriture.instrument.fiches
    if siennes.count() >= FICHES_MAX:
        raise ValidationError(f"Un instrument a au plus {FICHES_MAX} fiches.")
    dernier = siennes.aggregate(dernier=Max("rang"))["dernier"] or 0
    fiche = FicheAction(instrument=ecriture.instrument, rang=dernier + 1, intitule=intitule.strip())
    fiche.full_clean()
    fiche.save()
    _poser(fiche, {c: v for c, v in champs.items() if c != "intitule"})
    ecriture.tracer(Objet.FICHE, str(fiche.reference), [(AJOUT, None, valeurs_de(fiche))])
    ecriture.conclure()
    return fiche


@transaction.atomic
def enregistrer(
    *,
    par: Acteur,
    instrument: Instrument,
    reference: uuid.UUID,
    champs: Mapping[str, Any],
    rang_lu: int | None,
) -> Ecrit:
    """Write the fields that changed; those that somebody else changed meanwhile are given back as conflicts.

    Raises ``FicheAction.DoesNotExist`` (removed meanwhile), ``ValidationError``, ``ActeRefuse``.
    """
    ecriture = Enregistrement.ouvrir(par, instrument, rang_lu)
    fiche = _de(ecriture.instrument, reference)
    actuels = valeurs_de(fiche)
    a_ecrire = ecriture.fusionner(Objet.FICHE, str(reference), actuels, champs)
    if a_ecrire:
        _poser(fiche, a_ecrire)
        ecriture.tracer(
            Objet.FICHE, str(reference), [(c, actuels[c], valeur) for c, valeur in a_ecrire.items()]
        )
    return ecriture.conclure()


@transaction.atomic
def deplacer(*, par: Acteur, instrument: Instrument, reference: uuid.UUID, vers: int) -> Ecrit:
    """Put a fiche at another place (1 is the first). Raises as ``enregistrer``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    fiches = list(ecriture.instrument.fiches.select_for_update(of=("self",)))
    fiche = _de(ecriture.instrument, reference)
    ordre = [f for f in fiches if f.pk != fiche.pk]
    avant = next(i for i, f in enumerate(fiches, 1) if f.pk == fiche.pk)
    vers = max(1, min(vers, len(fiches)))
    ordre.insert(vers - 1, fiche)
    for rang, autre in enumerate(ordre, 1):
        autre.rang = rang
    FicheAction.objects.bulk_update(ordre, ["rang"])
    if vers != avant:
        ecriture.tracer(Objet.FICHE, str(reference), [("rang", avant, vers)])
    return ecriture.conclure()


@transaction.atomic
def retirer(*, par: Acteur, instrument: Instrument, reference: uuid.UUID) -> Ecrit:
    """Remove a fiche with its money and its targets; what it said stays in the trace, from which it can come back."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    fiche = _de(ecriture.instrument, reference)
    dite = {**valeurs_de(fiche), "financements": _financements(fiche)}
    fiche.delete()
    ecriture.tracer(Objet.FICHE, str(reference), [(RETRAIT, dite, None)])
    return ecriture.conclure()


@transaction.atomic
def copier(*, par: Acteur, instrument: Instrument, sources: Sequence[FicheAction]) -> list[FicheAction]:
    """Copies of fiches that the writer may read, last; without their money nor their targets, of another time.

    Of another dispositif, what the two do not share (volet, nature, fields of its own) is left out.
    """
    copies = []
    for source in sources:
        valeurs = valeurs_de(source)
        if source.instrument.contrat.dispositif_id != instrument.contrat.dispositif_id:
            connus = {"volet", "nature", "sorte"}
            valeurs = {
                c: v for c, v in valeurs.items() if c not in connus and not c.startswith("complement.")
            }
        meme_contrat = source.instrument.contrat_id == instrument.contrat_id
        ecartes = {"partagee", "debut", "fin"} | (set() if meme_contrat else {"territoires", "pilote"})
        champs = {c: v for c, v in valeurs.items() if c not in ecartes}
        copies.append(ajouter(par=par, instrument=instrument, intitule=source.intitule, champs=champs))
    return copies


def _de(instrument: Instrument, reference: uuid.UUID) -> FicheAction:
    fiche = (
        FicheAction.objects.filter(instrument=instrument)
        .select_related("volet", "mesure", "nature")
        .get(reference=reference)
    )
    fiche.instrument = instrument
    return fiche


def _financements(fiche: FicheAction) -> list[dict[str, Any]]:
    return [
        {
            "financeur": ligne.financeur.libelle,
            "exercice": ligne.exercice,
            "nature": ligne.nature,
            "imputation": ligne.imputation,
            "prevu": str(ligne.prevu),
        }
        for ligne in fiche.financements.select_related("financeur")
    ]


def _poser(fiche: FicheAction, champs: Mapping[str, Any]) -> None:
    """Set these fields and save. Raises ``ValidationError``, its messages by field."""
    dispositif = fiche.instrument.contrat.dispositif
    territoires: list[str] | None = None
    for champ, valeur in champs.items():
        if champ in TEXTES or champ in {"effectif", "partagee"}:
            setattr(fiche, champ, valeur)
        elif champ in JOURS:
            setattr(fiche, champ, dt.date.fromisoformat(valeur) if valeur else None)
        elif champ == "etp":
            fiche.etp = None if valeur is None else Decimal(valeur)
        elif champ == "mesure":
            fiche.mesure = Mesure.objects.filter(code=valeur).first()
        elif champ in LIENS:
            siens = dispositif.volets if champ == "volet" else dispositif.natures
            setattr(fiche, champ, siens.filter(code=valeur).first())
        elif champ == "territoires":
            territoires = valeur
        elif valeur is None:
            fiche.complement.pop(champ.removeprefix("complement."), None)
        else:
            fiche.complement[champ.removeprefix("complement.")] = valeur
    fiche.full_clean(exclude=["pieces", "territoires", "instrument"])
    fiche.save()
    if territoires is not None:
        fiche.territoires.set(Territoire.objects.filter(code__in=territoires))
