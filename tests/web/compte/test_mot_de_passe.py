"""The password: chosen hard enough, changed, and chosen again through a link received by e-mail."""

import re
import time

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client

from echelons.acteurs import messages
from tests.web.compte.fabrique import MOT_DE_PASSE, est_connecte, ouvrir_compte, se_connecter

pytestmark = pytest.mark.django_db
OUBLIE, CHANGER = "/compte/mot-de-passe/oublie/", "/compte/mot-de-passe/"
NOUVEAU = "le héron gris attend sur la digue"


@pytest.fixture
def courrier(monkeypatch, django_capture_on_commit_callbacks):
    """Ask for a link, and give the e-mails sent, once they are."""
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))

    def demander(client, courriel):
        with django_capture_on_commit_callbacks(execute=True):
            reponse = client.post(OUBLIE, {"courriel": courriel})
        return reponse, mail.outbox

    return demander


def _lien(message) -> str:
    return re.search(r"http://testserver(\S+)", message.body).group(1)


def test_the_answer_is_the_same_whether_the_account_exists_or_not(client, courrier):
    connue, _ = courrier(client, ouvrir_compte().courriel)
    inconnue, envoyes = courrier(client, "personne@exemple.test")
    assert (connue.status_code, connue.headers["Location"]) == (302, "/compte/mot-de-passe/envoye/")
    assert (inconnue.status_code, inconnue.headers["Location"]) == (302, "/compte/mot-de-passe/envoye/")
    assert len(envoyes) == 1
    assert "Si un compte existe" in client.get("/compte/mot-de-passe/envoye/").content.decode()


class PosteLente(EmailBackend):
    """A mail server that takes its time."""

    def send_messages(self, messages):
        time.sleep(1)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_a_slow_mail_server_does_not_tell_that_the_account_exists(client, settings):
    compte = ouvrir_compte()
    settings.EMAIL_BACKEND = f"{__name__}.PosteLente"
    debut = time.monotonic()
    client.post(OUBLIE, {"courriel": compte.courriel})
    assert time.monotonic() - debut < 0.8
    echeance = time.monotonic() + 5
    while not mail.outbox and time.monotonic() < echeance:
        time.sleep(0.05)
    assert mail.outbox[0].to == [compte.courriel]


def test_the_link_changes_the_password_once_unlocks_and_ends_the_sessions(client, courrier):
    compte, ouverte = ouvrir_compte("instructeur"), Client()
    se_connecter(ouverte, compte)
    for _ in range(5):
        se_connecter(client, compte, "autre chose de long")
    assert se_connecter(client, compte).status_code == 429
    _, envoyes = courrier(client, compte.courriel)
    formulaire = client.get(_lien(envoyes[0]), follow=True)
    chemin = formulaire.redirect_chain[-1][0]
    client.post(chemin, {"nouveau": NOUVEAU, "confirmation": NOUVEAU})
    assert "Votre mot de passe est changé" in client.get("/compte/connexion/").content.decode()
    assert not est_connecte(ouverte)
    assert se_connecter(client, compte, NOUVEAU).status_code == 302
    assert est_connecte(client)
    assert "Ce lien ne sert plus" in Client().get(_lien(envoyes[0]), follow=True).content.decode()


def test_a_link_does_not_spare_the_second_factor(client, courrier):
    compte = ouvrir_compte("commissaire")
    _, envoyes = courrier(client, compte.courriel)
    chemin = client.get(_lien(envoyes[0]), follow=True).redirect_chain[-1][0]
    client.post(chemin, {"nouveau": NOUVEAU, "confirmation": NOUVEAU})
    assert se_connecter(client, compte, NOUVEAU).headers["Location"] == "/compte/second-facteur/installer/"


def test_repeated_requests_do_not_fill_a_mailbox(client, courrier):
    compte = ouvrir_compte()
    statuts = {courrier(client, compte.courriel)[0].status_code for _ in range(8)}
    assert statuts == {302}
    assert len(mail.outbox) == 3


def test_the_accounts_of_the_demonstration_receive_nothing_elsewhere(client, courrier):
    compte = ouvrir_compte(courriel="quelquun@demonstration.invalid")
    _, envoyes = courrier(client, compte.courriel)
    assert envoyes == []


@pytest.mark.parametrize(
    ("nouveau", "phrase"),
    [
        ("court", "trop court"),
        ("123456789012", "entièrement numérique"),
        ("adresse-longue-de-quelquun", "trop semblable"),
        ("motdepassemotdepasse" * 20, "200 caractères au plus"),
    ],
)
def test_a_weak_password_is_refused_in_french(client, nouveau, phrase):
    compte = ouvrir_compte("instructeur", courriel="adresse-longue-de-quelquun@exemple.test")
    se_connecter(client, compte)
    reponse = client.post(CHANGER, {"actuel": MOT_DE_PASSE, "nouveau": nouveau, "confirmation": nouveau})
    assert reponse.status_code == 422
    assert phrase in reponse.content.decode()


def test_changing_keeps_this_session_ends_the_others_and_tells_the_owner(
    client, monkeypatch, django_capture_on_commit_callbacks
):
    monkeypatch.setattr(messages._poste, "submit", lambda fonction, *arguments: fonction(*arguments))
    compte, autre = ouvrir_compte("instructeur"), Client()
    se_connecter(client, compte)
    se_connecter(autre, compte)
    donnees = {"nouveau": NOUVEAU, "confirmation": NOUVEAU}
    assert client.post(CHANGER, {**donnees, "actuel": "autre chose de long"}).status_code == 422
    with django_capture_on_commit_callbacks(execute=True):
        assert client.post(CHANGER, {**donnees, "actuel": MOT_DE_PASSE}).status_code == 302
    assert [est_connecte(client), est_connecte(autre)] == [True, False]
    assert mail.outbox[0].subject == "Votre mot de passe a été changé"


def test_two_different_passwords_are_told_apart(client):
    se_connecter(client, ouvrir_compte("instructeur"))
    reponse = client.post(
        CHANGER, {"actuel": MOT_DE_PASSE, "nouveau": NOUVEAU, "confirmation": NOUVEAU + "x"}
    )
    assert "Les deux mots de passe diffèrent" in reponse.content.decode()
