"""Large imports and exports: asked for on a page, done by the worker, followed, told, killed and taken up again."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from python_calamine import CalamineWorkbook

from echelons.acteurs.models import Mandat
from echelons.contrats.models import Contrat, Fait
from echelons.socle.envois import prochain
from echelons.socle.horloge import a_la_date
from echelons.socle.journal import histoire
from echelons.socle.models import Import, Tache
from echelons.socle.taches.actes import ESSAIS_MAX
from echelons.socle.verrous import Verrou, seul
from tests.contrats.importateur import LIGNES, fichier
from tests.contrats.scene import JOUR, Scene
from tests.web.departemental.navigateurs import Lecteurs
from tests.web.pages import Page

pytestmark = pytest.mark.django_db
QUI = "conseiller-territoires"
COLONNES = {
    f"colonne_{rang}": code
    for rang, code in enumerate(
        ("territoire", "dispositif", "instrument", "cle", "partie", "date", "source", "adresse")
    )
}


@pytest.fixture(autouse=True)
def maison(settings, tmp_path):
    settings.DEPOT, settings.CLAMAV = tmp_path / "documents", ""
    settings.IMPORT_EN_FOND = 10
    with a_la_date(JOUR):
        yield


@pytest.fixture
def lecteurs() -> Lecteurs:
    return Lecteurs(Scene())


def travailler() -> str:
    """One pass of the worker."""
    sortie = io.StringIO()
    call_command("travailler", une_passe=True, stdout=sortie)
    return sortie.getvalue()


def deposer(lecteurs: Lecteurs, contenu: bytes | None = None) -> Import:
    donnees = {
        "destination": "faits",
        "region": "",
        "fichier": SimpleUploadedFile("grand.csv", contenu or fichier("grand")),
    }
    assert lecteurs.client(QUI).post(reverse("import_nouveau"), donnees).status_code == 302
    return Import.objects.order_by("-pk").first()


def faire(lecteurs: Lecteurs, acte: str, objet: Import, **donnees) -> Page:
    """Send an act, and read where it leads."""
    reponse = lecteurs.client(QUI).post(
        reverse(f"import_{acte}", args=[objet.reference]), donnees, follow=True
    )
    objet.refresh_from_db()
    return Page(reponse.content)


def lire(reponse) -> bytes:
    """A file, to its end."""
    return b"".join(reponse)


def ecrits() -> int:
    return Fait.objects.filter(ecriture__isnull=False).count()


def test_a_large_import_is_checked_and_published_while_its_page_says_how_far(lecteurs):
    objet = deposer(lecteurs)
    page = faire(lecteurs, "colonnes", objet, **COLONNES)
    assert "Vérification de « grand.csv » : en attente." in page.tout
    assert "Personne ne travaille en arrière-plan" in page.tout
    assert objet.etat == "depose"
    assert page.soupe.select_one("#suivi[hx-get]")
    assert not page.soupe.select('main form[method="post"]')
    assert travailler() == "Travaux faits\xa0: 1.\n"
    objet.refresh_from_db()
    assert (objet.etat, objet.bilan["nouvelles"]) == ("pret", LIGNES)

    page = faire(lecteurs, "publier", objet)
    assert "Publication de « grand.csv »" in page.tout
    assert ecrits() == 0
    travailler()
    objet.refresh_from_db()
    assert (objet.etat, ecrits()) == ("publie", LIGNES)
    page = lecteurs.lire(QUI, reverse("import", args=[objet.reference]))
    assert f"{LIGNES} lignes enregistrées" in page.tout
    assert [e.acte for e in histoire(objet.objet_journal)] == ["deposer", "verifier", "publier"]


def test_the_end_is_told_by_a_message_unless_it_was_seen(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    travailler()
    moi = str(lecteurs.scene.compte(QUI).pk)
    phrases = [ligne.phrase for ligne in prochain(moi).lignes]
    assert "Vérification de «\xa0grand.csv\xa0»\xa0: terminé." in phrases
    lecteurs.lire(QUI, reverse("import", args=[objet.reference]))
    assert not any("grand.csv" in ligne.phrase for ligne in prochain(moi).lignes)


def test_asked_twice_the_same_work_is_done_once(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    assert Tache.objects.count() == 1
    travailler()
    faire(lecteurs, "publier", objet)
    faire(lecteurs, "publier", objet)
    travailler()
    assert Tache.objects.count() == 2
    assert ecrits() == LIGNES


def test_what_was_interrupted_before_or_after_its_act_is_taken_up_again_and_written_once(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    travailler()
    faire(lecteurs, "publier", objet)
    Tache.objects.filter(finie_le=None).update(etat="en_cours", essais=1)  # as a worker killed leaves it
    travailler()
    assert ecrits() == LIGNES
    # Killed between the act and the end of the work.
    tache = Tache.objects.get(genre="import.publier")
    Tache.objects.filter(pk=tache.pk).update(etat="en_cours", finie_le=None, phrase="")
    travailler()
    tache.refresh_from_db()
    assert (tache.etat, tache.phrase) == ("faite", f"{LIGNES}\xa0lignes enregistrées.")
    assert ecrits() == LIGNES


def test_a_work_that_stops_its_worker_again_and_again_is_given_up(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    Tache.objects.update(etat="en_cours", essais=ESSAIS_MAX)
    travailler()
    assert Tache.objects.get().etat == "echouee"
    page = lecteurs.lire(QUI, reverse("import", args=[objet.reference]))
    assert "s’est interrompu trois fois" in page.tout
    assert page.soupe.select_one(f'a[href="{reverse("import_colonnes", args=[objet.reference])}"]')


def test_who_lost_the_right_meanwhile_writes_nothing(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    travailler()
    faire(lecteurs, "publier", objet)
    Mandat.objects.filter(personne=lecteurs.scene.compte(QUI).personne).update(fin="2019-06-29")
    travailler()
    tache = Tache.objects.get(genre="import.publier")
    assert tache.etat == "refusee"
    assert "ne permettent pas d’importer" in tache.phrase
    assert ecrits() == 0


def test_what_changed_meanwhile_is_said_and_nothing_is_published(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    travailler()
    faire(lecteurs, "publier", objet)
    faire(lecteurs, "abandonner", objet)
    travailler()
    assert Tache.objects.get(genre="import.publier").etat == "refusee"
    assert (objet.etat, ecrits()) == ("abandonne", 0)


def test_the_annotated_file_of_a_large_import_is_made_apart(lecteurs):
    objet = deposer(lecteurs, fichier("grand").replace(b";calpae;", b";inconnu;", 1))
    faire(lecteurs, "colonnes", objet, **COLONNES)
    travailler()
    assert objet.refresh_from_db() or objet.etat == "a_corriger"
    client = lecteurs.client(QUI)
    reponse = client.get(reverse("import_retour", args=[objet.reference]))
    assert reponse.status_code == 302
    travailler()
    page = Page(client.get(reponse["Location"]).content)
    lien = page.soupe.select_one("main a[download]")["href"]
    reponse = client.get(lien)
    assert "corriger.xlsx" in reponse["Content-Disposition"]
    rangs = CalamineWorkbook.from_filelike(io.BytesIO(lire(reponse))).get_sheet_by_index(0).to_python()
    assert len(rangs) == LIGNES + 1
    assert "attendu un dispositif" in rangs[1][-1]


def test_a_large_export_is_proposed_made_and_given_to_whoever_asked_only(lecteurs, settings):
    settings.EXPORT_EN_FOND = 0
    lecteurs.scene.ouvrir()
    client = lecteurs.client(QUI)
    page = Page(client.get(reverse("contrats_export", args=["csv"]) + "?colonne=Territoire").content)
    assert "Ce fichier est préparé en arrière-plan" in page.tout
    formulaire = page.soupe.select_one("main form")
    donnees = {c["name"]: c["value"] for c in formulaire.select("input[type=hidden]")}
    assert donnees["colonne"] == "Territoire"
    reponse = client.post(formulaire["action"], donnees)
    adresse = reponse["Location"]
    assert travailler() == "Travaux faits\xa0: 1.\n"
    page = Page(client.get(adresse).content)
    assert "Le fichier est prêt." in page.tout
    lien = page.soupe.select_one("main a[download]")["href"]
    recu = client.get(lien)
    lignes = lire(recu).decode("utf-8-sig").split("\r\n")
    assert lignes[0] == "Territoire"
    assert len(lignes) == Contrat.objects.count() + 2

    autre = lecteurs.client("administrateur-national")
    assert autre.get(adresse).status_code == 404
    assert autre.get(lien).status_code == 404
    assert Page(client.get(reverse("travaux")).content).soupe.select_one(f'a[href="{adresse}"]')
    Mandat.objects.filter(personne=lecteurs.scene.compte(QUI).personne).update(fin="2019-06-29")
    assert client.get(lien).status_code == 404


def test_an_export_asked_of_nothing_or_without_the_right_is_refused(lecteurs):
    adresse = reverse("travail_exporter")
    assert lecteurs.client(QUI).post(adresse).status_code == 422
    refuse = lecteurs.client("observateur").post(adresse, {"table": "faits", "extension": "csv"})
    assert refuse.status_code == 403
    assert not Tache.objects.exists()


def test_a_small_export_comes_at_once(lecteurs):
    reponse = lecteurs.client(QUI).get(reverse("contrats_export", args=["csv"]))
    assert reponse["Content-Type"].startswith("text/csv")


def test_followed_by_itself_the_page_gets_how_far_it_is_then_is_told_to_be_read_again(lecteurs):
    objet = deposer(lecteurs)
    faire(lecteurs, "colonnes", objet, **COLONNES)
    adresse = reverse("travail", args=[Tache.objects.get().reference])
    client = lecteurs.client(QUI)
    morceau = client.get(adresse, headers={"HX-Request": "true"})
    assert b"<html" not in morceau.content
    assert b'id="suivi"' in morceau.content
    travailler()
    assert client.get(adresse, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.django_db(transaction=True)
def test_one_worker_works_at_a_time(lecteurs):
    if connection.vendor == "postgresql":
        tenue = connection.copy()
        with tenue.cursor() as curseur:
            curseur.execute("SELECT pg_advisory_lock(%s)", [Verrou.TACHES.value])
            dit = travailler()
        tenue.close()
    else:
        with seul(Verrou.TACHES) as tenu:
            assert tenu
            dit = travailler()
    assert dit == "Un autre ouvrier est en marche\xa0: rien n’a été fait ici.\n"
