"""The file given back: every row as it was read, what is wrong written in a comment of the cell and beside the row."""

from __future__ import annotations

import datetime as dt
import io
import tempfile
from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import xlsxwriter

from echelons.socle import depot, tableurs
from echelons.socle.exports import XLSX_SANS_DANGER, neutraliser
from echelons.socle.imports.actes import Suivi, sans_suite
from echelons.socle.imports.champs import Destination
from echelons.socle.models import AnomalieDImport, Import
from echelons.socle.tableurs import Erreur, Valeur

A_CORRIGER = "À corriger"
ROUGE, ORANGE = "#ffe9e9", "#fff4e5"


def rendre(objet: Import, suivre: Suivi = sans_suite) -> bytes:
    """An XLSX of the whole file, whatever it was. Raises ``FichierRefuse``, were the file no longer there to read."""
    if objet.retire_le:
        raise depot.FichierRefuse(objet.phrase_du_retrait)
    notees: dict[tuple[str, int], list[AnomalieDImport]] = defaultdict(list)
    for anomalie in objet.anomalies.all():
        notees[anomalie.feuille, anomalie.ligne].append(anomalie)
    tampon = io.BytesIO()
    with (
        tableurs.lire(depot.coffre.chemin(objet.empreinte), objet.genre) as classeur,
        tempfile.TemporaryDirectory() as atelier,
        xlsxwriter.Workbook(
            tampon, {**XLSX_SANS_DANGER, "constant_memory": True, "tmpdir": atelier}
        ) as sortie,
    ):
        plume = _Plume(sortie, objet.feuilles)
        for rang, ligne in enumerate(classeur.lignes()):
            suivre(rang)
            vue = objet.feuilles[ligne.feuille]
            plume.ecrire(ligne, notees.get((vue["nom"], ligne.numero), ()))
    return tampon.getvalue()


def nom_rendu(objet: Import) -> str:
    """The name of the file given back."""
    return f"{objet.nom.rpartition('.')[0]} à corriger.xlsx"


class _Plume:
    """Writes the rows of the sheets, in their order."""

    def __init__(self, sortie: Any, vues: Sequence[Mapping[str, Any]]) -> None:
        self.vues = vues
        self.pages: list[Any] = []
        for vue in vues:
            self.pages.append(sortie.add_worksheet(_nom_de_feuille(vue["nom"], [p.name for p in self.pages])))
        self.largeurs = [max([int(c) for c in vue["intitules"]] or [0]) + 1 for vue in vues]
        self.gras = sortie.add_format({"bold": True})
        self.date = sortie.add_format({"num_format": "dd/mm/yyyy"})
        self.fonds = {
            grave: (
                sortie.add_format({"bg_color": couleur}),
                sortie.add_format({"bg_color": couleur, "num_format": "dd/mm/yyyy"}),
            )
            for grave, couleur in ((True, ROUGE), (False, ORANGE))
        }

    def ecrire(self, ligne: tableurs.Ligne, anomalies: Sequence[AnomalieDImport]) -> None:
        """One row, at the place where it was read."""
        page, rang = self.pages[ligne.feuille], ligne.numero - 1
        par_colonne: dict[int, list[AnomalieDImport]] = defaultdict(list)
        for anomalie in anomalies:
            if anomalie.colonne is not None:
                par_colonne[anomalie.colonne].append(anomalie)
        for colonne in sorted({*range(len(ligne.valeurs)), *par_colonne}):
            fautes = par_colonne.get(colonne, [])
            fond = self.fonds[any(a.grave for a in fautes)] if fautes else (None, self.date)
            _ecrire(page, rang, colonne, ligne.valeur(colonne), fond)
            if fautes:
                page.write_comment(rang, colonne, "\n".join(a.texte for a in fautes)[:2_000])
        apres = max(self.largeurs[ligne.feuille], len(ligne.valeurs))
        if ligne.numero == self.vues[ligne.feuille]["entete"]:
            page.write_string(rang, apres, A_CORRIGER, self.gras)
        elif anomalies:
            page.write_string(rang, apres, " ; ".join(_dire(a) for a in anomalies)[:30_000])


def _dire(anomalie: AnomalieDImport) -> str:
    """« C12 : trouvé… »."""
    if anomalie.colonne is None:
        return anomalie.texte
    return f"{tableurs.lettres(anomalie.colonne)}{anomalie.ligne}\u00a0: {anomalie.texte}"


def _nom_de_feuille(nom: str, pris: Sequence[str]) -> str:
    """A name that a workbook accepts, told apart from the others."""
    propre = "".join(" " if c in "[]:*?/\\'" else c for c in nom).strip()[:28] or "Feuille"
    rang, choisi = 2, propre
    while choisi.lower() in {p.lower() for p in pris}:
        choisi, rang = f"{propre} {rang}", rang + 1
    return choisi


def _ecrire(page: Any, rang: int, colonne: int, valeur: Valeur, fond: tuple[Any, Any]) -> None:
    simple, date = fond
    if valeur is None:
        page.write_blank(rang, colonne, None, simple)
    elif isinstance(valeur, dt.date) and valeur.year >= 1900:
        jour = valeur if isinstance(valeur, dt.datetime) else dt.datetime.combine(valeur, dt.time())
        page.write_datetime(rang, colonne, jour, date)
    elif isinstance(valeur, bool):
        page.write_boolean(rang, colonne, valeur, simple)
    elif isinstance(valeur, int | float):
        page.write_number(rang, colonne, valeur, simple)
    else:
        texte = "#ERREUR" if isinstance(valeur, Erreur) else neutraliser(str(valeur))
        page.write_string(rang, colonne, texte, simple)


def modele(destination: Destination, rangs: Sequence[Mapping[str, str]]) -> bytes:
    """A workbook to fill: the headings, what is already known of each row, and what each column is for."""
    tampon = io.BytesIO()
    sortie = xlsxwriter.Workbook(tampon, {**XLSX_SANS_DANGER, "in_memory": True})
    gras = sortie.add_format({"bold": True, "text_wrap": True, "valign": "top"})
    date = sortie.add_format({"num_format": "dd/mm/yyyy"})
    page = sortie.add_worksheet("À remplir")
    page.freeze_panes(1, 1)
    for colonne, champ in enumerate(destination.champs):
        page.write_string(0, colonne, champ.libelle, gras)
        page.set_column(colonne, colonne, max(14, len(champ.libelle) + 2), date)
        for rang, connus in enumerate(rangs, start=1):
            if champ.code in connus:
                page.write_string(rang, colonne, neutraliser(connus[champ.code]))
    notice = sortie.add_worksheet("Mode d’emploi")
    notice.set_column(0, 0, 26)
    notice.set_column(1, 2, 70)
    notice.write_row(0, 0, ["Colonne", "Ce qu’on y écrit", "Exemple"], gras)
    for rang, champ in enumerate(destination.champs, start=1):
        requis = " (obligatoire)" if champ.requis else ""
        for colonne, texte in enumerate((champ.libelle + requis, champ.aide, champ.exemple)):
            notice.write_string(rang, colonne, texte)
    sortie.close()
    return tampon.getvalue()
