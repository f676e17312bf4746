"""The rules as the arithmetic needs them, read from the database."""

from __future__ import annotations

from collections.abc import Iterable

from echelons.acteurs.models import Fonction
from echelons.strategie.models import Dispositif, Regle
from echelons.strategie.regles.parametres import LECTEUR, AvisExige
from echelons.strategie.regles.verdict import Gravite, RegleLue


def lire_regles(regles: Iterable[Regle], dispositif: Dispositif) -> list[RegleLue]:
    """The rules of one dispositif, with the names of the volets, natures and functions that they cite."""
    libelles = dict(dispositif.volets.values_list("code", "libelle"))
    libelles |= dict(dispositif.natures.values_list("code", "libelle"))
    lues = [(r, LECTEUR.validate_python(r.controle)) for r in regles]
    fonctions = {c.de for _, c in lues if isinstance(c, AvisExige)}
    if fonctions:
        libelles |= dict(Fonction.objects.filter(code__in=fonctions).values_list("code", "libelle"))
    return [
        RegleLue(
            code=regle.code,
            libelle=regle.libelle,
            controle=controle,
            gravite=Gravite(regle.gravite),
            source=regle.appui,
            a_confirmer=regle.a_confirmer,
            exercice_debut=regle.exercice_debut,
            exercice_fin=regle.exercice_fin,
            libelles=libelles,
        )
        for regle, controle in lues
    ]
