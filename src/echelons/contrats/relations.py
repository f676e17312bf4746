"""The contract of a territory under a dispositif: the one there is, else the one that would be made.

A collectivité or an EPCI contracts for itself; on a project perimeter, with the State, every collectivité it lies in.
"""

from __future__ import annotations

from django.utils.text import slugify

from echelons.contrats.models import Contrat, Partie
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.territoires.perimetres import signataires_de


def contrat_de(dispositif: Dispositif, territoire: Territoire) -> Contrat | None:
    """The contract made for this territory, by itself unless it is a perimeter, which signs nothing."""
    existants = Contrat.objects.filter(dispositif=dispositif, perimetre=territoire).order_by("pk")
    if territoire.type == TypeTerritoire.PERIMETRE:
        return existants.first()
    return existants.filter(parties__territoire=territoire).first()


def contrat_neuf(dispositif: Dispositif, territoire: Territoire) -> tuple[Contrat, tuple[Partie, ...]]:
    """A contract and its parties, not saved yet: the State, each signatory of the territory, and whoever else the
    dispositif expects (the regional health agency of a child protection contract).
    """
    contrat = Contrat(
        code=slugify(f"{dispositif.code}-{territoire.code}"),
        dispositif=dispositif,
        intitule=f"{dispositif.nom_court}, {territoire.nom}",
        perimetre=territoire,
    )
    return contrat, (
        Partie(contrat=contrat, role=Partie.Role.ETAT, libelle="État"),
        *(
            Partie(contrat=contrat, role=Partie.Role.COLLECTIVITE, territoire=lieu, libelle=lieu.nom)
            for lieu in signataires_de(territoire)
        ),
        *(
            Partie(contrat=contrat, role=attendue.role, libelle=attendue.libelle)
            for attendue in dispositif.parties.filter(facultative=False)
            if attendue.role not in (Partie.Role.ETAT, Partie.Role.COLLECTIVITE)
        ),
    )


def enregistrer_contrat(contrat: Contrat, parties: tuple[Partie, ...]) -> None:
    """Save them. Raises ``ValidationError``."""
    contrat.full_clean()
    contrat.save()
    for partie in parties:
        partie.contrat = contrat
        partie.save()
