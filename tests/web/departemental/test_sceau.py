"""Sealing through the pages, then the public page where a citizen drops the file."""

import hashlib
import io
import random

import pypdfium2
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from echelons.contrats.demonstration_numerisation import numeriser
from echelons.contrats.models import FicheAction, Instrument, Sceau
from tests.contrats.contenu.exemples import financer, remplir
from tests.contrats.sceaux.test_sceaux import poser, produit, scelle
from tests.contrats.scene import JOUR
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page, texte

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def jour(settings, tmp_path):
    settings.AUJOURDHUI = JOUR
    settings.DEPOT = tmp_path / "depot"


@pytest.fixture
def convention(scene) -> Instrument:
    instrument = scene.ouvrir()
    financer(scene, instrument, remplir(scene, instrument), (1, 2019, "10.05"), (2, 2019, "20"))
    return scene.mener(instrument, "signer_etat")


def dit(reponse) -> str:
    return texte(Page(reponse.content).soupe.main)


def photo(pdf: bytes) -> bytes:
    """The first page, as a telephone sees it."""
    document = pypdfium2.PdfDocument(pdf)
    sortie = io.BytesIO()
    document[0].render(scale=3).to_pil().rotate(4, fillcolor="white").save(sortie, "JPEG")
    document.close()
    return sortie.getvalue()


def verifier(client, octets: bytes, nom: str = "acte.pdf") -> str:
    fichier = SimpleUploadedFile(nom, octets)
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
    pdf = instructeur.get(reverse("acte_pdf", args=[convention.contrat.code, convention.cle]))
    assert hashlib.sha256(pdf.content).hexdigest() == sceau.produit
    FicheAction.objects.update(intitule="Réécrite après coup")
    fiches = dit(instructeur.get(reverse("fiches", args=[convention.contrat.code, convention.cle])))
    assert "Réécrite" not in fiches
    assert "Accueillir" in fiches
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
    assert "Ce code est celui d’un acte scellé" in verifier(client, photo(produit(convention)), "page.jpg")
    assert "Ce code est celui d’un acte scellé" in dit(
        client.get(reverse("verifier"), {"code": f"ECHELONS1:{sceau.code}:C1"})
    )
    motif = {"motif": "Numérisation à refaire."}
    assert instructeur.post(f"{adresse}annuler/", motif).status_code == 302
    assert "Ce sceau a été annulé" in verifier(client, scan)


def test_the_demonstration_offers_files_to_drop_and_an_ordinary_instance_none(
    scene, convention, client, settings
):
    scelle(scene, convention, random.Random(7))
    assert client.get(reverse("verifier_essai", args=["original-signe"])).status_code == 404
    settings.DEMONSTRATION = True
    page = Page(client.get(reverse("verifier")).content)
    adresses = [a["href"] for a in page.soupe.select("#essais ~ ul a")]
    attendus = ("Authentique : c’est", "mais pas l’original signé", "Altéré :")
    for adresse, attendu in zip(adresses, attendus, strict=True):
        assert attendu in verifier(client, client.get(adresse).content).replace("\u00a0", " ")
    assert client.get(reverse("verifier_essai", args=["autre"])).status_code == 404


@pytest.mark.parametrize(
    ("donnees", "statut", "phrase"),
    [
        ({}, 422, "Déposez le fichier"),
        ({"code": "x" * 200}, 422, "vingt lettres"),
        ({"code": "rien de tel"}, 200, "Inconnu"),
        ({"fichier": SimpleUploadedFile("a.pdf", b"")}, 422, "Ce fichier est vide"),
        ({"fichier": SimpleUploadedFile("a.pdf", b"MZ" + b"\0" * 400)}, 422, "n’est pas accepté"),
        ({"fichier": SimpleUploadedFile("a.pdf", b"%PDF-1.7\n" + b"\xff" * 4000)}, 200, "Inconnu"),
    ],
)
def test_whatever_is_dropped_gets_a_clear_answer(client, donnees, statut, phrase):
    reponse = client.post(reverse("verifier"), donnees)
    assert (reponse.status_code, phrase in dit(reponse)) == (statut, True), dit(reponse)
