"""Writes a data set of territories into the database, keeping the primary keys of those already there."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models import Model, Q

from echelons.socle.textes import normaliser
from echelons.socle.yaml_situe import Document, ErreurDeFichier
from echelons.territoires import officiel
from echelons.territoires.fichiers import lire_fichier
from echelons.territoires.jeux import FicheTerritoire, Jeu
from echelons.territoires.models import (
    JEU_OFFICIEL,
    AncienCode,
    Chargement,
    Composition,
    Succession,
    Territoire,
    TypeTerritoire,
)
from echelons.territoires.perimetres import JEU_TENU_ICI

JEU_FICTIF = "fictif"
PREFIXE_PERIMETRES = "perimetres:"
#: How many rows one statement inserts: SQLite takes at most 32,766 values.
LIGNES_PAR_ORDRE = 500


@dataclass(frozen=True)
class Bilan:
    """What a loading did; ``inchange`` when the files were those already loaded."""

    inchange: bool
    territoires: int = 0
    compositions: int = 0
    successions: int = 0
    anciens_codes: int = 0
    sans_filiation: int = 0
    conserves: int = 0

    def __str__(self) -> str:
        if self.inchange:
            return "Territoires déjà à jour : les fichiers n’ont pas changé."
        charges = (
            f"{self.territoires} territoires, {self.compositions} appartenances, "
            f"{self.successions} successions et {self.anciens_codes} anciens codes"
        )
        phrases = [f"{charges} chargés."]
        if self.sans_filiation:
            phrases.append(f"{self.sans_filiation} anciens codes sont sans filiation connue.")
        if self.conserves:
            phrases.append(f"{self.conserves} territoires absents des fichiers sont conservés.")
        return " ".join(phrases)


def charger_officiel() -> Bilan:
    """Load the shipped files, unless they are those already loaded. Raises ``ErreurDeFichier``."""
    return _charger(JEU_OFFICIEL, officiel.empreinte(), officiel.lire_officiel)


def charger_fictifs(chemin: Path) -> Bilan:
    """Load a file of fictional territories; each must say ``fictif: true``. Raises ``ErreurDeFichier``."""
    jeu, document = lire_fichier(chemin)
    reels = [code for code, fiche in jeu.territoires.items() if not fiche.fictif]
    _refuser(jeu, document, dict.fromkeys(reels, "attendu « fictif: true » dans ce fichier."))
    return _charger_fichier(JEU_FICTIF, chemin, jeu, document)


def charger_perimetres(chemin: Path) -> Bilan:
    """Load a file of custom perimeters. Raises ``ErreurDeFichier``.

    The file takes over the perimeters it names, whichever file gave them, the shipped one included: who knows a
    composition better than the shipped file may give it. One that is withdrawn from the file stays in the
    database, since facts may speak of it.
    """
    jeu, document = lire_fichier(chemin, frozenset({TypeTerritoire.PERIMETRE}))
    return _charger_fichier(f"{PREFIXE_PERIMETRES}{chemin.name}"[:100], chemin, jeu, document)


def _charger_fichier(nom: str, chemin: Path, jeu: Jeu, document: Document) -> Bilan:
    """Check the file against the database, with lines, then load it."""
    connus = {
        code: (autre, type_)
        for code, autre, type_ in Territoire.objects.filter(code__in=_codes_cites(jeu)).values_list(
            "code", "jeu", "type"
        )
    }
    pris = {
        code: f"ce code est déjà celui d’un territoire de type {TypeTerritoire(connus[code][1]).label}."
        for code, fiche in jeu.territoires.items()
        if code in connus
        and connus[code][0] != nom
        and not fiche.type == connus[code][1] == TypeTerritoire.PERIMETRE
    }
    pris |= {
        code: "ce périmètre est tenu dans l’application\u00a0: changez-le sur sa page, ou retirez-le du fichier."
        for code in jeu.territoires
        if code in connus and connus[code][0] == JEU_TENU_ICI
    }
    _refuser(jeu, document, pris)
    inconnus = _codes_cites(jeu) - connus.keys() - jeu.territoires.keys()
    if inconnus:
        raise ErreurDeFichier(_situer_inconnus(document, inconnus))
    somme = hashlib.sha256(officiel.VERSION_DE_LECTURE.encode() + chemin.read_bytes())
    return _charger(nom, somme.hexdigest(), lambda: jeu)


def _refuser(jeu: Jeu, document: Document, motifs: Mapping[str, str]) -> None:
    if motifs:
        rangs = {code: rang for rang, code in enumerate(jeu.territoires)}
        raise ErreurDeFichier(
            [
                document.situer(("territoires", rangs[code], "code"), f"trouvé « {code} » : {motif}")
                for code, motif in motifs.items()
            ]
        )


def _situer_inconnus(document: Document, inconnus: set[str]) -> list[str]:
    """One sentence a place of the file that names a territory which does not exist."""
    messages: list[str] = []

    def parcourir(noeud: object, chemin: tuple[str | int, ...]) -> None:
        if isinstance(noeud, dict):
            for cle, valeur in noeud.items():
                parcourir(valeur, (*chemin, cle))
        elif isinstance(noeud, list):
            for rang, valeur in enumerate(noeud):
                parcourir(valeur, (*chemin, rang))
        elif noeud in inconnus:
            messages.append(
                document.situer(chemin, f"trouvé « {noeud} », qui n’est le code d’aucun territoire connu.")
            )

    parcourir(document.contenu, ())
    return messages


def _codes_cites(jeu: Jeu) -> set[str]:
    """Every code that the data set declares or points at."""
    codes = set(jeu.territoires)
    for fiche in jeu.territoires.values():
        codes |= {fiche.region, fiche.departement}
    for lien in jeu.compositions:
        codes |= {lien.contenant, lien.contenu}
    for suite in jeu.successions:
        codes |= {suite.avant, suite.apres}
    codes |= {ancien.actuel for ancien in jeu.anciens_codes if ancien.actuel}
    return codes - {""}


def _charger(nom: str, empreinte: str, lire: Callable[[], Jeu]) -> Bilan:
    """Write the data set in one transaction, unless what is loaded under this name has the same digest."""
    if Chargement.objects.filter(jeu=nom, empreinte=empreinte).exists():
        return Bilan(inchange=True)
    jeu = lire()
    with transaction.atomic():
        if nom == JEU_OFFICIEL:
            _laisser_aux_fichiers(jeu)
        else:
            _reprendre(nom, jeu)
        pks = _ecrire_territoires(nom, jeu)
        bilan = _ecrire_relations(nom, jeu, pks)
        Chargement.objects.update_or_create(jeu=nom, defaults={"empreinte": empreinte})
    return bilan


def _laisser_aux_fichiers(jeu: Jeu) -> None:
    """Take out of the official data set the perimeters that a custom file has taken over."""
    repris = set(
        Territoire.objects.filter(jeu__startswith=PREFIXE_PERIMETRES, code__in=jeu.territoires).values_list(
            "code", flat=True
        )
    )
    for code in repris:
        del jeu.territoires[code]
    jeu.compositions = [lien for lien in jeu.compositions if not repris & {lien.contenant, lien.contenu}]


def _reprendre(nom: str, jeu: Jeu) -> None:
    """Forget what other files said of the perimeters of this one, and that those files are up to date."""
    autres = Territoire.objects.filter(code__in=jeu.territoires).exclude(jeu=nom)
    Chargement.objects.filter(jeu__startswith=PREFIXE_PERIMETRES, jeu__in=autres.values("jeu")).delete()
    Composition.objects.filter(Q(contenant__in=autres) | Q(contenu__in=autres)).delete()


def _ecrire_territoires(nom: str, jeu: Jeu) -> dict[str, int]:
    """Insert or update by code, the levels that others point at first; returns the primary keys by code."""
    pks: dict[str, int] = {}
    vagues = ({TypeTerritoire.REGION}, {TypeTerritoire.DEPARTEMENT}, set(TypeTerritoire))
    cites = _codes_cites(jeu)
    reste = dict(jeu.territoires)
    for types in vagues:
        vague = [fiche for fiche in reste.values() if fiche.type in types]
        pks |= _cles(cites if nom != JEU_OFFICIEL else None)
        _inserer(Territoire, [_territoire(fiche, nom, pks) for fiche in vague], cle="code")
        for fiche in vague:
            del reste[fiche.code]
    return pks | _cles(cites if nom != JEU_OFFICIEL else None)


def _cles(codes: Iterable[str] | None) -> dict[str, int]:
    """Primary keys by code, of these codes or of all."""
    territoires = Territoire.objects.all() if codes is None else Territoire.objects.filter(code__in=codes)
    return dict(territoires.order_by().values_list("code", "pk"))


def _territoire(fiche: FicheTerritoire, nom: str, pks: Mapping[str, int]) -> dict[str, Any]:
    """The row of one territory, with what the search reads."""
    noms = dict.fromkeys(normaliser(n) for n in (fiche.nom, *fiche.autres_noms, *fiche.noms_cherches))
    codes = dict.fromkeys(normaliser(c) for c in (fiche.code, fiche.siren, *fiche.codes_cherches) if c)
    return {
        "code": fiche.code,
        "type": fiche.type.value,
        "nature": fiche.nature,
        "nom": fiche.nom,
        "liaison": fiche.liaison,
        "debut": fiche.debut,
        "debut_precision": fiche.debut_precision.value,
        "fin": fiche.fin,
        "fin_precision": fiche.fin_precision.value,
        "siren": fiche.siren,
        "region_id": pks[fiche.region] if fiche.region else None,
        "departement_id": pks[fiche.departement] if fiche.departement else None,
        "population": fiche.population,
        "fictif": fiche.fictif,
        "composition": fiche.composition.value,
        "note": fiche.note,
        "adresse": fiche.adresse,
        "autres_noms": json.dumps(fiche.autres_noms, ensure_ascii=False),
        "nom_recherche": f" {' | '.join(noms)} |",
        "codes_recherche": f" {' '.join(codes)} ",
        "hors_recherche": fiche.hors_recherche,
        "jeu": nom,
    }


def _ecrire_relations(nom: str, jeu: Jeu, pks: Mapping[str, int]) -> Bilan:
    """Replace the relations of this data set only."""
    for modele in (Composition, Succession, AncienCode):
        modele.objects.filter(jeu=nom).delete()
    _inserer(
        Composition,
        [
            {
                "contenant_id": pks[lien.contenant],
                "contenu_id": pks[lien.contenu],
                "partielle": lien.partielle,
                "debut": lien.debut,
                "fin": lien.fin,
                "jeu": nom,
            }
            for lien in jeu.compositions
        ],
    )
    _inserer(
        Succession,
        [
            {
                "avant_id": pks[suite.avant],
                "apres_id": pks[suite.apres],
                "date": suite.date,
                "motif": suite.motif,
                "texte": suite.texte,
                "adresse": suite.adresse,
                "note": suite.note,
                "jeu": nom,
            }
            for suite in jeu.successions
        ],
    )
    _inserer(
        AncienCode,
        [
            {
                "code": ancien.code,
                "nom": ancien.nom,
                "actuel_id": pks[ancien.actuel] if ancien.actuel else None,
                "depuis": ancien.depuis,
                "origine": ancien.origine.value,
                "jeu": nom,
            }
            for ancien in jeu.anciens_codes
        ],
    )
    return Bilan(
        inchange=False,
        territoires=len(jeu.territoires),
        compositions=len(jeu.compositions),
        successions=len(jeu.successions),
        anciens_codes=len(jeu.anciens_codes),
        sans_filiation=sum(1 for ancien in jeu.anciens_codes if not ancien.actuel),
        conserves=Territoire.objects.filter(jeu=nom).count() - len(jeu.territoires),
    )


def _inserer(modele: type[Model], lignes: list[dict[str, Any]], cle: str = "") -> None:
    """Insert rows, or update those which bear the same ``cle``, keeping their primary keys.

    Plain SQL understood alike by SQLite and PostgreSQL, several times faster than ``bulk_create`` on 80,000 rows.
    Many rows a statement: on PostgreSQL each statement updates the revision of the data, and the thousandth update
    of one row by one transaction costs a thousand times the first.
    """
    if not lignes:
        return
    citer = connection.ops.quote_name
    colonnes = [citer(colonne) for colonne in lignes[0]]
    # Only names of our own models are put into the text; values are bound.
    entete = f"INSERT INTO {citer(modele._meta.db_table)} ({', '.join(colonnes)})"
    une_ligne = f"({', '.join(['%s'] * len(colonnes))})"
    fin = ""
    if cle:
        nouvelles = ", ".join(f"{colonne} = excluded.{colonne}" for colonne in colonnes)
        fin = f" ON CONFLICT ({citer(cle)}) DO UPDATE SET {nouvelles}"
    with connection.cursor() as curseur:
        for debut in range(0, len(lignes), LIGNES_PAR_ORDRE):
            lot = lignes[debut : debut + LIGNES_PAR_ORDRE]
            sql = f"{entete} VALUES " + ", ".join([une_ligne] * len(lot)) + fin
            curseur.execute(sql, [valeur for ligne in lot for valeur in ligne.values()])
