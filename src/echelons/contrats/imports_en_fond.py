"""Imports too large for a page: checked, published and given back by the worker, under the rights of who asked.

Each is tied to the version of the import that was before the reader's eyes: taken up again after its act was written,
it finds that act and ends there; were anything else done meanwhile, it is refused and says by whom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.conf import settings
from django.urls import reverse

from echelons.acteurs.destinataires import acteur_de
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import imports
from echelons.socle.circuit import ActeInterdit, ActeRefuse
from echelons.socle.depot import FichierRefuse
from echelons.socle.imports import retour
from echelons.socle.imports.champs import DESTINATIONS
from echelons.socle.imports.passage import Correspondance
from echelons.socle.journal import histoire
from echelons.socle.models import Import, Tache
from echelons.socle.nombres import accorder
from echelons.socle.taches import Avancement, Fini, TravailRefuse, demander, fichiers

INTITULES = {
    "verifier": "Vérification de «\u00a0{}\u00a0»",
    "publier": "Publication de «\u00a0{}\u00a0»",
    "rendre": "Fichier annoté «\u00a0{}\u00a0»",
}


def trop_grand(objet: Import) -> bool:
    """Whether a page cannot wait for what is done with it."""
    return objet.nombre_de_lignes > settings.IMPORT_EN_FOND


def confier(par: Acteur, objet: Import, acte: str, **parametres: Any) -> Tache:
    """Have « verifier », « publier » or « rendre » done in the background. Raises ``ActeInterdit``."""
    if refus := imports.refus_de(par, objet):
        raise ActeInterdit(refus)
    return demander(
        genre=f"import.{acte}",
        cle=objet.cle_des_travaux,
        intitule=INTITULES[acte].format(objet.nom),
        auteur=imports.auteur_d_un_import(par, objet),
        retour=reverse("import", args=[objet.reference]),
        parametres={"import": str(objet.reference), "version": objet.version, **parametres},
    )


def _faire(acte: str, agir: Callable[[Acteur, Import, Mapping[str, Any], Avancement], Fini]) -> Any:
    """The work that does this act, refused in French as the page would."""

    def travail(tache: Tache, avancement: Avancement) -> Fini:
        objet = Import.objects.filter(reference=tache.parametres["import"]).first()
        par = acteur_de(tache.compte)
        if objet is None or objet.destination not in DESTINATIONS:
            raise TravailRefuse("Cet import n’existe plus.")
        if refus := imports.refus_de(par, objet):
            raise TravailRefuse(str(refus))
        if objet.version > tache.parametres["version"]:
            dernier = histoire(objet.objet_journal)[-1]
            if (dernier.acte, dernier.auteur.compte) == (acte, tache.compte):
                return _bilan(acte, objet)
        try:
            return agir(par, objet, tache.parametres, avancement.sur(objet.nombre_de_lignes))
        except (ActeRefuse, FichierRefuse) as erreur:
            raise TravailRefuse(str(erreur)) from erreur

    return travail


def _verifier(par: Acteur, objet: Import, choix: Mapping[str, Any], avancement: Avancement) -> Fini:
    imports.verifier(
        par=par,
        objet=objet,
        correspondance=Correspondance.de(choix["correspondance"]),
        version_lue=choix["version"],
        suivre=avancement,
    )
    return _bilan("verifier", objet)


def _publier(par: Acteur, objet: Import, choix: Mapping[str, Any], avancement: Avancement) -> Fini:
    imports.publier(
        par=par,
        objet=objet,
        ecarter_proches=choix["ecarter_proches"],
        choix=choix.get("choix", ()),
        version_lue=choix["version"],
        suivre=avancement,
    )
    return _bilan("publier", objet)


def _bilan(acte: str, objet: Import) -> Fini:
    """How an act ended, in a sentence."""
    bilan = objet.bilan
    if acte == "publier":
        return Fini(f"{accorder(bilan['ecrites'], 'ligne enregistrée', 'lignes enregistrées')}.")
    lues = accorder(bilan["lignes"], "ligne lue", "lignes lues")
    if bilan["fausses"]:
        return Fini(f"{lues}, {accorder(bilan['fausses'], 'à corriger', 'à corriger')}.")
    return Fini(f"{lues}, {accorder(bilan['nouvelles'], 'nouvelle à publier', 'nouvelles à publier')}.")


def _rendre(tache: Tache, avancement: Avancement) -> Fini:
    """The file given back; made again, it is the same."""

    def agir(par: Acteur, objet: Import, choix: Mapping[str, Any], suivi: Avancement) -> Fini:
        try:
            contenu = retour.rendre(objet, suivi)
        except FileNotFoundError as manque:
            raise TravailRefuse(
                "Ce fichier manque au dépôt. Prévenez l’administration de cette instance."
            ) from manque
        with fichiers.produire(tache) as sortie:
            sortie.write(contenu)
        return Fini("Le fichier est prêt.", retour.nom_rendu(objet))

    fini: Fini = _faire("rendre", agir)(tache, avancement)
    return fini


#: To be added to the works that the worker knows.
TRAVAUX = {
    "import.verifier": _faire("verifier", _verifier),
    "import.publier": _faire("publier", _publier),
    "import.rendre": _rendre,
}
