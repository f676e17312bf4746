"""What the small world holds besides its dossiers: imports, texts of reference, perimeters."""

from __future__ import annotations

import datetime as dt

from echelons.acteurs.perimetres import droit_de
from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import imports
from echelons.contrats.circulaires import publier
from echelons.contrats.faits_par_fichier import FAITS
from echelons.contrats.models import Contrat, Destinataire
from echelons.socle.imports.passage import Correspondance
from echelons.strategie.circulaires import preparer
from echelons.strategie.redaction import Contenu
from echelons.territoires.actes import creer_perimetre, rafraichir
from echelons.territoires.models import Composition, Territoire
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
            morceaux=[fichier_de_faits(lieu.code, numero)],
        )
        imports.verifier(par=par, objet=objet, correspondance=Correspondance.de(objet.correspondance))
        if cle == "import_publie":
            imports.publier(par=par, objet=objet)
        references[cle] = str(objet.reference)
    return references


def peupler_le_lieu(place: Territoire, nom: str) -> None:
    """Two communes, and the place itself in its région."""
    Composition.objects.create(contenant=place.region, contenu=place)
    for numero in ("01", "02"):
        commune = Territoire.objects.create(
            code=f"{place.code[:3]}{numero}",
            type="commune",
            nom=f"Commune {nom} {numero} (fictive)",
            region=place.region,
            fictif=True,
        )
        Composition.objects.create(contenant=place, contenu=commune)
    rafraichir()


def delimiter(par: Acteur, place: Territoire, nom: str, debut: dt.date) -> Territoire:
    """A perimeter made of one commune of this place."""
    peupler_le_lieu(place, nom)
    return creer_perimetre(
        par=droit_de(par),
        nom=f"Périmètre {nom} (fictif)",
        nature="projet",
        debut=debut,
        membres=[f"{place.code[:3]}01"],
        source="Arrêté d’essai",
    )
