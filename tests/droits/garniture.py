"""What the small world holds besides its dossiers: imports, texts of reference."""

from __future__ import annotations

import datetime as dt

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import imports
from echelons.contrats.circulaires import publier
from echelons.contrats.faits_par_fichier import FAITS
from echelons.contrats.models import Contrat, Destinataire
from echelons.socle.imports.passage import Correspondance
from echelons.strategie.circulaires import preparer
from echelons.strategie.redaction import Contenu
from echelons.territoires.models import Territoire
from tests.socle.tableaux import fichier_de_faits

#: The day before that of the trials.
VEILLE = dt.date(2020, 6, 29)


def ecrire_aux(par: Acteur, lieu: Territoire, nom: str, contrat: Contrat, canari: str) -> dict[str, str]:
    """A text published for this place, which anybody may read, with what its addressees are called, and another
    being prepared, which bears the canary."""
    publiee, preparee = (
        preparer(
            par=par,
            contenu=Contenu(
                reference=reference,
                titre=f"Ce qui change pour {nom}",
                date=VEILLE,
                resume="Rien d’autre.",
                dispositifs=(contrat.dispositif,),
                territoires=(lieu,),
            ),
        )
        for reference in (f"Instruction pour {nom}", f"Projet {canari} pour {nom}")
    )
    publier(par=par, circulaire=publiee)
    siens = Destinataire.objects.filter(edition__texte=publiee.texte)
    noms = {"accuse_region": siens.get(region__isnull=False)}
    for role in ("etat", "collectivite"):
        noms[f"accuse_{role}"] = siens.filter(partie__contrat=contrat, partie__role=role).earliest("pk")
    return {
        "circulaire": publiee.code,
        "preparee": preparee.code,
        **{cle: str(d.pk) for cle, d in noms.items()},
    }


def importer(par: Acteur, lieu: Territoire, nom: str, canari: str) -> dict[str, str]:
    """Two imports for the région of this place, by somebody of the nation: one to publish, one published."""
    references = {}
    for cle, numero in (("import", 8), ("import_publie", 7)):
        objet = imports.deposer(
            par=par,
            destination=FAITS,
            region=lieu.region.code,
            nom=f"{canari} {nom} {cle}.csv",
            # Not on the contract that bears the canaries: what is imported is public, the title of its contract too.
            morceaux=[fichier_de_faits(lieu.code, numero, "essai")],
        )
        imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
        if cle == "import_publie":
            imports.publier(par=par, objet=objet)
        references[cle] = str(objet.reference)
    return references
