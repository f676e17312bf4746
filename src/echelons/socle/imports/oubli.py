"""Deposited files that name somebody who is forgotten: they leave the safe; their imports stay, and say why.

Only the destinations whose rows are people are searched (``Destination.nomme_des_personnes``), row by row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.db import transaction

from echelons.socle import circuit, depot, tableurs
from echelons.socle.depot import FichierRefuse
from echelons.socle.horloge import maintenant
from echelons.socle.imports.champs import DESTINATIONS
from echelons.socle.imports.circuit import IMPORT
from echelons.socle.journal import Auteur, ecrire
from echelons.socle.models import Import
from echelons.socle.taches import oublier_les_travaux


def qui_nomment(nomme: Callable[[str], bool]) -> list[int]:
    """The imports whose file has a row that names her. Reads every such file: to be done before the transaction."""
    codes = [destination.code for destination in DESTINATIONS.values() if destination.nomme_des_personnes]
    return [
        objet.pk
        for objet in Import.objects.filter(destination__in=codes, retire_le=None)
        if _nommee_dans(objet, nomme)
    ]


def _nommee_dans(objet: Import, nomme: Callable[[str], bool]) -> bool:
    if nomme(objet.nom):
        return True
    chemin = depot.coffre.chemin(objet.empreinte)
    try:
        with tableurs.lire(chemin, objet.genre) as classeur:
            return any(
                nomme(" ".join(str(v) for v in ligne.valeurs if v is not None)) for ligne in classeur.lignes()
            )
    except FichierRefuse:
        return nomme(chemin.read_bytes().decode("utf-8", "replace"))
    except FileNotFoundError:
        return False


def retirer(cles: Sequence[int], *, auteur: Auteur, effacer: Callable[[str], str]) -> None:
    """Take these files away, with all that was copied from them; what was to be published is abandoned.

    The file itself goes once the transaction is written, unless some other row names the same content.
    """
    empreintes: set[str] = set()
    for objet in Import.objects.select_for_update().filter(pk__in=cles, retire_le=None):
        if objet.etat in {Import.Etat.DEPOSE, Import.Etat.A_CORRIGER, Import.Etat.PRET}:
            circuit.appliquer(IMPORT, objet, "abandonner", auteur=auteur, droit=lambda *_: None)
        ecrire(
            objet=objet.objet_journal,
            acte="retirer_le_fichier",
            auteur=auteur,
            donnees={"empreinte": objet.empreinte},
        )
        objet.retire_le = maintenant()
        objet.nom = effacer(objet.nom)[:200]
        objet.description, objet.correspondance = {}, {}
        objet.save(update_fields=["retire_le", "nom", "description", "correspondance"])
        objet.anomalies.all().delete()
        oublier_les_travaux(objet.cle_des_travaux)
        empreintes.add(objet.empreinte)
    transaction.on_commit(lambda: _oter(empreintes))


def _oter(empreintes: set[str]) -> None:
    nommees = set(
        Import.objects.filter(empreinte__in=empreintes, retire_le=None).values_list("empreinte", flat=True)
    )
    for empreinte in sorted(empreintes - nommees):
        depot.coffre.oter(empreinte)
