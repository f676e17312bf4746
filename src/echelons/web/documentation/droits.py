"""The table of rights and the circuits, as they are: what decides the pages prints the documentation."""

from __future__ import annotations

from pathlib import Path

from django.conf import settings

from echelons.acteurs.droits import COTES, LIBELLES, TABLE, Capacite, Portee
from echelons.acteurs.fichiers import FichierFonctions
from echelons.contrats.circuit import CIRCUIT
from echelons.socle.circuit import diagramme
from echelons.socle.imports.circuit import IMPORT
from echelons.socle.textes import majuscule
from echelons.socle.yaml_situe import charger_yaml
from echelons.strategie.circuit import CIRCULAIRE
from echelons.web.documentation.markdown import entete, tableau

CHAPO = (
    "Un droit vient d’un mandat en cours, jamais d’un compte. Hors de portée, une page répond 404 et ne révèle rien ; "
    "à portée sans la capacité, elle répond 403 et dit qui peut. Quand un office est vacant, ses droits passent à ceux "
    "qui le suppléent."
)
PORTEES = {
    Portee.ACTION: "son action",
    Portee.ORGANISATION: "son organisation",
    Portee.TERRITOIRE: "son territoire",
    Portee.REGION: "sa région",
    Portee.NATION: "la nation",
}
COTE = {"etat": "État", "collectivite": "collectivité"}


def droits() -> str:
    """``docs/reference/droits.md``: one table a capability."""
    fichier = Path(settings.RACINE) / "referentiels" / "acteurs" / "fonctions.yaml"
    libelles = {f.code: f.libelle for f in charger_yaml(fichier, FichierFonctions)[0].fonctions}
    lignes = entete("Droits", CHAPO)
    for capacite in Capacite:
        cote = f" Acte du côté {COTE[COTES[capacite]]}." if capacite in COTES else ""
        lignes += [
            f"## {majuscule(LIBELLES[capacite])}",
            "",
            f"`{capacite}`.{cote}",
            "",
            *tableau(
                ("Fonction", "Code", "Portée"),
                [(libelles[f], f"`{f}`", PORTEES[p]) for f, p in TABLE[capacite].items()],
            ),
        ]
    return "\n".join(lignes)


def circuits() -> str:
    """``docs/reference/circuits.md``."""
    chapo = "Chaque acte est une ligne d’une table ; la même dessine les boutons et refuse le reste."
    sections = [
        "## Instrument",
        "",
        diagramme(CIRCUIT),
        "## Import",
        "",
        diagramme(IMPORT),
        "## Circulaire",
        "",
        diagramme(CIRCULAIRE),
    ]
    return "\n".join([*entete("Circuits", chapo), *sections])
