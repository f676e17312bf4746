"""A content line by line, so that two of them can be compared in words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from echelons.contrats.contenu.forme import Contenu, lire
from echelons.contrats.contenu.totaux import totaliser
from echelons.contrats.edition.donnees import articles_de, fiche_dite
from echelons.contrats.edition.tableaux import RIEN, Tableau, dire, tableau_des_cibles
from echelons.contrats.models import VersionDuTexte


def lignes_de(version: VersionDuTexte) -> str:
    """All that a version says: its text, then what it freezes, each line telling of what it speaks."""
    if version.contenu is None:
        return version.texte
    return "\n".join([version.texte, *_lignes(lire(version.contenu))])


def _lignes(contenu: Contenu) -> Iterator[str]:
    t = totaliser(contenu)
    for article in articles_de(contenu):
        yield article.titre
        yield from article.lignes
    for fiche in contenu.fiches:
        dite = fiche_dite(contenu, fiche, t)
        yield dite.titre
        for trait in (*dite.traits, *dite.textes):
            yield f"{fiche.numero} {trait.nom} : {', '.join(trait.lignes)}".strip()
        yield from _rangees(dite.tableaux, fiche.numero)
    yield from _rangees(
        tableau_des_cibles(contenu, [c for c in contenu.cibles if not c.fiche], avec_fiche=False), "Annexe A"
    )
    for plafond in contenu.plafonds:
        yield f"Montant notifié par l’État, {plafond.exercice} : {dire(plafond.montant)}"
    for exception in contenu.exceptions:
        yield f"Exception, {exception.regle} : {exception.motif}"


def _rangees(tableaux: Sequence[Tableau], de_quoi: str) -> Iterator[str]:
    """A row, each cell under its heading."""
    for tableau in tableaux:
        for ligne in tableau.lignes:
            dites = (
                f"{colonne.titre} {case}"
                for colonne, case in zip(tableau.colonnes, ligne, strict=True)
                if case not in ("", RIEN)
            )
            yield f"{de_quoi} {' ; '.join(dites)}".strip()
