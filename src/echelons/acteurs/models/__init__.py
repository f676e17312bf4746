"""Who acts: organisations with dated names, functions as data, people, accounts, mandates, invitations."""

from echelons.acteurs.models.mandats import Invitation, Mandat
from echelons.acteurs.models.organisations import Fonction, NomOrganisation, Organisation
from echelons.acteurs.models.personnes import Compte, Personne

__all__ = ["Compte", "Fonction", "Invitation", "Mandat", "NomOrganisation", "Organisation", "Personne"]
