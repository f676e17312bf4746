"""What can be done with an import. Who may is asked to ``droit``, as the engine of circuits does; ``par`` is opaque.

A file is received and read before any transaction begins: it takes seconds. What is published is read again then, and
written whole or not at all: killed at any instant, an import is either published or still to be.
"""

from __future__ import annotations

import contextlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from echelons.socle import circuit, depot, tableurs
from echelons.socle.circuit import ActeIncomplet, Manque
from echelons.socle.circuit.moteur import Droit
from echelons.socle.horloge import maintenant
from echelons.socle.imports.champs import DESTINATIONS, Destination, LigneLue
from echelons.socle.imports.circuit import IMPORT
from echelons.socle.imports.correspondance import proposer, regarder
from echelons.socle.imports.passage import Correspondance, lots
from echelons.socle.journal import Auteur, Personnel, ecrire
from echelons.socle.models import AnomalieDImport, CorrespondanceRetenue, Ecriture, ElementImporte, Import
from echelons.socle.textes import normaliser

#: How many anomalies are kept of one check, errors first come first kept; all are counted.
ANOMALIES_GARDEES = 5_000
CHANGE_DEPUIS = (
    "Ce qui est enregistré a changé depuis la vérification\u00a0: des lignes ne peuvent plus être écrites. Vérifiez de "
    "nouveau ce fichier."
)
#: Told how many rows are done.
Suivi = Callable[[int], None]


def sans_suite(_: int) -> None:
    """Nobody follows."""


@dataclass(frozen=True)
class Deposant:
    """Who gives a file, for the journal and for later: opaque references, how far the import reaches, what it fills."""

    auteur: Auteur
    organisation: str
    region: str
    sujet: int | None = None


def deposer(*, destination: Destination, nom: str, morceaux: Iterable[bytes], deposant: Deposant) -> Import:
    """Keep a spreadsheet, with what is seen of it and the columns proposed; who may give one is asked before.

    Raises ``FichierRefuse`` and ``AntivirusInjoignable``, nothing is then kept.
    """
    retenues = _retenues(destination, deposant.organisation)
    with depot.recevoir(morceaux, tableurs.examiner_tableur, tableurs.TABLEURS) as recu:
        with tableurs.lire(recu.partiel, recu.type.code) as classeur:
            vues = regarder(classeur, destination.champs, retenues)
            phrases = list(classeur.description.phrases)
        propre = depot.nom_propre(nom, recu.type)
        if propre.rpartition(".")[2] != nom.rpartition(".")[2].lower():
            phrases.insert(
                0, f"Malgré son nom, ce fichier est un {recu.type.libelle}\u00a0: il est lu comme tel."
            )
        objet = Import(
            destination=destination.code,
            nom=propre,
            genre=recu.type.code,
            taille=recu.taille,
            empreinte=recu.empreinte,
            antivirus=recu.antivirus,
            depose_le=maintenant(),
            compte=deposant.auteur.compte,
            mandat=deposant.auteur.mandat,
            organisation=deposant.organisation,
            region=deposant.region,
            sujet=deposant.sujet,
            description={"phrases": phrases, "feuilles": [vue.en_json() for vue in vues]},
        )
        objet.correspondance = proposition(objet, destination, retenues).en_json()
        objet.full_clean()
        with depot.coffre.occupation(), transaction.atomic():
            recu.ranger()
            objet.save(force_insert=True)
            ecrire(
                objet=objet.objet_journal,
                acte="deposer",
                auteur=deposant.auteur,
                donnees={
                    "destination": objet.destination,
                    "type": objet.genre,
                    "taille": objet.taille,
                    "empreinte": objet.empreinte,
                    "antivirus": objet.antivirus,
                    "version": objet.version,
                },
                personnel={"nom": Personnel(deposant.auteur.personne, objet.nom)},
            )
    return objet


def proposition(objet: Import, destination: Destination, retenues: Mapping[str, str]) -> Correspondance:
    """The columns as they are proposed, and the sheets where at least two of them are."""
    colonnes: dict[str, str] = {}
    feuilles = set()
    for vue in objet.feuilles:
        exemples = {
            normaliser(intitule): vue["exemples"].get(colonne, ())
            for colonne, intitule in vue["intitules"].items()
        }
        trouvees = proposer(vue["intitules"].values(), destination.champs, retenues, exemples)
        if len(trouvees) > 1:
            feuilles.add(vue["rang"])
            colonnes |= {e: c for e, c in trouvees.items() if e not in colonnes}
    return Correspondance(colonnes, {}, frozenset(feuilles))


def _retenues(destination: Destination, organisation: str) -> dict[str, str]:
    return dict(
        CorrespondanceRetenue.objects.filter(
            destination=destination.code, organisation=organisation
        ).values_list("entete", "champ")
    )


def retenir(objet: Import, correspondance: Correspondance) -> None:
    """Remember for the organisation what was chosen for each heading, those left out too."""
    entetes = {normaliser(i) for vue in objet.feuilles for i in vue["intitules"].values()}
    CorrespondanceRetenue.objects.bulk_create(
        [
            CorrespondanceRetenue(
                organisation=objet.organisation,
                destination=objet.destination,
                entete=entete[:200],
                champ=correspondance.colonnes.get(entete, ""),
            )
            for entete in sorted(entetes)
        ],
        update_conflicts=True,
        unique_fields=["organisation", "destination", "entete"],
        update_fields=["champ"],
    )


def manquantes(objet: Import, destination: Destination, correspondance: Correspondance) -> list[str]:
    """The required columns that neither a sheet chosen nor a fixed value gives, in French."""
    dites = [] if correspondance.feuilles else ["Choisissez au moins une feuille à lire."]
    for vue in objet.feuilles:
        if vue["rang"] not in correspondance.feuilles:
            continue
        lues = correspondance.de_la_feuille(vue)
        absents = [
            f"«\u00a0{champ.libelle}\u00a0»"
            for champ in destination.champs
            if champ.requis and champ.code not in lues and not correspondance.constantes.get(champ.code)
        ]
        if absents:
            dites.append(
                f"Feuille «\u00a0{vue['nom']}\u00a0»\u00a0: aucune colonne ne donne "
                f"{', '.join(absents)}. Choisissez la colonne, ou donnez une même valeur à toutes les lignes."
            )
    return dites


@contextlib.contextmanager
def _lecture(
    objet: Import, correspondance: Correspondance, par: Any
) -> Iterator[tuple[Any, Iterator[list[LigneLue]]]]:
    """The destination at work, and the rows of the file judged by lots. Raises ``FichierRefuse`` once it is removed."""
    if objet.retire_le:
        raise depot.FichierRefuse(objet.phrase_du_retrait)
    destination = DESTINATIONS[objet.destination]
    with tableurs.lire(depot.coffre.chemin(objet.empreinte), objet.genre) as classeur:
        chantier = destination.ouvrir(par)
        yield chantier, lots(classeur, objet.feuilles, destination, correspondance, chantier)


def verifier(
    *,
    par: Any,
    objet: Import,
    correspondance: Correspondance,
    auteur: Auteur,
    droit: Droit,
    version_lue: int | None = None,
    suivre: Suivi = sans_suite,
) -> Ecriture:
    """Read every row with these columns, and keep what is wrong. Nothing is written in the table.

    ``suivre`` is told how many rows are read, as they are.
    """
    bilan = {
        "lignes": 0,
        "nouvelles": 0,
        "connues": 0,
        "doublons": 0,
        "proches": 0,
        "fausses": 0,
        "anomalies": 0,
    }
    compte = {"nouvelle": "nouvelles", "connue": "connues", "doublon": "doublons"}
    gardees: list[AnomalieDImport] = []
    with _lecture(objet, correspondance, par) as (chantier, passages):
        for lignes in passages:
            suivre(bilan["lignes"] + len(lignes))
            for ligne in lignes:
                bilan["lignes"] += 1
                bilan["fausses" if ligne.fausse else compte[ligne.sort]] += 1
                bilan["proches"] += ligne.proche and not ligne.fausse and ligne.sort == "nouvelle"
                bilan["anomalies"] += len(ligne.anomalies)
                if ligne.anomalies and len(gardees) < ANOMALIES_GARDEES:
                    gardees += [
                        AnomalieDImport(
                            depuis=objet,
                            feuille=a.feuille,
                            ligne=a.ligne,
                            colonne=a.colonne,
                            texte=a.texte,
                            grave=a.grave,
                        )
                        for a in ligne.anomalies
                    ]
        comparer = DESTINATIONS[objet.destination].comparer
        comparaison = comparer(chantier) if comparer else {}
    with transaction.atomic():
        ecriture = circuit.appliquer(
            IMPORT,
            objet,
            "verifier",
            auteur=auteur,
            droit=droit,
            version_lue=version_lue,
            donnees={
                "bilan": bilan,
                "correspondance": correspondance.en_json(),
                "comparaison": comparaison,
            },
        )
        objet.anomalies.all().delete()
        AnomalieDImport.objects.bulk_create(gardees[:ANOMALIES_GARDEES], batch_size=1_000)
        if comparer is None:
            retenir(objet, correspondance)
    return ecriture


def publier(
    *,
    par: Any,
    objet: Import,
    auteur: Auteur,
    droit: Droit,
    ecarter_proches: bool = False,
    version_lue: int | None = None,
    suivre: Suivi = sans_suite,
) -> Ecriture:
    """Write every new row, or none; without those that resemble another when ``ecarter_proches``.

    Raises an ``ActeRefuse``; nothing is then written.
    """
    correspondance = Correspondance.de(objet.correspondance)
    with _lecture(objet, correspondance, par) as (chantier, passages), transaction.atomic():
        ecriture = circuit.appliquer(
            IMPORT,
            objet,
            "publier",
            auteur=auteur,
            droit=droit,
            version_lue=version_lue,
            donnees={"bilan": objet.bilan, "ecarter_proches": ecarter_proches},
        )
        ecrites = lues = 0
        for lignes in passages:
            lues += len(lignes)
            suivre(lues)
            if any(ligne.fausse for ligne in lignes):
                raise ActeIncomplet((Manque(CHANGE_DEPUIS),))
            a_ecrire = [
                ligne
                for ligne in lignes
                if ligne.sort == "nouvelle" and not (ecarter_proches and ligne.proche)
            ]
            ecrites += len(a_ecrire)
            crees = chantier.ecrire(a_ecrire, ecriture.numero)
            ElementImporte.objects.bulk_create(
                [ElementImporte(depuis=objet, table=table, cle=cle) for table, cle in crees], batch_size=1_000
            )
        objet.bilan = {**objet.bilan, "ecrites": ecrites}
        objet.save(update_fields=["bilan"])
    return ecriture


def annuler(
    *, par: Any, objet: Import, auteur: Auteur, droit: Droit, motif: str, version_lue: int | None = None
) -> Ecriture:
    """Remove all that an import wrote. Raises an ``ActeRefuse``, also when something depends on it; all then stays."""
    with transaction.atomic():
        ecriture = circuit.appliquer(
            IMPORT, objet, "annuler", auteur=auteur, droit=droit, commentaire=motif, version_lue=version_lue
        )
        cles: dict[str, list[int]] = defaultdict(list)
        for table, cle in objet.elements.values_list("table", "cle"):
            cles[table].append(cle)
        obstacles = DESTINATIONS[objet.destination].defaire(cles, par)
        if obstacles:
            raise ActeIncomplet(tuple(Manque(phrase) for phrase in obstacles))
        objet.elements.all().delete()
    return ecriture


def abandonner(*, objet: Import, auteur: Auteur, droit: Droit) -> Ecriture:
    """Leave a file that will not be published."""
    return circuit.appliquer(IMPORT, objet, "abandonner", auteur=auteur, droit=droit)


def empreintes_gardees() -> set[str]:
    """The contents that some import names: what the safe must hold."""
    return set(Import.objects.filter(retire_le=None).values_list("empreinte", flat=True))
