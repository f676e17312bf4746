"""The content as a workbook: fiches, money and targets, a sheet each, one row a thing, amounts and dates typed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from echelons.contrats.contenu.financements import Case
from echelons.contrats.contenu.forme import CibleDite, Contenu, Fiche, Ligne, Visee
from echelons.contrats.contenu.instantane import Origine
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.edition.tableaux import RIEN
from echelons.contrats.models import Financeur, LigneFinancement
from echelons.contrats.models.contenu import EtatDeValeur
from echelons.socle.dates import en_lettres
from echelons.socle.exports import Colonne, Table, classeur_ods, classeur_xlsx
from echelons.socle.nombres import Chiffre, euros_au_centime

LARGE = 60
POUR_MODIFIER = (
    "Changez des textes et des montants, ajoutez des lignes, puis déposez le classeur sur la page de l’instrument. "
    "Vous y lirez ce qui changerait avant de l’enregistrer. D’une ligne ajoutée, laissez la référence vide\u00a0; une "
    "ligne retirée ne l’est que si vous le confirmez. Les numéros, les côtés, les noms et les unités des indicateurs "
    "ne se changent pas ici."
)
#: A line of the sheet of targets: the target, and what is aimed at for one exercice if anything is.
CibleVisee = tuple[CibleDite, Visee | None]


def xlsx(contenu: Contenu, jour: dt.date, origine: Origine | None = None) -> bytes:
    """Fiches, money and targets; the same bytes for the same content, day and origin.

    With its ``origine``, it can be changed and brought back (``contenu_par_fichier``).
    """
    return classeur_xlsx(_feuilles(contenu, origine), _notice(contenu, jour, origine), jour)


def ods(contenu: Contenu, jour: dt.date, origine: Origine | None = None) -> bytes:
    """The same as an OpenDocument workbook."""
    return classeur_ods(_feuilles(contenu, origine), _notice(contenu, jour, origine))


def _feuilles(contenu: Contenu, origine: Origine | None) -> list[Table[Any]]:
    """The three sheets, and that of the origin."""
    tables: list[Table[Any]] = [_fiches(contenu), _financement(contenu), _cibles(contenu)]
    return [*tables, _origine(origine)] if origine else tables


def _origine(origine: Origine) -> Table[Origine]:
    colonnes: list[Colonne[Origine]] = [
        Colonne("Instrument", lambda o: o.instrument, 38),
        Colonne("Écriture", lambda o: o.rang),
        Colonne("Empreinte", lambda o: o.empreinte, 70),
        Colonne(
            "À quoi sert cette feuille",
            lambda _: "Elle dit de quel état du projet part ce classeur. Ne la modifiez pas.",
            LARGE,
        ),
    ]
    return Table("Origine", colonnes, [origine], 1)


def _notice(contenu: Contenu, jour: dt.date, origine: Origine | None) -> Sequence[tuple[str, str]]:
    soi = contenu.instrument
    fictif = (
        [("Fictif", "Territoire, parties et montants inventés pour la démonstration.")] if soi.fictif else []
    )
    return [
        ("Instrument", soi.intitule),
        ("Référence", f"{soi.contrat}/{soi.cle}"),
        ("Territoire", f"{soi.territoire.nom} ({soi.territoire.code})"),
        ("Au", en_lettres(jour)),
        ("Total du plan de financement", euros_au_centime(totaliser(contenu).ensemble)),
        ("Empreinte du contenu", contenu.empreinte),
        *([("Pour le modifier", POUR_MODIFIER)] if origine else []),
        *fictif,
    ]


def _fiches(contenu: Contenu) -> Table[Fiche]:
    colonnes: list[Colonne[Fiche]] = [
        Colonne("Numéro", lambda f: f.numero, 10),
        Colonne("Intitulé", lambda f: f.intitule, LARGE),
        Colonne("Volet", lambda f: f.axe.libelle if f.axe else "", 30),
        Colonne("Objectif", lambda f: f.objectif.libelle if f.objectif else "", 30),
        Colonne("Mesure", lambda f: f.mesure.libelle if f.mesure else "", 30),
        Colonne("Nature", lambda f: f.nature.libelle if f.nature else ""),
        Colonne("Ce qui est renforcé", lambda f: f.sorte),
        Colonne("Situation de départ", lambda f: f.situation_de_depart, LARGE),
        Colonne("Justification", lambda f: f.justification, LARGE),
        Colonne("Diagnostic", lambda f: f.diagnostic, LARGE),
        Colonne("Description", lambda f: f.description, LARGE),
        Colonne("Public", lambda f: f.public, 40),
        Colonne("Personnes attendues", lambda f: f.effectif),
        Colonne("Territoires", lambda f: ", ".join(x.code for x in f.territoires)),
        Colonne("Lieux", lambda f: f.lieux, 30),
        Colonne("Pilote", lambda f: f.pilote, 30),
        Colonne("Partenaires", lambda f: "\n".join(f.partenaires), 30),
        Colonne("Opérateurs", lambda f: "\n".join(f.operateurs), 30),
        Colonne("Début", lambda f: f.debut, 12),
        Colonne("Fin", lambda f: f.fin, 12),
        Colonne("ETP", lambda f: _chiffre(f.etp), 10),
        Colonne(
            "Compléments", lambda f: "\n".join(f"{c.libelle}\u00a0: {c.valeur}" for c in f.complement), 40
        ),
        Colonne("Référence", lambda f: f.reference, 38),
    ]
    return Table("Fiches", colonnes, contenu.fiches, len(contenu.fiches))


def _financement(contenu: Contenu) -> Table[Ligne]:
    fiches: Mapping[str, Fiche] = {f.reference: f for f in contenu.fiches}
    financeurs = {f.code: f for f in contenu.financeurs}
    colonnes: list[Colonne[Ligne]] = [
        Colonne("Fiche", lambda x: fiches[x.fiche].numero, 10),
        Colonne("Intitulé", lambda x: fiches[x.fiche].intitule, LARGE),
        Colonne("Financeur", lambda x: financeurs[x.financeur].libelle, 30),
        Colonne("Côté", lambda x: str(Financeur.Cote(financeurs[x.financeur].cote).label)),
        Colonne("Exercice", lambda x: x.exercice, 10),
        Colonne("Nature", lambda x: str(LigneFinancement.Nature(x.nature).label)),
        Colonne("Imputation", lambda x: x.imputation),
        Colonne("Montant prévu", lambda x: x.montant, 20),
        Colonne("Référence de la fiche", lambda x: x.fiche, 38),
        Colonne("Référence de la ligne", lambda x: _case(x).cle, 38),
    ]
    return Table("Financement", colonnes, contenu.lignes, len(contenu.lignes))


def _cibles(contenu: Contenu) -> Table[CibleVisee]:
    numeros = {f.reference: f.numero for f in contenu.fiches}
    lignes: list[CibleVisee] = [(c, v) for c in contenu.cibles for v in c.visees or (None,)]
    colonnes: list[Colonne[CibleVisee]] = [
        Colonne("Fiche", lambda x: numeros.get(x[0].fiche, "Ensemble"), 10),
        Colonne("Code", lambda x: x[0].indicateur, 24),
        Colonne("Indicateur", lambda x: x[0].libelle, LARGE),
        Colonne("Définition du", lambda x: x[0].effet_le, 14),
        Colonne("Définition à confirmer", lambda x: "oui" if x[0].a_confirmer else "non"),
        Colonne("Unité", lambda x: x[0].unite),
        Colonne("Situation de départ", lambda x: _chiffre(x[0].depart)),
        Colonne("Constatée le", lambda x: x[0].depart_le, 14),
        Colonne("État du départ", lambda x: _dit(x[0].etat)),
        Colonne("Motif du départ", lambda x: x[0].motif, 30),
        Colonne("Exercice", lambda x: x[1].exercice if x[1] else None, 10),
        Colonne("Cible", lambda x: _chiffre(x[1].valeur) if x[1] else None),
        Colonne("État de la cible", lambda x: _dit(x[1].etat) if x[1] else RIEN),
        Colonne("Motif", lambda x: x[1].motif if x[1] else "", 30),
        Colonne("Référence de la fiche", lambda x: x[0].fiche, 38),
    ]
    return Table("Cibles", colonnes, lignes, len(lignes))


def _case(ligne: Ligne) -> Case:
    return Case(ligne.fiche, int(ligne.financeur), ligne.exercice, ligne.nature, ligne.imputation)


def _chiffre(valeur: Decimal | None) -> Chiffre | None:
    return None if valeur is None else Chiffre(valeur)


def _dit(etat: str) -> str:
    return str(EtatDeValeur(etat).label)
