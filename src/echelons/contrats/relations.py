"""The contract of a territory under a dispositif: the one there is, else the one that would be made.

A collectivité or an EPCI contracts for itself; on a project perimeter, with the State, every collectivité it lies in.
"""

from __future__ import annotations

import hashlib

from django.utils.text import slugify

from echelons.contrats.models import Contrat, Partie
from echelons.socle.unicite import enregistrer_sans_double
from echelons.strategie.models import Dispositif
from echelons.territoires.models import Territoire, TypeTerritoire
from echelons.territoires.perimetres import signataires_de

#: What the journal takes (64 characters) less the key of an instrument: « calpae-59D/conventionnement-2 ».
LONGUEUR_DU_CODE = 40


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
        code=_code(f"{dispositif.code}-{territoire.code}"),
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


def _code(nom: str) -> str:
    """The code of a contract; one too long for the chains of the journal is cut, and told from others by a digest."""
    code = slugify(nom)
    if len(code) <= LONGUEUR_DU_CODE:
        return code
    return f"{code[: LONGUEUR_DU_CODE - 7].strip('-')}-{hashlib.sha256(code.encode()).hexdigest()[:6]}"


def enregistrer_contrat(contrat: Contrat, parties: tuple[Partie, ...]) -> None:
    """Save them. Raises ``ValidationError``."""
    contrat.full_clean()
    enregistrer_sans_double(contrat)
    for partie in parties:
        partie.contrat = contrat
        partie.save()
