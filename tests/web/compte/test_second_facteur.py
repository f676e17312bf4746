"""The second factor: due for the functions that reach far, given once, replaced by a recovery code."""

import datetime as dt
import re

import pyotp
import pytest
from django.db import connection
from django.test import Client

from echelons.acteurs.models import CodeDeSecours, SecondFacteur, SessionOuverte
from echelons.socle.horloge import aujourdhui, maintenant
from tests.web.compte.fabrique import (
    code_de,
    donner_mandat,
    est_connecte,
    installer_second_facteur,
    ouvrir_compte,
    se_connecter,
)

pytestmark = pytest.mark.django_db
DONNER, INSTALLER = "/compte/second-facteur/", "/compte/second-facteur/installer/"


def _secret(page: str) -> str:
    return re.search(r"ec-cle\"><code>([A-Z2-7 ]+)</code>", page).group(1).replace(" ", "")


def _codes(page: str) -> list[str]:
    return re.findall(r"<li><code>([0-9A-Z-]{14})</code>", page)


@pytest.mark.parametrize(
    "fonction", ["commissaire", "sgar", "conseiller-territoires", "administrateur-national"]
)
def test_a_function_that_reaches_far_must_set_it_up_before_anything_else(client, fonction):
    reponse = se_connecter(client, ouvrir_compte(fonction))
    assert reponse.headers["Location"] == INSTALLER
    for chemin in ("/compte/", "/compte/mot-de-passe/", "/compte/second-facteur/codes/"):
        assert client.get(chemin).headers["Location"].startswith("/compte/connexion/")
    assert "Se déconnecter" not in client.get("/regions/").content.decode()


@pytest.mark.parametrize("fonction", ["instructeur", "charge-de-mission", "president"])
def test_the_other_functions_come_in_without(client, fonction):
    se_connecter(client, ouvrir_compte(fonction))
    assert est_connecte(client)


def test_setting_it_up_opens_the_session_and_shows_ten_codes_once(client):
    compte = ouvrir_compte("commissaire")
    se_connecter(client, compte, next="/territoire/59D/")
    page = client.get(INSTALLER).content.decode()
    assert "<svg" in page
    assert "http" not in re.search(r"<svg.*?</svg>", page, re.DOTALL).group().replace("http://www.w3.org", "")
    secret = _secret(page)
    reponse = client.post(INSTALLER, {"code": code_de(pyotp.TOTP(secret))})
    codes = _codes(reponse.content.decode())
    assert len(set(codes)) == 10
    assert 'href="/territoire/59D/"' in reponse.content.decode()
    assert est_connecte(client)
    assert _codes(client.get(INSTALLER).content.decode()) == []
    with connection.cursor() as curseur:
        curseur.execute("SELECT empreinte FROM acteurs_codedesecours")
        assert not any(code in str(curseur.fetchall()) for code in codes)
        curseur.execute("SELECT secret_chiffre FROM acteurs_secondfacteur")
        assert secret.encode() not in bytes(curseur.fetchone()[0])


def test_a_wrong_first_code_sets_nothing_up(client):
    se_connecter(client, ouvrir_compte("commissaire"))
    secret = _secret(client.get(INSTALLER).content.decode())
    bons = {code_de(pyotp.TOTP(secret), ecart) for ecart in (-1, 0, 1)}
    mauvais = next(f"{n:06}" for n in range(10) if f"{n:06}" not in bons)
    reponse = client.post(INSTALLER, {"code": mauvais})
    assert reponse.status_code == 422
    assert "Ce code n’est pas le bon" in reponse.content.decode()
    assert secret == _secret(reponse.content.decode())
    assert not SecondFacteur.objects.exists()


def test_the_code_of_the_moment_lets_in_and_serves_once(client):
    compte = ouvrir_compte("commissaire")
    totp, _ = installer_second_facteur(compte)
    code = code_de(totp)
    assert se_connecter(client, compte).headers["Location"] == DONNER
    assert client.post(DONNER, {"code": f"{code[:3]} {code[3:]}"}).headers["Location"] == "/accueil/"
    assert est_connecte(client)
    autre = Client()
    se_connecter(autre, compte)
    assert autre.post(DONNER, {"code": code}).status_code == 422
    assert not est_connecte(autre)


@pytest.mark.parametrize(("ecart", "accepte"), [(-2, False), (0, True), (1, True), (2, False)])
def test_one_step_of_thirty_seconds_is_allowed_around_the_moment(client, ecart, accepte):
    compte = ouvrir_compte("commissaire")
    totp, _ = installer_second_facteur(compte)
    SecondFacteur.objects.update(dernier_pas=0)
    se_connecter(client, compte)
    client.post(DONNER, {"code": code_de(totp, ecart)})
    assert est_connecte(client) is accepte


def test_a_recovery_code_serves_once_whatever_its_case(client):
    compte = ouvrir_compte("commissaire")
    _, codes = installer_second_facteur(compte)
    se_connecter(client, compte)
    client.post(DONNER, {"code": codes[3].lower()})
    assert est_connecte(client)
    autre = Client()
    se_connecter(autre, compte)
    assert autre.post(DONNER, {"code": codes[3]}).status_code == 422
    assert CodeDeSecours.objects.filter(compte=compte, utilise_le=None).count() == 9


def test_new_codes_replace_the_former_ones_against_a_code_of_the_moment(client):
    compte = ouvrir_compte("commissaire")
    totp, anciens = installer_second_facteur(compte)
    se_connecter(client, compte)
    client.post(DONNER, {"code": anciens[0]})
    assert client.post("/compte/second-facteur/codes/", {"code": "000000"}).status_code == 422
    reponse = client.post("/compte/second-facteur/codes/", {"code": code_de(totp)})
    nouveaux = _codes(reponse.content.decode())
    assert len(nouveaux) == 10
    autre = Client()
    se_connecter(autre, compte)
    assert autre.post(DONNER, {"code": anciens[1]}).status_code == 422
    assert autre.post(DONNER, {"code": nouveaux[1]}).status_code == 302


def test_changing_the_application_asks_for_the_one_in_force(client):
    compte = ouvrir_compte("commissaire")
    _, codes = installer_second_facteur(compte)
    se_connecter(client, compte)
    client.post(DONNER, {"code": codes[0]})
    nouveau = _secret(client.get(INSTALLER).content.decode())
    code = code_de(pyotp.TOTP(nouveau))
    assert client.post(INSTALLER, {"code": code}).status_code == 422
    assert client.post(INSTALLER, {"code": code, "actuel": "000000"}).status_code == 422
    assert client.post(INSTALLER, {"code": code, "actuel": codes[1]}).status_code == 200
    autre = Client()
    se_connecter(autre, compte)
    assert autre.post(DONNER, {"code": code_de(pyotp.TOTP(nouveau), 1)}).status_code == 302


def test_guessing_codes_is_braked_whatever_the_session(client):
    compte = ouvrir_compte("commissaire")
    totp, _ = installer_second_facteur(compte)
    for _ in range(5):
        essai = Client()
        se_connecter(essai, compte)
        essai.post(DONNER, {"code": "000000"})
    se_connecter(client, compte)
    reponse = client.post(DONNER, {"code": code_de(totp)})
    assert reponse.status_code == 429
    assert "Trop d’essais" in reponse.content.decode()


def test_half_a_sign_in_is_forgotten_after_a_quarter_of_an_hour(client):
    compte = ouvrir_compte("commissaire")
    totp, _ = installer_second_facteur(compte)
    se_connecter(client, compte)
    session = client.session
    session["attente"] = {
        **session["attente"],
        "depuis": (maintenant() - dt.timedelta(minutes=16)).isoformat(),
    }
    session.save()
    reponse = client.post(DONNER, {"code": code_de(totp)})
    assert reponse.headers["Location"] == "/compte/connexion/"
    assert not est_connecte(client)


def test_a_function_received_while_signed_in_asks_for_it_at_the_next_page(client):
    compte = ouvrir_compte("instructeur")
    se_connecter(client, compte)
    donner_mandat(compte, "sgar")
    assert client.get("/compte/").status_code == 302
    assert "Protéger votre compte" in client.get(INSTALLER).content.decode()


def test_a_mandate_that_ended_or_has_not_begun_asks_for_nothing(client):
    compte = ouvrir_compte("instructeur")
    jour = aujourdhui()
    donner_mandat(compte, "sgar", fin=jour - dt.timedelta(days=1))
    donner_mandat(compte, "commissaire", debut=jour + dt.timedelta(days=1))
    se_connecter(client, compte)
    assert est_connecte(client)


def test_half_an_hour_without_a_sign_of_life_ends_the_session_of_such_a_function(client):
    compte = ouvrir_compte("commissaire")
    totp, _ = installer_second_facteur(compte)
    se_connecter(client, compte)
    client.post(DONNER, {"code": code_de(totp)})
    SessionOuverte.objects.update(vue_le=maintenant() - dt.timedelta(minutes=29))
    assert est_connecte(client)
    SessionOuverte.objects.update(vue_le=maintenant() - dt.timedelta(minutes=31))
    assert not est_connecte(client)
    assert "trente minutes sans activité" in client.get("/compte/connexion/").content.decode()


@pytest.mark.parametrize("code", ["", "é" * 30, "١٢٣٤٥٦", "\x00", "1" * 500, "-" * 14])
def test_nothing_typed_as_a_code_breaks_the_page(client, code):
    compte = ouvrir_compte("commissaire")
    installer_second_facteur(compte)
    se_connecter(client, compte)
    assert client.post(DONNER, {"code": code}).status_code == 422
