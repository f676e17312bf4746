"""Sealing through the pages, then the public page where a citizen drops the file."""

import random

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from echelons.contrats.models import Instrument, Sceau
from tests.contrats.contenu.exemples import financer, remplir
from echelons.contrats.demonstration_numerisation import numeriser
from tests.contrats.sceaux.test_sceaux import poser, produit
from tests.contrats.scene import JOUR, Scene
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page, texte

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour(settings, tmp_path):
    settings.AUJOURDHUI = JOUR
    settings.DEPOT = tmp_path / "depot"


@pytest.fixture
def scene() -> Scene:
    return Scene()


@pytest.fixture
def convention(scene) -> Instrument:
    instrument = scene.ouvrir()
    financer(scene, instrument, remplir(scene, instrument), (1, 2019, "10.05"), (2, 2019, "20"))
    return scene.mener(instrument, "signer_etat")


def dit(reponse) -> str:
    return texte(Page(reponse.content).soupe.main)


def verifier(client, octets: bytes) -> str:
    fichier = SimpleUploadedFile("acte.pdf", octets, content_type="application/pdf")
    reponse = client.post(reverse("verifier"), {"fichier": fichier, "code": ""})
    assert reponse.status_code == 200
    return dit(reponse)


def test_the_signed_scan_comes_back_is_sealed_and_a_citizen_reads_authentic_then_altered(
    scene, convention, client
):
    instructeur = Lecteurs(scene).client("instructeur")
    adresse = reverse("sceau", args=[convention.contrat.code, convention.cle])
    assert instructeur.post(adresse, {}).status_code == 422
    scan = numeriser(produit(convention), random.Random(7))
    document = poser(scene, convention, scan)
    assert instructeur.post(adresse, {"document": str(document.reference), "motif": ""}).status_code == 302
    sceau = Sceau.objects.get()
    assert "L’acte est scellé" in dit(instructeur.get(adresse))
    lu = verifier(client, scan)
    assert "Authentique : c’est l’original signé." in lu
    assert "fictif" in lu
    assert "Convention d’essai (fictive)" in lu
    assert "mais pas l’original signé" in verifier(client, produit(convention))
    change = bytearray(produit(convention))
    change[-20] ^= 1
    assert "Altéré" in verifier(client, bytes(change))
    assert "Ce code est celui d’un acte scellé" in dit(
        client.post(reverse("verifier"), {"code": sceau.code.lower()})
    )
    motif = {"motif": "Numérisation à refaire."}
    assert instructeur.post(f"{adresse}annuler/", motif).status_code == 302
    assert "Ce sceau a été annulé" in verifier(client, scan)


@pytest.mark.parametrize(
    ("donnees", "statut", "phrase"),
    [
        ({}, 422, "Déposez le fichier"),
        ({"code": "x" * 200}, 422, "vingt lettres"),
        ({"code": "rien de tel"}, 200, "Inconnu"),
        ({"fichier": SimpleUploadedFile("a.pdf", b"")}, 422, "Ce fichier est vide"),
        ({"fichier": SimpleUploadedFile("a.pdf", b"MZ" + b"\0" * 400)}, 422, "n’est pas accepté"),
        ({"fichier": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"\xff" * 4000)}, 422, "abîmé"),
    ],
)
def test_whatever_is_dropped_gets_a_clear_answer(client, donnees, statut, phrase):
    reponse = client.post(reverse("verifier"), donnees)
    assert (reponse.status_code, phrase in dit(reponse)) == (statut, True), dit(reponse)
