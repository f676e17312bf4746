"""Accounts and mandates for the tests, which cannot be built wrong."""

import datetime as dt
import itertools

import pyotp
from django.test import Client
from django.urls import reverse

from echelons.acteurs import second_facteur
from echelons.acteurs.models import Compte, Fonction, Mandat, Organisation, Personne
from echelons.socle.horloge import aujourdhui, maintenant
from echelons.territoires.models import Territoire

MOT_DE_PASSE = "quatre chevaux traversent la Lys"
_numeros = itertools.count(1)

#: For each function: the organisation and the territory where it is held.
LIEUX = {
    "conseiller-territoires": ("diplp", None),
    "administrateur-national": ("dgcs", None),
    "commissaire": ("prefecture-r32", "R32"),
    "sgar": ("prefecture-r32", "R32"),
    "dreets": ("dreets-r32", "R32"),
    "instructeur": ("ddets-59", "59D"),
    "charge-de-mission": ("departement-59", "59D"),
    "president": ("departement-59", "59D"),
    "prefet": ("prefecture-r32", "59D"),
    "delegataire-etat": ("prefecture-r32", "59D"),
    "observateur": ("departement-59", "59D"),
}


def donner_mandat(compte: Compte, fonction: str, **choix) -> Mandat:
    """A mandate in force for thirty days already, where this function is held."""
    organisation, territoire = choix.pop("lieu", None) or LIEUX[fonction]
    mandat = Mandat(
        personne=compte.personne,
        fonction=Fonction.objects.get(code=fonction),
        organisation=Organisation.objects.get(code=organisation),
        territoire=Territoire.objects.get(code=territoire) if territoire else None,
        debut=choix.pop("debut", aujourdhui() - dt.timedelta(days=30)),
        **choix,
    )
    mandat.full_clean()
    mandat.save()
    return mandat


def ouvrir_compte(fonction: str | None = None, courriel: str = "", **choix) -> Compte:
    """An account with a password, and a mandate if a function is named."""
    personne = Personne.objects.create(prenom="Essai", nom=f"Numéro {next(_numeros)}")
    compte = Compte.objects.creer(
        courriel=courriel or f"essai{personne.pk}@exemple.test",
        personne=personne,
        mot_de_passe=choix.pop("mot_de_passe", MOT_DE_PASSE),
    )
    if fonction:
        donner_mandat(compte, fonction, **choix)
    return compte


def code_de(totp: pyotp.TOTP, ecart: int = 0) -> str:
    """The code of the moment, or of so many steps from it."""
    return totp.at(maintenant(), counter_offset=ecart)


def installer_second_facteur(compte: Compte) -> tuple[pyotp.TOTP, list[str]]:
    """The application and the recovery codes of an account; the code of the moment is left unused."""
    secret = second_facteur.nouveau_secret()
    totp = pyotp.TOTP(secret)
    codes = second_facteur.activer(compte=compte, secret=secret, code=code_de(totp, -1))
    assert codes is not None
    return totp, codes


def se_connecter(client: Client, compte: Compte, mot_de_passe: str = MOT_DE_PASSE, **choix):
    """Send the form of the door."""
    return client.post(
        reverse("connexion"), {"courriel": compte.courriel, "mot_de_passe": mot_de_passe, **choix}
    )


def est_connecte(client: Client) -> bool:
    """Whether the account's page opens."""
    return client.get(reverse("mon_compte")).status_code == 200
