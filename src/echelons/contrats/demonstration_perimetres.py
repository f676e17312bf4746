"""The perimeters that the demonstration has already created on its fictional territories, by the real acts."""

from __future__ import annotations

from pathlib import Path

from django.core.exceptions import ValidationError
from django.db import transaction
from pydantic import Field

from echelons.acteurs.perimetres import droit_de
from echelons.contrats.demonstration import acteur_de_demonstration
from echelons.socle.circuit import ActeRefuse
from echelons.socle.fichiers import Cle, Jour, Modele, Relecture, Texte
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml
from echelons.territoires import actes
from echelons.territoires.models import Territoire, TypeTerritoire


class VersionLue(Modele):
    """One composition: the business date of its act, the account, its first day."""

    le: Jour
    par: Cle
    debut: Jour
    source: Texte
    note: str = ""
    membres: list[str] = Field(min_length=1)


class PerimetreLu(VersionLue):
    """A perimeter with its first composition, then the others in order."""

    nom: Texte
    nature: Texte
    versions: list[VersionLue] = Field(default_factory=list)


class FichierPerimetres(Modele):
    """``demonstration/perimetres.yaml``."""

    perimetres: list[PerimetreLu] = Field(min_length=1)


@transaction.atomic
def charger_perimetres_d_essai(*, chemin: Path) -> None:
    """Create the perimeters of the file that are not there yet. Raises ``ErreurDeFichier``."""
    lu, document = charger_yaml(chemin, FichierPerimetres)
    relecture = Relecture(document)
    for i, perimetre in enumerate(lu.perimetres):
        if Territoire.objects.filter(type=TypeTerritoire.PERIMETRE, nom=perimetre.nom).exists():
            continue
        try:
            _rejouer(perimetre)
        except (ActeRefuse, ValidationError) as refus:
            phrase = " ".join(refus.messages) if isinstance(refus, ValidationError) else str(refus)
            relecture.refuser(("perimetres", i), phrase)
    relecture.conclure()


def _rejouer(lu: PerimetreLu) -> None:
    with a_la_date(lu.le):
        perimetre = actes.creer_perimetre(
            par=droit_de(acteur_de_demonstration(lu.par)),
            nom=lu.nom,
            nature=lu.nature,
            debut=lu.debut,
            membres=lu.membres,
            source=lu.source,
            note=lu.note,
        )
    for version in lu.versions:
        with a_la_date(version.le):
            actes.changer_composition(
                par=droit_de(acteur_de_demonstration(version.par)),
                perimetre=perimetre,
                debut=version.debut,
                membres=version.membres,
                source=version.source,
                note=version.note,
            )
