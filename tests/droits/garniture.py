"""What the small world holds besides its dossiers: imports, texts of reference."""

from __future__ import annotations

import datetime as dt

from echelons.acteurs.pouvoirs import Acteur
from echelons.contrats import imports
from echelons.contrats.circulaires import publier
from echelons.contrats.contenu import cibles, clauses, fiches, financements
from echelons.contrats.faits_par_fichier import FAITS
from echelons.contrats.models import Contrat, Destinataire, Instrument
from echelons.socle.imports.passage import Correspondance
from echelons.strategie.circulaires import preparer
from echelons.strategie.models import Indicateur
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


def ecrire_le_contenu(par: Acteur, instrument: Instrument, autre: Instrument, canari: str) -> dict[str, str]:
    """What the draft of this place holds: two fiches, a target, an article of its own; a fiche in another draft."""
    ailleurs = fiches.ajouter(par=par, instrument=autre, intitule="Fiche à reprendre")
    fiches.ajouter(par=par, instrument=instrument, intitule="Première fiche")
    fiche = fiches.ajouter(
        par=par, instrument=instrument, intitule=f"Fiche {canari}", champs={"public": f"Public {canari}"}
    )
    financeur = financements.ajouter_financeur(
        par=par, instrument=instrument, libelle=f"Financeur {canari}", cote="autre"
    )
    indicateur = Indicateur.objects.get(code="rsa-orientation-un-mois")
    cible = cibles.viser(par=par, instrument=instrument, indicateur=indicateur, fiche=fiche)
    clause = clauses.ajouter(par=par, instrument=instrument, titre=f"Clause {canari}", texte="Rien.")
    return {
        "fiche": str(fiche.reference),
        "a_reprendre": str(ailleurs.reference),
        "financeur": str(financeur.rang),
        "cible": str(cible.pk),
        "clause": str(clause.reference),
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
