"""Rows of contents that SQL must refuse, for the trial of the named constraints (``test_contraintes.py``)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.db.models import Model

from echelons.acteurs.models import Mandat
from echelons.contrats.models import (
    ActeDeLot,
    ActePublie,
    ActionPubliee,
    AnnulationDeSceau,
    ChoixDePublication,
    CibleDIndicateur,
    Clause,
    Document,
    ExceptionDocumentee,
    FicheAction,
    Financeur,
    LigneFinancement,
    Lot,
    Modification,
    MontantPublie,
    Plafond,
    Sceau,
    ValeurVisee,
)
from echelons.socle.horloge import maintenant
from echelons.strategie.models import VersionIndicateur
from tests.contrats.scene import Scene
from tests.fabriques import Dossier


def _ecrire(modele: type[Model], **valeurs: Any) -> Any:
    """A row without any check but those of SQL."""
    modele._default_manager.bulk_create([modele(**valeurs)])
    return modele._default_manager.last()


def fiche(d: Dossier, **valeurs: Any) -> FicheAction:
    """A fiche of the instrument."""
    return _ecrire(FicheAction, **{"instrument": d.instrument(), "rang": 1, "intitule": "F", **valeurs})


def financeur(d: Dossier) -> Financeur:
    """A financeur of the instrument, always of the same name."""
    return _ecrire(Financeur, instrument=d.instrument(), rang=1, libelle="É", cote="etat")


def ligne(sienne: FicheAction, qui: Financeur, prevu: int = 1) -> None:
    """Money of one for the other."""
    _ecrire(LigneFinancement, fiche=sienne, financeur=qui, exercice=2019, prevu=Decimal(prevu))


def cible(d: Dossier, **valeurs: Any) -> CibleDIndicateur:
    """A target of the instrument."""
    version = VersionIndicateur.objects.order_by("pk").first()
    ordinaires = {"instrument": d.instrument(), "version": version, "etat": "sans_objet", "motif": "M"}
    return _ecrire(CibleDIndicateur, **{**ordinaires, **valeurs})


def clause(d: Dossier, **valeurs: Any) -> None:
    """An article of the instrument."""
    _ecrire(Clause, **{"instrument": d.instrument(), "rang": 1, "titre": "T", "texte": "T", **valeurs})


def deux_lignes(d: Dossier) -> None:
    """The same cell twice."""
    sienne, qui = fiche(d), financeur(d)
    ligne(sienne, qui)
    ligne(sienne, qui)


def deux_cibles(d: Dossier) -> None:
    """The same indicator twice for a fiche."""
    sienne = fiche(d)
    cible(d, fiche=sienne)
    cible(d, fiche=sienne)


def visee(d: Dossier, fois: int = 1, **valeurs: Any) -> None:
    """A value aimed at, perhaps twice."""
    sienne = cible(d)
    for _ in range(fois):
        _ecrire(
            ValeurVisee, **{"cible": sienne, "exercice": 2019, "etat": "sans_objet", "motif": "M", **valeurs}
        )


def plafond(d: Dossier, montant: int = 1) -> None:
    """A ceiling of the instrument."""
    _ecrire(Plafond, instrument=d.instrument(), exercice=2019, montant=Decimal(montant))


def exception_muette(d: Dossier) -> None:
    """An exception that does not say why."""
    mandat = Mandat.objects.get(personne=Scene().compte("prefet").personne)
    _ecrire(
        ExceptionDocumentee,
        instrument=d.instrument(),
        regle="r",
        motif="",
        instant=maintenant(),
        mandat=mandat,
    )


def trace(d: Dossier) -> None:
    """A change of one field by one act of writing."""
    _ecrire(
        Modification,
        instrument=d.instrument(),
        rang=1,
        objet="fiche",
        cle="c",
        champ="c",
        instant=maintenant(),
    )


def sceau(d: Dossier, **valeurs: Any) -> Sceau:
    """A seal of the instrument."""
    mandat = Mandat.objects.get(personne=Scene().compte("prefet").personne)
    document = _ecrire(
        Document, contrat=d.contrat, genre="autre", titre="T", nom="n", type="pdf", taille=1, empreinte="e",
        antivirus="absent", depose_le=maintenant(), mandat=mandat,
    )  # fmt: skip
    ordinaires = {
        "instrument": d.instrument(), "rang": 1, "forme": 1, "jour": dt.date(2019, 6, 30), "instant": maintenant(),
        "contenu": "{}", "document": document, "lecture": "codes", "signatures": [], "mandat": mandat,
    }  # fmt: skip
    return _ecrire(Sceau, **{**ordinaires, **valeurs})


def annulation_muette(d: Dossier) -> None:
    """A seal cancelled without saying why."""
    sien = sceau(d)
    _ecrire(AnnulationDeSceau, sceau=sien, motif="", instant=maintenant(), mandat=sien.mandat)


def acte_de_lot(d: Dossier, lot: Lot | None = None, **valeurs: Any) -> ActeDeLot:
    """An act of a batch, to be produced."""
    if lot is None:
        qui = Scene().compte("charge-de-mission")
        ou = d.instrument().contrat.dispositif
        lot = _ecrire(
            Lot,
            compte=qui,
            dispositif=ou,
            genre="g",
            periode="2019",
            sortes=["acte"],
            demande_le=maintenant(),
        )
    return _ecrire(ActeDeLot, lot=lot, instrument=d.instrument(), **{"sorte": "acte", **valeurs})


def choix(d: Dossier, sien: Sceau) -> None:
    """The choice of the first party of the contract on this seal."""
    _ecrire(
        ChoixDePublication, sceau=sien, partie=d.contrat.parties.first(), jour=sien.jour, mandat=sien.mandat
    )


def deux_choix(d: Dossier) -> None:
    """The same party twice."""
    sien = sceau(d)
    choix(d, sien)
    choix(d, sien)


def deux_fois_publiee(d: Dossier, modele: type[Model], **valeurs: Any) -> None:
    """The same row of a public act twice."""
    sien = sceau(d)
    acte = _ecrire(ActePublie, sceau=sien, publie_le=sien.jour, intitule="I", appele="A")
    for _ in range(2):
        _ecrire(modele, acte=acte, **valeurs)


REFUS: dict[str, Callable[[Dossier], Any]] = {
    "contrats_fiche_periode": lambda d: fiche(d, debut=dt.date(2019, 6, 30), fin=dt.date(2019, 6, 29)),
    "contrats_fiche_intitulee": lambda d: fiche(d, intitule=""),
    "contrats_fiche_etp": lambda d: fiche(d, etp=Decimal(-1)),
    "contrats_financeur_unique": lambda d: [financeur(d), financeur(d)],
    "contrats_financement_unique": deux_lignes,
    "contrats_financement_positif": lambda d: ligne(fiche(d), financeur(d), prevu=0),
    "contrats_plafond_unique": lambda d: [plafond(d), plafond(d)],
    "contrats_plafond_positif": lambda d: plafond(d, -1),
    "contrats_cible_unique": deux_cibles,
    "contrats_cible_commune_unique": lambda d: [cible(d), cible(d)],
    "contrats_cible_depart": lambda d: cible(d, motif=""),
    "contrats_visee_unique": lambda d: visee(d, fois=2),
    "contrats_visee_chiffree": lambda d: visee(d, etat="chiffree"),
    "contrats_clause_retenue": lambda d: clause(d, retenue=False),
    "contrats_clause_ecrite": lambda d: clause(d, texte=""),
    "contrats_exception_motivee": exception_muette,
    "contrats_sceau_unique": lambda d: [sceau(d), sceau(d)],
    "contrats_sceau_motif": lambda d: sceau(d, lecture="main"),
    "contrats_annulation_motif": annulation_muette,
    "contrats_acte_de_lot_unique": lambda d: acte_de_lot(d, acte_de_lot(d).lot),
    "contrats_acte_de_lot_fichier": lambda d: acte_de_lot(d, etat="produit"),
    "contrats_choix_unique": deux_choix,
    "contrats_action_publiee_unique": lambda d: deux_fois_publiee(
        d, ActionPubliee, reference="f", rang=1, lieu="59"
    ),
    "contrats_montant_publie_unique": lambda d: deux_fois_publiee(
        d, MontantPublie, axe="a", exercice=2019, montant=Decimal(1)
    ),
    "contrats_modification_unique": lambda d: [trace(d), trace(d)],
}
