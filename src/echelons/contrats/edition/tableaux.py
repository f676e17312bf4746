"""The tables of an act, cell by cell as they are read: the same in the PDF and in the editable documents.

Every sum comes from ``contenu.totaux``. A table too wide for the page is cut into groups of exercices.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from echelons.contrats.contenu.forme import CibleDite, Contenu, Ligne, Visee
from echelons.contrats.contenu.totaux import SANS_AXE, Totaux, totaliser
from echelons.contrats.models import LigneFinancement
from echelons.socle.edition import couper
from echelons.socle.nombres import euros_au_centime, exact

RIEN = "—"
#: What a page has for the columns of amounts, in characters of a table.
CARACTERES = 88
MARGE_DE_COLONNE = 2
EXERCICES_DE_CIBLES = 4
#: The characters of the narrowest columns.
ETROIT = 12
SANS_AXE_DIT = "Sans volet"


@dataclass(frozen=True)
class Colonne:
    """A heading. ``part``: its share of what the columns as wide as their amounts (0) leave."""

    titre: str
    droite: bool = False
    part: int = 1


def _montants(titre: str) -> Colonne:
    return Colonne(titre, droite=True, part=0)


@dataclass(frozen=True)
class Tableau:
    """What is read: a title, headings, rows as wide as they, and a last row that sums up (empty when nothing does)."""

    titre: str
    colonnes: tuple[Colonne, ...]
    lignes: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] = ()


def dire(montant: Decimal | None) -> str:
    """An amount in a cell; a dash where nothing is foreseen."""
    return RIEN if montant is None else euros_au_centime(montant)


def plan_de_financement(contenu: Contenu) -> list[Tableau]:
    """The whole plan: by financeur, by axis, by fiche, and the ceilings notified."""
    t = totaliser(contenu)
    axes = {
        f.axe.code if f.axe else SANS_AXE: f.axe.libelle if f.axe else SANS_AXE_DIT for f in contenu.fiches
    }
    tableaux = [
        *_croise(
            "Financement par financeur et par exercice",
            "Financeur",
            [
                (f.libelle, t.par_financeur.get(f.code), _en(t.par_financeur_exercice, f.code))
                for f in contenu.financeurs
            ],
            contenu,
            t,
        ),
        *_croise(
            "Financement par volet et par exercice",
            "Volet",
            [(libelle, t.par_axe.get(code), _en(t.par_axe_exercice, code)) for code, libelle in axes.items()],
            contenu,
            t,
        ),
        *_croise(
            "Financement par fiche-action et par exercice",
            "Fiche-action",
            [
                (
                    f"{f.numero} {f.intitule}".strip(),
                    t.par_fiche.get(f.reference),
                    _en(t.par_fiche_exercice, f.reference),
                )
                for f in contenu.fiches
            ],
            contenu,
            t,
        ),
    ]
    if contenu.plafonds:
        tableaux.append(
            Tableau(
                "Montants notifiés par l’État",
                (Colonne("Exercice"), _montants("Montant notifié"), _montants("Prévu par l’État")),
                tuple(
                    (str(p.exercice), dire(p.montant), dire(t.par_cote_exercice.get(("etat", p.exercice))))
                    for p in contenu.plafonds
                ),
            )
        )
    return tableaux


def financement_de_fiche(contenu: Contenu, reference: str, t: Totaux) -> list[Tableau]:
    """What a fiche costs: who brings what, as what, exercice by exercice."""
    rangees: list[tuple[tuple[str, str, str], dict[int, Decimal]]] = []
    noms = {f.code: f.libelle for f in contenu.financeurs}
    for ligne in contenu.lignes:
        if ligne.fiche != reference:
            continue
        cle = (noms[ligne.financeur], *_de_quoi(ligne))
        libre = next((m for c, m in rangees if c == cle and ligne.exercice not in m), None)
        if libre is None:
            libre = {}
            rangees.append((cle, libre))
        libre[ligne.exercice] = ligne.montant
    if not rangees:
        return []
    return [
        Tableau(
            _titre("Financement de l’action", annees, contenu),
            (
                Colonne("Financeur", part=3),
                Colonne("Nature", part=2),
                Colonne("Imputation", part=2),
                *(_montants(str(an)) for an in annees),
            ),
            tuple((*cle, *(dire(montants.get(an)) for an in annees)) for cle, montants in rangees),
            ("Total", "", "", *(dire(t.par_fiche_exercice.get((reference, an))) for an in annees)),
        )
        for annees in _groupes(_annees(contenu), t.par_fiche.get(reference, Decimal(0)))
    ]


def tableau_des_cibles(contenu: Contenu, cibles: Sequence[CibleDite], avec_fiche: bool) -> list[Tableau]:
    """The targets of these lines, exercice by exercice; with the number of their fiche in annexe A."""
    if not cibles:
        return []
    numeros = {f.reference: f.numero for f in contenu.fiches}
    prevues = {v.exercice for c in cibles for v in c.visees}
    annees = sorted(prevues | set(contenu.exercices))
    tableaux = []
    for debut in range(0, max(len(annees), 1), EXERCICES_DE_CIBLES):
        groupe = annees[debut : debut + EXERCICES_DE_CIBLES]
        colonnes = [
            Colonne("Indicateur", part=4),
            Colonne("Unité", part=2),
            Colonne("Situation de départ", droite=True, part=2),
        ]
        colonnes += [Colonne(f"Cible {an}", droite=True, part=2) for an in groupe]
        lignes = []
        for cible in cibles:
            visees = {v.exercice: v for v in cible.visees}
            ligne = [
                _indicateur(cible),
                cible.unite,
                _depart(cible),
                *(_visee(visees.get(an)) for an in groupe),
            ]
            if avec_fiche:
                ligne.insert(0, numeros.get(cible.fiche) or "Ensemble")
            lignes.append(tuple(ligne))
        if avec_fiche:
            colonnes.insert(0, Colonne("Fiche", part=2))
        suite = f" ({groupe[0]}-{groupe[-1]})" if len(annees) > EXERCICES_DE_CIBLES else ""
        tableaux.append(Tableau(f"Indicateurs et cibles{suite}", tuple(colonnes), tuple(lignes)))
    return tableaux


def _croise(
    titre: str,
    entete: str,
    lignes: Sequence[tuple[str, Decimal | None, Callable[[int], Decimal | None]]],
    contenu: Contenu,
    t: Totaux,
) -> Iterator[Tableau]:
    """Rows by exercice, the total of each in the last column, that of all in the last row."""
    if not lignes:
        return
    annees = _annees(contenu)
    groupes = _groupes(annees, t.ensemble)
    for groupe in groupes:
        dernier = groupe is groupes[-1]
        colonnes = [Colonne(entete), *(_montants(str(an)) for an in groupe)]
        rangees = [[nom, *(dire(en(an)) for an in groupe)] for nom, _, en in lignes]
        total = ["Total", *(dire(t.par_exercice.get(an)) for an in groupe)]
        if dernier:
            colonnes.append(_montants("Total"))
            rangees = [[*r, dire(somme)] for r, (_, somme, _) in zip(rangees, lignes, strict=True)]
            total.append(dire(t.ensemble))
        yield Tableau(
            _titre(titre, groupe, contenu), tuple(colonnes), tuple(map(tuple, rangees)), tuple(total)
        )


def _en(sommes: Mapping[tuple[str, int], Decimal], cle: str) -> Callable[[int], Decimal | None]:
    """The sum of this key in an exercice."""
    return lambda an: sommes.get((cle, an))


def _annees(contenu: Contenu) -> list[int]:
    """Those covered, and those that a row names besides."""
    return sorted({*contenu.exercices, *(x.exercice for x in contenu.lignes)})


def _groupes(annees: Sequence[int], plus_grand: Decimal) -> list[Sequence[int]]:
    """As many exercices side by side as amounts of this size allow, a column kept for the total."""
    largeur = len(euros_au_centime(plus_grand)) + MARGE_DE_COLONNE
    ensemble = max(CARACTERES // largeur - 1, 1)
    return [annees[i : i + ensemble] for i in range(0, len(annees), ensemble)] or [[]]


def _titre(titre: str, groupe: Sequence[int], contenu: Contenu) -> str:
    if len(groupe) == len(_annees(contenu)):
        return titre
    return f"{titre} ({groupe[0]}-{groupe[-1]})" if len(groupe) > 1 else f"{titre} ({groupe[0]})"


def _de_quoi(ligne: Ligne) -> tuple[str, str]:
    nature = str(LigneFinancement.Nature(ligne.nature).label).capitalize()
    return nature, couper(ligne.imputation, ETROIT) or RIEN


def _indicateur(cible: CibleDite) -> str:
    return f"{cible.libelle} (définition à confirmer)" if cible.a_confirmer else cible.libelle


def _depart(cible: CibleDite) -> str:
    if cible.etat == "chiffree" and cible.depart is not None:
        dite = f" au\u00a0{cible.depart_le:%d/%m/%Y}" if cible.depart_le else ""
        return f"{exact(cible.depart)}{dite}"
    return _sans_chiffre(cible.etat, cible.motif)


def _visee(visee: Visee | None) -> str:
    if visee is None:
        return RIEN
    if visee.etat == "chiffree" and visee.valeur is not None:
        return exact(visee.valeur)
    return _sans_chiffre(visee.etat, visee.motif)


def _sans_chiffre(etat: str, motif: str) -> str:
    """« non disponible : enquête en cours »."""
    dit = {"sans_objet": "sans objet", "non_disponible": "non disponible"}.get(etat, RIEN)
    return f"{dit}\u00a0: {couper(motif, ETROIT)}" if motif else dit
