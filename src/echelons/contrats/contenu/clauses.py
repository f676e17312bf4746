"""Writing the articles: keep or leave the optional ones, add special provisions."""

from __future__ import annotations

import uuid
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.mentions import mentions_inconnues
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Ecrit, Enregistrement, Objet
from echelons.contrats.models import Clause, Instrument

CLAUSES_MAX = 200


@transaction.atomic
def retenir(*, par: Acteur, instrument: Instrument, reference: uuid.UUID, retenue: bool) -> Ecrit:
    """Keep an optional article, or leave it out. Raises ``ValidationError`` when it is not optional, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    clause = ecriture.instrument.clauses.get(reference=reference)
    if clause.retenue != retenue:
        clause.retenue = retenue
        clause.full_clean()
        clause.save(update_fields=["retenue"])
        ecriture.tracer(Objet.CLAUSE, str(reference), [("retenue", not retenue, retenue)])
    return ecriture.conclure()


@transaction.atomic
def ajouter(*, par: Acteur, instrument: Instrument, titre: str, texte: str) -> Clause:
    """A special provision, last. Raises ``ValidationError``, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    siennes = ecriture.instrument.clauses
    if siennes.count() >= CLAUSES_MAX:
        raise ValidationError(f"Un instrument a au plus {CLAUSES_MAX} articles.")
    dernier = siennes.aggregate(dernier=Max("rang"))["dernier"] or 0
    clause = Clause(instrument=ecriture.instrument, rang=dernier + 1, particuliere=True)
    _poser(clause, {"titre": titre, "texte": texte})
    ecriture.tracer(Objet.CLAUSE, str(clause.reference), [(AJOUT, None, [clause.titre, clause.texte])])
    ecriture.conclure()
    return clause


@transaction.atomic
def ecrire(
    *,
    par: Acteur,
    instrument: Instrument,
    reference: uuid.UUID,
    champs: Mapping[str, str],
    rang_lu: int | None,
) -> Ecrit:
    """Write a special provision (« titre », « texte »). Raises ``ValidationError`` (an article of the model keeps its
    words), ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument, rang_lu)
    clause = ecriture.instrument.clauses.get(reference=reference)
    if not clause.particuliere:
        raise ValidationError(
            "Un article du modèle garde ses mots\u00a0; ajoutez une disposition particulière."
        )
    actuels = {"titre": clause.titre, "texte": clause.texte}
    a_ecrire = ecriture.fusionner(Objet.CLAUSE, str(reference), actuels, champs)
    if a_ecrire:
        _poser(clause, a_ecrire)
        ecriture.tracer(Objet.CLAUSE, str(reference), [(c, actuels[c], v) for c, v in a_ecrire.items()])
    return ecriture.conclure()


@transaction.atomic
def retirer(*, par: Acteur, instrument: Instrument, reference: uuid.UUID) -> Ecrit:
    """Remove a special provision. Raises ``ValidationError`` for an article of the model, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    clause = ecriture.instrument.clauses.get(reference=reference)
    if not clause.particuliere:
        raise ValidationError("Un article du modèle ne se retire pas.")
    dite = [clause.titre, clause.texte]
    clause.delete()
    ecriture.tracer(Objet.CLAUSE, str(reference), [(RETRAIT, dite, None)])
    return ecriture.conclure()


def _poser(clause: Clause, champs: Mapping[str, str]) -> None:
    for champ, valeur in champs.items():
        setattr(clause, champ, valeur.strip())
    if inconnues := mentions_inconnues(clause.texte):
        dites = ", ".join(f"{{{m}}}" for m in inconnues)
        raise ValidationError({"texte": f"Ces mentions n’existent pas\u00a0: {dites}. Corrigez leur nom."})
    clause.full_clean()
    clause.save()
