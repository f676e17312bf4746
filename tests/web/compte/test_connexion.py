"""Coming in by password and going out, as a browser does it."""

import datetime as dt
import io

import pytest
from django.core.checks import run_checks
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from echelons.acteurs.models import SessionOuverte
from echelons.socle.horloge import maintenant
from tests.web.compte.fabrique import (
    MOT_DE_PASSE,
    est_connecte,
    installer_second_facteur,
    ouvrir_compte,
    se_connecter,
)

pytestmark = pytest.mark.django_db
CONNEXION = "/compte/connexion/"


def test_the_right_password_opens_the_account_and_the_header_says_who_reads(client):
    compte = ouvrir_compte("charge-de-mission")
    reponse = se_connecter(client, compte)
    assert (reponse.status_code, reponse.headers["Location"]) == (302, "/accueil/")
    page = client.get("/compte/").content.decode()
    assert str(compte.personne) in page
    assert "Chargé ou chargée de mission de la collectivité" in page
    assert "Vous voyez\u00a0: <strong>Nord</strong>" in page
    assert "Se déconnecter" in page


def test_the_address_is_read_whatever_its_case(client):
    ouvrir_compte("instructeur", courriel="prenom.nom@exemple.test")
    client.post(CONNEXION, {"courriel": "Prenom.NOM@Exemple.test", "mot_de_passe": MOT_DE_PASSE})
    assert est_connecte(client)


@pytest.mark.parametrize("genre", ["inconnu", "mauvais mot de passe", "compte fermé"])
def test_a_refusal_reads_the_same_whether_the_account_exists_or_not(client, genre):
    compte = ouvrir_compte("instructeur")
    if genre == "compte fermé":
        type(compte).objects.update(is_active=False)
    adresse = "personne@exemple.test" if genre == "inconnu" else compte.courriel
    secret = MOT_DE_PASSE if genre == "compte fermé" else "autre chose de long"
    reponse = client.post(CONNEXION, {"courriel": adresse, "mot_de_passe": secret})
    page = reponse.content.decode().replace(adresse, "")
    assert reponse.status_code == 422
    assert "Adresse ou mot de passe incorrect. Vérifiez l’un et l’autre, puis recommencez." in page
    assert not est_connecte(client)


def test_an_unknown_address_costs_the_same_work_as_a_wrong_password(client, monkeypatch):
    from django.contrib.auth.hashers import Argon2PasswordHasher

    compte, travaux = ouvrir_compte("instructeur"), []
    for methode in ("encode", "verify"):
        vraie = getattr(Argon2PasswordHasher, methode)
        monkeypatch.setattr(
            Argon2PasswordHasher, methode, lambda *a, _v=vraie, **k: travaux.append(1) or _v(*a, **k)
        )
    compte_des_travaux = []
    for adresse in (compte.courriel, "personne@exemple.test"):
        travaux.clear()
        client.post(CONNEXION, {"courriel": adresse, "mot_de_passe": "autre chose de long"})
        compte_des_travaux.append(len(travaux))
    assert compte_des_travaux == [1, 1]


def test_passwords_are_kept_under_argon2(client):
    assert ouvrir_compte().password.startswith("argon2$argon2id$")


def test_the_session_changes_its_key_at_sign_in(client):
    compte = ouvrir_compte("instructeur")
    client.get("/compte/invitation/rien/")
    se_connecter(client, compte)
    premiere = client.cookies["session"].value
    se_connecter(client, compte)
    assert client.cookies["session"].value != premiere
    assert not SessionOuverte.objects.filter(session_key=premiere).exists()


@pytest.mark.parametrize(
    ("suite", "arrivee"),
    [
        ("/territoire/59D/?au=2019-06-30", "/territoire/59D/?au=2019-06-30"),
        ("https://ailleurs.test/", "/accueil/"),
        ("//ailleurs.test/", "/accueil/"),
        ("/\\ailleurs.test", "/accueil/"),
        ("javascript:alert(1)", "/accueil/"),
        ("http:///ailleurs.test", "/accueil/"),
        ("", "/accueil/"),
    ],
)
def test_one_goes_on_to_our_own_pages_only(client, suite, arrivee):
    reponse = se_connecter(client, ouvrir_compte("instructeur"), next=suite)
    assert reponse.headers["Location"] == arrivee


def test_signing_out_asks_for_a_form_and_closes_the_session(client):
    se_connecter(client, ouvrir_compte("instructeur"))
    assert client.get("/compte/deconnexion/").status_code == 405
    assert est_connecte(client)
    client.post("/compte/deconnexion/")
    assert not est_connecte(client)
    assert not SessionOuverte.objects.exclude(compte=None).exists()
    assert "Vous êtes déconnecté." in client.get(CONNEXION).content.decode()


def test_a_form_without_its_mark_is_refused_in_french():
    client = Client(enforce_csrf_checks=True)
    for chemin in (CONNEXION, "/compte/deconnexion/", "/compte/mot-de-passe/oublie/"):
        reponse = client.post(chemin, {"courriel": "a@exemple.test", "mot_de_passe": "x"})
        assert reponse.status_code == 403
        assert "Formulaire périmé" in reponse.content.decode()


@pytest.mark.parametrize(
    "chemin",
    [
        CONNEXION,
        "/compte/mot-de-passe/oublie/",
        "/compte/mot-de-passe/envoye/",
        "/compte/mot-de-passe/nouveau/x/y/",
        "/compte/invitation/rien/",
        "/compte/",
        "/demonstration/comptes/",
    ],
)
def test_every_page_of_the_account_bears_the_security_headers_and_is_kept_nowhere(client, chemin):
    entetes = client.get(chemin).headers
    assert entetes["Cache-Control"] == "no-store"
    assert entetes["X-Frame-Options"] == "DENY"
    assert entetes["X-Content-Type-Options"] == "nosniff"
    assert entetes["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in entetes["Content-Security-Policy"]
    assert "form-action 'self'" in entetes["Content-Security-Policy"]


def test_the_cookie_of_the_session_is_out_of_reach_of_scripts(client):
    se_connecter(client, ouvrir_compte("instructeur"))
    temoin = client.cookies["session"]
    assert temoin["httponly"]
    assert temoin["samesite"] == "Lax"
    assert temoin["max-age"] == 8 * 3600


def test_a_session_ends_after_eight_hours_whatever_is_done(client):
    se_connecter(client, ouvrir_compte("instructeur"))
    SessionOuverte.objects.update(ouverte_le=maintenant() - dt.timedelta(hours=8, minutes=1))
    assert not est_connecte(client)
    assert "Votre session a duré huit heures" in client.get(CONNEXION).content.decode()


def test_a_function_that_does_not_reach_far_may_rest_for_an_hour(client):
    se_connecter(client, ouvrir_compte("instructeur"))
    SessionOuverte.objects.update(vue_le=maintenant() - dt.timedelta(hours=1))
    assert est_connecte(client)


def test_an_account_closed_meanwhile_is_out_at_its_next_request(client):
    compte = ouvrir_compte("instructeur")
    se_connecter(client, compte)
    type(compte).objects.update(is_active=False)
    assert not est_connecte(client)


def test_one_sees_ones_sessions_and_ends_the_others(client):
    compte, autre = ouvrir_compte("instructeur"), Client()
    autre.post(
        CONNEXION,
        {"courriel": compte.courriel, "mot_de_passe": MOT_DE_PASSE},
        headers={"user-agent": "Mozilla/5.0 (Windows NT 10.0) Gecko/20100101 Firefox/130.0"},
        REMOTE_ADDR="192.0.2.7",
    )
    se_connecter(client, compte)
    page = client.get("/compte/").content.decode()
    assert "Firefox sur Windows" in page
    assert "192.0.2.7" in page
    assert autre.cookies["session"].value not in page
    client.post("/compte/sessions/fermer/", {"session": "autres"})
    assert est_connecte(client)
    assert not est_connecte(autre)


def test_one_ends_one_session_but_never_somebody_elses(client):
    from echelons.web.compte.vues.moi import _repere

    compte, autre, tiers = ouvrir_compte("instructeur"), Client(), Client()
    se_connecter(client, compte)
    se_connecter(autre, compte)
    se_connecter(tiers, ouvrir_compte("instructeur"))
    reperes = {c: _repere(SessionOuverte(session_key=c.cookies["session"].value)) for c in (autre, tiers)}
    assert client.post("/compte/sessions/fermer/", {"session": reperes[tiers]}).status_code == 404
    assert client.post("/compte/sessions/fermer/", {"session": reperes[autre]}).status_code == 302
    assert [est_connecte(c) for c in (client, autre, tiers)] == [True, False, True]


def test_signing_in_does_not_change_the_revision_of_the_data(client):
    from echelons.socle import revision

    compte = ouvrir_compte("instructeur")
    avant = revision.courante()
    se_connecter(client, compte)
    se_connecter(client, compte, "autre chose de long")
    assert revision.courante() == avant


def test_public_pages_stay_alike_for_the_anonymous_and_never_mix_with_the_signed_in(client):
    anonyme = Client()
    avant = anonyme.get("/regions/")
    se_connecter(client, ouvrir_compte("instructeur"))
    mienne = client.get("/regions/")
    assert "Se déconnecter" in mienne.content.decode()
    assert mienne.headers["Cache-Control"] == "no-store"
    assert "ETag" not in mienne.headers
    encore = client.get("/regions/", headers={"if-none-match": avant.headers["ETag"]})
    assert encore.status_code == 200
    apres = anonyme.get("/regions/")
    assert apres.content == avant.content
    assert apres.headers["Cache-Control"] == "no-cache"
    assert "Se connecter" in apres.content.decode()
    assert not apres.cookies


def test_an_anonymous_reader_costs_no_query_for_who_they_are(client, django_assert_num_queries):
    client.get("/regions/")
    with django_assert_num_queries(1):  # the revision
        client.get("/regions/")


@pytest.mark.parametrize(
    "donnees",
    [
        {},
        {"courriel": "pas une adresse", "mot_de_passe": "x"},
        {"courriel": "a\x00@exemple.test", "mot_de_passe": "x\x00"},
        {"courriel": "a@exemple.test", "mot_de_passe": "x" * 10_000},
        {"courriel": "é" * 300 + "@exemple.test", "mot_de_passe": "ok"},
        {"courriel": "a@exemple.test", "mot_de_passe": "\ud800".encode("utf-8", "surrogatepass")},
    ],
)
def test_nothing_that_is_typed_breaks_the_door(client, donnees):
    reponse = client.post(CONNEXION, donnees)
    assert reponse.status_code == 422
    assert 'role="alert"' in reponse.content.decode()


@pytest.mark.parametrize(
    "cle", ['"\\000\\000\\000\\000\\000\\000\\000\\000"', "x" * 5000, "é" * 32, "../../x"]
)
def test_no_cookie_breaks_a_page(client, cle):
    client.cookies["session"] = "x"
    reponse = client.get("/compte/", HTTP_COOKIE=f"session={cle}")
    assert reponse.status_code == 302


@pytest.mark.parametrize(
    "chemin",
    [
        "/compte/mot-de-passe/nouveau/OTk5OTk5OTk5OTk5OTk5OTk5OTk5/abc-def/",
        "/compte/mot-de-passe/nouveau/%F0%9F%98%80/x/",
        "/compte/mot-de-passe/nouveau/MA/set-password/",
        "/compte/proconnect/",
        "/compte/proconnect/retour/?code=x&state=y",
        "/compte/proconnect/sortie/",
        "/compte/second-facteur/",
        "/compte/second-facteur/installer/",
        "/compte/second-facteur/codes/",
        "/compte/connexion/?next=%0d%0aX:y",
    ],
)
def test_no_address_breaks(client, chemin):
    assert client.get(chemin).status_code in {200, 302, 404}


def test_the_instance_passes_its_own_checks():
    assert run_checks() == []


def test_reading_my_account_takes_few_queries(client, django_assert_max_num_queries):
    se_connecter(client, ouvrir_compte("instructeur"))
    client.get("/compte/")
    with django_assert_max_num_queries(12):
        client.get(reverse("mon_compte"))


def test_the_first_administration_opens_its_account_by_command_once(client):
    sortie = io.StringIO()
    call_command("installer_administrateur", "chef@exemple.test", "Essai", "Chef", stdout=sortie)
    chemin = client.get(sortie.getvalue().split()[-1], follow=True).redirect_chain[-1][0]
    client.post(chemin, {"nouveau": MOT_DE_PASSE, "confirmation": MOT_DE_PASSE})
    reponse = client.post(CONNEXION, {"courriel": "chef@exemple.test", "mot_de_passe": MOT_DE_PASSE})
    assert reponse.headers["Location"] == "/compte/second-facteur/installer/"
    with pytest.raises(CommandError, match="a déjà une administration nationale"):
        call_command("installer_administrateur", "autre@exemple.test", "Essai", "Autre")


def test_a_lost_telephone_is_forgotten_by_command_and_another_must_be_set_up(client):
    compte = ouvrir_compte("commissaire")
    installer_second_facteur(compte)
    call_command("retirer_second_facteur", compte.courriel, stdout=io.StringIO())
    assert se_connecter(client, compte).headers["Location"] == "/compte/second-facteur/installer/"
