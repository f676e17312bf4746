"""The fictional texts of the demonstration, written, published and acknowledged through the real circuit."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from pydantic import Field

from echelons.acteurs.models import Fonction
from echelons.contrats.circulaires import accuser, en_attente, publier
from echelons.contrats.demonstration import acteur_de_demonstration
from echelons.socle.fichiers import Cle, Jour, Modele, Texte
from echelons.socle.horloge import a_la_date
from echelons.socle.yaml_situe import charger_yaml
from echelons.strategie.circulaires import preparer
from echelons.strategie.models import Circulaire, Dispositif, RegleEcheance
from echelons.strategie.redaction import Contenu, Creation
from echelons.territoires.models import Territoire


class AccuseLu(Modele):
    """Who acknowledged, and when."""

    le: Jour
    par: Cle


class CreationLue(Modele):
    """An obligation that the text creates."""

    dispositif: Cle
    libelle: Texte
    nature: RegleEcheance.Nature
    exercice: int
    date: Jour
    dues_par: list[Cle] = Field(min_length=1)
    dues_a: list[Cle] = Field(default_factory=list)


class CirculaireLue(Modele):
    """A text, who prepared it and when; then, when it is published, who acknowledged it."""

    reference: Texte
    titre: Texte
    date: Jour
    resume: Texte
    dispositifs: list[Cle] = Field(min_length=1)
    territoires: list[str] = Field(default_factory=list)
    deplacements: dict[str, Jour] = Field(default_factory=dict)
    creations: list[CreationLue] = Field(default_factory=list)
    le: Jour
    par: Cle
    publiee: bool = False
    accuses: list[AccuseLu] = Field(default_factory=list)


class FichierCirculaires(Modele):
    """``demonstration/circulaires.yaml``."""

    circulaires: list[CirculaireLue] = Field(min_length=1)


@transaction.atomic
def charger_circulaires(*, chemin: Path) -> None:
    """Write the texts of the file that are not there yet. Raises ``ErreurDeFichier``."""
    lu, _ = charger_yaml(chemin, FichierCirculaires)
    for circulaire in lu.circulaires:
        if not Circulaire.objects.filter(reference=circulaire.reference).exists():
            _rejouer(circulaire)


def _rejouer(lue: CirculaireLue) -> None:
    with a_la_date(lue.le):
        par = acteur_de_demonstration(lue.par)
        circulaire = preparer(par=par, contenu=_contenu(lue))
        if lue.publiee:
            publier(par=par, circulaire=circulaire)
    for accuse in lue.accuses:
        with a_la_date(accuse.le):
            acteur = acteur_de_demonstration(accuse.par)
            for destinataire in en_attente(acteur):
                if destinataire.edition.texte.code == circulaire.code:
                    accuser(par=acteur, destinataire=destinataire)


def _contenu(lue: CirculaireLue) -> Contenu:
    regles = dict(RegleEcheance.objects.filter(code__in=lue.deplacements).values_list("code", "pk"))
    return Contenu(
        reference=lue.reference,
        titre=lue.titre,
        date=lue.date,
        resume=lue.resume,
        dispositifs=tuple(Dispositif.objects.filter(code__in=lue.dispositifs)),
        territoires=tuple(Territoire.objects.filter(code__in=lue.territoires)),
        deplacements={regles[code]: date for code, date in lue.deplacements.items()},
        creations=tuple(_creation(c) for c in lue.creations),
    )


def _creation(lue: CreationLue) -> Creation:
    return Creation(
        dispositif=Dispositif.objects.get(code=lue.dispositif),
        libelle=lue.libelle,
        nature=lue.nature,
        date=lue.date,
        exercice=lue.exercice,
        dues_par=tuple(Fonction.objects.filter(code__in=lue.dues_par)),
        dues_a=tuple(Fonction.objects.filter(code__in=lue.dues_a)),
    )
