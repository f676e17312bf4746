"""Writing the targets (annexe A): an indicator, where it starts from, what is aimed at each exercice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats.contenu.lecture import exercices_de
from echelons.contrats.contenu.registre import AJOUT, RETRAIT, Ecrit, Enregistrement, Objet
from echelons.contrats.models import CibleDIndicateur, EtatDeValeur, FicheAction, Instrument, ValeurVisee
from echelons.strategie.lecture import en_vigueur
from echelons.strategie.models import Indicateur, VersionIndicateur


class Chiffre(NamedTuple):
    """A figure, or why there is none; ``le`` dates where an indicator starts from."""

    etat: str = EtatDeValeur.CHIFFREE
    valeur: Decimal | None = None
    motif: str = ""
    le: dt.date | None = None

    @property
    def simple(self) -> list[Any]:
        """As plain JSON values."""
        valeur = None if self.valeur is None else format(self.valeur.normalize(), "f")
        return [str(self.etat), valeur, self.motif, self.le.isoformat() if self.le else None]

    @property
    def refus(self) -> str:
        """What is missing, empty when nothing is."""
        if self.etat == EtatDeValeur.CHIFFREE:
            return "" if self.valeur is not None else "Donnez le chiffre, ou dites pourquoi il n’y en a pas."
        return "" if self.motif.strip() else "Dites pourquoi il n’y a pas de chiffre."


#: Lines of annexe A in one instrument: a page shows them all, and the server reads no more fields.
CIBLES_MAX = 120
TROP_DE_CIBLES = f"Un instrument vise au plus {CIBLES_MAX} indicateurs."
SANS_CHIFFRE = Chiffre(EtatDeValeur.NON_DISPONIBLE, motif="à renseigner")


def version_de(instrument: Instrument, indicateur: Indicateur) -> VersionIndicateur | None:
    """The definition that an instrument aims at: the one in force when its period begins."""
    jour = instrument.debut or instrument.contrat.dispositif.debut
    return en_vigueur(indicateur.versions.all(), jour)


@transaction.atomic
def viser(
    *, par: Acteur, instrument: Instrument, indicateur: Indicateur, fiche: FicheAction | None
) -> CibleDIndicateur:
    """One more line of annexe A, with everything still to be given. Raises ``ValidationError``, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    cible = viser_dans(ecriture, indicateur, fiche)
    ecriture.conclure()
    return cible


def viser_dans(
    ecriture: Enregistrement, indicateur: Indicateur, fiche: FicheAction | None
) -> CibleDIndicateur:
    """One more line in a writing under way. Raises ``ValidationError``."""
    version = version_de(ecriture.instrument, indicateur)
    if version is None:
        raise ValidationError("Cet indicateur n’a pas encore de définition.")
    cible = CibleDIndicateur(
        instrument=ecriture.instrument,
        fiche=fiche,
        version=version,
        etat=SANS_CHIFFRE.etat,
        motif=SANS_CHIFFRE.motif,
    )
    cible.full_clean()
    cible.save()
    ecriture.tracer(Objet.CIBLE, cle_de(cible), [(AJOUT, None, version.libelle)])
    return cible


def cle_de(cible: CibleDIndicateur) -> str:
    """Its key in the traces and in the form: the fiche (empty for the whole), the indicator, its definition."""
    fiche = str(cible.fiche.reference) if cible.fiche else ""
    return f"{fiche}/{cible.version.indicateur.code}/{cible.version.effet_le.isoformat()}"


def chiffres_de(cible: CibleDIndicateur) -> dict[str, list[Any]]:
    """What a line holds, as plain values: « depart », and each exercice under its year."""
    return {
        "depart": Chiffre(cible.etat, cible.depart, cible.motif, cible.depart_le).simple,
        **{str(v.exercice): Chiffre(v.etat, v.valeur, v.motif).simple for v in cible.visees.all()},
    }


@transaction.atomic
def enregistrer(
    *,
    par: Acteur,
    instrument: Instrument,
    lignes: Mapping[int, Mapping[str, Chiffre | None]],
    rang_lu: int | None,
) -> Ecrit:
    """Write these figures: line (its id) → « depart » or a year → figure; None empties it.

    Raises ``ValidationError`` (messages named « line/what »; nothing is then written), ``ActeRefuse``.
    """
    ecriture = Enregistrement.ouvrir(par, instrument, rang_lu)
    ecrire_dans(ecriture, lignes)
    return ecriture.conclure()


def cibles_lues(cibles: Any) -> QuerySet[CibleDIndicateur]:
    """These lines (of a fiche, of an instrument) with all that their figures and their keys are read from."""
    lues: QuerySet[CibleDIndicateur] = cibles.select_related("fiche", "version__indicateur")
    return lues.prefetch_related("visees")


def ecrire_dans(ecriture: Enregistrement, lignes: Mapping[int, Mapping[str, Chiffre | None]]) -> None:
    """Write these figures in a writing under way. Raises ``ValidationError`` as ``enregistrer``."""
    siennes = {c.pk: c for c in cibles_lues(ecriture.instrument.cibles)}
    annees = {str(an) for an in exercices_de(ecriture.instrument)}
    erreurs = {}
    for pk, chiffres in lignes.items():
        for quoi, chiffre in chiffres.items():
            if pk not in siennes:
                erreurs[f"{pk}/{quoi}"] = "Cette ligne a été retirée."
            elif chiffre is not None and quoi != "depart" and quoi not in annees:
                erreurs[f"{pk}/{quoi}"] = f"{quoi} n’est pas un exercice de cet instrument."
            elif chiffre is not None and chiffre.refus:
                erreurs[f"{pk}/{quoi}"] = chiffre.refus
    if erreurs:
        raise ValidationError(erreurs)
    for pk, chiffres in lignes.items():
        cible = siennes[pk]
        actuels: dict[str, Any] = {**dict.fromkeys([*annees, *chiffres]), **chiffres_de(cible)}
        voulus = {quoi: _vers(quoi, chiffre) for quoi, chiffre in chiffres.items()}
        a_ecrire = ecriture.fusionner(Objet.CIBLE, cle_de(cible), actuels, voulus)
        for quoi in a_ecrire:
            _poser(cible, quoi, chiffres[quoi])
        ecriture.tracer(
            Objet.CIBLE, cle_de(cible), [(quoi, actuels[quoi], valeur) for quoi, valeur in a_ecrire.items()]
        )


def _vers(quoi: str, chiffre: Chiffre | None) -> list[Any] | None:
    """What a figure becomes: an emptied year is no row, an emptied start is « to be given »."""
    if chiffre is None:
        return SANS_CHIFFRE.simple if quoi == "depart" else None
    return chiffre.simple


def _poser(cible: CibleDIndicateur, quoi: str, chiffre: Chiffre | None) -> None:
    if quoi == "depart":
        chiffre = chiffre or SANS_CHIFFRE
        cible.etat, cible.depart = chiffre.etat, chiffre.valeur
        cible.motif, cible.depart_le = chiffre.motif, chiffre.le
        cible.full_clean()
        cible.save()
        return
    visee = ValeurVisee.objects.filter(cible=cible, exercice=int(quoi)).first()
    if chiffre is None:
        if visee is not None:
            visee.delete()
        return
    visee = visee or ValeurVisee(cible=cible, exercice=int(quoi))
    visee.etat, visee.valeur, visee.motif = chiffre.etat, chiffre.valeur, chiffre.motif
    visee.full_clean()
    visee.save()


@transaction.atomic
def retirer(*, par: Acteur, instrument: Instrument, pk: int) -> Ecrit:
    """Remove a line of annexe A. Raises ``CibleDIndicateur.DoesNotExist``, ``ActeRefuse``."""
    ecriture = Enregistrement.ouvrir(par, instrument)
    retirer_dans(ecriture, pk)
    return ecriture.conclure()


def retirer_dans(ecriture: Enregistrement, pk: int) -> None:
    """Remove a line in a writing under way. Raises ``CibleDIndicateur.DoesNotExist``."""
    cible = cibles_lues(ecriture.instrument.cibles).get(pk=pk)
    cle, chiffres = cle_de(cible), chiffres_de(cible)
    cible.delete()
    ecriture.tracer(Objet.CIBLE, cle, [(RETRAIT, chiffres, None)])
