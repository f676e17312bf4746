"""What the tests of the room share: e-mails that leave at once, and invitations whose secret is known."""

import re

import pytest
from django.core import mail

from echelons.acteurs import actes, messages
from echelons.acteurs.models import Compte, Fonction, Organisation
from echelons.acteurs.pouvoirs import Acteur
from echelons.socle.horloge import aujourdhui
from echelons.territoires.models import Territoire
from tests.web.compte.fabrique import LIEUX, ouvrir_compte


@pytest.fixture
def poste(monkeypatch):
    """E-mails leave in the thread of whoever sends them."""
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))


@pytest.fixture
def inviter(poste, django_capture_on_commit_callbacks):
    """``inviter(par, fonction, …)``: the invitation and the secret that travelled by e-mail."""

    def invite(par: str | Compte, fonction: str, courriel="invite@exemple.test", **choix):
        organisation, territoire = choix.pop("lieu", None) or LIEUX[fonction]
        compte = ouvrir_compte(par) if isinstance(par, str) else par
        with django_capture_on_commit_callbacks(execute=True):
            invitation = actes.inviter(
                par=Acteur.de(compte),
                courriel=courriel,
                fonction=Fonction.objects.get(code=fonction),
                organisation=Organisation.objects.get(code=organisation),
                territoire=Territoire.objects.get(code=territoire) if territoire else None,
                debut=choix.pop("debut", aujourdhui()),
                adresse=lambda secret: f"http://testserver/compte/invitation/{secret}/",
                **choix,
            )
        return invitation, re.search(r"/invitation/([^/]+)/", mail.outbox[-1].body).group(1)

    return invite
