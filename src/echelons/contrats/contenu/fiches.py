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
from echelons.contrats.contenu.cibles import chiffres_de, cibles_lues, cle_de
from echelons.contrats.contenu.financements import montants_de
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Ecrit, Enregistrement, Objet
from echelons.contrats.models import Document, FicheAction, Instrument
from echelons.strategie.lecture import cadre_d_acte
from echelons.strategie.models import Mesure
from echelons.territoires.models import Territoire

FICHES_MAX, PIECES_MAX = 400, 20
TROP_DE_FICHES = f"Un instrument a au plus {FICHES_MAX} fiches."
#: Under what the trace of a fiche removed keeps its money and its targets, by their keys.
SES_CASES, SES_CIBLES = "cases", "cibles"
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
    valeurs["pieces"] = sorted(str(d.reference) for d in fiche.pieces.all())
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
    fiche = ajouter_dans(ecriture, {**champs, "intitule": intitule.strip()})
    ecriture.conclure()
    return fiche


def ajouter_dans(
    ecriture: Enregistrement, champs: Mapping[str, Any], reference: uuid.UUID | None = None
) -> FicheAction:
    """A new fiche in a writing under way, last; under its ``reference`` when it comes back. Raises as ``ajouter``."""
    siennes = ecriture.instrument.fiches
    if siennes.count() >= FICHES_MAX:
        raise ValidationError(TROP_DE_FICHES)
    dernier = siennes.aggregate(dernier=Max("rang"))["dernier"] or 0
    fiche = FicheAction(instrument=ecriture.instrument, rang=dernier + 1, intitule=champs["intitule"])
    fiche.reference = reference or fiche.reference
    fiche.full_clean()
    fiche.save()
    _poser(fiche, {c: v for c, v in champs.items() if c != "intitule"})
    ecriture.tracer(Objet.FICHE, str(fiche.reference), [(AJOUT, None, valeurs_de(fiche))])
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
    ecrire_dans(ecriture, reference, champs)
    return ecriture.conclure()


def ecrire_dans(ecriture: Enregistrement, reference: uuid.UUID, champs: Mapping[str, Any]) -> None:
    """Write the fields of a fiche that changed, in a writing under way. Raises as ``enregistrer``."""
    fiche = _de(ecriture.instrument, reference)
    actuels = valeurs_de(fiche)
    a_ecrire = ecriture.fusionner(Objet.FICHE, str(reference), actuels, champs)
    if a_ecrire:
        _poser(fiche, a_ecrire)
        ecriture.tracer(
            Objet.FICHE, str(reference), [(c, actuels[c], valeur) for c, valeur in a_ecrire.items()]
        )


@transaction.atomic
def joindre(*, par: Acteur, instrument: Instrument, reference: uuid.UUID, document: Document) -> Ecrit:
    """Attach a document of the dossier to a fiche.

    Raises ``ValidationError`` (of another dossier, withdrawn, too many), and as ``enregistrer``.
    """
    ecriture = Enregistrement.ouvrir(par, instrument)
    fiche = _de(ecriture.instrument, reference)
    jointes = {str(d.reference) for d in fiche.pieces.all()}
    if document.contrat_id != ecriture.instrument.contrat_id:
        raise ValidationError("Ce document est d’un autre dossier.")
    if document.retire_le is not None:
        raise ValidationError("Ce document est retiré du dossier\u00a0: il ne peut plus être joint.")
    if len(jointes | {str(document.reference)}) > PIECES_MAX:
        raise ValidationError(f"Une fiche a au plus {PIECES_MAX} pièces.")
    ecrire_dans(ecriture, reference, {"pieces": sorted(jointes | {str(document.reference)})})
    return ecriture.conclure()


@transaction.atomic
def detacher(*, par: Acteur, instrument: Instrument, reference: uuid.UUID, document: Document) -> Ecrit:
    """Detach a document from a fiche: it stays in the dossier. Raises as ``enregistrer``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    fiche = _de(ecriture.instrument, reference)
    jointes = {str(d.reference) for d in fiche.pieces.all()}
    ecrire_dans(ecriture, reference, {"pieces": sorted(jointes - {str(document.reference)})})
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
    retirer_dans(ecriture, reference)
    return ecriture.conclure()


def retirer_dans(ecriture: Enregistrement, reference: uuid.UUID) -> None:
    """Remove a fiche in a writing under way. Raises ``FicheAction.DoesNotExist``."""
    fiche = _de(ecriture.instrument, reference)
    dite = {
        **valeurs_de(fiche),
        SES_CASES: montants_de(fiche.financements),
        SES_CIBLES: {cle_de(c): chiffres_de(c) for c in cibles_lues(fiche.cibles)},
    }
    fiche.delete()
    ecriture.tracer(Objet.FICHE, str(reference), [(RETRAIT, dite, None)])


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
        ecartes = {"partagee", "debut", "fin"} | (
            set() if meme_contrat else {"territoires", "pilote", "pieces"}
        )
        champs = {c: v for c, v in valeurs.items() if c not in ecartes}
        copies.append(ajouter(par=par, instrument=instrument, intitule=source.intitule, champs=champs))
    return copies


def _de(instrument: Instrument, reference: uuid.UUID) -> FicheAction:
    fiche = (
        FicheAction.objects.filter(instrument=instrument)
        .select_related("volet", "mesure", "nature")
        .prefetch_related("territoires", "pieces")
        .get(reference=reference)
    )
    fiche.instrument = instrument
    return fiche


def _poser(fiche: FicheAction, champs: Mapping[str, Any]) -> None:
    """Set these fields and save. Raises ``ValidationError``, its messages by field."""
    remplir(fiche, champs)
    fiche.save()
    if "territoires" in champs:
        fiche.territoires.set(Territoire.objects.filter(code__in=champs["territoires"]))
    if "pieces" in champs:
        siennes = Document.objects.filter(contrat=fiche.instrument.contrat, reference__in=champs["pieces"])
        fiche.pieces.set(siennes)


def remplir(fiche: FicheAction, champs: Mapping[str, Any]) -> None:
    """Set these fields without saving, its territories and pieces left aside. Raises ``ValidationError``, by field."""
    dispositif = fiche.instrument.contrat.dispositif
    for champ, valeur in champs.items():
        if champ in TEXTES or champ in {"effectif", "partagee"}:
            setattr(fiche, champ, valeur)
        elif champ in JOURS:
            setattr(fiche, champ, dt.date.fromisoformat(valeur) if valeur else None)
        elif champ == "etp":
            fiche.etp = None if valeur is None else Decimal(valeur)
        elif champ in LIENS and valeur is None:
            setattr(fiche, champ, None)
        elif champ == "mesure":
            fiche.mesure = Mesure.objects.filter(code=valeur).first()
        elif champ in LIENS:
            siens = dispositif.volets if champ == "volet" else dispositif.natures
            setattr(fiche, champ, siens.filter(code=valeur).first())
        elif champ in {"territoires", "pieces"}:
            continue
        elif valeur is None:
            fiche.complement.pop(champ.removeprefix("complement."), None)
        else:
            fiche.complement[champ.removeprefix("complement.")] = valeur
    # Its reference is given by the house: that nothing else bears it need not be asked of the database.
    fiche.full_clean(exclude=["pieces", "territoires", "instrument", "reference"])
