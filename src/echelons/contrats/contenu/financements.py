"""Writing the money: cells of a grid, financeurs, ceilings. Amounts are in euros, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.forme import CENTIME
from echelons.contrats.contenu.lecture import exercices_de
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Ecrit, Enregistrement, Objet
from echelons.contrats.models import Financeur, Instrument, LigneFinancement, Plafond
from echelons.socle.nombres import euros

#: The most that one cell may hold: what the column holds, 14 digits of which 2 are cents.
MONTANT_MAX = Decimal("999999999999.99")
FINANCEURS_MAX = 40
IMPUTATION_MAX = 80
TROP_LONGUE = f"Une imputation a au plus {IMPUTATION_MAX} caractères."


class Case(NamedTuple):
    """A cell of the grid. ``fiche`` is a reference, ``financeur`` the rank of one in its instrument."""

    fiche: str
    financeur: int
    exercice: int
    nature: str = LigneFinancement.Nature.CREDIT
    imputation: str = ""

    @property
    def cle(self) -> str:
        """Its key in the traces and in the form."""
        return f"{self.fiche}/{self.financeur}/{self.exercice}/{self.nature}/{self.imputation}"

    @classmethod
    def lire(cls, cle: str) -> Case:
        """The cell of a key. Raises ``ValueError``."""
        fiche, financeur, exercice, nature, imputation = cle.split("/", 4)
        if nature not in LigneFinancement.Nature.values:
            raise ValueError(cle)
        return cls(fiche, int(financeur), int(exercice), nature, imputation)


def montants_de(lignes: Any) -> dict[str, str]:
    """The amounts of these rows (of a fiche, of an instrument), by the key of their cell: as traces keep them."""
    return {
        Case(str(x.fiche.reference), x.financeur.rang, x.exercice, x.nature, x.imputation).cle: str(
            x.prevu.quantize(CENTIME)
        )
        for x in lignes.select_related("fiche", "financeur")
    }


def refus_du_montant(montant: Decimal) -> str:
    """Why an amount cannot be written, empty when it can."""
    if not montant.is_finite():
        return "Un montant est un nombre, par exemple 12 500,50."
    if montant < 0:
        return "Un montant prévu n’est pas négatif."
    if montant != montant.quantize(CENTIME):
        return "Un montant a deux décimales au plus\u00a0: les centimes."
    if montant > MONTANT_MAX:
        return f"Un montant ne dépasse pas {euros(MONTANT_MAX)}."
    return ""


def refus_de_l_exercice(exercice: int, exercices: tuple[int, ...]) -> str:
    """What is said of a year that the instrument does not cover."""
    return f"{exercice} n’est pas un exercice de cet instrument ({', '.join(map(str, exercices))})."


@transaction.atomic
def enregistrer(
    *, par: Acteur, instrument: Instrument, cases: Mapping[Case, Decimal | None], rang_lu: int | None
) -> Ecrit:
    """Write these cells; nothing or zero empties one. Conflicts are given back, named by the key of the cell.

    Raises ``ValidationError`` (one message a cell, named by its key; nothing is then written), ``ActeRefuse``.
    """
    ecriture = Enregistrement.ouvrir(par, instrument, rang_lu)
    ecrire_dans(ecriture, cases)
    return ecriture.conclure()


def ecrire_dans(ecriture: Enregistrement, cases: Mapping[Case, Decimal | None]) -> None:
    """Write these cells in a writing under way. Raises ``ValidationError`` as ``enregistrer``."""
    fiches = {str(r): pk for r, pk in ecriture.instrument.fiches.values_list("reference", "pk")}
    financeurs = {f.rang: f.pk for f in ecriture.instrument.financeurs.all()}
    _verifier(cases, set(fiches), set(financeurs), exercices_de(ecriture.instrument))
    en_place = {
        (x.fiche_id, x.financeur_id, x.exercice, x.nature, x.imputation): x
        for x in LigneFinancement.objects.filter(fiche__instrument=ecriture.instrument)
    }
    for case, montant in cases.items():
        ou = (fiches[case.fiche], financeurs[case.financeur], case.exercice, case.nature, case.imputation)
        ligne = en_place.get(ou)
        actuel = str(ligne.prevu.quantize(CENTIME)) if ligne else None
        voulu = str(montant.quantize(CENTIME)) if montant else None
        if ecriture.fusionner(Objet.FINANCEMENT, case.cle, {"prevu": actuel}, {"prevu": voulu}):
            _poser(ou, ligne, montant)
            ecriture.tracer(Objet.FINANCEMENT, case.cle, [("prevu", actuel, voulu)])


def _verifier(
    cases: Mapping[Case, Decimal | None], fiches: set[str], financeurs: set[int], exercices: tuple[int, ...]
) -> None:
    """Raises ``ValidationError``, one message a cell that cannot be."""
    erreurs = {}
    for case, montant in cases.items():
        if case.fiche not in fiches:
            erreurs[case.cle] = "Cette fiche a été retirée."
        elif case.financeur not in financeurs:
            erreurs[case.cle] = "Ce financeur a été retiré."
        elif montant and case.exercice not in exercices:
            erreurs[case.cle] = refus_de_l_exercice(case.exercice, exercices)
        elif len(case.imputation) > IMPUTATION_MAX:
            erreurs[case.cle] = TROP_LONGUE
        elif montant is not None and (refus := refus_du_montant(montant)):
            erreurs[case.cle] = refus
    if erreurs:
        raise ValidationError(erreurs)


def _poser(
    ou: tuple[int, int, int, str, str], ligne: LigneFinancement | None, montant: Decimal | None
) -> None:
    """Write one cell: nothing is no row."""
    if not montant:
        if ligne is not None:
            ligne.delete()
    elif ligne is not None:
        ligne.prevu = montant
        ligne.save(update_fields=["prevu"])
    else:
        colonnes = ("fiche_id", "financeur_id", "exercice", "nature", "imputation")
        LigneFinancement.objects.create(**dict(zip(colonnes, ou, strict=True)), prevu=montant)


@transaction.atomic
def ajouter_financeur(*, par: Acteur, instrument: Instrument, libelle: str, cote: str) -> Financeur:
    """One more column. Raises ``ValidationError`` (no name, already there, too many), ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    siens = ecriture.instrument.financeurs
    if siens.count() >= FINANCEURS_MAX:
        raise ValidationError({"libelle": f"Un instrument a au plus {FINANCEURS_MAX} financeurs."})
    dernier = siens.aggregate(dernier=Max("rang"))["dernier"] or 0
    financeur = Financeur(
        instrument=ecriture.instrument, rang=dernier + 1, libelle=libelle.strip(), cote=cote
    )
    financeur.full_clean()
    financeur.save()
    ecriture.tracer(
        Objet.FINANCEMENT, f"financeur/{financeur.rang}", [(AJOUT, None, [financeur.libelle, cote])]
    )
    ecriture.conclure()
    return financeur


@transaction.atomic
def retirer_financeur(*, par: Acteur, instrument: Instrument, rang: int) -> Ecrit:
    """Remove a column that holds no money. Raises ``ValidationError`` when it holds some, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    financeur = ecriture.instrument.financeurs.get(rang=rang)
    if financeur.lignes.exists():
        raise ValidationError(
            f"«\u00a0{financeur}\u00a0» finance des actions\u00a0: videz ses montants avant de le retirer."
        )
    dit = [financeur.libelle, financeur.cote]
    financeur.delete()
    ecriture.tracer(Objet.FINANCEMENT, f"financeur/{rang}", [(RETRAIT, dit, None)])
    return ecriture.conclure()


@transaction.atomic
def fixer_plafonds(
    *, par: Acteur, instrument: Instrument, montants: Mapping[int, Decimal | None], rang_lu: int | None
) -> Ecrit:
    """The ceilings notified, by exercice; None removes one. Raises ``ValidationError``, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument, rang_lu)
    en_place = {p.exercice: p for p in ecriture.instrument.plafonds.all()}
    for exercice, montant in montants.items():
        if exercice not in exercices_de(ecriture.instrument):
            raise ValidationError(f"{exercice} n’est pas un exercice de cet instrument.")
        if montant is not None and (refus := refus_du_montant(montant)):
            raise ValidationError(refus)
        plafond = en_place.get(exercice)
        actuel = str(plafond.montant.quantize(CENTIME)) if plafond else None
        voulu = str(montant.quantize(CENTIME)) if montant is not None else None
        cle = str(exercice)
        if not ecriture.fusionner(Objet.PLAFOND, cle, {"montant": actuel}, {"montant": voulu}):
            continue
        if montant is None and plafond:
            plafond.delete()
        elif montant is not None:
            Plafond.objects.update_or_create(
                instrument=ecriture.instrument, exercice=exercice, defaults={"montant": montant}
            )
        ecriture.tracer(Objet.PLAFOND, cle, [("montant", actuel, voulu)])
    return ecriture.conclure()
