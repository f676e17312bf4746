"""Guessing is slowed down: by account, by address, by second factor; in the database, hence for every process."""

import datetime as dt

import pytest
from django.db import connection

from echelons.acteurs import freins
from echelons.acteurs.models import Frein
from echelons.socle.horloge import maintenant
from tests.web.compte.fabrique import MOT_DE_PASSE, est_connecte, ouvrir_compte, se_connecter

pytestmark = pytest.mark.django_db
FAUX = "autre chose de long"


def _laisser_passer(**duree: float) -> None:
    """Let time go by for every brake."""
    ecart = dt.timedelta(**duree)
    for frein in Frein.objects.all():
        frein.dernier_essai -= ecart
        frein.bloque_jusqu_a = frein.bloque_jusqu_a and frein.bloque_jusqu_a - ecart
        frein.save()


def test_after_five_mistakes_even_the_right_password_waits_and_the_page_says_until_when(client):
    compte = ouvrir_compte("instructeur")
    statuts = [se_connecter(client, compte, FAUX).status_code for _ in range(5)]
    reponse = se_connecter(client, compte)
    assert statuts == [422] * 5
    assert reponse.status_code == 429
    assert "Trop d’essais. Réessayez à partir de" in reponse.content.decode()
    assert "(dans 1 minute)" in reponse.content.decode()
    assert not est_connecte(client)
    _laisser_passer(minutes=1.1)
    se_connecter(client, compte)
    assert est_connecte(client)


def test_the_delay_doubles_at_each_further_mistake_up_to_an_hour(client):
    attentes = []
    for _ in range(13):
        jusqu_a = freins.essayer(freins.Objet.COMPTE, "a@exemple.test")
        attentes.append(round((jusqu_a - maintenant()).total_seconds() / 60) if jusqu_a else 0)
        _laisser_passer(hours=1.1)
    assert attentes == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60]


def test_an_account_that_does_not_exist_is_braked_alike(client):
    for _ in range(5):
        client.post("/compte/connexion/", {"courriel": "personne@exemple.test", "mot_de_passe": FAUX})
    reponse = client.post("/compte/connexion/", {"courriel": "personne@exemple.test", "mot_de_passe": FAUX})
    assert reponse.status_code == 429


def test_an_address_that_tries_many_accounts_is_braked_and_the_others_are_not(client):
    for numero in range(30):
        client.post("/compte/connexion/", {"courriel": f"n{numero}@exemple.test", "mot_de_passe": FAUX})
    compte = ouvrir_compte("instructeur")
    donnees = {"courriel": compte.courriel, "mot_de_passe": MOT_DE_PASSE}
    assert client.post("/compte/connexion/", donnees).status_code == 429
    assert client.post("/compte/connexion/", donnees, REMOTE_ADDR="192.0.2.9").status_code == 302


def test_a_header_that_anybody_can_write_does_not_change_the_address(client, settings):
    for numero in range(30):
        client.post(
            "/compte/connexion/",
            {"courriel": f"n{numero}@exemple.test", "mot_de_passe": FAUX},
            headers={"x-forwarded-for": f"198.51.100.{numero}"},
        )
    assert se_connecter(client, ouvrir_compte("instructeur")).status_code == 429


def test_behind_our_proxy_the_address_is_the_one_it_saw(client, settings):
    settings.MANDATAIRES = 1
    for numero in range(30):
        client.post(
            "/compte/connexion/",
            {"courriel": f"n{numero}@exemple.test", "mot_de_passe": FAUX},
            headers={"x-forwarded-for": f"203.0.113.{numero}, 198.51.100.7"},
        )
    compte = ouvrir_compte("instructeur")
    donnees = {"courriel": compte.courriel, "mot_de_passe": MOT_DE_PASSE}
    autre = client.post("/compte/connexion/", donnees, headers={"x-forwarded-for": "198.51.100.8"})
    assert autre.status_code == 302
    assert (
        client.post(
            "/compte/connexion/", donnees, headers={"x-forwarded-for": "1.1.1.1, 198.51.100.7"}
        ).status_code
        == 429
    )


def test_coming_in_forgets_the_mistakes_of_the_account(client):
    compte = ouvrir_compte("instructeur")
    for _ in range(4):
        se_connecter(client, compte, FAUX)
    se_connecter(client, compte)
    client.post("/compte/deconnexion/")
    assert [se_connecter(client, compte, FAUX).status_code for _ in range(4)] == [422] * 4


def test_mistakes_are_forgotten_after_a_day(client):
    for _ in range(4):
        freins.essayer(freins.Objet.COMPTE, "a@exemple.test")
    _laisser_passer(hours=25)
    assert [freins.essayer(freins.Objet.COMPTE, "a@exemple.test") for _ in range(4)] == [None] * 4


def test_what_is_typed_is_not_kept(client):
    client.post("/compte/connexion/", {"courriel": "motdepasse@exemple.test", "mot_de_passe": FAUX})
    with connection.cursor() as curseur:
        curseur.execute("SELECT * FROM acteurs_frein")
        assert "motdepasse" not in str(curseur.fetchall())


@pytest.mark.django_db(transaction=True)
def test_fifty_attempts_at_once_are_not_more_than_five():
    from concurrent.futures import ThreadPoolExecutor

    from django.db import connections

    def essayer(_numero: int) -> bool:
        try:
            freins.essayer(freins.Objet.COMPTE, "a@exemple.test")
        except freins.TropDEssais:
            return False
        finally:
            connections.close_all()
        return True

    with ThreadPoolExecutor(8) as fils:
        assert sum(fils.map(essayer, range(50))) == 5
