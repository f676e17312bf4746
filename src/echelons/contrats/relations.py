"""The contract of a collectivité under a dispositif: the one there is, else the one that would be made."""

from __future__ import annotations

from django.utils.text import slugify

from echelons.contrats.models import Contrat, Partie
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire


def contrat_de(dispositif: Dispositif, territoire: Territoire) -> Contrat | None:
    """The contract that a collectivité has on its own territory."""
    existants = Contrat.objects.filter(dispositif=dispositif, perimetre=territoire)
    return existants.filter(parties__territoire=territoire).order_by("pk").first()


def contrat_neuf(dispositif: Dispositif, territoire: Territoire) -> tuple[Contrat, tuple[Partie, Partie]]:
    """A contract and its two parties, not saved yet."""
    contrat = Contrat(
        code=slugify(f"{dispositif.code}-{territoire.code}"),
        dispositif=dispositif,
        intitule=f"{dispositif.nom_court}, {territoire.nom}",
        perimetre=territoire,
    )
    return contrat, (
        Partie(contrat=contrat, role=Partie.Role.ETAT, libelle="État"),
        Partie(contrat=contrat, role=Partie.Role.COLLECTIVITE, territoire=territoire, libelle=territoire.nom),
    )


def enregistrer_contrat(contrat: Contrat, parties: tuple[Partie, Partie]) -> None:
    """Save them. Raises ``ValidationError``."""
    contrat.full_clean()
    contrat.save()
    for partie in parties:
        partie.contrat = contrat
        partie.save()
