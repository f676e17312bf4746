"""Who acts: organisations with dated names, functions as data, accounts and their keys, mandates."""

from echelons.acteurs.models.acces import CodeDeSecours, Frein, SecondFacteur, SessionOuverte
from echelons.acteurs.models.invitations import Invitation
from echelons.acteurs.models.mandats import Mandat
from echelons.acteurs.models.organisations import Fonction, NomOrganisation, Organisation
from echelons.acteurs.models.personnes import Compte, Personne

__all__ = [
    "CodeDeSecours",
    "Compte",
    "Fonction",
    "Frein",
    "Invitation",
    "Mandat",
    "NomOrganisation",
    "Organisation",
    "Personne",
    "SecondFacteur",
    "SessionOuverte",
]
