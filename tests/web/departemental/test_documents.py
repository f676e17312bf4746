"""The pages of the documents: who opens them, what comes out of them, what a refused form keeps."""

import io
import uuid

import pytest
from bs4 import BeautifulSoup
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from echelons.contrats import documents as actes
from echelons.contrats.models import Contrat, Document
from echelons.socle.depot import OCTETS_MAX, coffre
from echelons.socle.horloge import a_la_date
from tests.contrats.scene import JOUR, Scene
from tests.socle import pieces
from tests.socle.antivirus import FauxClamd

pytestmark = pytest.mark.django_db
CANARI = "Canari-des-Collines"


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT = tmp_path / "documents"
    settings.CLAMAV = ""
    with a_la_date(JOUR):
        yield


@pytest.fixture
def contrat(scene) -> Contrat:
    return scene.ouvrir().contrat


@pytest.fixture
def recu(scene, contrat) -> Document:
    return deposer(scene, contrat, "pdf")


def deposer(scene, contrat, genre) -> Document:
    nom, faire, _ = pieces.ACCEPTES[genre]
    fichier = ContentFile(faire(), name=f"{CANARI} {nom}")
    return actes.deposer(
        par=scene.acteur("instructeur"),
        contrat=contrat,
        genre="avis",
        titre=f"{CANARI} {genre}",
        fichier=fichier,
    )


def entrer(scene, fonction) -> Client:
    client = Client()
    client.force_login(scene.compte(fonction))
    return client


def envoyer(client, contrat, octets=None, nom="acte.pdf", **choix):
    donnees = {"titre": "Délibération du 20 mai", "genre": "deliberation", "instrument": "", **choix}
    fichier = SimpleUploadedFile(nom, pieces.pdf() if octets is None else octets, "application/pdf")
    return client.post(reverse("documents", args=[contrat.code]), {**donnees, "fichier": fichier})


def adresses(recu):
    return [
        reverse("documents", args=[recu.contrat.code]),
        reverse("document", args=[recu.reference]),
        reverse("document_vignette", args=[recu.reference]),
        reverse("document_retirer", args=[recu.reference]),
    ]


def telecharger(client, recu, suite=""):
    """The answer with its whole content, as a browser takes it."""
    reponse = client.get(reverse("document", args=[recu.reference]) + suite)
    reponse.octets = b"".join(reponse.streaming_content)
    return reponse


def texte(reponse):
    return BeautifulSoup(reponse.content, "html.parser").get_text()


def restes(settings):
    return sorted(f.name for f in settings.DEPOT.rglob("*") if f.is_file() and f.name != "verrou")


# --- Reading ---------------------------------------------------------------------------------------
def test_the_list_tells_each_document_and_what_the_antivirus_said(scene, contrat):
    for genre in pieces.ACCEPTES:
        deposer(scene, contrat, genre)
    page = BeautifulSoup(
        entrer(scene, "prefet").get(reverse("documents", args=[contrat.code])).content, "html.parser"
    )
    fiches = page.select(".ec-document")
    assert len(fiches) == len(pieces.ACCEPTES)
    for fiche in fiches:
        assert "Non analysé\u00a0: aucun antivirus n’est installé." in fiche.get_text()
        assert (
            f"Déposé le 30\u00a0juin\u00a02019 par {scene.compte('instructeur').personne}" in fiche.get_text()
        )
    assert len(page.select(".ec-document img")) == 4
    assert "3\u00a0pages" in page.get_text()
    assert not page.select("form[enctype]")
    assert "Retirer" not in page.select_one(".ec-documents").get_text()


def test_an_empty_list_says_what_comes_there_and_who_brings_it(scene, contrat):
    page = entrer(scene, "prefet").get(reverse("documents", args=[contrat.code])).content.decode()
    assert "Ici se gardent les originaux" in page
    assert "chargé de mission" in page


def test_the_list_takes_a_bounded_number_of_queries(scene, contrat, django_assert_max_num_queries):
    client = entrer(scene, "charge-de-mission")
    for _ in range(6):
        deposer(scene, contrat, "docx")
    with django_assert_max_num_queries(15):
        client.get(reverse("documents", args=[contrat.code]))


@pytest.mark.parametrize("genre", pieces.ACCEPTES)
@pytest.mark.parametrize("voir", ["", "?voir"])
def test_a_file_comes_out_as_it_was_given_and_nothing_of_it_can_run(scene, contrat, genre, voir):
    recu = deposer(scene, contrat, genre)
    reponse = telecharger(entrer(scene, "president"), recu, voir)
    assert reponse.octets == coffre.chemin(recu.empreinte).read_bytes()
    assert reponse["Content-Type"] == recu.sorte.mime
    assert reponse["X-Content-Type-Options"] == "nosniff"
    assert reponse["Cross-Origin-Resource-Policy"] == "same-origin"
    assert reponse["Cache-Control"] == "no-store"
    assert reponse["Content-Length"] == str(recu.taille)
    csp = reponse["Content-Security-Policy"]
    assert "default-src 'none'" in csp
    assert "sandbox" in csp
    assert "script-src" not in csp
    en_ligne = voir and genre in {"png", "jpeg"}
    assert reponse.get("Content-Disposition", "").startswith("attachment") is not bool(en_ligne)


def test_a_name_in_french_is_proposed_for_the_download(scene, contrat):
    client = entrer(scene, "charge-de-mission")
    envoyer(client, contrat, nom="Délibération n° 12.pdf")
    reponse = telecharger(client, Document.objects.get())
    assert "filename*=utf-8''D%C3%A9lib%C3%A9ration%20n%C2%B0%2012.pdf" in reponse["Content-Disposition"]


def test_the_thumbnail_is_an_image_of_ours_and_nothing_more(scene, recu):
    reponse = entrer(scene, "president").get(reverse("document_vignette", args=[recu.reference]))
    assert reponse["Content-Type"] == "image/png"
    assert b"".join(reponse.streaming_content).startswith(b"\x89PNG")
    assert "sandbox" in reponse["Content-Security-Policy"]


def test_an_office_file_has_no_thumbnail(scene, contrat):
    recu = deposer(scene, contrat, "odt")
    assert (
        entrer(scene, "president").get(reverse("document_vignette", args=[recu.reference])).status_code == 404
    )


def test_a_file_that_is_missing_from_the_safe_is_told_without_a_failure(scene, recu):
    coffre.chemin(recu.empreinte).unlink()
    reponse = entrer(scene, "president").get(reverse("document", args=[recu.reference]))
    assert reponse.status_code == 404
    assert "Prévenez l’administration" in reponse.content.decode()


# --- Rights ----------------------------------------------------------------------------------------
def test_nobody_signed_in_is_sent_to_the_door_whether_the_document_exists_or_not(recu, client):
    inconnue = reverse("document", args=[uuid.uuid4()])
    for adresse in [*adresses(recu), inconnue]:
        reponse = client.get(adresse)
        assert reponse.status_code == 302
        assert reponse["Location"].startswith(reverse("connexion"))


@pytest.mark.parametrize("fonction", ["charge-de-mission", "instructeur", "prefet", "observateur"])
def test_a_colleague_of_another_departement_sees_nothing_by_any_door(recu, settings, fonction):
    client = entrer(Scene(code="997E"), fonction)
    absente = client.get(reverse("document", args=[uuid.uuid4()]))
    for adresse in adresses(recu):
        for reponse in (client.get(adresse), client.get(adresse + "?voir"), client.head(adresse)):
            assert reponse.status_code == 404
            assert CANARI not in reponse.content.decode()
            assert recu.contrat.intitule not in reponse.content.decode()
    assert texte(client.get(adresses(recu)[1])) == texte(absente)
    avant = restes(settings)
    assert envoyer(client, recu.contrat).status_code == 404
    assert client.post(adresses(recu)[3], {"motif": "Rien"}).status_code == 404
    assert restes(settings) == avant


def test_who_reads_the_dossier_without_its_documents_is_told_who_can(scene, recu):
    client = entrer(scene, "observateur")
    for adresse in adresses(recu)[:3]:
        reponse = client.get(adresse)
        assert reponse.status_code == 403
        page = reponse.content.decode()
        assert str(scene.compte("instructeur").personne) in page
        assert CANARI not in page


def test_who_reads_without_giving_is_told_who_gives(scene, recu, settings):
    client = entrer(scene, "president")
    avant = restes(settings)
    for reponse in (
        envoyer(client, recu.contrat),
        client.get(adresses(recu)[3]),
        client.post(adresses(recu)[3], {"motif": "Rien"}),
    ):
        assert reponse.status_code == 403
        assert str(scene.compte("instructeur").personne) in reponse.content.decode()
    assert restes(settings) == avant
    assert Document.objects.presents().count() == 1


# --- Giving ----------------------------------------------------------------------------------------
@pytest.mark.parametrize("genre", pieces.ACCEPTES)
def test_each_accepted_kind_can_be_given_and_is_then_in_the_list(scene, contrat, genre):
    client = entrer(scene, "charge-de-mission")
    nom, faire, _ = pieces.ACCEPTES[genre]
    reponse = envoyer(client, contrat, faire(), nom, instrument="convention")
    assert (reponse.status_code, reponse["Location"]) == (302, reverse("documents", args=[contrat.code]))
    page = client.get(reponse["Location"]).content.decode()
    assert "«\u00a0Délibération du 20 mai\u00a0» est déposé." in page
    assert "Convention d’essai (fictive)" in page
    assert Document.objects.get().type == genre


@pytest.mark.parametrize("cas", pieces.REFUSES)
def test_a_refused_file_is_told_with_what_was_typed_still_there(scene, contrat, settings, cas):
    nom, faire, mot = pieces.REFUSES[cas]
    reponse = envoyer(entrer(scene, "charge-de-mission"), contrat, faire(), nom, titre="Titre tapé avec soin")
    assert reponse.status_code == 422
    page = BeautifulSoup(reponse.content, "html.parser")
    assert mot in page.get_text()
    assert page.select_one("[name=titre]")["value"] == "Titre tapé avec soin"
    assert page.select_one("[name=genre] [selected]")["value"] == "deliberation"
    assert "Votre navigateur ne garde pas le fichier" in page.get_text()
    assert page.select_one("[autofocus]")["name"] == "fichier"
    assert page.title.string.startswith("Erreur")
    assert restes(settings) == []
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("choix", "champ"),
    [
        ({"titre": ""}, "titre"),
        ({"titre": "a" * 201}, "titre"),
        ({"titre": "a\0b"}, "titre"),
        ({"genre": ""}, "genre"),
        ({"genre": "exploit"}, "genre"),
        ({"instrument": "avenant-9"}, "instrument"),
    ],
)
def test_a_refused_field_takes_the_reader_to_it_and_keeps_nothing(scene, contrat, settings, choix, champ):
    reponse = envoyer(entrer(scene, "charge-de-mission"), contrat, **choix)
    assert reponse.status_code == 422
    assert BeautifulSoup(reponse.content, "html.parser").select_one("[autofocus]")["name"] == champ
    assert restes(settings) == []


def test_a_form_without_a_file_asks_for_it(scene, contrat):
    client = entrer(scene, "charge-de-mission")
    reponse = client.post(reverse("documents", args=[contrat.code]), {"titre": "Un titre", "genre": "avis"})
    assert reponse.status_code == 422
    assert "Choisissez le fichier à déposer." in reponse.content.decode()


@pytest.mark.parametrize(
    "nom",
    [
        "../../../etc/passwd.pdf",
        "acte\0.pdf",
        "acte\u202efdp.exe",
        "é" * 120 + ".pdf",
        "..\\..\\acte.pdf",
        "acte\"; filename=\"x.html",
        "<script>alert(1)</script>.pdf",
    ],
)  # fmt: skip
def test_a_hostile_name_is_only_a_label(scene, contrat, settings, nom):
    client = entrer(scene, "charge-de-mission")
    reponse = client.post(reverse("documents", args=[contrat.code]), corps(nom), content_type=MULTIPARTIE)
    assert reponse.status_code == 302
    recu = Document.objects.get()
    assert recu.nom.endswith(".pdf")
    assert len(recu.nom) <= 150
    assert not set(recu.nom) & set('/\\\0\u202e<>"')
    assert restes(settings) == [recu.empreinte] * 2
    sortie = telecharger(client, recu)["Content-Disposition"]
    assert "\r" not in sortie
    assert "<script>" not in client.get(reverse("documents", args=[contrat.code])).content.decode()


def test_a_name_that_no_disk_could_bear_is_refused_at_the_door(scene, contrat, settings):
    client = entrer(scene, "charge-de-mission")
    adresse = reverse("documents", args=[contrat.code])
    assert client.post(adresse, corps("a" * 5_000 + ".pdf"), content_type=MULTIPARTIE).status_code == 400
    assert restes(settings) == []


MULTIPARTIE = "multipart/form-data; boundary=b"


def corps(nom):
    """The form as no client would write it: the name of the file is left as it is."""
    ecrit = io.BytesIO()
    for cle, valeur in (("titre", "Un titre"), ("genre", "avis"), ("instrument", "")):
        ecrit.write(f'--b\r\nContent-Disposition: form-data; name="{cle}"\r\n\r\n{valeur}\r\n'.encode())
    ecrit.write(f'--b\r\nContent-Disposition: form-data; name="fichier"; filename="{nom}"\r\n\r\n'.encode())
    ecrit.write(pieces.pdf() + b"\r\n--b--\r\n")
    return ecrit.getvalue()


def test_far_beyond_the_limit_the_upload_is_given_up_without_filling_the_disk(
    scene, contrat, settings, tmp_path
):
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "arrivees"
    settings.FILE_UPLOAD_TEMP_DIR.mkdir()
    reponse = envoyer(
        entrer(scene, "charge-de-mission"), contrat, b"%PDF-" + b"0" * 3 * OCTETS_MAX, titre="Gardé"
    )
    assert reponse.status_code == 422
    assert "dépasse 20\u00a0Mo" in reponse.content.decode()
    assert 'value="Gardé"' in reponse.content.decode()
    assert list(settings.FILE_UPLOAD_TEMP_DIR.iterdir()) == []


def test_the_same_file_twice_is_told_with_its_first_title(scene, contrat):
    octets = pieces.pdf()
    envoyer(entrer(scene, "charge-de-mission"), contrat, octets, titre="La première fois")
    reponse = envoyer(entrer(scene, "instructeur"), contrat, octets, titre="La seconde fois")
    assert reponse.status_code == 422
    page = reponse.content.decode()
    assert "déjà déposé dans ce dossier" in page
    assert str(scene.compte("charge-de-mission").personne) in page
    assert "«\u00a0La première fois\u00a0»" in page


def test_an_infected_file_is_named_and_a_silent_antivirus_is_told_kindly(scene, contrat, settings, tmp_path):
    client = entrer(scene, "charge-de-mission")
    clamd = FauxClamd(tmp_path / "clamd.ctl")
    settings.CLAMAV = clamd.adresse
    try:
        reponse = envoyer(client, contrat, pieces.EICAR)
        assert reponse.status_code == 422
        assert "Eicar-Test-Signature" in reponse.content.decode()
        envoyer(client, contrat)
        assert (
            "Analysé par l’antivirus"
            in client.get(reverse("documents", args=[contrat.code])).content.decode()
        )
    finally:
        clamd.arreter()
    avant = restes(settings)
    reponse = envoyer(client, contrat, titre="Titre tapé avec soin")
    assert reponse.status_code == 503
    page = reponse.content.decode()
    assert "L’antivirus ne répond pas" in page
    assert 'value="Titre tapé avec soin"' in page
    assert restes(settings) == avant


def test_a_form_from_elsewhere_is_refused(scene, contrat, settings):
    client = Client(enforce_csrf_checks=True)
    client.force_login(scene.compte("charge-de-mission"))
    assert envoyer(client, contrat).status_code == 403
    assert restes(settings) == []


# --- Withdrawing -----------------------------------------------------------------------------------
def test_withdrawing_asks_why_then_closes_the_file_and_keeps_its_memory(scene, recu):
    client = entrer(scene, "charge-de-mission")
    liste, fichier, vignette, retirer = adresses(recu)
    assert recu.titre in client.get(retirer).content.decode()
    vide = client.post(retirer, {"motif": "  "})
    assert vide.status_code == 422
    assert "Dites pourquoi" in vide.content.decode()
    assert client.post(retirer, {"motif": "Version provisoire"})["Location"] == liste
    page = client.get(liste).content.decode()
    assert "est retiré." in page
    assert "Version provisoire" in page
    assert str(scene.compte("charge-de-mission").personne) in page
    for adresse in (fichier, retirer):
        reponse = client.get(adresse)
        assert reponse.status_code == 410
        assert "retiré le 30\u00a0juin\u00a02019" in reponse.content.decode()
        assert "Version provisoire" in reponse.content.decode()
    assert client.get(vignette).status_code == 404
    assert client.post(retirer, {"motif": "Encore"}).status_code == 410


def test_acts_are_done_by_post_only(scene, recu):
    client = entrer(scene, "charge-de-mission")
    for adresse in adresses(recu)[1:3]:
        assert client.post(adresse).status_code == 405
    assert client.put(adresses(recu)[0]).status_code == 405
    client.get(adresses(recu)[3], {"motif": "Rien"})
    assert Document.objects.presents().count() == 1
