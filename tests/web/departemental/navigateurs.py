"""Readers signed in, each with their own browser, on the fictional collectivité of the scene."""

from __future__ import annotations

from django.test import Client

from echelons.contrats.models import Instrument
from echelons.web.compte import entree
from tests.contrats.scene import Scene
from tests.web.pages import Page


def ici(instrument: Instrument, suite: str = "") -> str:
    """The address of an instrument, or of one of its pages."""
    return f"/contrats/{instrument.contrat.code}/{instrument.cle}/{suite}"


class Lecteurs:
    """One browser a function, opened when it is first asked for."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self._clients: dict[str, Client] = {}

    def client(self, fonction: str) -> Client:
        """The browser of who holds this function, second factor given."""
        if fonction not in self._clients:
            client = Client()
            client.force_login(
                self.scene.compte(fonction), backend="echelons.web.compte.portes.ParMotDePasse"
            )
            session = client.session
            session[entree.SECOND_FACTEUR] = True
            session.save()
            self._clients[fonction] = client
        return self._clients[fonction]

    def lire(self, fonction: str, chemin: str, statut: int = 200) -> Page:
        """Open an address."""
        reponse = self.client(fonction).get(chemin)
        assert reponse.status_code == statut, (chemin, reponse.status_code, reponse.content[:300])
        return Page(reponse.content)

    def faire(self, fonction: str, chemin: str, statut: int = 302, **donnees: object) -> Page:
        """Open the form of an act, then send it with the version that was shown and these data."""
        formulaire = self.lire(fonction, chemin).soupe.select_one("main form[method=post]")
        assert formulaire is not None
        caches = {c["name"]: c.get("value", "") for c in formulaire.select("input[type=hidden]")}
        reponse = self.client(fonction).post(chemin, {**caches, **donnees})
        assert reponse.status_code == statut, (chemin, reponse.status_code, Page(reponse.content).tout[:600])
        return Page(reponse.content)
