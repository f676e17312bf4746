"""The whole public content as one archive: complete, said column by column, the same bytes for the same content."""

import csv
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from echelons.contrats.models import Contrat, Fait
from echelons.publication.donnees import garde
from echelons.publication.donnees.archive import TABLES, ecrire_archive
from echelons.socle.horloge import a_la_date, maintenant
from echelons.socle.models import Chargement, Source
from echelons.socle.taches.ouvrier import entretenir
from tests.contrats.scene import JOUR, Scene
from tests.fabriques import dossier
from tests.web.pages import Page

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def au_jour(settings, tmp_path):
    settings.DEPOT = tmp_path / "documents"
    with a_la_date(JOUR):
        yield


def telecharger(**entetes: str):
    return Client().get(reverse("archive"), headers=entetes)


def signe(code: str, jour: str) -> Contrat:
    """A contract that sources say signed."""
    lu = dossier(code)
    lu.signature(jour)
    return lu.contrat


def lire(contenu: bytes, nom: str) -> list[dict[str, str]]:
    """The rows of one file of the archive."""
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(nom).decode("utf-8-sig"))))


def test_every_table_is_there_with_its_rows_and_every_column_is_in_the_dictionary():
    lu = signe("59D", "2018-12-18")
    contenu = telecharger().content
    with zipfile.ZipFile(io.BytesIO(contenu)) as archive:
        assert archive.testzip() is None
        noms = archive.namelist()
        lisez = archive.read("LISEZMOI.txt").decode()
    assert noms == [t.fichier for t in TABLES] + ["dictionnaire.csv", "LISEZMOI.txt"]
    dites = {(ligne["Fichier"], ligne["Colonne"]) for ligne in lire(contenu, "dictionnaire.csv")}
    for table in TABLES:
        rangs = lire(contenu, table.fichier)
        assert f"{table.fichier} ({len(rangs)} lignes)" in lisez
        for rang in rangs[:1]:
            assert {(table.fichier, colonne) for colonne in rang} <= dites
    assert all(ligne["Type"] and ligne["Sens"] for ligne in lire(contenu, "dictionnaire.csv"))
    faits = [f for f in lire(contenu, "faits.csv") if f["Contrat"] == lu.code]
    assert len(faits) == Fait.objects.filter(contrat__code=lu.code).count()
    connues = {s["Source"] for s in lire(contenu, "sources.csv")}
    assert len(connues) == Source.objects.count()
    assert {cle for f in faits for cle in f["Sources"].split(" ; ")} <= connues
    assert "Licence Ouverte 2.0" in lisez
    assert "30 juin 2019" in lisez.replace("\xa0", " ")


def test_the_situations_of_the_archive_are_those_of_the_national_table():
    signe("59D", "2018-12-18")
    page = csv.DictReader(
        io.StringIO(Client().get(reverse("tableau_csv") + "?dispositif=essai").content.decode("utf-8-sig"))
    )
    dites = {
        s["Territoire"]: s["Situation"]
        for s in lire(telecharger().content, "situations.csv")
        if s["Dispositif"] == "essai"
    }
    for rang in page:
        assert dites[rang["Code"]] == rang["Situation"]


def test_the_same_content_gives_the_same_bytes_and_is_not_sent_again():
    signe("59D", "2018-12-18")
    premiere = telecharger()
    # Something that no public row says: the revision of the data changes, the archive is made again.
    Chargement.objects.create(cle="essai", empreinte="0" * 64, effectue_le=maintenant())
    seconde = telecharger()
    assert seconde.content == premiere.content
    assert seconde["ETag"] == premiere["ETag"]
    encore = telecharger(**{"If-None-Match": premiere["ETag"]})
    assert (encore.status_code, encore.content) == (304, b"")


def test_it_is_made_again_as_soon_as_something_public_changes():
    signe("59D", "2018-12-18")
    avant = telecharger()
    signe("62D", "2019-01-10")
    apres = telecharger(**{"If-None-Match": avant["ETag"]})
    assert apres.status_code == 200
    assert len(lire(apres.content, "faits.csv")) > len(lire(avant.content, "faits.csv"))
    with a_la_date(JOUR.replace(day=1)):
        assert telecharger()["ETag"] != apres["ETag"]


def test_what_is_fictional_is_marked_and_what_is_drafted_is_not_there():
    scene = Scene()
    instrument = scene.ouvrir()
    code = instrument.contrat.code
    contenu = telecharger().content
    assert code not in {c["Contrat"] for c in lire(contenu, "contrats.csv")}
    assert code not in {i["Contrat"] for i in lire(contenu, "instruments.csv")}
    assert code not in {p["Contrat"] for p in lire(contenu, "parties.csv")}

    scene.mener(instrument, "signer_etat")
    contenu = telecharger().content
    contrat = next(c for c in lire(contenu, "contrats.csv") if c["Contrat"] == code)
    assert Contrat.objects.get(code=code).perimetre.fictif
    assert contrat["Fictif"] == "oui"
    assert {f["Fictif"] for f in lire(contenu, "faits.csv") if f["Contrat"] == code} == {"oui"}


def test_the_page_says_what_it_holds_its_size_its_date_and_leads_to_it():
    page = Page(Client().get(reverse("donnees")).content)
    assert "Licence Ouverte 2.0" in page.tout
    assert "30 juin 2019" in page.tout
    assert f"{len(TABLES)} tables" in page.tout
    assert len(page.soupe.select("main details")) == len(TABLES)
    for depuis in ("sources", "methode"):
        assert Page(Client().get(reverse(depuis)).content).soupe.select_one(f'a[href="{reverse("donnees")}"]')
    assert Client().post(reverse("archive")).status_code == 405


def test_it_is_read_in_a_number_of_queries_that_the_rows_do_not_change(client, django_assert_max_num_queries):
    signe("59D", "2018-12-18")
    with django_assert_max_num_queries(80):
        client.get(reverse("archive"))
    for code in ("62D", "02D", "80D", "60D"):
        signe(code, "2019-01-10")
    with django_assert_max_num_queries(80):
        client.get(reverse("archive"))
    with django_assert_max_num_queries(1):  # the revision of the data, each time
        assert client.get(reverse("archive"), headers={"If-None-Match": '"rien"'}).status_code == 200


def test_the_page_makes_nothing_and_says_of_when_is_what_it_describes(client, django_assert_max_num_queries):
    def page(requetes: int) -> str:
        with django_assert_max_num_queries(requetes):
            return Page(client.get(reverse("donnees")).content).tout.replace("\xa0", " ")

    signe("59D", "2018-12-18")
    assert "L’archive n’est pas encore faite. Elle est en préparation." in page(2)
    entretenir()  # what the worker does when nothing is asked of it
    prete = page(2)
    assert "Archive faite le" in prete
    assert "Ko" in prete
    assert "Kio" not in prete
    assert "en préparation" not in prete
    page(1)

    signe("62D", "2019-01-10")
    assert "Des données ont changé depuis : une archive plus récente est en préparation." in page(2)
    with a_la_date(JOUR.replace(day=1)):
        assert "Vous regardez ce site au 1er juin 2019" in page(2)
    entretenir()
    assert "en préparation" not in page(2)
    assert "62D" in {p["Territoire"] for p in lire(telecharger().content, "parties.csv")}


def test_it_is_made_once_made_again_when_its_file_is_lost_and_kept_for_a_few_days(settings, monkeypatch):
    signe("59D", "2018-12-18")
    faites = []
    monkeypatch.setattr(garde, "ecrire_archive", lambda *a: faites.append(a) or ecrire_archive(*a))
    premiere = telecharger()
    assert telecharger().content == premiere.content
    assert len(faites) == 1
    for fichier in (settings.DEPOT / "archives").glob("*.zip"):
        fichier.unlink()
    assert telecharger().content == premiere.content
    for mois in (1, 2, 3, 4):
        with a_la_date(JOUR.replace(month=mois, day=1)):
            telecharger()
    assert len(list((settings.DEPOT / "archives").glob("*.zip"))) == garde.JOURS_GARDES
