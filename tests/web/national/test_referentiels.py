"""The page of the frameworks: what a file would change is read before it is recorded, by who may and nobody else."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from echelons.socle.journal import Objet, histoire
from echelons.strategie.image import photographier
from echelons.strategie.models import Dispositif, Regle
from tests.web.compte.fabrique import ouvrir_compte
from tests.web.pages import Page, texte

pytestmark = pytest.mark.django_db
AINES = (Path(__file__).parents[2] / "strategie" / "pacte-des-aines.yaml").read_text(encoding="utf-8")
ICI = "/referentiels/"


def entrer(fonction: str) -> Client:
    client = Client()
    client.compte = ouvrir_compte(fonction)
    client.force_login(client.compte)
    session = client.session
    session["second_facteur"] = True
    session.save()
    return client


@pytest.fixture
def admin() -> Client:
    return entrer("administrateur-national")


def fichier(contenu: str | bytes = AINES) -> SimpleUploadedFile:
    octets = contenu.encode() if isinstance(contenu, str) else contenu
    return SimpleUploadedFile("aines.yaml", octets, "text/yaml")


def dire(reponse) -> str:
    return texte(Page(reponse.content).soupe.main)


def confirmer(reponse) -> dict[str, str]:
    """What the form that records sends, as the page gives it."""
    formulaire = Page(reponse.content).soupe.find("input", {"name": "vue"}).find_parent("form")
    return {c["name"]: c["value"] for c in formulaire.find_all("input") if c["name"] != "csrfmiddlewaretoken"}


def test_a_file_is_read_in_sentences_and_nothing_is_written_before_one_agrees(admin):
    avant = photographier()
    lue = admin.post(ICI, {"fichier": fichier()})
    assert lue.status_code == 200
    assert "Le dispositif « Pacte des aînés » est ajouté." in dire(lue)
    assert "La règle « Avis du commissaire » est ajoutée (à confirmer)." in dire(lue)
    assert photographier() == avant
    faite = admin.post(ICI, confirmer(lue))
    assert (faite.status_code, faite["Location"]) == (302, ICI)
    assert Dispositif.objects.filter(code="pacte-des-aines-2027").exists()
    page = dire(admin.get(ICI))
    assert "Le référentiel est enregistré" in page
    assert "Ce qui a été enregistré" in page
    (ligne,) = histoire(Objet("referentiel", "cadre"))
    assert ligne.auteur.compte == str(admin.compte.pk)
    assert ligne.auteur.mandat
    encore = admin.post(ICI, {"fichier": fichier()})
    assert "Ce référentiel est déjà enregistré." in dire(encore)


def test_what_ships_can_be_read_again_and_changes_nothing(admin):
    reponse = admin.post(ICI, {"livre": "strategie-2018"})
    assert reponse.status_code == 200
    assert "rien ne change" in dire(reponse)


def test_what_changed_meanwhile_is_read_again_before_it_is_recorded(admin):
    lue = admin.post(ICI, {"fichier": fichier()})
    admin.post(ICI, {"texte": AINES, "geste": "appliquer"})
    Regle.objects.filter(code="aines-axes").update(gravite="avertissement")
    reponse = admin.post(ICI, confirmer(lue))
    assert reponse.status_code == 409
    assert "Le cadre a changé depuis votre lecture" in dire(reponse)
    assert "gravité passe de « avertissement » à « bloquante »" in dire(reponse)
    assert Regle.objects.get(code="aines-axes").gravite == "avertissement"
    assert admin.post(ICI, confirmer(reponse)).status_code == 302
    assert Regle.objects.get(code="aines-axes").gravite == "bloquante"


@pytest.mark.parametrize(
    ("donnees", "phrase"),
    [
        ({}, "Choisissez un référentiel de la liste, ou un fichier."),
        ({"livre": "rien"}, "Choisissez dans la liste."),
        ({"texte": "a: ["}, "l’écriture YAML n’est pas correcte"),
        ({"texte": AINES.replace("de: commissaire", "de: personne")}, "cette fonction n’existe pas"),
        ({"texte": "- liste"}, "attendu des clés et des valeurs"),
    ],
)
def test_what_cannot_be_read_is_refused_with_what_to_do(admin, donnees, phrase):
    avant = photographier()
    for geste in ("", "appliquer"):
        reponse = admin.post(ICI, {**donnees, "geste": geste})
        assert reponse.status_code == 422
        assert phrase in dire(reponse)
    assert photographier() == avant


@pytest.mark.parametrize(
    ("contenu", "phrase"),
    [
        (b"\xff\xfe\x00\x00", "n’est pas en UTF-8"),
        (b"", "Ce fichier est vide"),
        (b"a" * 600_000, "Ce fichier est trop lourd"),
        (b"a: &x [*x]\n", "les renvois YAML"),
        (b"[" * 5000, "trop de niveaux"),
    ],
)
def test_a_hostile_file_is_refused(admin, contenu, phrase):
    reponse = admin.post(ICI, {"fichier": fichier(contenu)})
    assert reponse.status_code == 422
    assert phrase in dire(reponse)


@pytest.mark.parametrize("fonction", ["conseiller-territoires", "commissaire", "charge-de-mission"])
def test_others_are_told_who_may(fonction):
    client = entrer(fonction)
    for reponse in (client.get(ICI), client.post(ICI, {"texte": AINES, "geste": "appliquer"})):
        assert reponse.status_code == 403
        assert "Administrateur ou administratrice nationale" in reponse.content.decode()
    assert not Dispositif.objects.filter(code="pacte-des-aines-2027").exists()
    assert reverse("referentiels") not in client.get(reverse("equipe")).content.decode()


def test_without_an_account_one_is_asked_to_sign_in(client):
    assert client.get(ICI).status_code == 302
    assert client.post(ICI, {"texte": AINES}).status_code == 302


def test_who_keeps_the_frameworks_finds_them_from_the_team(admin):
    assert reverse("referentiels") in admin.get(reverse("equipe")).content.decode()
